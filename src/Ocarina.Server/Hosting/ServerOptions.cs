using System.Globalization;
using System.Net;
using Ocarina.Manager.Identity;

namespace Ocarina.Server.Hosting;

/// <summary>What the operator may set when starting the server, on the command line or in the environment.</summary>
/// <remarks>A class, not a record: a record prints all its properties, and some of these are secrets.</remarks>
internal sealed class ServerOptions
{
    /// <summary>TCP port; 0 lets the system choose. <c>--port</c>, <c>OCARINA_PORT</c>. Default 8000.</summary>
    public int Port { get; set; } = 8000;

    /// <summary>Address to listen on. <c>--listen</c>, <c>OCARINA_LISTEN</c>. Default this machine only: <c>127.0.0.1</c>.</summary>
    public IPAddress Listen { get; set; } = IPAddress.Loopback;

    /// <summary>Proxies whose <c>X-Forwarded-For</c> is believed, so that limits count their clients and not them. <c>--trusted-proxy</c> (repeatable), <c>OCARINA_TRUSTED_PROXIES</c>. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; set; } = [];

    /// <summary>Folder of the database file and the master key. <c>--data</c>, <c>OCARINA_DATA</c>. Default <c>./data</c>; made when absent.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>Connection string of a database instead of the file in the data folder. <c>--database</c>, <c>OCARINA_DATABASE</c>.</summary>
    public string? Database { get; set; }

    /// <summary>Whether the first start adds demo accounts and stock. <c>--no-demo</c>, <c>OCARINA_DEMO=false</c>. Default yes.</summary>
    public bool HasDemo { get; set; } = true;

    /// <summary>Port of the demo's sandbox carriers, its control interface one above; 0 lets the system choose. <c>--sandbox-port</c>, <c>OCARINA_SANDBOX_PORT</c>. Default ten above <see cref="Port"/>. First start only: later the carriers' documents say where it is.</summary>
    public int? SandboxPort { get; set; }

    /// <summary>Folder of carrier modules that did not come with the product. <c>--plugins</c>, <c>OCARINA_PLUGINS</c>. Default: <c>plugins</c> in the data folder; it need not exist.</summary>
    public string? PlugIns { get; set; }

    /// <summary>Where plug-ins are looked for.</summary>
    public string PlugInFolder => Path.GetFullPath(PlugIns ?? Path.Combine(DataFolder, "plugins"));

    /// <summary>This process's name in configuration documents. <c>OCARINA_NODE</c>. Default <c>ocarina@</c> and the machine's name.</summary>
    public string Node { get; set; } = $"ocarina@{Environment.MachineName}";

    /// <summary>This process's zone in configuration documents. <c>OCARINA_ZONE</c>. Default <c>local</c>.</summary>
    public string Zone { get; set; } = "local";

    /// <summary>Name of the master account, at the first start only. <c>OCARINA_ACCOUNT</c>. Default <c>master</c>.</summary>
    public string? AccountName { get; set; }

    /// <summary>Password of the user <c>admin</c>, at the first start only. <c>OCARINA_ADMIN_PASSWORD</c>. Generated when absent.</summary>
    public string? AdminPassword { get; set; }

    /// <summary>API key of the master account, 64 hexadecimal digits, at the first start only. <c>OCARINA_API_KEY</c>. Generated when absent.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Key that wraps the stored keys. <c>OCARINA_MASTER_KEY</c>. Default: a file in the data folder.</summary>
    public string? MasterKey { get; set; }

    /// <summary>True when only the help text is wanted.</summary>
    public bool IsHelp { get; private set; }

    /// <summary>The connection string to open: as given, or the file in the data folder.</summary>
    public string ConnectionString => Database ?? $"Data Source={Path.Combine(Path.GetFullPath(DataFolder), "ocarina.db")}";

    /// <summary>Where to listen.</summary>
    public Uri Address => new UriBuilder(Uri.UriSchemeHttp, Listen.ToString(), Port).Uri;

    /// <summary>What the first start is told.</summary>
    public FirstStartOptions ToFirstStart() => AccountName is null
        ? new FirstStartOptions { AdminPassword = AdminPassword, ApiKey = ApiKey }
        : new FirstStartOptions { AccountName = AccountName, AdminPassword = AdminPassword, ApiKey = ApiKey };

