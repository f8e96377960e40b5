using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>One worker's turn at one order: the order as it stands, under its lease. Also the journal that the carrier's module writes to.</summary>
internal sealed class OrderTurn(OrdersDatabase orders, OrderRow row, string lease, TimeProvider clock) : IOrderNotes
{
    /// <summary>The order as last stored.</summary>
    internal OrderRow Row { get; private set; } = row;

    internal string Lease => lease;

    /// <summary>Longest pause between two questions, by the carrier's settings.</summary>
    internal TimeSpan SettleMax { get; set; } = CarrierSettings.Empty.SettleIntervalMax;

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Writes a step and goes on.</summary>
    /// <exception cref="OrderTakenException">The order is no longer this turn's.</exception>
    internal async Task KeepAsync(OrderRow row, CancellationToken ct) => await SaveAsync(new OrderSave(row, lease) { KeepsLease = true }, ct);

    /// <summary>Writes a step; a change of the number may be lost.</summary>
    /// <exception cref="OrderTakenException">The order is no longer this turn's.</exception>
    internal async Task<SaveOutcome> SaveAsync(OrderSave save, CancellationToken ct)
    {
        var outcome = await orders.SaveAsync(save, ct);
        if (outcome is SaveOutcome.LeaseLost) throw new OrderTakenException();
        if (outcome is SaveOutcome.Saved saved) Row = saved.Row;
        return outcome;
    }

    /// <inheritdoc/>
    public async Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
    {
        if (phase is not (OrderPhase.Prepared or OrderPhase.Sending))
            throw new ArgumentOutOfRangeException(nameof(phase), phase, "A module notes that nothing was spent yet, or that it is about to spend.");

        // Who has spent cannot say later that he has not.
        var isSent = phase == OrderPhase.Sending && Row.Phase == OrderPhase.Prepared;
        await KeepAsync(Row with
        {
            Phase = isSent ? OrderPhase.Sending : Row.Phase,
            SentAt = isSent ? clock.GetUtcNow() : Row.SentAt,
            Data = Row.Data with { Facts = facts },
        }, ct);
    }
}

/// <summary>The order went to another worker, or was withdrawn. Not an error: whoever sees it stops.</summary>
internal sealed class OrderTakenException : OperationCanceledException;
