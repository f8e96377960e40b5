using Ocarina.Core;
using Ocarina.Core.Errors;

namespace Ocarina.Storage.Orders;

/// <summary>An acquire order to be written before anybody is asked.</summary>
/// <param name="Row">The order, <c>prepared</c>, with the lease of whoever will send it.</param>
/// <param name="Revision">Revision of the number's row that the purchase was decided on; 0 when it had none.</param>
public sealed record OrderIntent(OrderRow Row, long Revision)
{
    /// <summary>The number as it is when its owner has it already; none for a purchase.</summary>
    public NumberRecord? Before { get; init; }

    /// <summary>The number as it will be when the order is carried out: what it costs.</summary>
    public NumberRecord? After { get; init; }
}

/// <summary>What became of an intent. Closed.</summary>
public abstract record IntentOutcome
{
    private IntentOutcome() { }

    /// <summary>Written: the number is claimed, and only by this order.</summary>
    public sealed record Claimed(OrderRow Row) : IntentOutcome;

    /// <summary>Another open order holds the number; nothing was written.</summary>
    public sealed record Held(OrderRow By) : IntentOutcome;

    /// <summary>Somebody who would have to pay for it cannot; nothing was written.</summary>
    public sealed record Unpaid(NumberError Error) : IntentOutcome;

    /// <summary>The number is no longer what the purchase was decided on; nothing was written.</summary>
    public sealed record Changed : IntentOutcome;
}
