using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>How far a purchase is: what the module notes on the way, and all that recovery needs (carriers.md 5.8).</summary>
/// <param name="Wish">What is bought. A number when its text is set, else some number of the group.</param>
internal sealed record VoxboneStep(VoxboneData Wish)
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The environment it was noted under; none in older notes.</summary>
    public string? Environment { get; init; }

    /// <summary>The account it was noted under, as <see cref="VoxboneSettings.Account"/> tells it.</summary>
    public string? Account { get; init; }

    /// <summary>True from the moment at which a cart may exist.</summary>
    public bool HasCart { get; init; }

    /// <summary>The cart, once its id is known.</summary>
    public string? Cart { get; init; }

    /// <summary>When the checkout was noted; none before.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The carrier's references, once known; nearly always one.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Why what comes is given back; none while it is welcome.</summary>
    public string? GivesBack { get; init; }

    /// <summary>How far an order is.</summary>
    public static VoxboneStep Of(CarrierOrder order)
    {
        if (order.Facts.IsEmpty)
        {
            var wish = VoxboneData.Read(order.CarrierData);
            // A number may have been typed in, or its data may come from Kazoo: then the number itself is what is asked for.
            if (!order.Number.IsEmpty) wish = wish with { E164 = wish.E164 ?? order.Number.ToString() };
            return new VoxboneStep(wish) { SentAt = order.SentAt, References = order.CarrierOrderId is { } id ? [id] : [] };
        }

        using var document = JsonDocument.Parse(order.Facts.ToString());
        var root = document.RootElement;
        var references = root.Members("order_references").Select(item => item.AsText()).OfType<string>().ToList();
        if (order.CarrierOrderId is { } known && !references.Contains(known)) references.Add(known);
        return new VoxboneStep(VoxboneData.Read(order.Facts) with { OrderReference = null, Cart = null })
        {
            Environment = root.Text("environment"),
            Account = root.Text("account"),
            HasCart = root.Flag("has_cart") ?? false,
            Cart = root.Text("cart_identifier"),
            SentAt = VoxboneDid.Date(root.Text("sent_at")) ?? order.SentAt,
            References = references,
            GivesBack = root.Text("gives_back"),
        };
    }

    /// <summary>Why an order cannot be asked about: the settings lead elsewhere by now, and there it would look as if it had never been. None when it can.</summary>
    public CarrierOutcome.Unknown? Elsewhere(VoxboneSettings settings) =>
        (Environment is null || Environment == settings.Environment) && (Account is null || settings.Account is null || Account == settings.Account) ? null
            : new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.InvalidConfig, "The order was sent under another account or environment than the settings name"));

    /// <summary>As it is noted.</summary>
    public DocumentText ToText()
    {
        var json = new JsonObject();
        Put("did_group_id", Wish.GroupId);
        Put("country_a3", Wish.CountryA3);
        Put("area_code", Wish.AreaCode);
        Put("did_type", Wish.DidType);
        Put("phone_number", Wish.E164);
        if (Wish.Setup100 is { } setup) json["setup100"] = setup;
        if (Wish.Monthly100 is { } monthly) json["monthly100"] = monthly;
        Put("currency", Wish.Currency);
        if (Wish.Requirement is not null) json["restrictions"] = Wish.Requirement.ToJson();
        Put("regulation_address_id", Wish.AddressId);
        Put("environment", Environment);
        Put("account", Account);
        if (HasCart) json["has_cart"] = true;
        Put("cart_identifier", Cart);
        Put("sent_at", SentAt?.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));
        if (References.Count > 0) json["order_references"] = new JsonArray([.. References.Select(reference => (JsonNode)reference)]);
        Put("gives_back", GivesBack);
        return DocumentText.From(json);

        void Put(string name, string? value)
        {
            if (value is not null) json[name] = value;
        }
    }
}
