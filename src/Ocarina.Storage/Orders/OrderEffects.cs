using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Storage.Billing;

namespace Ocarina.Storage.Orders;

/// <summary>What changes of numbers mean for orders at carriers and for what accounts owe, in the transaction of the changes.</summary>
public sealed record OrderEffects
{
    /// <summary>No orders are looked at.</summary>
    public static OrderEffects None { get; } = new();

    /// <summary>
    /// Numbers that come to life or leave stock. An open order holds such a number, and its change is lost; but a disconnect order that was not sent yet is withdrawn,
    /// and one that lies stranded is settled, when the number stays with the order's carrier.
    /// </summary>
    public IReadOnlySet<PhoneNumber> Taken { get; init; } = FrozenSet<PhoneNumber>.Empty;

    /// <summary>Disconnect orders to write with the changes of their numbers. Left out where the number's change is lost, or an open order holds the number.</summary>
    public IReadOnlyList<OrderRow> Disconnects { get; init; } = [];

    /// <summary>Orders at providers of features to write with the changes of their numbers. Left out where the number's change is lost.</summary>
    public IReadOnlyList<OrderRow> Features { get; init; } = [];

    /// <summary>On what terms they are made; none where nothing is billed.</summary>
    public BillingTerms? Billing { get; init; }
}
