using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Says what became of a purchase whose checkout may have been lost (carriers.md 5.8, recovery). Deletes a cart of the order at most.</summary>
internal sealed class VoxboneRecovery(VoxboneCall call)
{
    private readonly VoxboneCarts _carts = call.Carts();
    private readonly VoxboneOrders _orders = call.Orders();
    private readonly VoxboneDelivery _delivery = new(call);

    /// <summary>Asks.</summary>
    public async Task<CarrierOutcome> RunAsync(CancellationToken ct)
    {
        var step = VoxboneStep.Of(call.Order);
        if (step.Elsewhere(call.Settings) is { } elsewhere) return elsewhere;
        if (call.Order.Phase == OrderPhase.Done) return await _delivery.FollowUpAsync(step, ct);
        try
        {
            if (step.References.Count > 0 && await _delivery.RunAsync(step, ct) is { } known) return known;
            if (await _orders.FindAsync(step.SentAt, ct) is { Count: > 0 } found)
            {
                step = step with { References = found };
                return await _delivery.RunAsync(step, ct) ?? Unknown("The carrier lists the order as ours and as another's.");
            }

            return await NotFoundAsync(step with { References = [] }, ct);
        }
        catch (CarrierException fault) when (step.References.Count > 0)
        {
            return new CarrierOutcome.Pending(step.References[0]) { Facts = step.ToText(), IsCompensating = step.GivesBack is not null, Evidence = [$"Asking failed: {fault.Error.Name}."] };
        }
        catch (CarrierException fault)
        {
            return new CarrierOutcome.Unknown(fault.Error);
        }
    }

    private async Task<CarrierOutcome> NotFoundAsync(VoxboneStep step, CancellationToken ct)
    {
        var carts = await call.Client.CartsAsync(call.Order.Key.ToString(), ct);
        if (step.SentAt is null)
        {
            // The checkout is noted before it goes out, and it was not.
            await _carts.RemoveAllAsync(ct);
            return new CarrierOutcome.Absent { Evidence = ["The purchase ended before its checkout."] };
        }

        if (carts.Count > 0) return await StillInCartAsync(step, carts, ct);
        if (await StrangerAsync(step, ct) is { } outcome) return outcome;
        return new CarrierOutcome.Absent { Evidence = ["The carrier lists neither an order nor a cart of ours."] };
    }

    // What lies in a cart was not bought. Once lists cannot lag any more the cart goes too: from then on it can never be bought, not even by a request that is still under way.
    private async Task<CarrierOutcome> StillInCartAsync(VoxboneStep step, IReadOnlyList<VoxboneCart> carts, CancellationToken ct)
    {
        if (CannotLag(step))
            foreach (var cart in carts)
                if (await _carts.RemoveAsync(cart.Id, ct) != CartRemoval.Deleted)
                    return Unknown("The cart could not be deleted, or was bought at this moment.");

        return new CarrierOutcome.Absent { Evidence = ["The carrier lists no order of ours, and the cart is still there."] };
    }

    // Neither order nor cart: a number of the group whose order nobody's key explains may be ours.
    private async Task<CarrierOutcome?> StrangerAsync(VoxboneStep step, CancellationToken ct)
    {
        var suspects = new List<VoxboneDid>();
        if (step.Wish.E164 is { } number)
        {
            if (await call.Client.DidByNumberAsync(number, ct) is { } did) suspects.Add(did);
        }
        else if (step.Wish.GroupId is { } group)
        {
            await foreach (var did in call.Client.DidsAsync(ct, ("didGroupIds", group)))
                if (did.GroupId == group) suspects.Add(did);
        }

        if (suspects.Count == 0) return null;
        var owners = await call.Client.OrderOwnersAsync(DateTimeOffset.UnixEpoch, call.Context.Clock.GetUtcNow() + VoxboneFacts.Margin, ct);
        foreach (var did in suspects)
        {
            var owner = did.OrderReference is { } reference ? owners.GetValueOrDefault(reference) : null;
            if (owner == call.Order.Key.ToString()) return await _delivery.RunAsync(step with { References = [did.OrderReference!] }, ct); // not null where there is an owner
            // A number is sold once: what another of our orders bought, this one did not.
            if (OrderKey.TryParse(owner, out _) || (owner is not null && step.Wish.E164 is null)) continue;
            return CannotLag(step)
                ? new CarrierOutcome.NeedsOperator(new CarrierError(CarrierErrorKind.AlreadyOurs, "A number of this kind is in our account, and its order does not say for whom."))
                : Unknown("A number of this kind is in our account, and the lists may not show its order yet.");
        }

        return null;
    }

    // The engine's second look is a quarter later than its first.
    private bool CannotLag(VoxboneStep step) => call.Age(step.SentAt) is { } age && age >= call.Context.Settings.RecoverLag * 1.25;

    private static CarrierOutcome.Unknown Unknown(string detail) => new(new CarrierError(CarrierErrorKind.OutcomeUnknown, detail));
}
