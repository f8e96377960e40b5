using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>What callers are told of features that were refused (numbers.md 8; `http-api.md` 2.5).</summary>
internal static class FeatureErrors
{
    /// <summary>Of an order that failed.</summary>
    internal static NumberError Of(OrderRow order)
    {
        var wish = FeatureWish.Read(order.Data.Request);
        if (order.Error is OrderErrors.NotAvailable or OrderErrors.Withdrawn or OrderErrors.Superseded) return NumberErrors.NotAvailable(order.Number.ToString());
        if (order.Error == OrderErrors.Forbidden) return NumberErrors.Forbidden(wish.Feature);
        if (order is { Error: NumberErrors.NotEnoughCreditName, Account: { } payer }) return NumberErrors.NotEnoughCredit(payer, order.Data.Detail ?? wish.Feature);
        if (order.Error == NumberErrors.ServiceRestrictionName) return NumberErrors.ServiceRestriction(order.Number.ToString(), order.Data.Detail ?? wish.Feature);
        return CarrierErrorNames.TryParse(order.Error, out var kind) && kind == CarrierErrorKind.InvalidRequest
            ? Refused(wish.Feature, wish.Wanted, order.Data.Detail ?? wish.Feature)
            : NumberErrors.ByProvider(order.Carrier, OrderErrors.Reason(order) ?? order.Phase.Name());
    }

    /// <summary>Of a check; none when the settings can be set up.</summary>
    internal static NumberError? Of(FeatureCheck check, FeatureWork work) => check switch
    {
        FeatureCheck.Accepted => null,
        FeatureCheck.Invalid invalid => Refused(work.Feature, work.Wanted, invalid.Why),
        FeatureCheck.Ambiguous many => NumberErrors.MultipleChoice(work.Wanted, many.Choices),
        FeatureCheck.Failed { Error.Kind: CarrierErrorKind.NotConfigured } => NumberErrors.MissingProviderUrl(),
        // What was sent is wrong, though the provider does not say so in the words that he has for it.
        FeatureCheck.Failed { Error: { Kind: CarrierErrorKind.InvalidRequest } wrong } => Refused(work.Feature, work.Wanted, wrong.Detail ?? wrong.Name),
        FeatureCheck.Failed failed => NumberErrors.ByProvider(work.Provider, failed.Error.Detail is { } words ? $"{failed.Error.Name}: {words}" : failed.Error.Name),
        _ => throw new InvalidOperationException("The answers of a check are a closed set."),
    };

    private static NumberError Refused(string feature, DocumentText wanted, string why) =>
        feature == NumberFeatures.E911 ? NumberErrors.AddressRefused(wanted, why) : NumberErrors.Invalid(why);

}
