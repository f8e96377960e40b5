using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>The numbers of the account, and where their calls go.</summary>
internal static class VoxboneDidDoors
{
    private const string Module = "CONFIG";
    private const int BulkMax = 1000;
    private const int PopMax = 5;

    public static IEnumerable<VoxboneDoor> All { get; } =
    [
        new("GET", "inventory/did", "did_list", "INVENTORY", List, false, "didIds", "didGroupIds", "e164Pattern", "orderReference", "countryCodeA3", "serviceType",
            "voiceUriId", "regulationAddressId", "needAddressLink", "portingReference", "smsLinkGroupId", "trunkId", "capacityGroupId", "cityNamePattern", "deliveryId"),
        new("GET", "configuration/voiceuri", "uri_list", Module, ListUris, false, "voiceUriId", "uri", "voiceUriProtocol", "description"),
        new("PUT", "configuration/voiceuri", "uri_save", Module, SaveUri, true),
        new("DELETE", "configuration/voiceuri/{uri}", "uri_delete", Module, DeleteUri, true),
        new("POST", "configuration/didConfiguration", "did_configure", Module, Configure, true),
        new("POST", "configuration/configuration", "did_configure_old", Module, ConfigureOld, true),
        new("POST", "configuration/bulk", "did_configure_bulk", Module, ConfigureBulk, true),
    ];

    private static VoxboneReply List(VoxboneBooks books, VoxboneRequest request)
    {
        if (!VoxboneInventoryDoors.TryIds(request, "didIds", out var ids)) return VoxboneError.Format("didIds");
        if (!VoxboneInventoryDoors.TryIds(request, "didGroupIds", out var groups)) return VoxboneError.Format("didGroupIds");
        var ignoresFilter = request.Call.Behaviour("filter_ignored") is not null;
        var asText = request.Call.Behaviour("strings_for_booleans") is not null;
        var source = request.Text("orderReference") is { } reference && !ignoresFilter ? books.DidsOf(reference) : books.Dids;
        // The pattern is one: what it stands in is found, too. Whoever looks for one number compares exactly.
        return request.Page("dids", source
            .Where(did => did.DeliveredAt <= request.Now)
            .Where(did => ignoresFilter || (
                (ids.Count == 0 || ids.Contains(did.Id))
                && (groups.Count == 0 || groups.Contains(did.GroupId))
                && (request.Text("e164Pattern") is not { } pattern || VoxboneInventoryDoors.Like(did.E164, pattern, exact: false))
                && (request.Text("countryCodeA3") is not { } a3 || books.Stock.Group(did.GroupId)?.Place.CountryA3 == a3)
                && (request.Text("serviceType") is not { } service || (books.Stock.Group(did.GroupId)?.Place.DidType == "TOLL_FREE") == (service == "VOX800"))
                && Is(request, "voiceUriId", did.VoiceUriId) && Is(request, "regulationAddressId", did.AddressId)
                && Is(request, "trunkId", did.TrunkId) && Is(request, "capacityGroupId", did.CapacityGroupId)
                && (request.Text("needAddressLink") is not { } needs || NeedsLink(books, did) == (needs == "true")))),
            did => Show(books, did, asText));
    }

    private static VoxboneReply ListUris(VoxboneBooks books, VoxboneRequest request) => request.Page("voiceUris", books.Uris
        .Where(uri => request.Text("voiceUriId") is not { } id || uri.Id.ToString(CultureInfo.InvariantCulture) == id)
        // Also only a piece of it: the exact one is for the customer to find.
        .Where(uri => request.Text("uri") is not { } text || uri.Uri.Contains(text, StringComparison.Ordinal))
        .Where(uri => request.Text("voiceUriProtocol") is not { } protocol || uri.Protocol == protocol), Show);

