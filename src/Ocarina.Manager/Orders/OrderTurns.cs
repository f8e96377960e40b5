using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
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

    /// <summary>Most steps of one carrier at a time. Calls wait for carriers most of their time; rates are the carriers' own business. One that hangs fills no slot of another.</summary>
    internal const int CountMax = 64;

    // Twice before the lease is over.
    private static readonly TimeSpan RenewalMax = (Lease - Renewal) / 2;

    // A module that never comes back holds its order no longer than this; then somebody asks what became of it.
    private static readonly TimeSpan TurnMax = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(OrderKey Id, string Lease), Held> _held = [];
    private readonly ConcurrentDictionary<CarrierName, SemaphoreSlim> _slots = [];

    /// <summary>Steps that run or wait for their turn.</summary>
    internal int Count => _held.Count;

    /// <summary>Carriers with as many steps running or waiting as may run.</summary>
    internal IReadOnlyList<CarrierName> Busy =>
        [.. _held.Values.CountBy(held => held.Carrier).Where(count => count.Value >= CountMax).Select(count => count.Key)];

    /// <summary>A token for one claim, never used again.</summary>
    internal string NewLease() => OrderKey.New(clock).ToString();

    /// <summary>Runs one step of a claimed order. Never fails: what could not be written is repeated when the lease is over.</summary>
    internal async Task RunAsync(OrderRow row, string lease)
    {
        // An order outlives the request that made it: what it writes is no part of a call with a key, and goes on when such a call was taken over.
        using var apart = CommitMarks.Enter(null);
        using var lost = new CancellationTokenSource(TurnMax, clock);
        if (!_held.TryAdd((row.Id, lease), new Held(row.Carrier, lost) { KeptAt = clock.GetTimestamp() })) return;
        try
        {
            var slots = _slots.GetOrAdd(row.Carrier, _ => new SemaphoreSlim(CountMax, CountMax));
            await slots.WaitAsync(lost.Token);
            try
            {
                await runner.StepAsync(row, lease, lost.Token).WaitAsync(TurnMax + Lease, clock);
            }
            finally
            {
                slots.Release();
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
        var held = _held.Where(pair => !pair.Value.Lost.IsCancellationRequested).ToList();
        if (held.Count == 0) return;
        var asked = clock.GetTimestamp();
        try
        {
            using var most = new CancellationTokenSource(RenewalMax, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, most.Token);
            var kept = await orders.RenewAsync([.. held.Select(pair => pair.Key)], Lease, either.Token);
            foreach (var (key, turn) in held)
                if (kept.Contains(key)) turn.KeptAt = asked;
                // It may just have ended by itself, its lease given back with the last write.
                else if (_held.ContainsKey(key)) await turn.EndAsync();
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Whoever cannot say that he lives is taken for dead by others: he stops before they begin.
            foreach (var (_, turn) in held)
                if (clock.GetElapsedTime(turn.KeptAt) >= Lease - Renewal) await turn.EndAsync();
            throw;
        }
    }

    /// <summary>Waits for the steps that run, for a while.</summary>
    internal async Task StopAsync(TimeSpan most)
    {
        var began = clock.GetTimestamp();
        while (!_held.IsEmpty && clock.GetElapsedTime(began) < most) await Task.Delay(TimeSpan.FromMilliseconds(50));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slots in _slots.Values) slots.Dispose();
    }

    private sealed class Held(CarrierName carrier, CancellationTokenSource lost)
    {
        public CarrierName Carrier => carrier;

        public CancellationTokenSource Lost => lost;

        /// <summary>Timestamp of the last sign of life.</summary>
        public long KeptAt { get; set; }

        public async Task EndAsync()
        {
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
}
