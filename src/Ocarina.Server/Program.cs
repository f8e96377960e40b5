using System.Data.Common;
using Ocarina.Manager.Secrets;
using Ocarina.Server.Hosting;
using Ocarina.Storage;

try
{
    var options = ServerOptions.Read(args, Environment.GetEnvironmentVariable);
    if (options.IsHelp)
    {
        Console.WriteLine(ServerOptions.Help);
        return 0;
    }

    await using var server = await ServerHost.BuildAsync(options, ServerSurroundings.Real, CancellationToken.None);
    // Before anything else can fail: the password exists now, and nobody could read it back.
    if (server.First.IsFirst) Console.WriteLine(FirstStartBanner.Of(server.First, server.Address, options));

    await server.StartAsync(CancellationToken.None);
    if (server.Sandbox is { } sandbox)
    {
        Console.WriteLine($"Sandbox carriers on {sandbox.Address}, controlled at {sandbox.ControlAddress}");
        Console.WriteLine($"Mailbox of the demo: {new Uri(sandbox.ControlAddress, "mailbox")}");
    }
    Console.WriteLine($"Ocarina listens on {server.Address} (Ctrl-C stops it)");
    await server.WaitForStopAsync(CancellationToken.None);
    return 0;
}
catch (ServerOptionsException wrong)
{
    await Console.Error.WriteLineAsync($"ocarina: {wrong.Message}");
    return 2;
}
catch (DbException broken)
{
    await Console.Error.WriteLineAsync($"ocarina: The database cannot be used: {broken.Message}");
    return 1;
}
catch (Exception refused) when (refused is StorageRefusedException or MasterKeyException or ArgumentException or IOException or UnauthorizedAccessException)
{
    // What a person can put right: another process has the file, the master key is another one, the port is taken, the folder is somebody else's.
    await Console.Error.WriteLineAsync($"ocarina: {refused.Message}");
    return 1;
}
