using System.Collections.Concurrent;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>The sandbox as a process: what it has said it sold, it has sold, whatever happens to it.</summary>
public sealed class SandboxKillTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Every_acknowledged_sale_is_in_the_ledger_after_kill_9()
    {
        await using var sandbox = await SandboxProcess.StartAsync("--seed", "3");
        var acknowledged = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        for (var round = 0; round < 3; round++)
        {
            using var client = SandboxLab.NewClient(sandbox.Address);
            var numbers = (await new BandwidthTalk(client).SearchAsync(round switch { 0 => "415", 1 => "919", _ => "604" }, 60)).Numbers;
            var enough = new TaskCompletionSource();
            var count = 0;
            var buying = numbers.Select((number, at) => (number, reference: $"r{round}-{at}")).Chunk(8).Select(async share =>
            {
                foreach (var (number, reference) in share)
                {
                    try
                    {
                        var reply = await new BandwidthTalk(client).OrderAsync(number.Id, reference);
                        if (reply.Outcome == "success") acknowledged["+1" + number.TenDigit] = reference;
                        if (Interlocked.Increment(ref count) == numbers.Count / 2) enough.TrySetResult();
                    }
                    catch (HttpRequestException)
                    {
                        return; // killed
                    }
                }
            }).ToList();

            await enough.Task;
            await sandbox.KillAsync();
            await Task.WhenAll(buying);
            await sandbox.StartAgainAsync();

            using var control = SandboxLab.NewClient(sandbox.ControlAddress);
            var held = SandboxLab.Held(await SandboxLab.AskAsync(control, "/ledger"), "held");
            Assert.Empty(acknowledged.Select(sale => ("bandwidth", sale.Key, (string?)sale.Value)).Except(held));
            Assert.Equal(held.Count, held.DistinctBy(entry => entry.Number).Count());
        }
    }

    [Fact]
    public async Task Sigterm_ends_it_with_0_and_a_late_reply_does_not_hold_it_up()
    {
        await using var sandbox = await SandboxProcess.StartAsync();
        using var client = SandboxLab.NewClient(sandbox.Address);
        var talk = new BandwidthTalk(client);
        var wanted = (await talk.SearchAsync("415", 1)).Numbers[0];
        talk.Headers["X-Sandbox-Fault"] = "book_then_delay";
        var late = talk.OrderAsync(wanted.Id, "late");
        using var control = SandboxLab.NewClient(sandbox.ControlAddress);
        while (!SandboxLab.Held(await SandboxLab.AskAsync(control, "/ledger"), "held").Any(entry => entry.Reference == "late")) await Task.Yield();

        Assert.Equal(0, await sandbox.StopAsync());

        await Assert.ThrowsAsync<HttpRequestException>(() => late);
        Assert.Contains("late", await File.ReadAllTextAsync(sandbox.LedgerFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_is_played_before_the_sandbox_says_it_is_ready()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "script");
        await File.WriteAllTextAsync(script, "# trouble ahead\nPOST /faults {\"carrier\":\"bandwidth\",\"action\":\"status\",\"status\":503}\nPOST /clock {\"freeze\":true}\n", TestContext.Current.CancellationToken);

        await using var sandbox = await SandboxProcess.StartAsync("--script", script);

        using var client = SandboxLab.NewClient(sandbox.Address);
        Assert.Equal(503, (int)(await new BandwidthTalk(client).SearchAsync("415")).Status);
    }
}
