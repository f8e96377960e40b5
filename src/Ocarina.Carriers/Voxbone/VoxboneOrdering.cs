using System.Text.Json;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Our money at the carrier (carriers.md 5.7).</summary>
/// <param name="Balance100">In hundredths, exact; none when the carrier's text is no amount.</param>
/// <param name="Threshold100">Below it the carrier warns.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="IsActive">False when the account may not order.</param>
internal sealed record VoxboneBalance(long? Balance100, long? Threshold100, string? Currency, bool IsActive)
{
    /// <summary>Reads the reply; none when it is something else.</summary>
    public static VoxboneBalance? Read(JsonElement root) => root.Member("accountBalance") is not { } item ? null
        : new VoxboneBalance(item.Minor("balance", 2), item.Minor("threshold", 2), item.Text("currency"), item.Flag("active") ?? true);
}

/// <summary>A cart (carriers.md 5.7).</summary>
/// <param name="Id">The carrier's id.</param>
/// <param name="CustomerReference">Our reference.</param>
/// <param name="Products">What lies in it.</param>
internal sealed record VoxboneCart(string Id, string? CustomerReference, IReadOnlyList<VoxboneCartProduct> Products)
{
    /// <summary>What the maker of the cart called it.</summary>
    public string? Description { get; init; }

    /// <summary>When it was made, by the carrier's clock.</summary>
    public DateTimeOffset? Added { get; init; }

    /// <summary>Reads a cart; none when it has no id.</summary>
    public static VoxboneCart? Read(JsonElement item) => item.Text("cartIdentifier") is not { } id ? null
        : new VoxboneCart(id, item.Text("customerReference"), [.. item.Members("orderProducts").Select(VoxboneCartProduct.Read)])
        {
            Description = item.Text("description"),
            Added = VoxboneDid.Date(item.Text("dateAdded")),
        };
}

/// <summary>One product of a cart.</summary>
/// <param name="GroupId">Group; the carrier spells the member with a lower-case g here, and nowhere else.</param>
/// <param name="Quantity">How many; none when it does not say.</param>
/// <param name="Numbers">Chosen numbers, when it lists them.</param>
/// <param name="Type">Kind of product.</param>
internal sealed record VoxboneCartProduct(string? GroupId, long? Quantity, IReadOnlyList<string> Numbers, string? Type)
{
    /// <summary>Reads a product.</summary>
    public static VoxboneCartProduct Read(JsonElement item) => new(
        item.Text("didgroupId") ?? item.Text("didGroupId"),
        item.Long("quantity"),
        [.. item.Members("phoneNumbers").Select(number => number.ValueKind == JsonValueKind.Object ? number.Text("phoneNumber") : number.AsText()).OfType<string>()],
        item.Text("productType"));
}

/// <summary>An order at the carrier.</summary>
/// <param name="Reference">The carrier's reference.</param>
/// <param name="CustomerReference">Ours.</param>
/// <param name="Status"><c>CREATED</c>, <c>CONFIRMED</c>, <c>FULFILLED</c>, <c>CANCELED</c>, <c>CANCELED_PAYMENT</c>, or what it invents.</param>
internal sealed record VoxboneOrder(string Reference, string? CustomerReference, string? Status)
{
    /// <summary>Reads an order; none when it has no reference.</summary>
    public static VoxboneOrder? Read(JsonElement item) => item.Text("reference") is not { } reference ? null
        : new VoxboneOrder(reference, item.Text("customerReference"), item.Text("status"));
}

/// <summary>What a checkout was answered with.</summary>
/// <param name="Status">Of the whole.</param>
/// <param name="Entries">One per product.</param>
internal sealed record VoxboneCheckout(string? Status, IReadOnlyList<VoxboneCheckoutEntry> Entries)
{
    /// <summary>References of the orders for numbers that were placed.</summary>
    public IReadOnlyList<string> References => [.. Entries.Where(entry => entry.IsOfNumbers).Select(entry => entry.Reference).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>True when the carrier says that nothing was placed.</summary>
    public bool IsRefused => References.Count == 0 && (Status == "ERROR" || Entries.Any(entry => entry.IsOfNumbers && entry.Status == "ERROR"));

    /// <summary>What it said besides.</summary>
    public string? Message => string.Join(" ", Entries.Select(entry => entry.Message).OfType<string>()) is { Length: > 0 } text ? text : null;

    /// <summary>Reads the reply.</summary>
    public static VoxboneCheckout Read(JsonElement root) => new(root.Text("status"),
    [
        .. root.Members("productCheckoutList").Select(item =>
            new VoxboneCheckoutEntry(item.Text("productType"), item.Text("status"), item.Text("orderReference"), item.Text("message"))),
    ]);
}

/// <summary>One product of a checkout.</summary>
internal sealed record VoxboneCheckoutEntry(string? Type, string? Status, string? Reference, string? Message)
{
    /// <summary>True for numbers, which is all we ever put into a cart.</summary>
    public bool IsOfNumbers => Type is null or "DID";
}
