using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>Finds the account that owns a number, for log-in by phone number; none when nobody does.</summary>
public delegate Task<AccountId?> AccountByNumber(string number, CancellationToken ct);

/// <summary>Checks credentials and hands out tokens (`http-api.md` 7.1).</summary>
public sealed class LoginOperation(
    IDatabase database, Directories directories, WireCredentials credentials, ApiKeys keys, TokenService tokens,
    FailedLogins failures, ServerSecrets secrets, AccountByNumber? accountByNumber = null)
{
    private AccountDirectory Accounts => directories.Accounts;

    /// <summary>Log-in of a user: <c>credentials</c>, <c>method</c>, and <c>phone_number</c>, <c>account_realm</c>, <c>realm</c> or <c>account_name</c>.</summary>
    /// <param name="body">The request's data.</param>
    /// <param name="address">The client's address, for the limit of failures.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<LoginOutcome> LoginAsync(JsonObject body, string address, CancellationToken ct)
    {
        var reader = new FieldReader(body);
        var credential = reader.Text("credentials", 1, 64, required: true) ?? "";
        var methodName = reader.Text("method", 1, 16) ?? "md5";
        if (methodName is not ("md5" or "sha"))
            reader.Add("method", "enum", "Value not found in enumerated list of values", new JsonArray("md5", "sha"), methodName);
        var (number, realm, name) = (reader.Text("phone_number", 0, 64), reader.Text("account_realm", 0, 253) ?? reader.Text("realm", 0, 253), reader.Text("account_name", 0, 128));
        if (string.IsNullOrWhiteSpace(number) && string.IsNullOrWhiteSpace(realm) && string.IsNullOrWhiteSpace(name))
            reader.Add("account_name", "required", "Field is required but missing");
        if (reader.Problems.Count > 0) return new LoginOutcome.Invalid(reader.Problems);

        var account = await FindAccountAsync(number, realm, name, ct);
        if (account is null)
        {
            await Accounts.RefreshAsync(ct); // made by another process a moment ago, perhaps
            account = await FindAccountAsync(number, realm, name, ct);
        }

        // An unknown account is counted by what was sent, so that its answer differs in nothing from a wrong password's.
        var counted = account?.Node.Id.ToString() ?? AccountNames.KeyOf($"{number}{realm}{name}");
        return await CheckAsync(account?.Node, methodName == "sha" ? CredentialMethod.Sha : CredentialMethod.Md5, credential, address, counted, ct);
    }

    /// <summary>The credentials of an <c>Authorization: Basic</c> header: account id, and the MD5 wire credential.</summary>
    public Task<LoginOutcome> LoginBasicAsync(AccountId account, string credential, string address, CancellationToken ct) =>
        CheckAsync(Accounts.Find(account), CredentialMethod.Md5, credential, address, account.ToString(), ct);

    /// <summary>Log-in by an account's API key.</summary>
    public async Task<LoginOutcome> LoginWithKeyAsync(JsonObject body, string address, CancellationToken ct)
    {
        var reader = new FieldReader(body);
        var key = reader.Text("api_key", ApiKeys.Length, ApiKeys.Length, required: true) ?? "";
        if (reader.Problems.Count > 0) return new LoginOutcome.Invalid(reader.Problems);
        // 256 bits are not guessed: a good key always passes, and whoever sends bad ones is slowed down.
        if (await keys.FindAsync(key, ct) is not { } row || Accounts.Find(AccountId.FromStorage(row.AccountId)) is not { } account)
            return failures.CountFailure(address, "") ? new LoginOutcome.UnknownKey() : new LoginOutcome.TooManyFailures();

        return account.Enabled ? await WelcomeAsync(account, null, row.Stamp, ct) : new LoginOutcome.AccountDisabled();
    }

    /// <summary>A token for a user of an account, for an actor who may act on that account; the gate has asked.</summary>
    public async Task<LoginOutcome> ImpersonateAsync(AccountId account, string user, CancellationToken ct)
    {
        if (Accounts.Find(account) is not { } node) return new LoginOutcome.InvalidCredentials();
        if (!node.Enabled) return new LoginOutcome.AccountDisabled();
        var row = await database.ReadAsync((session, token) => UsersTable.FindAsync(session, account.ToString(), user, token), ct);
        return row is { Enabled: true } ? await WelcomeAsync(node, row.Id, row.Stamp, ct) : new LoginOutcome.InvalidCredentials();
    }

    /// <summary>The log-in data of a token's owner; <see langword="null"/> when the account went meanwhile.</summary>
    public LoginData? DataOf(TokenClaims claims) => Accounts.Find(claims.Account) is { } node ? Data(node, claims.Owner) : null;

    private async Task<LoginOutcome> CheckAsync(
        AccountNode? account, CredentialMethod method, string credential, string address, string counted, CancellationToken ct)
    {
        using var attempt = await failures.BeginAsync(address, counted, ct);
        if (attempt is null) return new LoginOutcome.TooManyFailures();

        // Unknown accounts ask the database too: the time an answer takes must not tell which accounts exist.
        var id = account?.Id.ToString() ?? "";
        var lookup = credentials.LookupOf(id, method, credential);
        var candidates = await database.ReadAsync((session, token) => UsersTable.CandidatesAsync(session, id, method == CredentialMethod.Sha, lookup, token), ct);
        if (account is null || candidates.FirstOrDefault(user => credentials.Matches(user, method, credential)) is not { Enabled: true } user)
        {
            attempt.Fail();
            return new LoginOutcome.InvalidCredentials();
        }

        return account.Enabled ? await WelcomeAsync(account, user.Id, user.Stamp, ct) : new LoginOutcome.AccountDisabled();
    }

    private async Task<AccountEntry?> FindAccountAsync(string? number, string? realm, string? name, CancellationToken ct)
    {
        var tree = Accounts.Snapshot;
        if (!string.IsNullOrWhiteSpace(number) && accountByNumber is not null && await accountByNumber(number, ct) is { } owner && tree.FindEntry(owner) is { } byNumber)
            return byNumber;
        if (!string.IsNullOrWhiteSpace(realm) && tree.FindByRealm(realm) is { } byRealm) return byRealm;
        return string.IsNullOrWhiteSpace(name) ? null : tree.FindByName(name);
    }

    private async Task<LoginOutcome> WelcomeAsync(AccountNode account, string? user, string stamp, CancellationToken ct)
    {
        // Another process may have written the credential a moment ago; the token must be good here at once.
        var known = user is null ? directories.Credentials.StampOfKey(account.Id) : directories.Credentials.StampOfUser(account.Id, user);
        if (known != stamp) await directories.Credentials.RefreshAsync(ct);
        return new LoginOutcome.LoggedIn(Data(account, user), tokens.Issue(account.Id, user, stamp));
    }

    private LoginData Data(AccountNode account, string? user)
    {
        var tree = Accounts.Snapshot;
        return new LoginData(
            account, user, tree.ResellerOf(account.Id), account.Id == tree.Master, tree.FindEntry(account.Id)?.Language ?? "en-us", secrets.ClusterId);
    }
}
