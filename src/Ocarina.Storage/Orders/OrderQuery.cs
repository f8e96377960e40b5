using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Orders;

/// <summary>Which orders are listed, newest first.</summary>
public sealed record OrderQuery
{
    /// <summary>Orders of this account and of those below it, gone ones included; none lists all.</summary>
    public AccountId? Within { get; init; }

    /// <summary>What they want; none lists all kinds.</summary>
    public OrderKind? Kind { get; init; }

    /// <summary>How far they are; none lists all phases.</summary>
    public OrderPhase? Phase { get; init; }

    /// <summary>How they ended, or <see cref="OrderOutcome.Stranded"/>; none lists all.</summary>
    public OrderOutcome? Outcome { get; init; }

    /// <summary>True lists open orders only, false those that ended; none lists both.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>The number; none lists all.</summary>
    public PhoneNumber? Number { get; init; }

    /// <summary>The carrier; none lists all.</summary>
    public CarrierName? Carrier { get; init; }

    /// <summary>First key of the page, as <see cref="OrderPage.Next"/> said; none begins with the newest.</summary>
    public OrderKey? StartAt { get; init; }

    /// <summary>Most rows of a page. 1 or more.</summary>
    public int PageSize { get; init; } = 50;
}

/// <summary>One page of orders.</summary>
/// <param name="Rows">Newest first.</param>
/// <param name="Next">First key of the next page; none when this is the last.</param>
public sealed record OrderPage(IReadOnlyList<OrderRow> Rows, OrderKey? Next);
