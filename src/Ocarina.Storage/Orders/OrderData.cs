using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Orders;

/// <summary>What an order holds beside its columns. One JSON document; members that are not set are left out.</summary>
public sealed record OrderData
{
    /// <summary>What the search left for the number, or what the purchase left, for the carrier's module.</summary>
    public DocumentText CarrierData { get; init; }

    /// <summary>What the module noted on the way.</summary>
    public DocumentText Facts { get; init; }

    /// <summary>What the number shall become: <c>state</c>, <c>fields</c>, <c>action</c>, <c>reason</c>.</summary>
    public DocumentText Request { get; init; }

    /// <summary>What the carrier asks; none when nobody said.</summary>
    public CarrierPrice? Price { get; init; }

    /// <summary>Id of the offer of a group.</summary>
    public string? Offer { get; init; }

    /// <summary>Features that come with the number: they count while it is being bought.</summary>
    public DocumentText Features { get; init; }

    /// <summary>A number like those of the group, for as long as the carrier has named none: what it counts for.</summary>
    public PhoneNumber? Like { get; init; }

    /// <summary>The carrier's words to <see cref="OrderRow.Error"/>. For admins.</summary>
    public string? Detail { get; init; }

    /// <summary>The carrier's code to <see cref="OrderRow.Error"/>. For admins.</summary>
    public string? Code { get; init; }

    /// <summary>What has to be provided first (an address, a document), when that is why.</summary>
    public DocumentText Restrictions { get; init; }

    /// <summary>Questions since it was sent or came to its phase; decides how long to wait for the next.</summary>
    public int Asked { get; init; }

    /// <summary>When the carrier first did not know it, in a row of such answers.</summary>
    public DateTimeOffset? AbsentSince { get; init; }

    /// <summary>True when it went out a second time.</summary>
    public bool IsResent { get; init; }

    /// <summary>Since when the carrier lets nothing through.</summary>
    public DateTimeOffset? LimitedSince { get; init; }

    /// <summary>The number that was delivered, when the order named none.</summary>
    public PhoneNumber? DeliveredNumber { get; init; }

    /// <summary>What the carrier delivered: the number's carrier data from now on. None before.</summary>
    public DocumentText? Delivered { get; init; }

    /// <summary>True when that was pretended.</summary>
    public bool IsPretended { get; init; }

    /// <summary>True when the carrier is asked again though the number is ours.</summary>
    public bool NeedsFollowUp { get; init; }

    /// <summary>Warnings of the carrier, such as <c>not_routed</c>.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>More than was wanted, which could not be given back.</summary>
    public DocumentText? Surplus { get; init; }

    /// <summary>The order that goes on with what this one has begun.</summary>
    public OrderKey? Next { get; init; }

    /// <summary>True when its price was asked for before its carrier was, though it may have been nothing.</summary>
    public bool IsPriced { get; init; }

    internal string ToText()
    {
        var json = new JsonObject();
        Put(json, "carrier_data", CarrierData);
        Put(json, "facts", Facts);
        Put(json, "request", Request);
        if (Price is not null) json["price"] = Price.ToJson();
        if (Offer is not null) json["offer"] = Offer;
        Put(json, "features", Features);
        if (Like is { } like) json["like"] = like.ToString();
        if (Detail is not null) json["detail"] = Detail;
        if (Code is not null) json["code"] = Code;
        Put(json, "restrictions", Restrictions);
        if (Asked > 0) json["asked"] = Asked;
        if (AbsentSince is { } absent) json["absent_since"] = absent.ToUnixTimeMilliseconds();
        if (IsResent) json["resent"] = true;
        if (LimitedSince is { } limited) json["limited_since"] = limited.ToUnixTimeMilliseconds();
        if (DeliveredNumber is { } number) json["delivered_number"] = number.ToString();
        if (Delivered is { } delivered) json["delivered"] = delivered.ToObject();
        if (IsPretended) json["pretended"] = true;
        if (NeedsFollowUp) json["follow_up"] = true;
        if (Warnings.Count > 0) json["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]);
        if (Surplus is { } surplus) json["surplus"] = surplus.ToObject();
        if (Next is { } next) json["next"] = next.ToString();
        if (IsPriced) json["priced"] = true;
        return DocumentText.From(json).ToString();
    }

    internal static OrderData Read(string text)
    {
        var json = DocumentText.FromStorage(text).ToObject();
        return new OrderData
        {
            CarrierData = Document(json, "carrier_data") ?? default,
            Facts = Document(json, "facts") ?? default,
            Request = Document(json, "request") ?? default,
            Price = CarrierPrice.Read(json["price"]),
            Offer = (string?)json["offer"],
            Features = Document(json, "features") ?? default,
            Like = (string?)json["like"] is { } like ? PhoneNumber.FromStorage(like) : null,
            Detail = (string?)json["detail"],
            Code = (string?)json["code"],
            Restrictions = Document(json, "restrictions") ?? default,
            Asked = (int?)json["asked"] ?? 0,
            AbsentSince = Time(json, "absent_since"),
            IsResent = (bool?)json["resent"] ?? false,
            LimitedSince = Time(json, "limited_since"),
            DeliveredNumber = (string?)json["delivered_number"] is { } number ? PhoneNumber.FromStorage(number) : null,
            Delivered = Document(json, "delivered"),
            IsPretended = (bool?)json["pretended"] ?? false,
            NeedsFollowUp = (bool?)json["follow_up"] ?? false,
            Warnings = json["warnings"] is JsonArray warnings ? [.. warnings.Select(warning => warning!.ToString())] : [], // we write texts only
            Surplus = Document(json, "surplus"),
            Next = OrderKey.TryParse((string?)json["next"], out var next) ? next : null,
            IsPriced = (bool?)json["priced"] ?? false,
        };
    }

    private static void Put(JsonObject json, string name, DocumentText document)
    {
        if (!document.IsEmpty) json[name] = document.ToObject();
    }

    private static DocumentText? Document(JsonObject json, string name) => json[name] is JsonObject members ? DocumentText.From(members) : null;

    private static DateTimeOffset? Time(JsonObject json, string name) => (long?)json[name] is { } unixMs ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs) : null;
}
