using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Configuration;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

/// <summary>A clock that moves when told.</summary>
internal sealed class HandClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Advance(TimeSpan time) => _now += time;
}

/// <summary>Releases nothing, and counts how often it was asked; a test may say what happens meanwhile.</summary>
internal sealed class DeletionProbe : IAccountDeletion
{
    public List<AccountId> Asked { get; } = [];

    public Func<AccountId, Task>? OnRelease { get; set; }

    public async Task ReleaseNumbersAsync(AccountId account, Actor actor, CancellationToken ct)
    {
        Asked.Add(account);
        if (OnRelease is not null) await OnRelease(account);
    }
}

/// <summary>Everything about identity and configuration over one database, as one process has it.</summary>
internal sealed class IdentityHost : IAsyncDisposable
{
    private readonly bool _ownsDatabase;

    private IdentityHost(TestDatabase db, ServerSecrets secrets, MasterKey master, HandClock clock, ConfigNode node, bool ownsDatabase)
    {
        (Db, Secrets, Master, Clock, _ownsDatabase) = (db, secrets, master, clock, ownsDatabase);
        var accounts = new AccountDirectory(db.Database);
        var credentials = new CredentialDirectory(db.Database, clock);
        var protection = new ConfigSecrets(secrets);
        Configuration = new ConfigDirectory(db.Database, accounts, protection, node, clock, NullLogger<ConfigDirectory>.Instance);
        Directories = new Directories(accounts, credentials, Configuration, new PlanDirectory(db.Database));
        Passwords = new WireCredentials(secrets, iterations: 1000);
        Accounts = new AccountsOperation(db.Database, Directories, Deletion, clock);
        Users = new UsersOperation(db.Database, Directories, Passwords, clock);
        Keys = new ApiKeys(db.Database, Directories, secrets, clock);
        Tokens = new TokenService(db.Database, secrets, accounts, credentials, clock);
        Failures = new FailedLogins(clock);
        Login = new LoginOperation(db.Database, Directories, Passwords, Keys, Tokens, Failures, secrets, (number, _) => Task.FromResult(Numbers.TryGetValue(number, out var owner) ? owner : (AccountId?)null));
        Config = new ConfigOperation(db.Database, Directories, protection, new StoredNumberScan(db.Database), clock);
        First = new FirstStart(db.Database, Directories, Passwords, Keys, clock);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public TestDatabase Db { get; }

    public ServerSecrets Secrets { get; }

    public MasterKey Master { get; }

    public HandClock Clock { get; }

    public DeletionProbe Deletion { get; } = new();

    public Dictionary<string, AccountId> Numbers { get; } = [];

    public Directories Directories { get; }

    public ConfigDirectory Configuration { get; }

    public WireCredentials Passwords { get; }

    public AccountsOperation Accounts { get; }

    public UsersOperation Users { get; }

    public ApiKeys Keys { get; }

    public TokenService Tokens { get; }

    public FailedLogins Failures { get; }

    public LoginOperation Login { get; }

    public ConfigOperation Config { get; }

    public FirstStart First { get; }

    public AccountId MasterAccount => Directories.Accounts.Master;

    public Actor Admin => Actor.Of(MasterAccount);

    /// <summary>A process that has started once: master account <c>Master Inc.</c>, password <c>secret</c>, key of 64 times <c>a</c>.</summary>
    public static async Task<IdentityHost> StartAsync(DatabaseKind kind)
    {
        var host = await EmptyAsync(kind);
        await host.First.RunAsync(new FirstStartOptions { AccountName = "Master Inc.", AdminPassword = "secret", ApiKey = new string('a', 64) }, Ct);
        return host;
    }

    public static async Task<IdentityHost> EmptyAsync(DatabaseKind kind)
    {
        var clock = new HandClock();
        var db = await TestDatabases.OpenAsync(kind);
        return await OpenAsync(db, MasterKey.Create(), clock, new ConfigNode("kazoo_apps@one", "zone-west"), ownsDatabase: true);
    }

    /// <summary>Another process on the same database: its own memory.</summary>
    public async Task<IdentityHost> AnotherAsync(ConfigNode? node = null)
    {
        var other = await OpenAsync(Db, Master, Clock, node ?? new ConfigNode("kazoo_apps@two", "zone-east"), ownsDatabase: false);
        await other.Directories.RefreshAsync(Ct);
        return other;
    }

    public async Task<AccountId> CreateAccountAsync(string name, AccountId? parent = null)
    {
        var outcome = await Accounts.CreateAsync(Admin, parent ?? MasterAccount, new JsonObject { ["name"] = name }, Ct);
        return Assert.IsType<AccountOutcome.Done>(outcome).Account.Node.Id;
    }

    public async Task<string> CreateUserAsync(AccountId account, string username = "joe", string password = "pass")
    {
        var outcome = await Users.CreateAsync(account, Some.User(username, password), Ct);
        return Assert.IsType<UserOutcome.Done>(outcome).User.Id;
    }

    public Task<LoginOutcome> LoginAsync(string accountName, string username, string password, string address = "192.0.2.1") =>
        Login.LoginAsync(
            new JsonObject { ["credentials"] = WireCredentials.Of(CredentialMethod.Md5, username, password), ["account_name"] = accountName }, address, Ct);

    public async Task<string> TokenAsync(string accountName, string username, string password) =>
        Assert.IsType<LoginOutcome.LoggedIn>(await LoginAsync(accountName, username, password)).Token;

    public async ValueTask DisposeAsync()
    {
        Directories.Accounts.Dispose();
        Directories.Credentials.Dispose();
        Configuration.Dispose();
        Secrets.Dispose();
        if (_ownsDatabase) await Db.DisposeAsync();
    }

    private static async Task<IdentityHost> OpenAsync(TestDatabase db, MasterKey master, HandClock clock, ConfigNode node, bool ownsDatabase)
    {
        var secrets = await ServerSecrets.OpenAsync(db.Database, master, clock, NullLoggerFactory.Instance, Ct);
        return new IdentityHost(db, secrets, master, clock, node, ownsDatabase);
    }
}

/// <summary>Plain values for these tests.</summary>
internal static class Some
{
    public static JsonObject User(string username, string password, string first = "Joe", string last = "Doe") => new()
    {
        ["first_name"] = first, ["last_name"] = last, ["username"] = username, ["password"] = password,
    };

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
