using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Searches: reads groups and what they hold (carriers.md 5.6). It never makes a cart and never buys, unlike Kazoo's search.</summary>
internal sealed class VoxboneFinder(VoxboneClient client, VoxboneSettings settings, VoxboneFacts facts, CarrierContext context)
{
    // Less than this is not worth another request (carriers.md 1.15).
    private static readonly TimeSpan WorthAsking = TimeSpan.FromMilliseconds(150);

    private readonly List<CarrierHit> _numbers = [];
    private readonly List<GroupOffer> _offers = [];
    private readonly HashSet<PhoneNumber> _seen = [];
    private int _dropped;
    private int _skip;

    /// <summary>Runs a search.</summary>
    public async Task<FindReply> RunAsync(CarrierSearch search, CancellationToken ct)
    {
        var (query, error) = VoxboneQuery.From(search);
        if (query is null) return error is null ? FindReply.Skipped : FindReply.Failed(error);

        _skip = Math.Max(search.Offset, 0);
        var wanted = Math.Clamp(search.Quantity, 1, settings.SearchQuantityMax);
        try
        {
            var currency = CurrencyAsync(ct); // beside the first page
            var isIncomplete = await AskAsync(query, search, wanted, currency, ct);
            return Reply(wanted) with { IsIncomplete = isIncomplete };
        }
        catch (CarrierException fault)
        {
            return Reply(wanted) with { Error = fault.Error, IsIncomplete = true };
        }
    }

    private FindReply Reply(int wanted) => new([.. _numbers.Take(wanted)]) { Offers = [.. _offers.Take(wanted)], Dropped = _dropped };

    private async Task<bool> AskAsync(VoxboneQuery query, CarrierSearch search, int wanted, Task<string?> currency, CancellationToken ct)
    {
        string? state = null;
        if (search.Options.GetValueOrDefault("state") is { Length: > 0 } wantedState)
        {
            state = await facts.StateIdAsync(query.CountryA3, wantedState, ct);
            if (state is null) return false; // the carrier knows no such state, so it has nothing there
        }

        var (isIncomplete, groups) = await PagesAsync(query, search, state, query.AreaCode, query.MoreDigits(false), wanted, currency, ct);
        if (groups > 0 || isIncomplete || !query.MayHoldMore) return isIncomplete;

        // The digits go beyond the area codes of this country: the groups of the whole country, numbers by their digits, offers by their area code.
        var digits = settings.Mode == VoxboneSearchMode.Offers ? null : query.MoreDigits(true);
        return (await PagesAsync(query, search, state, null, digits, wanted, currency, ct)).IsIncomplete;
    }

    private async Task<(bool IsIncomplete, int Groups)> PagesAsync(
        VoxboneQuery query, CarrierSearch search, string? state, string? areaCode, string? digits, int wanted, Task<string?> currency, CancellationToken ct)
    {
        var criteria = Criteria(query, search, state, areaCode, digits, wanted);
        var groups = 0;
        for (var page = 0; ; page++)
        {
            if (context.TimeLeft < WorthAsking) return (true, groups);
            var found = await client.GroupsAsync(criteria, page, settings.PageSize, ct);
            groups += found.Items.Count;
            foreach (var group in found.Items)
                if (group.IsForSale(settings.AllowsBackorder) && query.Matches(group.AreaCode)) await AddAsync(query, group, search.Prefix, await currency, ct);

            if (_numbers.Count + _offers.Count >= wanted || found.IsLast) return (false, groups);
            if (found.Total is { } total && (page + 1L) * settings.PageSize >= total) return (false, groups);
        }
    }

    private List<(string, string)> Criteria(VoxboneQuery query, CarrierSearch search, string? state, string? areaCode, string? digits, int wanted)
    {
        var criteria = new List<(string, string)> { ("countryCodeA3", query.CountryA3), ("didType", query.DidType) };
        Add("areaCode", areaCode);
        Add("stateId", state);
        Add("cityNamePattern", search.Options.GetValueOrDefault("city"));
        Add("rateCenter", search.Options.GetValueOrDefault("rate_center"));
        Add("showEmpty", settings.AllowsBackorder ? "true" : "false");
        if (settings.Mode == VoxboneSearchMode.Offers) return criteria;

        Add("quantity", Math.Min(_skip + wanted, VoxboneSettings.PageSizeMax).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("digits", digits);
        return criteria;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value)) criteria.Add((name, value.Trim()));
        }
    }

    private async Task AddAsync(VoxboneQuery query, VoxboneGroup group, string prefix, string? currency, CancellationToken ct)
    {
        var state = await facts.StateCodeAsync(group.CountryA3, group.StateId, ct);
        if (settings.Mode != VoxboneSearchMode.Offers && group.Numbers.Count > 0)
        {
            foreach (var text in group.Numbers) AddNumber(group, text, prefix, state, currency);
            return;
        }

        if (settings.Mode == VoxboneSearchMode.Numbers) return;
        if (_skip > 0)
        {
            _skip--;
            return;
        }

        var available = group.Stock is { } stock ? (int?)Math.Clamp(stock, 0, int.MaxValue) : null;
        _offers.Add(new GroupOffer($"voxbone:{group.Id}", query.PatternOf(group.AreaCode), available, VoxboneMapping.Hit(group, default, null, state, currency, context.Clock.GetUtcNow())));
    }

    private void AddNumber(VoxboneGroup group, string text, string prefix, string? state, string? currency)
    {
        // What is no number, or not what was asked for, costs only itself.
        if (CarrierNumbers.FromE164(text, context) is not { } number || !IsWithin(text, prefix))
        {
            _dropped++;
            return;
        }

        if (!_seen.Add(number)) return;
        if (_skip > 0)
        {
            _skip--;
            return;
        }

        _numbers.Add(VoxboneMapping.Hit(group, number, text, state, currency, context.Clock.GetUtcNow()));
    }

    // By the carrier's text: the stored form may look different from the prefix.
    private static bool IsWithin(string text, string prefix)
    {
        if (text.Length < prefix.Length) return false;
        for (var at = 0; at < prefix.Length; at++)
            if (prefix[at] != '*' && prefix[at] != text[at]) return false;
        return true;
    }

    // A price without currency is no price; the search does not fail for want of one.
    private async Task<string?> CurrencyAsync(CancellationToken ct)
    {
        try
        {
            return await facts.CurrencyAsync(ct);
        }
        catch (CarrierException)
        {
            return null;
        }
    }
}
