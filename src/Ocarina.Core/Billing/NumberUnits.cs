using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Core.Billing;

/// <summary>Categories of what can be charged (numbers.md 13.1).</summary>
public static class ChargeCategories
{
    /// <summary>Numbers by their classification, such as <c>did_us</c>.</summary>
    public const string PhoneNumbers = "phone_numbers";

    /// <summary>Numbers by their carrier, such as <c>knm_bandwidth2</c>.</summary>
    public const string NumberCarriers = "number_carriers";

    /// <summary>Features of numbers by their names, such as <c>e911</c>.</summary>
    public const string NumberServices = "number_services";

    /// <summary>Which messaging a plan enables: <c>sms</c> and <c>mms</c>, with <c>enabled</c>. Nothing is counted here.</summary>
    public const string Messaging = "im";

    /// <summary>What operators write on a number by hand: member <c>billing</c> of its public fields.</summary>
    public const string Billing = "billing";
}

/// <summary>What one number counts for (numbers.md 13.1). Pure.</summary>
public static class NumberUnits
{
    private const string Unclassified = "unknown";

    /// <summary>The units of a number; none when nobody owns it, or it is not in a state that costs.</summary>
    /// <param name="number">The number; <see langword="null"/> counts nothing.</param>
    /// <param name="scope">Classes, and which numbers are counted as such.</param>
    public static Quantities Of(NumberRecord? number, IBillingScope scope)
    {
        if (number?.Account is null || !IsCounted(number.State)) return Quantities.None;
        var own = number.PublicFields.ToObject();

        List<KeyValuePair<ChargeItem, long>> units = [One(ChargeCategories.NumberCarriers, number.Carrier.KazooName)];
        var isLocal = false;
        foreach (var (feature, _) in number.Features.ToObject())
        {
            isLocal |= feature == NumberFeatures.Local;
            units.Add(One(ChargeCategories.NumberServices, feature));
        }

        // Modules are not asked one by one: a bill counts a hundred thousand numbers. Those that the product does not know are billable.
        if (scope.CountsByCarrier ? CarrierCatalogue.Find(number.Carrier) is not { IsBillable: false } : !isLocal)
            units.Add(One(ChargeCategories.PhoneNumbers, scope.ClassOf(number.Number) ?? Unclassified));
        if (own[PublicFields.Billing] is JsonObject byHand)
            foreach (var (item, count) in byHand)
                if (count is JsonValue value && value.TryGetValue<int>(out var some) && some > 0) units.Add(KeyValuePair.Create(new ChargeItem(ChargeCategories.Billing, item), (long)some));
        return Quantities.Of(units);
    }

    private static bool IsCounted(NumberState state) =>
        state is not (NumberState.Discovery or NumberState.Available or NumberState.Aging or NumberState.Released or NumberState.Deleted);

    private static KeyValuePair<ChargeItem, long> One(string category, string item) => KeyValuePair.Create(new ChargeItem(category, item), 1L);
}
