using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Ocarina.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Ocarina.Tests.Support;

/// <summary>One private PostgreSQL cluster for the whole test assembly, started by the first test that asks, and one fresh database for each.</summary>
/// <remarks>Binaries: the folder in PG_BIN, else the newest below /usr/lib/postgresql. Missing ones skip the test, or fail it where they must be there.</remarks>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<Cluster?>> Running = new(Cluster.StartAsync);
    private static int _databases;

    /// <summary>True where a test without PostgreSQL is a failure: in CI, or when OCARINA_REQUIRE_POSTGRES is set.</summary>
    public static bool IsRequired =>
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("OCARINA_REQUIRE_POSTGRES") is { Length: > 0 };

    /// <summary>Makes an empty database and answers its connection string. Skips the calling test when there is no PostgreSQL.</summary>
    public static async Task<string> FreshDatabaseAsync(string options = "ENCODING 'UTF8'")
    {
        if (await Running.Value is not { } cluster)
        {
            const string missing = "PostgreSQL is not installed here (set PG_BIN to the folder of its programs).";
            if (IsRequired) Assert.Fail(missing);
            Assert.Skip(missing);
            throw new UnreachableException();
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0 {options}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = name }.ConnectionString;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Running.IsValueCreated && await Running.Value is { } cluster) await cluster.StopAsync();
    }

    private sealed class Cluster(string folder, Process server, string connectionString)
    {
        internal string ConnectionString { get; } = connectionString;

        internal static async Task<Cluster?> StartAsync()
        {
            if (FindBinaries() is not { } bin) return null;
            var folder = Directory.CreateTempSubdirectory("ocarina-pg-").FullName;
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111); // initdb runs as another user and makes its own private folder below
            using (var initdb = Start($"{bin}/initdb", "-D", $"{folder}/data", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"))
            {
                await initdb.WaitForExitAsync();
                if (initdb.ExitCode != 0) throw new InvalidOperationException($"initdb ended with {initdb.ExitCode}");
            }

            var port = FreePort().ToString(CultureInfo.InvariantCulture);
            var server = Start($"{bin}/postgres", "-D", $"{folder}/data", "-p", port,
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
                "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "wal_level=logical");
            var cluster = new Cluster(folder, server, $"Host=127.0.0.1;Port={port};Username=app;Database=postgres;Timeout=5");
            await cluster.WaitUntilUpAsync();
            return cluster;
        }

        internal async Task StopAsync()
        {
            NpgsqlConnection.ClearAllPools();
            if (!server.HasExited)
            {
                using var signal = Process.Start("/bin/kill", ["-INT", server.Id.ToString(CultureInfo.InvariantCulture)]); // fast shutdown
                await server.WaitForExitAsync();
            }

            server.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        private async Task WaitUntilUpAsync()
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await using var connection = new NpgsqlConnection(ConnectionString);
                    await connection.OpenAsync();
                    return;
                }
                catch (NpgsqlException) when (attempt < 200 && !server.HasExited)
                {
                    await Task.Delay(50);
                }
            }
        }

        private static string? FindBinaries()
        {
            string[] folders = Environment.GetEnvironmentVariable("PG_BIN") is { Length: > 0 } named ? [named]
                : Directory.Exists("/usr/lib/postgresql") ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(folder => $"{folder}/bin")]
                : [];
            return folders.FirstOrDefault(folder => File.Exists($"{folder}/initdb") && File.Exists($"{folder}/postgres"));
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
            var process = Process.Start(new ProcessStartInfo(line[0], line[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            }) ?? throw new InvalidOperationException($"{program} did not start");
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
    }
}
