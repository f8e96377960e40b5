using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Waits for orders to end: told by this process, and looking now and then, for another process may have them.</summary>
public sealed class OrderWatch(OrdersDatabase orders, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private event Action<OrderRow>? Told;

    /// <summary>Says how an order stands now.</summary>
    internal void Tell(OrderRow row) => Told?.Invoke(row);

    /// <summary>Waits until nothing more is to be expected soon of any of the orders, or the time is up.</summary>
    /// <param name="ids">The orders.</param>
    /// <param name="most">Longest wait.</param>
    /// <param name="ct">Ends the waiting; the orders go on.</param>
    /// <returns>The orders as they stand.</returns>
    internal async Task<IReadOnlyDictionary<OrderKey, OrderRow>> WaitAsync(IReadOnlyCollection<OrderKey> ids, TimeSpan most, CancellationToken ct)
    {
        var rows = new Dictionary<OrderKey, OrderRow>();
        var gate = new Lock();
        var open = ids.ToHashSet();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var time = new CancellationTokenSource(most, clock);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(time.Token, ct);
        Told += Hear;
        try
        {
            while (true)
            {
                foreach (var row in await orders.FindManyAsync(Open(), ct)) Hear(row);
                if (over.Task.IsCompleted || time.IsCancellationRequested) break;
                await Task.WhenAny(over.Task, Task.Delay(LookEvery, clock, done.Token));
                ct.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Told -= Hear;
        }

        lock (gate) return rows;

        List<OrderKey> Open()
        {
            lock (gate) return [.. open];
        }

        void Hear(OrderRow row)
        {
            lock (gate)
            {
                if (!open.Contains(row.Id)) return;
                rows[row.Id] = row;
                if (IsOver(row)) open.Remove(row.Id);
                if (open.Count == 0) over.TrySetResult();
            }
        }
    }

    /// <summary>True when waiting longer makes no sense: ended, or with a person.</summary>
    internal static bool IsOver(OrderRow row) => !row.IsOpen || row.Phase == OrderPhase.NeedsOperator;
}
