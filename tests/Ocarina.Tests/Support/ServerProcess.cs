using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ocarina.Storage;
using Ocarina.Tests.Architecture;

namespace Ocarina.Tests.Support;

/// <summary>The real server of this build as a process of its own, on a fresh database, which can be killed and started again on the same data.</summary>
/// <remarks>
/// Nothing of it outlives the test: disposing ends it by its process id, and a watchdog that holds nothing but a pipe to the test
/// ends it when the test program itself is gone, however that went.
/// </remarks>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>API key of the master account.</summary>
    public const string ApiKey = "00000000000000000000000000000000000000000000000000000000000000aa";

    /// <summary>Password of the user <c>admin</c>.</summary>
    public const string AdminPassword = "correct horse battery staple";

    private const int PortTries = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-server-").FullName;
    private readonly string? _database;
    private readonly IReadOnlyList<string> _options;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _server;
    private Process? _watchdog;

    private ServerProcess(string? database, IReadOnlyList<string> options) => (_database, _options) = (database, options);

    /// <summary>Where it answers; the same after a restart.</summary>
    public Uri Address { get; private set; } = null!; // set before anybody sees the object

    /// <summary>A client without a bound on its connections.</summary>
    public HttpClient Client { get; private set; } = null!; // as above

    /// <summary>The database below it, for whoever looks at rows past the server.</summary>
    public string ConnectionString => _database ?? $"Data Source={_folder}/data/ocarina.db";

    /// <summary>True when the data lies in a file.</summary>
    public bool IsSqlite => _database is null;

    /// <summary>The last lines it wrote.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a server on an empty database and waits until it answers. Skips the calling test when the engine is missing.</summary>
    /// <param name="kind">Which engine.</param>
    /// <param name="options">More options on its command line.</param>
    public static async Task<ServerProcess> StartAsync(DatabaseKind kind, params IReadOnlyList<string> options)
    {
        var server = new ServerProcess(kind == DatabaseKind.PostgreSql ? await PostgresFixture.FreshDatabaseAsync() : null, options);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                server.Choose(FreePort());
                try
                {
                    await server.StartAsync();
                    return server;
                }
                catch (InvalidOperationException) when (attempt < PortTries && server.Output.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
                {
                    // Somebody took the port in between.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _output.Clear();
        _server = Process.Start(Settings()) ?? throw new InvalidOperationException("The server did not start.");
        _server.OutputDataReceived += (_, line) => Keep(line.Data);
        _server.ErrorDataReceived += (_, line) => Keep(line.Data);
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        _watchdog = Watch(_server.Id);

        var watch = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_server.HasExited)
            {
                await _server.WaitForExitAsync();
                throw new InvalidOperationException($"The server ended with {_server.ExitCode}:\n{Output}");
            }

            if (watch.Elapsed > Patience.Max) throw new InvalidOperationException($"The server does not answer:\n{Output}");
            await Task.Delay(10);
        }
    }

    /// <summary>Ends the process as a power cut would: kill -9.</summary>
    public async Task KillAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited) _server.Kill(); // SIGKILL
        await _server.WaitForExitAsync();
        await LetGoAsync();
    }

    /// <summary>Ends the process as Ctrl-C does.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var server = _server ?? throw new InvalidOperationException("The server does not run.");
        var watch = Stopwatch.StartNew();
        using (var signal = Process.Start("/bin/kill", ["-INT", server.Id.ToString(CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Patience.Max);
        await server.WaitForExitAsync(limit.Token);
        var elapsed = watch.Elapsed;
        await LetGoAsync();
        return elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Client?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Choose(int port)
    {
        Client?.Dispose();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = Patience.Max };
    }

    private ProcessStartInfo Settings()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        string[] arguments = [ServerDll(), "--port", Address.Port.ToString(CultureInfo.InvariantCulture), "--data", $"{_folder}/data", "--no-demo", .. _options];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("OCARINA_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["OCARINA_API_KEY"] = ApiKey;
        start.Environment["OCARINA_ADMIN_PASSWORD"] = AdminPassword;
        start.Environment["DOTNET_TieredPGO"] = "0"; // a server that lives for seconds only pays for it
        if (_database is not null) start.Environment["OCARINA_DATABASE"] = _database;
        return start;
    }

    // The server's own output folder, of the same configuration as these tests.
    private static string ServerDll()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = Path.Combine(Repository.Root, "src", "Ocarina.Server", "bin", own.Parent?.Name ?? "Debug", own.Name, "Ocarina.Server.dll");
        return File.Exists(file) ? file : throw new InvalidOperationException($"{file} is not built.");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri("/v2", UriKind.Relative));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        if (_output.Count > 200) _output.TryDequeue(out _);
    }

    // Waits for a word that never comes: the end of the pipe is the end of the test program.
    private static Process Watch(int id)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", "read word || kill -9 \"$1\"", "sh", id.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The watchdog did not start.");
    }

    private async Task LetGoAsync()
    {
        if (_watchdog is not null)
        {
            await _watchdog.StandardInput.WriteLineAsync("done");
            _watchdog.StandardInput.Close();
            await _watchdog.WaitForExitAsync();
            _watchdog.Dispose();
        }

        _server?.Dispose();
        (_server, _watchdog) = (null, null);
    }

    // Below the range from which the system gives ports to clients, so that it is still free after a restart.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: try another
            }
        }
    }
}