    /// <summary>Text of <c>--help</c>.</summary>
    public const string Help = """
        Usage: ./run [options]

          --port N            TCP port (default 8000)
          --listen ADDRESS    address to listen on (default 127.0.0.1; 0.0.0.0 for all)
          --trusted-proxy NET address or network (10.0.0.0/8) of a proxy in front; its X-Forwarded-For is believed
          --data DIR          folder of the database file and the master key (default ./data)
          --database "CS"     connection string of PostgreSQL 15 or newer, or of another SQLite file
          --no-demo           no demo accounts, stock and sandbox carriers at the first start
          --sandbox-port N    port of the demo's sandbox carriers (default ten above the server's; N + 1 controls them)
          --plugins DIR       folder of further carrier modules (default ./data/plugins)

        First start only, from the environment: OCARINA_ACCOUNT (name of the master account),
        OCARINA_ADMIN_PASSWORD, OCARINA_API_KEY (64 hexadecimal digits). Always: OCARINA_MASTER_KEY,
        OCARINA_PORT, OCARINA_LISTEN, OCARINA_TRUSTED_PROXIES (commas between), OCARINA_DATA, OCARINA_DATABASE, OCARINA_DEMO, OCARINA_SANDBOX_PORT,
        OCARINA_PLUGINS, OCARINA_NODE, OCARINA_ZONE.
        """;

    /// <summary>Reads both; the command line goes before the environment.</summary>
    /// <exception cref="ServerOptionsException">Something is misspelt; the message names it.</exception>
    public static ServerOptions Read(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var options = new ServerOptions();
        options.ReadEnvironment(name => environment(name) is { Length: > 0 } value ? value : null);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, attached) = Split(arguments[i]);
            string Value() => attached ?? (++i < arguments.Count ? arguments[i] : throw new ServerOptionsException($"{name} needs a value"));
            switch (name)
            {
                case "--port": options.Port = ReadPort(name, Value()); break;
                case "--listen": options.Listen = ReadAddress(name, Value()); break;
                case "--trusted-proxy": options.TrustedProxies = [.. options.TrustedProxies, ReadNetwork(name, Value())]; break;
                case "--data": options.DataFolder = Value(); break;
                case "--database": options.Database = Value(); break;
                case "--no-demo": options.HasDemo = false; break;
                case "--sandbox-port": options.SandboxPort = ReadPort(name, Value()); break;
                case "--plugins": options.PlugIns = Value(); break;
                case "--help" or "-h": options.IsHelp = true; break;
                default: throw new ServerOptionsException($"{arguments[i]} is not an option; --help lists them");
            }
        }
        return options;
    }

    private void ReadEnvironment(Func<string, string?> get)
    {
        if (get("OCARINA_PORT") is { } port) Port = ReadPort("OCARINA_PORT", port);
        if (get("OCARINA_LISTEN") is { } address) Listen = ReadAddress("OCARINA_LISTEN", address);
        if (get("OCARINA_TRUSTED_PROXIES") is { } proxies)
            TrustedProxies = [.. proxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => ReadNetwork("OCARINA_TRUSTED_PROXIES", text))];
        DataFolder = get("OCARINA_DATA") ?? DataFolder;
        Database = get("OCARINA_DATABASE");
        HasDemo = get("OCARINA_DEMO") is not ("false" or "0" or "no");
        if (get("OCARINA_SANDBOX_PORT") is { } sandbox) SandboxPort = ReadPort("OCARINA_SANDBOX_PORT", sandbox);
        PlugIns = get("OCARINA_PLUGINS");
        Node = get("OCARINA_NODE") ?? Node;
        Zone = get("OCARINA_ZONE") ?? Zone;
        AccountName = get("OCARINA_ACCOUNT");
        AdminPassword = get("OCARINA_ADMIN_PASSWORD");
        ApiKey = get("OCARINA_API_KEY");
        MasterKey = get("OCARINA_MASTER_KEY");
        if (ApiKey is not null && (ApiKey.Length != 64 || !ApiKey.All(char.IsAsciiHexDigit)))
            throw new ServerOptionsException("OCARINA_API_KEY must be 64 hexadecimal digits");
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var at = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
        return at > 0 ? (argument[..at], argument[(at + 1)..]) : (argument, null);
    }

    private static int ReadPort(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new ServerOptionsException($"{name} must be a number from 0 to 65535");

    private static IPNetwork ReadNetwork(string name, string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new ServerOptionsException($"{name} must be an IP address or a network such as 10.0.0.0/8");
    }

    private static IPAddress ReadAddress(string name, string text) => text switch
    {
        "*" => IPAddress.Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(text, out var address) ? address : throw new ServerOptionsException($"{name} must be an IP address"),
    };
}

/// <summary>The server cannot start as asked; the message is for the person who started it.</summary>
internal sealed class ServerOptionsException(string message) : Exception(message);
