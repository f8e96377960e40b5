using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What the reply to a checkout proves.</summary>
internal enum CheckoutVerdict
{
    /// <summary>An order was placed.</summary>
    Placed,

    /// <summary>Nothing was placed, and the carrier said why.</summary>
    Refused,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>Nothing is proven.</summary>
    Unknown,
}

/// <summary>Reads the reply to a checkout (the table of carriers.md 5.8).</summary>
internal static class VoxboneVerdict
{
    /// <summary>What a reply proves, the references of what was placed, and what is wrong.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="error">What it says is wrong; none when nothing.</param>
    /// <param name="evidence">Gets what a person should know.</param>
    public static (CheckoutVerdict Verdict, IReadOnlyList<string> References, CarrierError Error) Of(CarrierReply reply, CarrierError? error, List<string> evidence)
    {
        var unknown = new CarrierError(CarrierErrorKind.OutcomeUnknown, error?.Detail ?? "The reply to the checkout says nothing.", error?.Code);
        if (error?.Kind == CarrierErrorKind.RateLimited) return (CheckoutVerdict.Throttled, [], error);
        if (reply.Status is < 200 or (>= 300 and <= 399) or 408 or >= 500) return (CheckoutVerdict.Unknown, [], unknown);
        if (TryRead(reply) is not { } root) // 401 and 403 are refusals by themselves; anything else without a body of the carrier may come from in between
            return reply.Status is 401 or 403 ? (CheckoutVerdict.Refused, [], error ?? unknown) : (CheckoutVerdict.Unknown, [], unknown);

        if (!reply.IsSuccess)
        {
            // The cart that was there a moment ago is gone: somebody bought it, perhaps we.
            var isProof = error is not null && !VoxboneErrors.IsCartGone(VoxboneErrors.CodeOf(error));
            return isProof ? (CheckoutVerdict.Refused, [], error!) : (CheckoutVerdict.Unknown, [], unknown); // not null where it is proof
        }

        var checkout = VoxboneCheckout.Read(root);
        evidence.AddRange(checkout.Entries.Where(entry => !entry.IsOfNumbers).Select(entry => $"The checkout names a product that was not in the cart: {entry.Type}."));
        if (checkout.References is { Count: > 0 } references)
        {
            if (checkout.Status != "SUCCESS") evidence.Add($"The checkout answered {checkout.Status}.");
            return (CheckoutVerdict.Placed, references, unknown);
        }

        var isRefused = checkout.IsRefused || error is not null && VoxboneErrors.IsOfOrdering(VoxboneErrors.CodeOf(error));
        return isRefused
            ? (CheckoutVerdict.Refused, [], (error ?? new CarrierError(CarrierErrorKind.InvalidRequest)) with { Detail = checkout.Message ?? error?.Detail ?? "The checkout answered ERROR." })
            : (CheckoutVerdict.Unknown, [], unknown with { Detail = checkout.Message ?? unknown.Detail });
    }

    private static System.Text.Json.JsonElement? TryRead(CarrierReply reply)
    {
        try
        {
            return CarrierJson.Parse(reply) is { ValueKind: System.Text.Json.JsonValueKind.Object } root ? root : null;
        }
        catch (CarrierException)
        {
            return null;
        }
    }
}