    private static VoxboneReply SaveUri(VoxboneBooks books, VoxboneRequest request)
    {
        if (request.Body["voiceUri"] is not JsonObject sent) return VoxboneError.Missing("voiceUri");
        if ((string?)sent["uri"] is not { Length: > 0 } text) return VoxboneError.Missing("uri");
        if ((string?)sent["voiceUriProtocol"] is not ("SIP" or "H323" or "PSTN" or "TEL") || !(text.Contains('@', StringComparison.Ordinal) || text.All(char.IsAsciiDigit)))
            return VoxboneError.Format("uri");
        var id = VoxboneOrderingDoors.Whole(sent["voiceUriId"]);
        if (id is { } known && books.Uri(known) is null) return VoxboneError.UriUnknown;
        if (books.Uris.Any(other => other.Uri == text && other.Id != id)) return VoxboneError.UriExists;
        var uri = new VoxboneVoiceUri(id ?? books.NextUri, (string?)sent["voiceUriProtocol"] ?? "SIP", text, (string?)sent["description"]);
        books.Save(uri);
        return new JsonObject { ["voiceUri"] = Show(uri) };
    }

    private static VoxboneReply DeleteUri(VoxboneBooks books, VoxboneRequest request)
    {
        var id = request.RouteId("uri");
        if (books.Uri(id) is null) return VoxboneError.UriUnknown;
        if (books.Dids.Any(did => did.VoiceUriId == id)) return VoxboneError.UriInUse;
        books.EndUri(id);
        return VoxboneReply.Success;
    }

    private static VoxboneReply Configure(VoxboneBooks books, VoxboneRequest request)
    {
        if (VoxboneOrderingDoors.Whole(request.Body["didId"]) is not { } id) return VoxboneError.Missing("didId");
        if (Visible(books, request, id) is not { } did) return VoxboneError.NoSuchDid;
        var (changed, _, error) = Change(books, did, request.Body);
        if (error is not null) return error;
        books.Save([changed]);
        return new JsonObject { ["status"] = "SUCCESS", ["failedDidConfigurations"] = new JsonArray() };
    }

    private static VoxboneReply ConfigureOld(VoxboneBooks books, VoxboneRequest request)
    {
        if (Ids(request) is not { Count: > 0 } ids) return VoxboneError.Missing("didIds");
        if (ids.Count > BulkMax) return VoxboneError.TooManyAtOnce;
        if (ids.Distinct().Count() != ids.Count) return VoxboneError.DuplicateIds;
        var dids = ids.Select(id => Visible(books, request, id)).OfType<VoxboneDid>().ToList();
        if (dids.Count != ids.Count) return VoxboneError.NoSuchDid;
        var changes = dids.Select(did => Change(books, did, request.Body)).ToList();
        if (changes.Select(change => change.Error).FirstOrDefault(error => error is not null) is { } problem) return problem;
        books.Save([.. changes.Select(change => change.Did)]);
        return new JsonObject
        {
            ["messages"] = new JsonArray([.. changes[0].Updated.Select(option => (JsonNode)new JsonObject { ["configOption"] = option, ["numberUpdated"] = dids.Count })]),
        };
    }

    // Each number for itself; an option nobody has here makes its number PARTIAL, although the others were set.
    private static VoxboneReply ConfigureBulk(VoxboneBooks books, VoxboneRequest request)
    {
        if (Ids(request) is not { Count: > 0 } ids) return VoxboneError.Missing("didIds");
        if (ids.Count > BulkMax) return VoxboneError.TooManyAtOnce;
        var results = new JsonArray();
        var (success, partial, failed) = (0, 0, 0);
        var saved = new List<VoxboneDid>();
        foreach (var id in ids)
        {
            var (changed, updated, error) = Visible(books, request, id) is { } did ? Change(books, did, request.Body) : (null, [], VoxboneError.NoSuchDid);
            string[] missed = request.Body["faxUriId"] is null ? [] : ["FAX_URI"];
            var status = changed is null || error is not null ? "ERROR" : missed.Length > 0 ? "PARTIAL" : "SUCCESS";
            if (status != "ERROR") saved.Add(changed!); // a change without error is there
            (success, partial, failed) = (success + (status == "SUCCESS" ? 1 : 0), partial + (status == "PARTIAL" ? 1 : 0), failed + (status == "ERROR" ? 1 : 0));
            results.Add(new JsonObject
            {
                ["didId"] = id,
                ["status"] = status,
                ["updatedConfigurations"] = new JsonArray([.. (status == "ERROR" ? [] : updated).Select(option => (JsonNode)option)]),
                ["partialConfigurations"] = new JsonArray([.. missed.Select(option => (JsonNode)option)]),
                ["messages"] = new JsonArray([.. missed.Select(option => (JsonNode)new JsonObject { ["configuration"] = option, ["description"] = "Not available for this number." })]),
            });
        }

        if (saved.Count > 0) books.Save(saved);
        return new JsonObject { ["success"] = success, ["error"] = failed, ["partial"] = partial, ["total"] = ids.Count, ["results"] = results };
    }

