using System.Globalization;
using System.Runtime.InteropServices;
using Ocarina.Sandbox;
using Ocarina.Sandbox.Control;

if (!CommandLine.TryRead(args, out var options, out var script, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // ends in order, not at once
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    await using var host = await SandboxHost.StartAsync(options, stop.Token);
    if (script is not null) await ControlScript.RunAsync(host.ControlAddress, script, stop.Token);
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Sandbox carriers on {host.Address.GetLeftPart(UriPartial.Authority)}, control on {host.ControlAddress.GetLeftPart(UriPartial.Authority)}"));
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

return 0;
