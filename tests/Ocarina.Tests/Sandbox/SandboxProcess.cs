using System.Diagnostics;
using System.Globalization;
using Ocarina.Tests.Architecture;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Sandbox;

/// <summary>The sandbox as a process of its own, which can be killed and started again on the same ledger.</summary>
/// <remarks>Nothing of it outlives the test: a watchdog that holds a pipe to the test program ends it when that is gone.</remarks>
internal sealed class SandboxProcess : IAsyncDisposable
{

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _arguments;
    private Process? _process;
    private Process? _watchdog;

    private SandboxProcess(string[] arguments) => _arguments = arguments;

    /// <summary>Root of the carriers. The same after a restart.</summary>
    public Uri Address { get; private set; } = null!; // set before anybody sees the object

    /// <summary>Root of the control interface. The same after a restart.</summary>
    public Uri ControlAddress { get; private set; } = null!; // as above

    /// <summary>Its ledger file.</summary>
    public string LedgerFile => Path.Combine(_folder.Path, "ledger.jsonl");

    /// <summary>Starts it on an empty ledger, with more words of its command line if any.</summary>
    public static async Task<SandboxProcess> StartAsync(params string[] arguments)
    {
        var sandbox = new SandboxProcess(arguments);
        try
        {
            await sandbox.StartAgainAsync();
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the ledger it left behind, and waits until it says that it is ready.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (var argument in (string[])[Dll(), "--data", _folder.Path, .. Ports(), .. _arguments]) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // a killed process leaves its sockets behind
        _process = Process.Start(start) ?? throw new InvalidOperationException("The sandbox did not start.");
        _watchdog = Watch(_process.Id);
        using var limit = new CancellationTokenSource(Patience.Max);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        var words = line?.Split(' ', ',') ?? [];
        var addresses = words.Where(word => word.StartsWith("http", StringComparison.Ordinal)).ToList();
        if (addresses.Count != 2) throw new InvalidOperationException($"The sandbox says: {line} {await _process.StandardError.ReadToEndAsync(limit.Token)}");
        (Address, ControlAddress) = (new Uri(addresses[0]), new Uri(addresses[1]));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(); // SIGKILL
        await LetGoAsync();
    }

    /// <summary>SIGTERM; answers the exit code.</summary>
    public async Task<int> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("The sandbox does not run.");
        using (var signal = Process.Start("/bin/kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Patience.Max);
        await process.WaitForExitAsync(limit.Token);
        var code = process.ExitCode;
        await LetGoAsync();
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private string[] Ports() => Address is null ? [] :
    [
        "--port", Address.Port.ToString(CultureInfo.InvariantCulture), "--control-port", ControlAddress.Port.ToString(CultureInfo.InvariantCulture),
    ];

    private async Task LetGoAsync()
    {
        if (_process is not null) await _process.WaitForExitAsync();
        _process?.Dispose();
        if (_watchdog is not null)
        {
            await _watchdog.StandardInput.WriteLineAsync("done");
            _watchdog.StandardInput.Close();
            await _watchdog.WaitForExitAsync();
            _watchdog.Dispose();
        }

        (_process, _watchdog) = (null, null);
    }

    // The sandbox's own output folder, of the same configuration as these tests.
    private static string Dll()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = Path.Combine(Repository.Root, "src", "Ocarina.Sandbox", "bin", own.Parent?.Name ?? "Debug", own.Name, "Ocarina.Sandbox.dll");
        return File.Exists(file) ? file : throw new InvalidOperationException($"{file} is not built.");
    }

    // Waits for a word that never comes: the end of the pipe is the end of the test program.
    private static Process Watch(int id)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", "read word || kill -9 \"$1\"", "sh", id.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("The watchdog did not start.");
    }
}
