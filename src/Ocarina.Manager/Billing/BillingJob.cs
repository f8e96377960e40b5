using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Billing;

/// <summary>Charges each month that begins, and looks once a day whether what is held and what is charged agree. In any process: a month is charged once.</summary>
public sealed class BillingJob(BillingDatabase billing, ChargeCheck check, NumberDesk desk, TimeProvider clock, ILogger<BillingJob> logger) : BackgroundService
{
    /// <summary>Pause between two looks for months that have begun.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromDays(1);
    private DateTimeOffset _checked;

    /// <summary>Charges the months that have begun.</summary>
    /// <returns>How many, over all accounts.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        var months = 0;
        foreach (var (account, until) in await billing.BilledAsync(ct))
        {
            // An account that was deleted holds nothing, and agreed to nothing more.
            if (until >= ChargeRow.MonthOf(clock.GetUtcNow()) || desk.Tree.Find(account) is null) continue;
            try
            {
                months += await billing.ChargeMonthsAsync(account, desk.BillingScope, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // One account's books hold up nobody else's.
                logger.MonthNotCharged(account.ToString(), e);
            }
        }

        return months;
    }

    /// <summary>Compares, and logs each difference as an error.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        foreach (var found in await check.OfAllAsync(ct))
            logger.ChargesDiffer(found.Payer.ToString(), found.Item.Category, found.Item.Item, found.Held, found.Charged);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                try
                {
                    await RunPassAsync(stoppingToken);
                    if (clock.GetUtcNow() - _checked < CheckInterval) continue;
                    await CheckAsync(stoppingToken);
                    _checked = clock.GetUtcNow();
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // The next pass finds the same months. An exception that left here would end the server.
                    logger.BillingFailed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
