using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Buys one number: cart, product, a look at both, checkout (carriers.md 5.8). Only the checkout spends money, and it is sent once.</summary>
internal sealed class VoxbonePurchase(VoxboneCall call)
{
    private readonly VoxboneCarts _carts = call.Carts();
    private readonly VoxboneOrders _orders = call.Orders();
    private readonly List<string> _evidence = [];

    /// <summary>Runs up to the carrier's word; carrying out is waited for by the engine.</summary>
    public async Task<CarrierOutcome> RunAsync(CancellationToken ct)
    {
        var step = VoxboneStep.Of(call.Order);
        if (step.References.Count > 0) return await TakeAsync(step, ct);

        if (step.SentAt is not null && await PlacedAsync(step, ct) is { } known) return known;

        string? cart = null;
        var mayHaveCart = step.HasCart;
        try
        {
            var check = new VoxboneCheck(call, _evidence);
            if (await check.BoughtBeforeAsync(step.Wish, ct) is { } ours) return ours;
            step = new VoxboneStep(await check.RunAsync(step.Wish, ct)) { HasCart = true, Environment = call.Settings.Environment, Account = call.Settings.Account };

            // A cart of ours exists only after this note, so it is looked for only where the note is.
            if (mayHaveCart) await _carts.RemoveAllAsync(ct);
            await call.Context.Notes.NoteAsync(OrderPhase.Prepared, step.ToText(), ct);
            mayHaveCart = true;
            cart = await _carts.CreateAsync(ct);
            await _carts.FillAsync(cart, step.Wish, ct);
        }
        catch (CarrierException fault)
        {
            return await RefuseAsync(cart, mayHaveCart, fault.Error, ct);
        }

        step = step with { Cart = cart, SentAt = call.Context.Clock.GetUtcNow() };
        await call.Context.Notes.NoteAsync(OrderPhase.Sending, step.ToText(), ct);
        return await CheckoutAsync(step, cart, ct);
    }

    // A checkout of this order went out before and was answered "too many requests": it may have been placed all the same.
    private async Task<CarrierOutcome?> PlacedAsync(VoxboneStep step, CancellationToken ct)
    {
        try
        {
            return await _orders.FindAsync(step.SentAt, ct) is { Count: > 0 } placed ? await TakeAsync(step with { References = placed }, ct) : null;
        }
        catch (CarrierException fault)
        {
            return Unknown(fault.Error with { Kind = CarrierErrorKind.OutcomeUnknown });
        }
    }

    private async Task<CarrierOutcome> CheckoutAsync(VoxboneStep step, string cart, CancellationToken ct)
    {
        CarrierReply reply;
        try
        {
            reply = await call.Client.CheckoutAsync(cart);
        }
        catch (CarrierException fault) when (fault.Error.Kind == CarrierErrorKind.OutcomeUnknown)
        {
            // The cart stays: whether it is still there is the best witness of what happened.
            return Unknown(fault.Error);
        }
        catch (CarrierException fault)
        {
            return await RefuseAsync(cart, true, fault.Error, CancellationToken.None); // not a byte was sent
        }

        var (verdict, references, error) = VoxboneVerdict.Of(reply, call.Client.ErrorOf(reply), _evidence);
        switch (verdict)
        {
            case CheckoutVerdict.Placed:
                step = step with { References = references };
                await call.Context.Notes.NoteAsync(OrderPhase.Sending, step.ToText(), CancellationToken.None); // the reference first, before anything else
                return await TakeAsync(step, ct);
            case CheckoutVerdict.Refused:
                return await RefuseAsync(cart, true, VoxboneErrors.ForPurchase(error), CancellationToken.None);
            case CheckoutVerdict.Throttled:
                return await ThrottledAsync(step, cart, error, ct);
            default:
                return Unknown(error);
        }
    }

    // Nothing was ordered, says the carrier. It is asked, and the deletion of the cart proves it; then the engine comes again when the limit allows, with a new cart.
    private async Task<CarrierOutcome> ThrottledAsync(VoxboneStep step, string cart, CarrierError error, CancellationToken ct)
    {
        try
        {
            if (await _orders.FindAsync(step.SentAt, ct) is { Count: > 0 } placed) return await TakeAsync(step with { References = placed }, ct);
            if (await _carts.RemoveAsync(cart, ct) == CartRemoval.Deleted) return new CarrierOutcome.Refused(error) { Evidence = _evidence };
        }
        catch (CarrierException)
        {
            // Then it is not known, and asked later.
        }

        return Unknown(error with { Kind = CarrierErrorKind.OutcomeUnknown });
    }

    private async Task<CarrierOutcome> RefuseAsync(string? cart, bool mayHaveCart, CarrierError error, CancellationToken ct)
    {
        try
        {
            var isClean = !mayHaveCart || (cart is null ? await _carts.RemoveAllAsync(ct) : await _carts.RemoveAsync(cart, ct) != CartRemoval.Failed);
            if (!isClean) _evidence.Add("A cart could not be deleted; it holds nothing that was paid.");
        }
        catch (CarrierException)
        {
            _evidence.Add("A cart may be left; it holds nothing that was paid.");
        }

        // No checkout was sent or taken: whatever was lost before it, nothing was bought.
        return new CarrierOutcome.Refused(error.Kind == CarrierErrorKind.OutcomeUnknown ? error with { Kind = CarrierErrorKind.CarrierFault } : error) { Evidence = _evidence };
    }

    private async Task<CarrierOutcome> TakeAsync(VoxboneStep step, CancellationToken ct)
    {
        try
        {
            var outcome = await new VoxboneDelivery(call).RunAsync(step, ct)
                ?? new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, "The order that the carrier named is not ours."));
            return outcome with { Evidence = [.. _evidence, .. outcome.Evidence] };
        }
        catch (CarrierException)
        {
            return new CarrierOutcome.Pending(step.References[0]) { Facts = step.ToText(), Evidence = _evidence };
        }
    }

    private CarrierOutcome.Unknown Unknown(CarrierError error) => new(error) { Evidence = _evidence };
}
