using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>The orders this process works on just now, each for one step, and their leases.</summary>
public sealed class OrderTurns(OrdersDatabase orders, OrderRunner runner, TimeProvider clock, ILogger<OrderTurns> logger) : IDisposable
{
    /// <summary>How long an order is held without a sign of life.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>How often a sign of life is given.</summary>
    internal static readonly TimeSpan Renewal = TimeSpan.FromSeconds(4);

    /// <summary>Most steps at a time. Calls wait for carriers most of their time; rates are the carriers' own business.</summary>
    internal const int CountMax = 64;

    // A module that never comes back holds its order no longer than this; then somebody asks what became of it.
    private static readonly TimeSpan TurnMax = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(OrderKey Id, string Lease), CancellationTokenSource> _held = [];
    private readonly SemaphoreSlim _slots = new(CountMax, CountMax);

    /// <summary>Steps that run or wait for their turn.</summary>
    internal int Count => _held.Count;

    /// <summary>A token for one claim, never used again.</summary>
    internal string NewLease() => OrderKey.New(clock).ToString();

    /// <summary>Runs one step of a claimed order. Never fails: what could not be written is repeated when the lease is over.</summary>
    internal async Task RunAsync(OrderRow row, string lease)
    {
        // An order outlives the request that made it: what it writes is no part of a call with a key, and goes on when such a call was taken over.
        using var apart = CommitMarks.Enter(null);
        using var lost = new CancellationTokenSource(TurnMax, clock);
        if (!_held.TryAdd((row.Id, lease), lost)) return;
        try
        {
            await _slots.WaitAsync(lost.Token);
            try
            {
                await runner.StepAsync(row, lease, lost.Token).WaitAsync(TurnMax + Lease, clock);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            logger.LeaseLost(row.Id.ToString());
        }
        catch (Exception e)
        {
            logger.StepFailed(row.Id.ToString(), e);
        }
        finally
        {
            _held.TryRemove((row.Id, lease), out _);
        }
    }

    /// <summary>Gives a sign of life for all of them; whoever lost his lease is told to stop.</summary>
    internal async Task RenewAsync(CancellationToken ct)
    {
        var held = _held.Where(pair => !pair.Value.IsCancellationRequested).Select(pair => pair.Key).ToList();
        if (held.Count == 0) return;
        var kept = await orders.RenewAsync(held, Lease, ct);
        foreach (var one in held.Except(kept))
        {
            // It may just have ended by itself, its lease given back with the last write.
            if (!_held.TryGetValue(one, out var lost)) continue;
            try
            {
                await lost.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // Over meanwhile.
            }
        }
    }

    /// <summary>Waits for the steps that run, for a while.</summary>
    internal async Task StopAsync(TimeSpan most)
    {
        var began = clock.GetTimestamp();
        while (!_held.IsEmpty && clock.GetElapsedTime(began) < most) await Task.Delay(TimeSpan.FromMilliseconds(50));
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();
}
