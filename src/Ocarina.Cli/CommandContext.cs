using Ocarina.Cli.Output;
using Ocarina.Cli.Profiles;
using Ocarina.Client;

namespace Ocarina.Cli;

/// <summary>What one run of a command needs: its client, its account, its way to print. Nothing is opened before it is used.</summary>
internal sealed class CommandContext : IDisposable
{
    private const int ConnectSeconds = 15;
    private const int LookupPageSize = 500;

    private Connection? _connection;
    private HttpClient? _http;
    private OcarinaClient? _client;
    private string? _own;

    public CommandContext(CliHost host, GlobalValues globals)
    {
        Host = host;
        Globals = globals;
        Store = new ProfileStore(host.Environment.ConfigFolder);
        Json = new JsonOutput(host);
    }

    public CliHost Host { get; }

    public GlobalValues Globals { get; }

    public ProfileStore Store { get; }

    public JsonOutput Json { get; }

    /// <summary>Whether standard output is for a program.</summary>
    public bool IsJson => Globals.Json;

    public Connection Connection => _connection ??= Connection.From(Globals, Host.Environment, Store);

    /// <summary>The server spoken to, once there is one.</summary>
    public Uri? Server { get; private set; }

    /// <summary>The client. Asking for it without a login is an error of use.</summary>
    public INumbersClient Client
    {
        get
        {
            if (_client is not null) return _client;
            if (!Connection.HasSecret)
                throw new UsageException($"Not logged in at {Connection.Server}. Run 'ocarina login', or give --url and --api-key.");
            return _client = Open(Connection.Server, Connection.Credentials, Connection.Token);
        }
    }

    /// <summary>A client of any server; one per run.</summary>
    public OcarinaClient Open(Uri server, OcarinaCredentials? credentials, string? token)
    {
        Server = server;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would carry the token elsewhere
            UseCookies = false,
            UseProxy = !server.IsLoopback, // reading the proxy settings costs time, and no proxy can reach this machine's own loopback
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(ConnectSeconds, Globals.TimeoutSeconds ?? ConnectSeconds)),
        })
        { Timeout = Timeout.InfiniteTimeSpan };

        var options = Globals.TimeoutSeconds is { } seconds
            ? new OcarinaClientOptions
            {
                Server = server, Credentials = credentials, Token = token, Clock = Host.Environment.Clock,
                Timeout = TimeSpan.FromSeconds(seconds), VerifyTimeout = TimeSpan.FromSeconds(seconds),
            }
            : new OcarinaClientOptions { Server = server, Credentials = credentials, Token = token, Clock = Host.Environment.Clock };
        return _client = new OcarinaClient(_http, options);
    }

    /// <summary>The account to act on: the one named, else that of the login.</summary>
    public Task<string> AccountAsync(CancellationToken ct) =>
        Globals.Account is { } named ? FindAccountAsync(named, ct) : OwnAccountAsync(ct);

    /// <summary>An account by id, or by name among the login's own and those below it. Names are compared as the server does: letters and digits only.</summary>
    public async Task<string> FindAccountAsync(string idOrName, CancellationToken ct)
    {
        if (idOrName.Length == 32 && idOrName.All(char.IsAsciiHexDigit)) return idOrName.ToLowerInvariant();

        var wanted = Normalized(idOrName);
        if (wanted.Length == 0) throw new UsageException($"'{idOrName}' is neither the id nor the name of an account.");
        var own = await OwnAccountAsync(ct);
        await foreach (var account in Client.DescendantsAsync(own, LookupPageSize, ct))
        {
            if (Normalized(account.Name) == wanted) return account.Id;
        }

        var self = await Client.GetAccountAsync(own, ct);
        return Normalized(self.Name) == wanted ? own : throw new CommandFailedException($"There is no account named '{idOrName}' at or below your own.");
    }

    /// <summary>Numbers as arguments; <c>-</c> reads them from standard input, one per line.</summary>
    public async Task<IReadOnlyList<string>> NumbersAsync(IEnumerable<string>? arguments, CancellationToken ct)
    {
        var numbers = new List<string>();
        foreach (var argument in arguments ?? [])
        {
            if (argument != "-") numbers.Add(argument);
            else numbers.AddRange(await ReadLinesAsync(ct));
        }

        return numbers.Count > 0 ? numbers : throw new UsageException("No numbers were given.");
    }

    /// <summary>A line for people.</summary>
    public void Say(string text) => Host.Error.WriteLine(text);

    /// <summary>Keeps the token of a profile's key for the next command.</summary>
    public void RememberToken()
    {
        if (_connection is { Profile: { } profile, Credentials: not null } && _client?.Token is { } token && token != _connection.Token)
            Store.SaveToken(profile, token);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _http?.Dispose();
    }

    private async Task<List<string>> ReadLinesAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (await Host.In.ReadLineAsync(ct) is { } line)
        {
            if (line.Trim() is { Length: > 0 } number) lines.Add(number);
        }

        return lines;
    }

    private async Task<string> OwnAccountAsync(CancellationToken ct) =>
        Connection.Account ?? (_own ??= (await Client.LoginAsync(ct)).AccountId);

    private static string Normalized(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));
}
