using Ocarina.Core.Ledger;
using Ocarina.Manager.Billing;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>What some operations do beside changing numbers.</summary>
internal sealed record DeskExtras
{
    internal static DeskExtras None { get; } = new();

    /// <summary>Buys what a carrier has to sell first, from plans and the version of the rules. Done when the orders are written, and the credit is held; the results come when the carriers have answered.</summary>
    /// <remarks>Without it no plan to buy may come up.</remarks>
    internal Func<IReadOnlyList<NumberPlan.Buy>, long, Task<Task<IReadOnlyList<NumberResult>>>>? Buy { get; init; }

    /// <summary>Whether the caller agrees to pay; none where the operation costs nothing, or is an operator's own.</summary>
    internal ChargeConsent? Consent { get; init; }

    /// <summary>The disconnect order that goes with a change, if any.</summary>
    internal Func<NumberChange, OrderRow?>? GiveBack { get; init; }
}
