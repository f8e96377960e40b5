using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Jobs;

/// <summary>Moves numbers whose time has come: quarantines that end, discoveries and offers that run out (numbers.md 5.7; design.md 11, timers).</summary>
/// <remarks>Any process may run it: rows are claimed piece by piece, in transactions of at most <see cref="PieceRowsMax"/> rows.</remarks>
public sealed class NumberTimers(NumberDesk desk, TimeProvider clock, ILogger<NumberTimers> logger) : BackgroundService
{
    /// <summary>Pause between two looks for due numbers.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Most rows of one transaction. Small: on SQLite buyers wait while it is written.</summary>
    public const int PieceRowsMax = 100;

    private LifecyclePolicy? _scheduledBy;

    /// <summary>One pass: everything that is due now has moved when it ends.</summary>
    /// <param name="ct">Stops between two pieces.</param>
    /// <returns>How many numbers moved.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        var policy = desk.Policy();
        if (_scheduledBy is not { } scheduled || scheduled.AgingExpiry != policy.AgingExpiry || scheduled.DiscoveryExpiry != policy.DiscoveryExpiry)
        {
            await RescheduleAsync(policy, ct);
            _scheduledBy = policy;
        }

        var now = desk.Now;
        var moved = await InPiecesAsync(limit => desk.Numbers.MoveDueAsync(now, limit, number => TimerRules.Decide(number, policy, now), ct), ct);
        await InPiecesAsync(limit => desk.Numbers.ExpireOffersAsync(now, limit, ct), ct);
        if (moved > 0) logger.NumbersMoved(moved);
        return moved;
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
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // The next pass finds the same numbers still due. Whatever it was, a cancelled statement included: an exception that left here would end the server.
                    logger.PassFailed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // A changed period moves the dates of those that wait. The database finds the few that differ; at a start there are none as a rule.
    private async Task RescheduleAsync(LifecyclePolicy policy, CancellationToken ct)
    {
        var now = desk.Now;
        foreach (var state in (NumberState[])[NumberState.Aging, NumberState.Released, NumberState.Discovery])
        {
            var period = policy.DueAt(state, DateTimeOffset.UnixEpoch) - DateTimeOffset.UnixEpoch;
            for (PhoneNumber? last = null; ;)
            {
                (var rows, last) = await desk.Numbers.RescheduleAsync(state, last, PieceRowsMax, period, number => TimerRules.Reschedule(number, policy, now), ct);
                if (rows == 0) break;
            }
        }
    }

    private static async Task<int> InPiecesAsync(Func<int, Task<int>> piece, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            var watch = Stopwatch.StartNew();
            var moved = await piece(PieceRowsMax);
            total += moved;
            if (moved < PieceRowsMax) return total;
            // As long again for everybody else: a million due numbers must not be felt by a buyer.
            await Task.Delay(watch.Elapsed, ct);
        }
    }
}
