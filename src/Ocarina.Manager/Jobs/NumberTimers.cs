using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Search;

namespace Ocarina.Manager.Jobs;

/// <summary>Moves numbers whose time has come: quarantines that end, discoveries and offers that run out (numbers.md 5.7; design.md 11, timers).</summary>
/// <remarks>Any process may run it: rows are claimed piece by piece, in transactions of at most <see cref="PieceRowsMax"/> rows.</remarks>
public sealed class NumberTimers(NumberDesk desk, TimeProvider clock, ILogger<NumberTimers> logger) : BackgroundService
{
    /// <summary>Pause between two looks for due numbers.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Most rows of one transaction. Small: on SQLite buyers wait while it is written.</summary>
    public const int PieceRowsMax = 100;

    // Dates are looked through in two passes after a change of the periods: for a second or so another process may still write by the old ones.
    private const int LooksAfterChange = 2;

    private readonly SearchDatabase _searches = new(desk.Numbers.Database, clock);
    private LifecyclePolicy? _scheduledBy;
    private int _looksLeft;

    /// <summary>One pass: everything that is due now has moved when it ends.</summary>
    /// <param name="ct">Stops between two pieces.</param>
    /// <returns>How many numbers moved.</returns>
    public async Task<int> RunPassAsync(CancellationToken ct)
    {
        var (moved, now) = (0, desk.Now);
        LifecyclePolicy policy;
        do
        {
            policy = desk.Policy();
            if (_scheduledBy is not { } scheduled || scheduled.AgingExpiry != policy.AgingExpiry || scheduled.DiscoveryExpiry != policy.DiscoveryExpiry)
                (_scheduledBy, _looksLeft) = (policy, LooksAfterChange);
            if (_looksLeft > 0)
            {
                await RescheduleAsync(policy, ct);
                if (desk.Policy() != policy) continue;
                _looksLeft--;
            }

            // A long pass obeys settings that change meanwhile: the dates follow first, then what is still due moves.
            moved += await InPiecesAsync(limit => desk.Numbers.MoveDueAsync(now, limit, number => TimerRules.Decide(number, policy, now), ct), policy, ct);
        }
        while (desk.Policy() != policy);

        await InPiecesAsync(limit => desk.Numbers.ExpireOffersAsync(now, limit, ct), policy, ct);
        await InPiecesAsync(limit => _searches.ExpireAsync(now, limit, ct), policy, ct);
        await InPiecesAsync(limit => IdempotencyDatabase.ExpireAsync(desk.Numbers.Database, now, limit, ct), policy, ct);
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
            PhoneNumber? last = null;
            await InPiecesAsync(
                async limit =>
                {
                    (var rows, last) = await desk.Numbers.RescheduleAsync(state, last, limit, period, number => TimerRules.Reschedule(number, policy, now), ct);
                    return rows;
                }, policy, ct);
        }
    }

    // Until nothing is left, or the settings are other ones.
    private async Task<int> InPiecesAsync(Func<int, Task<int>> piece, LifecyclePolicy policy, CancellationToken ct)
    {
        var total = 0;
        while (desk.Policy() == policy)
        {
            var watch = Stopwatch.StartNew();
            var done = await piece(PieceRowsMax);
            total += done;
            if (done < PieceRowsMax) break;
            // As long again for everybody else: a million due numbers must not be felt by a buyer.
            await Task.Delay(watch.Elapsed, ct);
        }

        return total;
    }
}
