using Ocarina.Core.Carriers;

namespace Ocarina.Core.Lifecycle;

/// <summary>What a carrier sold.</summary>
/// <param name="Number">The number.</param>
/// <param name="Carrier">Who sold it.</param>
/// <param name="CarrierData">What he told about it.</param>
/// <param name="State">What it was bought for: <see cref="NumberState.InService"/> or <see cref="NumberState.Reserved"/>; <see cref="NumberState.PortIn"/> when he set up a number on its way in.</param>
public sealed record Purchase(PhoneNumber Number, CarrierName Carrier, DocumentText CarrierData, NumberState State)
{
    /// <summary>What he asks; none when nobody said.</summary>
    public CarrierPrice? Cost { get; init; }
}

/// <summary>What becomes of a number that a carrier has sold (carriers.md 1.9). The order was allowed when it was made; here only the number as it now stands is looked at.</summary>
public static class PurchaseRules
{
    /// <summary>True when a bought number can be given to its buyer: nobody has it, and it is not stock of ours.</summary>
    /// <param name="current">The number's row; none when it has none.</param>
    public static bool IsFree(NumberRecord? current) => current switch
    {
        null or { State: NumberState.Discovery } => true,
        { Account: null, HeldAtCarrier: false, State: NumberState.Available or NumberState.Aging or NumberState.Released } => true,
        _ => false,
    };

    /// <summary>The number as its buyer has it; <see langword="null"/> when it is not free.</summary>
    /// <param name="current">The number's row; none when it has none.</param>
    /// <param name="purchase">What was bought.</param>
    /// <param name="request">Who bought, for whom; the target is set.</param>
    public static NumberRecord? Settle(NumberRecord? current, Purchase purchase, MoveRequest request)
    {
        if (!IsFree(current) || request.Target is not { } target) return null;

        var now = request.Now.ToStoredGrain();
        var bought = (current ?? New(purchase, now)) with
        {
            Carrier = purchase.Carrier,
            CarrierData = purchase.CarrierData,
            CarrierCost = purchase.Cost,
            HeldAtCarrier = true,
            AuthorizedBy = request.Actor.Account?.ToString() ?? "system",
        };
        if (purchase.State == NumberState.Reserved) bought = NumberLifecycle.Push(bought, target);
        return NumberLifecycle.Assign(NumberLifecycle.Enter(bought, purchase.State, request.Policy, now), target);
    }

    private static NumberRecord New(Purchase purchase, DateTimeOffset now) => new()
    {
        Number = purchase.Number,
        State = NumberState.Discovery,
        StateSince = now,
        Carrier = purchase.Carrier,
        Created = now,
        Modified = now,
    };
}
