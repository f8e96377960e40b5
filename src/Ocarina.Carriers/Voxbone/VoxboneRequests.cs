using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Voxbone;

/// <summary>The requests of the carrier as it documents them (carriers.md 5.4, 5.7, 5.9 to 5.11).</summary>
internal sealed class VoxboneRequests(VoxboneSettings settings, bool asksAboutOpen = false)
{
    private const string Json = "application/json";
    private readonly KeyValuePair<string, string>[] _headers = [settings.Credentials()];

    /// <summary>Our money.</summary>
    public CarrierCall Balance() => Read("ordering/accountbalance", "balance");

    /// <summary>States of a country.</summary>
    public CarrierCall States(string alpha3, int page, int pageSize) =>
        Read($"inventory/country/{CarrierAddress.Segment(alpha3)}/state", "states", [.. Paging(page, pageSize)]);

    /// <summary>Groups.</summary>
    public CarrierCall Groups(IEnumerable<(string Name, string Value)> criteria, int page, int pageSize) =>
        Read("inventory/didgroup", "groups", [.. criteria, .. Paging(page, pageSize)]);

    /// <summary>Numbers of ours.</summary>
    public CarrierCall Dids(IEnumerable<(string Name, string Value)> criteria, int page, int pageSize) =>
        Read("inventory/did", "dids", [.. criteria, .. Paging(page, pageSize)]);

    /// <summary>Carts by our reference or the carrier's id.</summary>
    public CarrierCall Carts(string? reference, string? cart, int page, int pageSize)
    {
        var criteria = new List<(string, string)>();
        if (reference is not null) criteria.Add(("reference", reference));
        if (cart is not null) criteria.Add(("cartIdentifier", cart));
        return Read("ordering/cart", "carts", [.. criteria, .. Paging(page, pageSize)]);
    }

    /// <summary>Orders.</summary>
    public CarrierCall Orders(IEnumerable<(string Name, string Value)> criteria, int page, int pageSize) =>
        Read("ordering/order", "orders", [.. criteria, .. Paging(page, pageSize)]);

    /// <summary>Makes a cart. Spends nothing.</summary>
    public CarrierCall CreateCart(string reference, string description) =>
        Write(HttpMethod.Put, "ordering/cart", "cart_create", new JsonObject { ["customerReference"] = reference, ["description"] = description });

    /// <summary>Puts one number of a group into a cart.</summary>
    public CarrierCall AddGroup(string cart, string group) => Write(HttpMethod.Post, $"ordering/cart/{CarrierAddress.Segment(cart)}/product", "cart_add",
        new JsonObject { ["didCartItem"] = new JsonObject { ["didGroupId"] = Id(group), ["quantity"] = 1 } });

    /// <summary>Puts a chosen number into a cart, which holds it for ten minutes.</summary>
    public CarrierCall AddNumber(string cart, string e164) => Write(HttpMethod.Post, $"ordering/cart/{CarrierAddress.Segment(cart)}/product", "cart_add",
        new JsonObject { ["phoneNumbers"] = new JsonArray(new JsonObject { ["phoneNumber"] = e164 }) });

    /// <summary>Buys what is in a cart. TRAP: a GET that spends money, so it goes the way of writes: once, with a content, never kept, never repeated.</summary>
    public CarrierCall Checkout(string cart) =>
        Write(HttpMethod.Get, $"ordering/cart/{CarrierAddress.Segment(cart)}/checkout", "cart_checkout", null);

    /// <summary>Throws a cart away.</summary>
    public CarrierCall DeleteCart(string cart) => Write(HttpMethod.Delete, $"ordering/cart/{CarrierAddress.Segment(cart)}", "cart_delete", null);

    /// <summary>Gives a number back.</summary>
    public CarrierCall Cancel(string did) => Write(HttpMethod.Post, "ordering/cancel", "cancel", new JsonObject { ["didIds"] = new JsonArray(Id(did)) });

    /// <summary>Voice URIs with a text.</summary>
    public CarrierCall VoiceUris(string uri, int page, int pageSize) => Read("configuration/voiceuri", "voice_uris", [("uri", uri), .. Paging(page, pageSize)]);

    /// <summary>Makes a voice URI.</summary>
    public CarrierCall CreateVoiceUri(string uri, string description) => Write(HttpMethod.Put, "configuration/voiceuri", "voice_uri_create", new JsonObject
    {
        ["voiceUri"] = new JsonObject { ["voiceUriProtocol"] = "SIP", ["uri"] = uri, ["description"] = description },
    });

    /// <summary>Maps a number, the way the carrier documents today.</summary>
    public CarrierCall Configure(string did, IEnumerable<(string Name, long Value)> options) =>
        Write(HttpMethod.Post, "configuration/didConfiguration", "configure", With(new JsonObject { ["didId"] = Id(did) }, options));

    /// <summary>Maps a number, the older way.</summary>
    public CarrierCall ConfigureOld(string did, IEnumerable<(string Name, long Value)> options) =>
        Write(HttpMethod.Post, "configuration/configuration", "configure", With(new JsonObject { ["didIds"] = new JsonArray(Id(did)) }, options));

    /// <summary>Links a number to an address.</summary>
    public CarrierCall Link(string address, string did) =>
        Write(HttpMethod.Post, $"regulation/address/{CarrierAddress.Segment(address)}/link", "link", new JsonObject { ["didIds"] = new JsonArray(Id(did)) });

    private CarrierCall Read(string path, string operation, params (string Name, string Value)[] query) =>
        Call(HttpMethod.Get, path, operation, query) with { Expects = ReplyForm.Json };

    private CarrierCall Write(HttpMethod method, string path, string operation, JsonObject? body) =>
        Call(method, path, operation, []) with { Body = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString()) };

    private CarrierCall Call(HttpMethod method, string path, string operation, (string Name, string Value)[] query) =>
        new(method, CarrierAddress.Of(settings.Address, path, query.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))), operation)
        {
            Body = [], // the carrier's own example sends a content type with its reads, and a content type needs a content
            Accept = Json,
            ContentType = Json,
            Headers = _headers,
            BypassesCircuit = asksAboutOpen,
        };

    // Both are mandatory on every list; pages count from zero.
    private static IEnumerable<(string, string)> Paging(int page, int pageSize) =>
        [("pageNumber", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))];

    private static JsonObject With(JsonObject body, IEnumerable<(string Name, long Value)> options)
    {
        foreach (var (name, value) in options) body[name] = value;
        return body;
    }

    // Ids are kept as text and written as the numbers that they are.
    private static JsonValue Id(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(id);
}
