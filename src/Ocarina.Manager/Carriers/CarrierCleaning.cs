using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Carriers;

/// <summary>Lets carriers clear what ended purchases left behind, such as carts (carriers.md 5.8). Each hour, in any process: clearing twice does no harm.</summary>
public sealed class CarrierCleaning(CarrierDesk desk, OrdersDatabase orders, TimeProvider clock, ILogger<CarrierCleaning> logger) : BackgroundService
{
    /// <summary>Pause between two passes; also how long an order must have ended before its remains are cleared.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>One pass over the carriers that are switched on.</summary>
    /// <returns>How many things were cleared.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        var cleared = 0;
        foreach (var carrier in desk.EnabledFor(account: null))
        {
            if (carrier is not ICarrierCleaner cleaner) continue;
            try
            {
                cleared += await cleaner.CleanUpAsync(EndedAsync, await desk.ContextForAsync(carrier, budget: null, notes: null, ct), ct);
            }
            catch (CarrierException refused)
            {
                // The next hour finds the same remains; they cost nothing.
                logger.NotCleared(carrier.Name.ToString(), refused.Error.Name);
            }
        }

        return cleared;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunPassAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // A fault of a module or of the database: an exception that left here would end the server.
                    logger.CleaningFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<IReadOnlySet<OrderKey>> EndedAsync(IReadOnlyList<OrderKey> keys, CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Interval;
        var rows = await orders.FindManyAsync(keys, ct);
        return rows.Where(row => row.Phase is OrderPhase.Done or OrderPhase.Failed or OrderPhase.Pretended && row.Modified <= before).Select(row => row.Id).ToHashSet();
    }
}
