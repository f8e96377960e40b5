using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Search;

namespace Ocarina.Manager.Search;

/// <summary>Takes the answers of one search as they come: leaves out what cannot be bought, settles duplicates, and keeps each offer for sale at once.</summary>
internal sealed class SearchIntake(NumberDesk desk, SearchDatabase pages, SearchCaller caller, SearchPlan plan, int rowsMax)
{
    private const int BlockNumbersMax = 1000;

    private readonly Dictionary<PhoneNumber, (SearchRow Row, int Place)> _known = [];
    private readonly Dictionary<string, (JsonObject Row, int Place)> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<CarrierName, CarrierReport> _reports = [];

    /// <summary>What became of each, in configured order.</summary>
    internal IReadOnlyList<CarrierReport> Reports => [.. _reports.Values.OrderBy(report => plan.PlaceOf(report.Name))];

    /// <summary>Notes what became of a carrier.</summary>
    internal void Note(CarrierReport report) => _reports[report.Name] = report;

    /// <summary>Takes an answer.</summary>
    /// <returns>What became of the source, and the rows that nobody gave before.</returns>
    internal async Task<(CarrierReport Report, SearchEntries Fresh, IReadOnlyList<SearchRow> FreshRows)> TakeAsync(SourceAnswer answer, bool isLate, CancellationToken ct)
    {
        var rows = await ForSaleAsync(answer.Reply.Rows, ct);
        var place = answer.Source.Place;
        var (fresh, offered) = (new List<SearchRow>(), new List<SearchRow>());
        foreach (var row in rows)
        {
            var isKnown = _known.TryGetValue(row.Number, out var earlier);
            if (!isKnown) fresh.Add(row);
            // Rows of pages that were cut already stay as they are; before that the first in configured order has the number.
            if (isKnown && (isLate || earlier.Place <= place)) continue;
            _known[row.Number] = (row, place);
            if (row.Hit is not null) offered.Add(row);
        }

        var groups = answer.Reply.Offers.Where(offer => !_groups.ContainsKey(offer.Id)).DistinctBy(offer => offer.Id).Take(rowsMax).ToList();
        foreach (var offer in groups) _groups[offer.Id] = (SearchRow.ToJson(answer.Source.Name, offer), place);
        await RememberAsync(offered, answer.Source.Name, groups, ct);

        var report = isLate ? answer.LateReport(rows.Count) : answer.Report(rows.Count);
        Note(report);
        fresh.Sort((left, right) => left.Number.CompareTo(right.Number));
        return (report, new SearchEntries([.. fresh.Select(row => row.ToJson())], [.. groups.Select(offer => _groups[offer.Id].Row)]), fresh);
    }

    /// <summary>All that was taken: numbers sorted, each once; groups in configured order.</summary>
    internal (IReadOnlyList<SearchRow> Rows, SearchEntries Entries) Settle()
    {
        List<SearchRow> rows = [.. _known.Values.Select(known => known.Row).OrderBy(row => row.Number)];
        return (rows, new SearchEntries([.. rows.Select(row => row.ToJson())], [.. _groups.Values.OrderBy(group => group.Place).Select(group => group.Row)]));
    }

    // What carriers offer is looked up: a number in quarantine, in use, or being bought is not for sale, whatever its carrier says. Stock is what it is.
    private async Task<IReadOnlyList<SearchRow>> ForSaleAsync(IReadOnlyList<SearchRow> rows, CancellationToken ct)
    {
        var most = rows.DistinctBy(row => row.Number).Take(rowsMax).ToList();
        var offered = most.Where(row => row.Hit is not null).SelectMany(NumbersOf).ToList();
        if (offered.Count == 0) return most;
        var taken = await pages.NotForSaleAsync(offered, ct);
        return taken.Count == 0 ? most : [.. most.Where(row => row.Hit is null || !NumbersOf(row).Any(taken.Contains))];
    }

    private async Task RememberAsync(IReadOnlyList<SearchRow> rows, CarrierName carrier, IReadOnlyList<GroupOffer> groups, CancellationToken ct)
    {
        var expires = desk.Now + desk.Policy().DiscoveryExpiry;
        var offers = rows.Where(row => row.Hit is not null)
            .SelectMany(row => NumbersOf(row).Select(number => new Offer(number, row.Carrier, NumberState.Discovery, row.Hit?.CarrierData ?? DocumentText.Empty, expires) { Price = row.Hit?.Price }))
            .ToList();
        await desk.Numbers.RememberOffersAsync(caller.Holder, offers, ct);
        await desk.Numbers.RememberGroupOffersAsync(caller.Holder, [.. groups.Select(group => new StoredGroupOffer(group.Id, carrier, group.Like.CarrierData, expires) { Price = group.Like.Price, Pattern = group.Pattern })], ct);
    }

    // Each number of a block can be bought by itself.
    private static IEnumerable<PhoneNumber> NumbersOf(SearchRow row)
    {
        yield return row.Number;
        var text = row.Number.ToString();
        if (row.Size is not ({ } size and > 1) || !long.TryParse(text.AsSpan(text[0] == '+' ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var first)) yield break;
        for (var i = 1; i < Math.Min(size, BlockNumbersMax); i++)
            if (PhoneNumber.TryParse(string.Create(CultureInfo.InvariantCulture, $"{(text[0] == '+' ? "+" : "")}{first + i}"), out var next)) yield return next;
    }
}