    /// <summary>A DID that was delivered, or null.</summary>
    public static VoxboneDid? Visible(VoxboneBooks books, VoxboneRequest request, int id) =>
        books.Did(id) is { } did && did.DeliveredAt <= request.Now ? did : null;

    private static (VoxboneDid Did, List<string> Updated, VoxboneError? Error) Change(VoxboneBooks books, VoxboneDid did, JsonObject wish)
    {
        var updated = new List<string>();
        if (VoxboneOrderingDoors.Whole(wish["voiceUriId"]) is { } uri)
        {
            if (books.Uri(uri) is null) return (did, updated, VoxboneError.UriUnknown);
            did = did with { VoiceUriId = uri };
            updated.Add("VOICE_URI");
        }
        if (VoxboneOrderingDoors.Whole(wish["deliveryId"]) is { } pop)
        {
            if (pop is < 1 or > PopMax) return (did, updated, VoxboneError.PopUnknown);
            did = did with { DeliveryId = pop };
            updated.Add("DELIVERY");
        }
        if (VoxboneOrderingDoors.Whole(wish["trunkId"]) is { } trunk)
        {
            did = did with { TrunkId = trunk };
            updated.Add("TRUNK");
        }
        if (VoxboneOrderingDoors.Whole(wish["capacityGroupId"]) is { } capacity)
        {
            did = did with { CapacityGroupId = capacity };
            updated.Add("CAPACITY_GROUP");
        }
        return (did, updated, null);
    }

    private static List<int>? Ids(VoxboneRequest request) =>
        (request.Body["didIds"] as JsonArray)?.Select(VoxboneOrderingDoors.Whole).OfType<int>().ToList();

    private static bool NeedsLink(VoxboneBooks books, VoxboneDid did) => did.AddressId is null && books.Stock.Group(did.GroupId)?.AddressType is not null;

    private static bool Is(VoxboneRequest request, string name, int? value) =>
        request.Text(name) is not { } text || value?.ToString(CultureInfo.InvariantCulture) == text;

    private static JsonObject Show(VoxboneVoiceUri uri) => new()
    {
        ["voiceUriId"] = uri.Id, ["voiceUriProtocol"] = uri.Protocol, ["uri"] = uri.Uri, ["description"] = uri.Description, ["backupUriId"] = null,
    };

    private static JsonObject Show(VoxboneBooks books, VoxboneDid did, bool asText)
    {
        var place = books.Stock.Group(did.GroupId)?.Place;
        var isBlocked = books.Stock.Group(did.GroupId)?.AddressType is not null
            && !(did.AddressId is { } address && books.Address(address)?.Status is "VERIFIED" or "VERIFICATION_NOT_REQUIRED");
        var shown = new JsonObject
        {
            ["didId"] = did.Id,
            ["e164"] = did.E164,
            ["type"] = place?.DidType,
            ["countryCodeA3"] = place?.CountryA3,
            ["cityName"] = place?.City,
            ["areaCode"] = place?.AreaCode,
            ["didGroupId"] = did.GroupId,
            ["orderReference"] = did.OrderReference,
            ["channels"] = -1,
            ["trunkId"] = did.TrunkId,
            ["capacityGroupId"] = did.CapacityGroupId,
            ["voiceUriId"] = did.VoiceUriId,
            ["delivery"] = did.DeliveryId is { } pop ? FormattableString.Invariant($"POP {pop}") : null,
            ["regulationAddressId"] = did.AddressId,
            ["smsLinkGroupId"] = null,
            ["blocked"] = Flag(isBlocked),
            ["dnisEnabled"] = Flag(false),
            ["callerId"] = "CONTROLLED",
            ["codecs"] = new JsonArray("G711A", "G711U", "G729"),
        };
        if (did.CancellationAvailable is { } date) shown["cancellationAvailable"] = VoxboneOrderingDoors.Date(date);
        return shown;

        JsonNode Flag(bool flag) => asText ? JsonValue.Create(flag ? "true" : "false") : JsonValue.Create(flag);
    }
}
