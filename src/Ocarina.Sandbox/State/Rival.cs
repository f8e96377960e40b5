using System.Collections.Concurrent;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.State;

/// <summary>Another customer, who buys what was for sale a moment ago.</summary>
internal sealed class Rival(SandboxWorld world)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _buying = new(StringComparer.Ordinal);
    private readonly DrawStream _taste = world.Draws.Stream("rival");

    /// <summary>Takes so many numbers at once, fewer when the shelf is empty; answers which.</summary>
    public IReadOnlyList<string> Take(ISandboxCarrier carrier, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && carrier.SomethingForSale(_taste) is { } number)
            if (carrier.SetStock(number, "taken")) taken.Add(number);
        return taken;
    }

    /// <summary>Takes one number after each pause until told otherwise; no pause ends it.</summary>
    public void Buy(ISandboxCarrier carrier, TimeSpan every)
    {
        if (_buying.TryRemove(carrier.Name, out var before)) before.Cancel();
        if (every == TimeSpan.Zero) return;

        var stop = CancellationTokenSource.CreateLinkedTokenSource(world.Stopping);
        _buying[carrier.Name] = stop;
        _ = BuyAsync(carrier, every, stop);
    }

    private async Task BuyAsync(ISandboxCarrier carrier, TimeSpan every, CancellationTokenSource stop)
    {
        using var held = stop;
        using var pause = new PeriodicTimer(every);
        try
        {
            while (await pause.WaitForNextTickAsync(stop.Token)) Take(carrier, 1);
        }
        catch (OperationCanceledException)
        {
            // told otherwise, or the sandbox stops
        }
    }
}
