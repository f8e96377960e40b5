using Ocarina.Manager.Identity;

namespace Ocarina.Server.Crossbar.Login;

/// <summary>Checks tokens against the keys and stamps in memory, and passwords against the database.</summary>
internal sealed class CredentialCheck(
    TokenService tokens, LoginOperation logins, AccountDirectory accounts, LateNews news, IHttpContextAccessor http) : ICredentialCheck
{
    public async Task<SignedIn?> CheckAsync(Credential credential, CancellationToken ct)
    {
        switch (credential)
        {
            case Credential.Token token:
                var known = Read(token.Text);
                // Three parts: it may be a log-in that another process answered a moment ago.
                return known is null && token.Text.Count(c => c == '.') == 2 && await news.AskAsync(ct) ? Read(token.Text) : known;
            case Credential.Password password:
                var outcome = await logins.LoginBasicAsync(password.Account, password.Hash, ClientAddress.Of(http.HttpContext), ct);
                return outcome is LoginOutcome.LoggedIn welcome ? new SignedIn(welcome.Data.Account, welcome.Data.Owner, welcome.Token) : null;
            default:
                return null;
        }
    }

    private SignedIn? Read(string token) =>
        tokens.TryValidate(token, out var claims) && accounts.Find(claims.Account) is { } account ? new SignedIn(account, claims.Owner, token) : null;
}

/// <summary>Where a request comes from, for limits of failures.</summary>
internal static class ClientAddress
{
    public static string Of(HttpContext? http) => http?.Connection.RemoteIpAddress?.ToString() ?? "";
}
