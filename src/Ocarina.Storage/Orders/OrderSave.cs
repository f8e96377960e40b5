using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Billing;

namespace Ocarina.Storage.Orders;

/// <summary>A step of an order, to be written under its lease: the order, and what goes with it in the same transaction.</summary>
/// <param name="Row">The order as it shall be.</param>
/// <param name="Lease">The turn that holds it.</param>
public sealed record OrderSave(OrderRow Row, string Lease)
{
    /// <summary>True when the turn goes on; false gives the lease back.</summary>
    public bool KeepsLease { get; init; }

    /// <summary>What becomes of the number.</summary>
    public NumberChange? Change { get; init; }

    /// <summary>True when the order held no number so far: then an open order of the number that <see cref="Change"/> creates makes it lose.</summary>
    public bool TakesNumber { get; init; }

    /// <summary>The version of the number rules and of the tree of accounts the change was decided under.</summary>
    public long? RulesVersion { get; init; }

    /// <summary>On what terms <see cref="Change"/> is made when it is not what was held for the order: then the hold is free again.</summary>
    public BillingTerms? Billing { get; init; }

    /// <summary>Who pays for what is held for the order, when that is charged now: his books are locked, and his months charged, before it comes to what he has.</summary>
    public BillingTerms? HoldTerms { get; init; }

    /// <summary>What is held for the order from now on, when nothing is yet: what its intent holds is the price of its whole request, and stays.</summary>
    public OrderHold? Hold { get; init; }

    /// <summary>True when the carrier took back what the order had bought: so is what it was charged for.</summary>
    public bool TakesBackCharges { get; init; }

    /// <summary>Orders that come of it. Where an open order holds their number nothing is written at all, but what is stranded goes without its number.</summary>
    public IReadOnlyList<OrderRow> More { get; init; } = [];
}

/// <summary>The price of a change that an order is about to bring, to be held until it ends. Who cannot pay it gets <see cref="SaveOutcome.Unpaid"/>, and nothing is written.</summary>
/// <param name="Before">The number as it is.</param>
/// <param name="After">The number as it will be.</param>
/// <param name="Terms">On what terms.</param>
public sealed record OrderHold(NumberRecord Before, NumberRecord After, BillingTerms Terms);

/// <summary>What became of a step. Closed.</summary>
public abstract record SaveOutcome
{
    private SaveOutcome() { }

    /// <summary>Written, and durable when this is seen.</summary>
    /// <param name="Row">The order as stored.</param>
    /// <param name="Number">The number afterwards, when it was changed.</param>
    public sealed record Saved(OrderRow Row, NumberRecord? Number) : SaveOutcome;

    /// <summary>Somebody else holds the order now, or withdrew it. Nothing was written.</summary>
    public sealed record LeaseLost : SaveOutcome;

    /// <summary>The number is not what the change was decided on. Nothing was written.</summary>
    /// <param name="Current">The number as it stands.</param>
    public sealed record NumberChanged(NumberRecord? Current) : SaveOutcome;

    /// <summary>Somebody who would have to pay for it cannot. Nothing was written.</summary>
    public sealed record Unpaid(NumberError Error) : SaveOutcome;

    /// <summary>Another open order holds the number that this order, or one that comes of it, wants to name. Nothing was written.</summary>
    public sealed record NumberHeld : SaveOutcome;
}
