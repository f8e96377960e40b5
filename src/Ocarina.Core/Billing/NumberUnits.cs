using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
    /// <summary>The units of a number; none when nobody owns it, or it is not in a state that costs.</summary>
    /// <param name="number">The number; <see langword="null"/> counts nothing.</param>
    /// <param name="scope">Classes, and which numbers are counted as such.</param>
    public static Quantities Of(NumberRecord? number, IBillingScope scope)
    {
        var count = new UnitCount(scope);
        count.Add(number);
        return count.ToQuantities();
    }

    /// <summary>True in the states that cost its owner something.</summary>
    public static bool IsCounted(NumberState state) =>
        state is not (NumberState.Discovery or NumberState.Available or NumberState.Aging or NumberState.Released or NumberState.Deleted);
}

/// <summary>Adds up what many numbers count for: a bill counts a hundred thousand of them while a buyer waits. Not safe to share.</summary>
/// <param name="scope">Classes, and which numbers are counted as such.</param>
public sealed class UnitCount(IBillingScope scope)
{
    private const string Unclassified = "unknown";
    private const int KnownMax = 1000;

    private readonly Dictionary<ChargeItem, long> _counts = [];
    private readonly Dictionary<CarrierName, ChargeItem> _carriers = [];
    private readonly Dictionary<string, ChargeItem> _classes = new(StringComparer.Ordinal);

    // Most numbers have the same few features without settings of their own.
    private readonly Dictionary<DocumentText, ImmutableArray<ChargeItem>> _features = [];

    /// <summary>Adds a number; one that nobody owns, or is not in a state that costs, counts nothing.</summary>
    public void Add(NumberRecord? number)
    {
        if (number?.Account is null || !NumberUnits.IsCounted(number.State)) return;
        Add(number.Number, number.Carrier, number.Features, number.PublicFields);
    }

    /// <summary>Adds a number that is owned and in a state that costs.</summary>
    /// <param name="number">The number.</param>
    /// <param name="carrier">Who provides it.</param>
    /// <param name="features">Its features.</param>
    /// <param name="fields">Its public fields; only <see cref="PublicFields.Billing"/> is looked at.</param>
    public void Add(PhoneNumber number, CarrierName carrier, DocumentText features, DocumentText fields)
    {
        if (!_carriers.TryGetValue(carrier, out var provided)) _carriers[carrier] = provided = new ChargeItem(ChargeCategories.NumberCarriers, carrier.KazooName);
        Count(provided, 1);
        var isLocal = false;
        foreach (var feature in FeaturesOf(features))
        {
            isLocal |= feature.Item == NumberFeatures.Local;
            Count(feature, 1);
        }

        // Modules are not asked one by one. Those that the product does not know are billable.
        if (scope.CountsByCarrier ? CarrierCatalogue.Find(carrier) is not { IsBillable: false } : !isLocal) Count(ClassOf(number), 1);
        if (fields.IsEmpty || fields.ToObject()[PublicFields.Billing] is not JsonObject byHand) return;
        foreach (var (item, count) in byHand)
            if (count is JsonValue value && value.TryGetValue<int>(out var some) && some > 0) Count(new ChargeItem(ChargeCategories.Billing, item), some);
    }

    /// <summary>What there is in all.</summary>
    public Quantities ToQuantities() => Quantities.Of(_counts);

    private ChargeItem ClassOf(PhoneNumber number)
    {
        var name = scope.ClassOf(number) ?? Unclassified;
        if (!_classes.TryGetValue(name, out var item)) _classes[name] = item = new ChargeItem(ChargeCategories.PhoneNumbers, name);
        return item;
    }

    private ImmutableArray<ChargeItem> FeaturesOf(DocumentText features)
    {
        if (features.IsEmpty) return [];
        if (_features.TryGetValue(features, out var known)) return known;
        ImmutableArray<ChargeItem> items = [.. features.ToObject().Select(feature => new ChargeItem(ChargeCategories.NumberServices, feature.Key))];
        if (_features.Count < KnownMax) _features[features] = items;
        return items;
    }

    private void Count(ChargeItem item, long count) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, item, out _) += count;
}
