using Ocarina.Manager.Identity;

namespace Ocarina.Server.Crossbar.Login;

/// <summary>Checks tokens against the keys and stamps in memory, and passwords against the database.</summary>
internal sealed class CredentialCheck(TokenService tokens, LoginOperation logins, AccountDirectory accounts, IHttpContextAccessor http) : ICredentialCheck
{
    private const int LimitS = 60;

    public async Task<(SignedIn? Who, CrossbarReply? Refusal)> CheckAsync(Credential credential, CancellationToken ct)
    {
        switch (credential)
        {
            case Credential.Token token:
                var claims = await tokens.ValidateAsync(token.Text, ct);
                return (claims is not null && accounts.Find(claims.Account) is { } account ? new SignedIn(account, claims.Owner, token.Text) : null, null);
            case Credential.Password password:
                return await logins.LoginBasicAsync(password.Account, password.Hash, ClientAddress.Of(http.HttpContext), ct) switch
                {
                    LoginOutcome.LoggedIn welcome => (new SignedIn(welcome.Data.Account, welcome.Data.Owner, welcome.Token), null),
                    LoginOutcome.TooManyFailures => (null, CrossbarReply.TooMany(LimitS)),
                    _ => (null, null),
                };
            default:
                return (null, null);
        }
    }
}

/// <summary>Where a request comes from, for limits of failures.</summary>
internal static class ClientAddress
{
    public static string Of(HttpContext? http) => http?.Connection.RemoteIpAddress?.ToString() ?? "";
}
