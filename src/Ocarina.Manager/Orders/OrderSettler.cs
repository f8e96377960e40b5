using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Manager.Jobs;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Goes on with every open order that nobody works on: at start and always, in any process (carriers.md 1.9 rule 4).</summary>
public sealed class OrderSettler(OrdersDatabase orders, OrderTurns turns, TimeProvider clock, ILogger<OrderSettler> logger) : BackgroundService
{
    /// <summary>Pause between two looks for due orders.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // Within the time the host gives to all of us. Who does not come back by then is asked about by the next process.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(2);

    /// <summary>One pass: each order that is due now has made one step when it ends.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        var steps = await StartAsync(turns, ct);
        await Task.WhenAll(steps);
        return steps.Count;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await turns.StopAsync(StopMax);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(Interval, ct => StartAsync(turns, ct), stoppingToken),
        EveryAsync(OrderTurns.Renewal, turns.RenewAsync, stoppingToken));

    private async Task<List<Task>> StartAsync(OrderTurns turns, CancellationToken ct)
    {
        var lease = turns.NewLease();
        return [.. (await orders.ClaimDueAsync(lease, OrderTurns.Lease, OrderTurns.CountMax, turns.Busy, ct)).Select(row => turns.RunAsync(row, lease))];
    }

    private Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> pass, CancellationToken ct) => Repeating.EveryAsync(interval, clock, pass, logger.SettlerFailed, ct);
}
