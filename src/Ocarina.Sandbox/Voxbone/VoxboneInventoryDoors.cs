using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>What can be bought: countries, states, groups, features and the small lists.</summary>
internal static class VoxboneInventoryDoors
{
    private const string Module = "INVENTORY";
    private const int QuantityMax = 5000;

    private static readonly string[] DidTypes = ["GEOGRAPHIC", "TOLL_FREE", "NATIONAL", "MOBILE", "INUM", "SHARED_COST", "SPECIAL"];

    private static readonly (int Id, string Name)[] Features =
        [(5, "T.38"), (6, "VoxFax"), (25, "VoxSMS"), (29, "VoxOUT Emergency"), (50, "Voice"), (51, "VoxOUT International"), (52, "VoxOUT National")];

    public static IEnumerable<VoxboneDoor> All { get; } =
    [
        new("GET", "inventory/country", "countries", Module, Countries, false, "countryCodeA3", "didType"),
        new("GET", "inventory/country/{country}/state", "states", Module, States),
        new("GET", "inventory/country/{country}/restriction", "restrictions", Module, Restrictions),
        new("GET", "inventory/didgroup", "search", Module, Groups, false,
            "countryCodeA3", "didGroupIds", "stateId", "cityNamePattern", "rateCenter", "areaCode", "didType", "showEmpty", "featureIds", "quantity", "consecutive", "digits"),
        new("GET", "inventory/feature", "features", Module, (_, request) => request.Page("features", Features, Feature)),
        new("GET", "inventory/zone", "zones", Module, (_, request) => request.Page("zones", new[] { "A", "B", "C" }, zone => new JsonObject { ["zone"] = zone })),
        new("GET", "inventory/trunk", "trunks", Module, (_, request) => request.Page("trunks", new[] { 501, 502 }, id => new JsonObject
        {
            ["trunkId"] = id, ["description"] = FormattableString.Invariant($"Trunk {id}"), ["capacity"] = 100,
        })),
        new("GET", "inventory/creditpackage", "credit_packages", Module, (_, request) => request.Page("creditPackages", new[] { 1 }, id => new JsonObject
        {
            ["creditPackageId"] = id, ["price100"] = 10_000, ["currency"] = VoxboneBooks.Currency,
        })),
    ];

    /// <summary>A price after it went up, by a tenth and at least a cent.</summary>
    public static int Raised(int price100) => price100 + Math.Max(1, price100 / 10);

    private static VoxboneReply Countries(VoxboneBooks books, VoxboneRequest request)
    {
        if (request.Text("didType") is { } type && !DidTypes.Contains(type)) return VoxboneError.Format("didType");
        return request.Page("countries", VoxbonePlaces.Countries
            .Where(country => request.Text("countryCodeA3") is not { } a3 || country.A3 == a3)
            .Where(country => request.Text("didType") is not { } wanted || VoxbonePlaces.Groups.Any(group => group.CountryA3 == country.A3 && group.DidType == wanted)),
            country => new JsonObject
            {
                ["countryCodeA3"] = country.A3,
                ["countryName"] = country.Name.ToUpperInvariant(),
                ["phoneCode"] = country.PhoneCode,
                ["hasStates"] = country.HasStates,
                ["hasRegulationRequirement"] = country.HasRegulation,
            });
    }

    private static VoxboneReply States(VoxboneBooks books, VoxboneRequest request)
    {
        var a3 = request.Call.Route("country");
        if (VoxbonePlaces.Countries.All(country => country.A3 != a3)) return VoxboneError.NotFound("country");
        return request.Page("states", VoxbonePlaces.States.Where(state => state.CountryA3 == a3), state => new JsonObject
        {
            ["stateId"] = state.Id, ["stateName"] = state.Name, ["stateCode"] = state.Code,
        });
    }

    private static VoxboneReply Restrictions(VoxboneBooks books, VoxboneRequest request)
    {
        var a3 = request.Call.Route("country");
        if (VoxbonePlaces.Countries.FirstOrDefault(country => country.A3 == a3) is not { } country) return VoxboneError.NotFound("country");
        return request.Page("restrictions", country.HasRegulation ? new[] { "PURCHASE", "LEGAL" } : ["SERVICE"], type => new JsonObject
        {
            ["restrictionType"] = type, ["countryCodeA3"] = a3, ["message"] = type == "PURCHASE" ? "An address must be linked." : "See the terms of service.",
        });
    }

