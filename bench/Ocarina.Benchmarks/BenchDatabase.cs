using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ocarina.Benchmarks;

/// <summary>An empty place for a database: a folder, or a PostgreSQL cluster of its own in one. Unlike those of tests it writes to the disk as in production.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly Process? _server;

    private BenchDatabase(string folder, string? connectionString, Process? server) => (Folder, ConnectionString, _server) = (folder, connectionString, server);

    public string Folder { get; }

    /// <summary>How to reach it; <see langword="null"/> for the file in the folder.</summary>
    public string? ConnectionString { get; }

    public static BenchDatabase OnSqlite() => new(Directory.CreateTempSubdirectory("ocarina-bench-").FullName, null, null);

    public static async Task<BenchDatabase> OnPostgreSqlAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-bench-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111); // initdb runs as another user
        var bin = Environment.GetEnvironmentVariable("PG_BIN") is { Length: > 0 } named ? named
            : $"{Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().First()}/bin";
        using (var initdb = Start($"{bin}/initdb", "-D", $"{folder}/pg", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"))
        {
            await initdb.WaitForExitAsync();
            if (initdb.ExitCode != 0) throw new InvalidOperationException($"initdb ended with {initdb.ExitCode}");
        }

        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var server = Start($"{bin}/postgres", "-D", $"{folder}/pg", "-p", port,
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB");
        var address = $"Host=127.0.0.1;Port={port};Username=app;Database=postgres;Timeout=5";
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address);
                await connection.OpenAsync();
                break;
            }
            catch (NpgsqlException) when (attempt < 200 && !server.HasExited)
            {
                await Task.Delay(50);
            }
        }

        return new BenchDatabase(folder, address, server);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is { HasExited: false })
        {
            using var signal = Process.Start("/bin/kill", ["-INT", _server.Id.ToString(CultureInfo.InvariantCulture)]); // fast shutdown
            await _server.WaitForExitAsync();
        }

        _server?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string program, params string[] arguments)
    {
        // PostgreSQL refuses to run as root, so root becomes the user that the package made.
        string[] line = Environment.UserName == "root"
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
