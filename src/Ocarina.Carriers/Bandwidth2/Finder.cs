using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Carries out a <see cref="SearchPlan"/>: one question, a second one when the filter left too little or the carrier stumbled, and for one chosen number the reason why not.</summary>
internal sealed class Finder(Bandwidth2Client client)
{
    /// <summary>Less time than this is not worth another question.</summary>
    private static readonly TimeSpan WorthAsking = TimeSpan.FromMilliseconds(300);

    /// <summary>Searches.</summary>
    internal async Task<FindReply> FindAsync(CarrierSearch search, CancellationToken ct)
    {
        switch (SearchStrategy.Decide(search, client.Settings))
        {
            case SearchDecision.Nobody nobody:
                return nobody.IsElsewhere ? FindReply.Skipped : FindReply.Empty;
            case SearchDecision.Invalid invalid:
                return FindReply.Failed(new CarrierError(CarrierErrorKind.InvalidRequest, invalid.Why));
            case SearchDecision.Ask ask:
                return await AskAsync(ask.Plan, search, ct);
            default:
                throw new InvalidOperationException("The decision is closed.");
        }
    }

    private async Task<FindReply> AskAsync(SearchPlan plan, CarrierSearch search, CancellationToken ct)
    {
        var reply = await ReadAsync(plan, ct);
        if (reply.Errors.Any(error => error.Code == "4009") && HasTime) reply = await ReadAsync(plan, ct); // the carrier's own fault, said with 400
        if (reply.Error is { } error) return FindReply.Failed(error);

        var kept = plan.Filter(reply.Items, out var dropped);
        var isIncomplete = false;
        if (plan.ShouldGrow(kept.Count, reply.Items.Count))
        {
            if (!HasTime) isIncomplete = true;
            else if (await ReadMoreAsync(plan.Grown(), ct) is { } more) kept = plan.Filter(more.Items, out dropped);
            else isIncomplete = true;
        }

        if (kept.Count == 0 && plan.Exact is { } exact && HasTime) return await WhyNotAsync(exact, search, ct);
        return new FindReply([.. kept.Select(item => Hit(item.Number, item.Item, search)).OfType<CarrierHit>().Skip(plan.Offset).Take(plan.Wanted)])
        {
            Dropped = dropped, IsIncomplete = isIncomplete,
        };
    }

    private bool HasTime => client.Context.TimeLeft > WorthAsking;

    private async Task<(IReadOnlyList<WireNumber> Items, IReadOnlyList<WireError> Errors, CarrierError? Error)> ReadAsync(SearchPlan plan, CancellationToken ct)
    {
        var reply = client.Settings.IsV2
            ? await client.ReadJsonAsync("search", "availableNumbers", LimitGroups.Search, ct, plan.Query(plan.Quantity))
            : await client.ReadAsync("search", "availableNumbers", LimitGroups.Search, ct, plan.Query(plan.Quantity));
        return OfReply(reply);
    }

    /// <summary>Reads the answer to a search. No numbers are a success; an error wins over numbers, whatever the status says.</summary>
    internal static (IReadOnlyList<WireNumber> Items, IReadOnlyList<WireError> Errors, CarrierError? Error) OfReply(CarrierReply reply)
    {
        var errors = Faults.Read(reply);
        if (errors.Any(error => ErrorCodes.IsEmptySearch(error.Code))) return ([], errors, null);
        if (errors.Count > 0 || !reply.IsSuccess) return ([], errors, Faults.Of(reply, WireContext.Search, errors));
        if (Faults.IsJson(reply)) return (SearchReply.Of(CarrierJson.Parse(reply)).Items, errors, null);
        var root = CarrierXml.Parse(reply);
        Faults.Expect(root, "SearchResult");
        return (SearchReply.Of(root).Items, errors, null);
    }

    // What is there already is worth more than a second answer that fails.
    private async Task<SearchPage?> ReadMoreAsync(SearchPlan plan, CancellationToken ct)
    {
        try
        {
            var more = await ReadAsync(plan, ct);
            return more.Error is null ? new SearchPage(more.Items) : null;
        }
        catch (CarrierException)
        {
            return null;
        }
    }

    /// <summary>One chosen number is not for sale: the carrier says what it is instead. It may also be for sale after all, beyond what the list held.</summary>
    private async Task<FindReply> WhyNotAsync(string number, CarrierSearch search, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(number, out var parsed) || WireNumbers.ToWire(parsed, client.Settings.IsV2) is not { } wire) return FindReply.Empty;
        try
        {
            var reply = await client.ReadNumberAsync(wire, ct);
            if (!reply.IsSuccess || !Faults.IsXml(reply)) return FindReply.Empty;
            var seen = NumberReply.Of(CarrierXml.Parse(reply));
            if (seen.Errors.Count > 0 || seen.Status is null) return FindReply.Empty;
            if (!seen.IsAvailable) return FindReply.Failed(new CarrierError(CarrierErrorKind.NumberUnavailable, $"The carrier has it as {seen.Status}"));
            return Hit(number, new WireNumber(number) { City = seen.City, RateCenter = seen.RateCenter }, search) is { } hit ? new FindReply([hit]) : FindReply.Empty;
        }
        catch (CarrierException)
        {
            return FindReply.Empty; // the search itself was answered: it is not for sale
        }
    }

    private CarrierHit? Hit(string number, WireNumber item, CarrierSearch search) =>
        client.Context.Normalise(number) is { } stored ? HitOf(stored, number, item, search.Country) : null;

    /// <summary>One result. The carrier names no prices: its tier is a class.</summary>
    internal static CarrierHit HitOf(PhoneNumber stored, string number, WireNumber item, string askedCountry)
    {
        var data = new JsonObject();
        if (item.RateCenter?.ToJson() is { } center) data["rate_center"] = center;
        // The tier is a small number in XML and JSON alike.
        if (item.Tier is { } tier) data["tier"] = int.TryParse(tier, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : tier;
        if (item.VendorId is not null) data["vendor_id"] = item.VendorId;
        if (item.VendorName is not null) data["vendor_name"] = item.VendorName;
        if (item.AreaCode is not null) data["area_code"] = item.AreaCode;
        return new CarrierHit(stored)
        {
            Country = CountryOf(item, number, askedCountry), NumberType = TypeOf(item, number),
            RateCenter = item.RateCenter, Locality = item.City, CarrierData = DocumentText.From(data),
        };
    }

    private static string? CountryOf(WireNumber item, string number, string asked)
    {
        if (CountryCodes.TryToAlpha2(item.CountryA3, out var alpha2)) return alpha2;
        if (item.RateCenter?.State is { } state) return Provinces.Contains(state) ? "CA" : "US";
        return CountryCodes.TryGetPrefix(asked, out var prefix) && number.StartsWith(prefix, StringComparison.Ordinal) ? asked.ToUpperInvariant() : null;
    }

    private static string TypeOf(WireNumber item, string number) => item.Type?.ToUpperInvariant() switch
    {
        "TOLL_FREE" or "TOLLFREE" => "tollfree",
        "NATIONAL" => "national",
        "MOBILE" => "mobile",
        "SHARED_COST" => "shared_cost",
        null when number.StartsWith("+1", StringComparison.Ordinal) && CarrierNumbers.IsTollfree(number[2..]) => "tollfree",
        _ => "geographic",
    };

    private static readonly HashSet<string> Provinces =
        new(["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"], StringComparer.OrdinalIgnoreCase);

    private sealed record SearchPage(IReadOnlyList<WireNumber> Items);
}