    private static VoxboneReply Groups(VoxboneBooks books, VoxboneRequest request)
    {
        if (request.Text("countryCodeA3") is not { } a3) return VoxboneError.Missing("countryCodeA3");
        if (a3.Length != 3 || !a3.All(char.IsAsciiLetterUpper)) return VoxboneError.Format("countryCodeA3");
        if (request.Text("didType") is { } type && !DidTypes.Contains(type)) return VoxboneError.Format("didType");
        if (!TryFlag(request, "showEmpty", true, out var showsEmpty)) return VoxboneError.Format("showEmpty");
        if (!TryFlag(request, "consecutive", false, out var isConsecutive)) return VoxboneError.Format("consecutive");
        if (!TryWhole(request, "quantity", out var quantity) || quantity is < 1 or > QuantityMax) return VoxboneError.Format("quantity");
        if (isConsecutive && quantity is null) return VoxboneError.Missing("quantity");
        if (!TryWhole(request, "stateId", out var stateId)) return VoxboneError.Format("stateId");
        if (request.Text("digits") is { } digits && !(digits.Length is >= 2 and <= 10 && digits.All(char.IsAsciiDigit))) return VoxboneError.Format("digits");
        if (!TryIds(request, "didGroupIds", out var ids)) return VoxboneError.Format("didGroupIds");
        if (!TryIds(request, "featureIds", out var features)) return VoxboneError.Format("featureIds");

        var state = stateId is { } id ? VoxbonePlaces.States.FirstOrDefault(one => one.Id == id && one.CountryA3 == a3)?.Code ?? "" : null;
        var isUp = request.Call.Behaviour("price_up") is not null;
        var found = books.Stock.Groups.Where(group =>
            group.Place.CountryA3 == a3
            && (ids.Count == 0 || ids.Contains(group.Place.GroupId))
            && (state is null || group.Place.State == state)
            && (request.Text("didType") is not { } wanted || group.Place.DidType == wanted)
            && (request.Text("areaCode") is not { } areaCode || Like(group.Place.AreaCode, areaCode, exact: true))
            && (request.Text("cityNamePattern") is not { } city || (group.Place.City is { } name && Like(name, city, exact: false)))
            && (request.Text("rateCenter") is not { } rateCenter || string.Equals(RateCenter(group), rateCenter, StringComparison.OrdinalIgnoreCase))
            && features.All(group.Features.Contains)
            && (showsEmpty || group.IsStockUnknown || group.Stock(request.Now) > 0));
        return request.Page("didGroups", found, group => Show(group, request, quantity, isConsecutive, isUp));
    }

    private static JsonObject Show(VoxboneGroup group, VoxboneRequest request, int? quantity, bool isConsecutive, bool isUp)
    {
        var place = group.Place;
        var shown = new JsonObject
        {
            ["didGroupId"] = place.GroupId,
            ["countryCodeA3"] = place.CountryA3,
            ["stateId"] = VoxbonePlaces.States.FirstOrDefault(state => state.CountryA3 == place.CountryA3 && state.Code == place.State)?.Id,
            ["didType"] = place.DidType,
            ["cityName"] = place.City,
            ["areaCode"] = place.AreaCode,
            ["rateCenter"] = RateCenter(group),
            ["stock"] = group.IsStockUnknown ? null : group.Stock(request.Now),
            ["setup100"] = group.Setup100,
            ["monthly100"] = isUp ? Raised(group.Monthly100) : group.Monthly100,
            ["available"] = group.IsAvailable,
            ["regulationRequirement"] = group.AddressType is { } type ? new JsonObject { ["addressType"] = type, ["proofRequired"] = group.NeedsProof } : null,
            ["features"] = new JsonArray([.. group.Features.Select(id => Feature(Features.First(feature => feature.Id == id)))]),
        };
        // Only whoever says how many sees concrete numbers. They are not held by being shown.
        if (quantity is { } count) shown["phoneNumbers"] = new JsonArray([.. Numbers(group, request, count, isConsecutive).Select(e164 => (JsonNode)new JsonObject { ["phoneNumber"] = e164 })]);
        return shown;
    }

    private static IEnumerable<string> Numbers(VoxboneGroup group, VoxboneRequest request, int count, bool isConsecutive)
    {
        var digits = request.Text("digits");
        var free = group.Numbers.Where(number => number.IsFree(request.Now) && (digits is null || number.E164.Contains(digits, StringComparison.Ordinal))).Select(number => number.E164);
        if (!isConsecutive) return free.Take(count);

        var run = new List<string>();
        foreach (var e164 in free)
        {
            if (run.Count > 0 && long.Parse(e164.AsSpan(1), CultureInfo.InvariantCulture) != long.Parse(run[^1].AsSpan(1), CultureInfo.InvariantCulture) + 1) run.Clear();
            run.Add(e164);
            if (run.Count == count) return run;
        }
        return [];
    }

    /// <summary>True when a text fits a pattern: <c>%</c> stands for anything; without one the whole text, or a piece of it.</summary>
    public static bool Like(string text, string pattern, bool exact)
    {
        if (!pattern.Contains('%', StringComparison.Ordinal))
        {
            return exact ? string.Equals(text, pattern, StringComparison.OrdinalIgnoreCase) : text.Contains(pattern, StringComparison.OrdinalIgnoreCase);
        }

        var pieces = pattern.Split('%');
        if (!text.StartsWith(pieces[0], StringComparison.OrdinalIgnoreCase) || text.Length < pieces[0].Length + pieces[^1].Length) return false;
        var at = pieces[0].Length;
        foreach (var piece in pieces[1..^1])
        {
            var next = text.IndexOf(piece, at, StringComparison.OrdinalIgnoreCase);
            if (next < 0) return false;
            at = next + piece.Length;
        }
        return text.EndsWith(pieces[^1], StringComparison.OrdinalIgnoreCase) && text.Length - pieces[^1].Length >= at;
    }

    private static string? RateCenter(VoxboneGroup group) => group.Place is { DidType: "GEOGRAPHIC", CountryA3: "USA" or "CAN" or "NLD", City: { } city } ? city : null;

    private static JsonObject Feature((int Id, string Name) feature) => new() { ["featureId"] = feature.Id, ["name"] = feature.Name, ["description"] = feature.Name };

    private static bool TryFlag(VoxboneRequest request, string name, bool unsaid, out bool flag)
    {
        flag = unsaid;
        return request.Text(name) is not { } text || bool.TryParse(text, out flag);
    }

    private static bool TryWhole(VoxboneRequest request, string name, out int? value)
    {
        value = null;
        if (request.Text(name) is not { } text) return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        value = number;
        return true;
    }

    /// <summary>Ids of a parameter that may be repeated.</summary>
    public static bool TryIds(VoxboneRequest request, string name, out List<int> ids)
    {
        ids = [];
        foreach (var text in request.All(name))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
            ids.Add(id);
        }
        return true;
    }
}
