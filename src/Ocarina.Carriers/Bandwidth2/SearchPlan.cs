using System.Globalization;
using Ocarina.Carriers.Bandwidth2.Wire;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>What is asked of the carrier for one search, and what is done with the answer. Made by <see cref="SearchStrategy"/>; decides nothing by itself.</summary>
internal sealed record SearchPlan
{
    /// <summary>Parameters, without the quantity.</summary>
    internal required IReadOnlyList<KeyValuePair<string, string?>> Criteria { get; init; }

    /// <summary>How many the caller gets.</summary>
    internal required int Wanted { get; init; }

    /// <summary>How many are skipped before: the carrier knows no offset.</summary>
    internal required int Offset { get; init; }

    /// <summary>How many are asked for first.</summary>
    internal required int Quantity { get; init; }

    /// <summary>What a result begins with, as E.164; none when neighbours are welcome.</summary>
    internal string? Within { get; init; }

    /// <summary>Digits that a result ends with.</summary>
    internal string? EndsWith { get; init; }

    /// <summary>The one number that was asked for; when it is not found the carrier is asked why.</summary>
    internal string? Exact { get; init; }

    /// <summary>The whole query for a quantity.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> Query(int quantity) =>
        Criteria.Append(new("quantity", quantity.ToString(CultureInfo.InvariantCulture)));

    /// <summary>True when the filter left too little although the carrier has more: ask once more, for twice as many.</summary>
    /// <param name="kept">What the filter left.</param>
    /// <param name="received">What the carrier sent.</param>
    internal bool ShouldGrow(int kept, int received) =>
        kept < Wanted + Offset && received >= Quantity && Quantity < Bandwidth2Settings.CarrierQuantityMax;

    /// <summary>The same with twice the quantity.</summary>
    internal SearchPlan Grown() => this with { Quantity = Math.Min(Quantity * 2, Bandwidth2Settings.CarrierQuantityMax) };

    /// <summary>True when a number is what was asked for.</summary>
    internal bool Takes(string number) =>
        (Within is null || number.StartsWith(Within, StringComparison.Ordinal)) && (EndsWith is null || number.EndsWith(EndsWith, StringComparison.Ordinal));

    /// <summary>The items that count: numbers, within what was asked for, each once, in the carrier's order.</summary>
    /// <param name="items">As received.</param>
    /// <param name="dropped">How many are no numbers, or lie elsewhere.</param>
    internal IReadOnlyList<(string Number, WireNumber Item)> Filter(IReadOnlyList<WireNumber> items, out int dropped)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<(string, WireNumber)>();
        dropped = 0;
        foreach (var item in items)
        {
            if (item.E164() is not { } number || !Takes(number)) dropped++;
            else if (seen.Add(number)) kept.Add((number, item));
        }

        return kept;
    }
}

/// <summary>What becomes of a search. Closed.</summary>
internal abstract record SearchDecision
{
    private SearchDecision() { }

    /// <summary>The carrier is asked.</summary>
    internal sealed record Ask(SearchPlan Plan) : SearchDecision;

    /// <summary>Nobody is asked: such numbers are not this carrier's, or cannot exist.</summary>
    internal sealed record Nobody(bool IsElsewhere) : SearchDecision;

    /// <summary>Nobody is asked: the question is incomplete.</summary>
    internal sealed record Invalid(string Why) : SearchDecision;
}
