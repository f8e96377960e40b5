using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Carts, checkout, orders, cancellation and the balance.</summary>
internal static class VoxboneOrderingDoors
{
    private const string Module = "ORDERING";
    private const int QuantityMax = 1000;
    private const int CancelMax = 500;
    private const int ReferenceMax = 255;
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10);

    public static IEnumerable<VoxboneDoor> All { get; } =
    [
        new("GET", "ordering/accountbalance", "balance", Module, Balance),
        new("PUT", "ordering/cart", "cart_create", Module, CreateCart, true),
        new("GET", "ordering/cart", "cart_list", Module, ListCarts, false, "reference", "cartIdentifier", "dateFrom", "dateTo"),
        new("DELETE", "ordering/cart/{cart}", "cart_delete", Module, DeleteCart, true),
        new("POST", "ordering/cart/{cart}/product", "cart_add", Module, AddProduct, true),
        new("POST", "ordering/cart/{cart}/product/{product}", "cart_remove", Module, RemoveProduct, true),
        new("GET", "ordering/cart/{cart}/checkout", "checkout", Module, Checkout, true),
        new("GET", "ordering/order", "order_list", Module, ListOrders, false, "reference", "status", "dateFrom", "dateTo"),
        new("POST", "ordering/cancel", "cancel", Module, Cancel, true),
    ];

    private static VoxboneReply Balance(VoxboneBooks books, VoxboneRequest request) => new JsonObject
    {
        ["accountBalance"] = new JsonObject
        {
            ["balance"] = Amount(books.Balance100), ["threshold"] = Amount(books.Threshold100), ["currency"] = VoxboneBooks.Currency, ["active"] = books.IsActive,
        },
    };

    private static VoxboneReply CreateCart(VoxboneBooks books, VoxboneRequest request)
    {
        var reference = (string?)request.Body["customerReference"];
        if (reference?.Length > ReferenceMax) return VoxboneError.Format("customerReference");
        var cart = new VoxboneCart { Id = books.NextCart, Reference = reference, Description = (string?)request.Body["description"], AddedAt = request.Now };
        books.Save(cart);
        return new JsonObject { ["cart"] = Show(cart) };
    }

    private static VoxboneReply ListCarts(VoxboneBooks books, VoxboneRequest request)
    {
        foreach (var cart in books.Carts.ToList()) books.ExpireHolds(cart, request.Now);
        var identifier = request.Text("cartIdentifier");
        return request.Page("carts", books.Carts
            .Where(cart => request.Text("reference") is not { } reference || cart.Reference == reference)
            .Where(cart => identifier is null || cart.Id.ToString(CultureInfo.InvariantCulture) == identifier), Show);
    }

    private static VoxboneReply DeleteCart(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Cart(request.RouteId("cart")) is not { } cart) return VoxboneError.NoSuchCart;
        books.EndCart(cart.Id);
        return VoxboneReply.Success;
    }

    private static VoxboneReply AddProduct(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Cart(request.RouteId("cart")) is not { } cart) return VoxboneError.NoSuchCart;
        if (request.Body.Count != 1) return VoxboneError.OneProduct;
        var (product, error) = request.Body switch
        {
            { } body when body["didCartItem"] is JsonObject item => Quantity(books, cart, item),
            { } body when body["phoneNumbers"] is JsonArray numbers => Selection(books, request, cart, numbers),
            { } body when body["capacityCartItem"] is JsonObject item => Other("CAPACITY", item, "zone"),
            { } body when body["creditPackageCartItem"] is JsonObject item => Other("CREDIT_PACKAGE", item, "creditPackageId"),
            _ => (null, VoxboneError.BadProduct),
        };
        if (product is null) return error ?? VoxboneError.BadProduct;

        books.Save(cart with { Products = [.. cart.Products, .. product.Select((one, at) => one with { Id = books.NextProduct + at })] });
        return VoxboneReply.Success;
    }

    private static (List<VoxboneProduct>?, VoxboneError?) Quantity(VoxboneBooks books, VoxboneCart cart, JsonObject item)
    {
        if (Whole(item["didGroupId"]) is not { } groupId) return (null, VoxboneError.Missing("didGroupId"));
        if (Whole(item["quantity"]) is not { } quantity) return (null, VoxboneError.Missing("quantity"));
        if (books.Stock.Group(groupId) is not { } group) return (null, VoxboneError.NoSuchGroup);
        if (quantity < 1) return (null, VoxboneError.BadQuantity);
        if (quantity > QuantityMax) return (null, VoxboneError.TooMany);
        if (!group.IsAvailable) return (null, VoxboneError.NotAvailable);
        if (cart.Products.Any(product => product.GroupId == groupId && product.Numbers.Count > 0)) return (null, VoxboneError.Mixed);
        return ([new VoxboneProduct { Id = 0, GroupId = groupId, Quantity = quantity }], null);
    }

    // Picked numbers are held for this cart for ten minutes.
    private static (List<VoxboneProduct>?, VoxboneError?) Selection(VoxboneBooks books, VoxboneRequest request, VoxboneCart cart, JsonArray items)
    {
        var texts = items.Select(item => (string?)item?["phoneNumber"]).ToList();
        if (texts.Count == 0 || texts.Any(text => text is null || !text.StartsWith('+'))) return (null, VoxboneError.Format("phoneNumber"));
        if (texts.Distinct().Count() != texts.Count) return (null, VoxboneError.DuplicateIds);
        var numbers = texts.Select(text => books.Stock.Find(text!)).ToList(); // nulls are out
        if (numbers.Any(number => number is null || !number.IsFree(request.Now) || !number.Group.IsAvailable)) return (null, VoxboneError.NotAvailable);
        var groups = numbers.OfType<VoxboneNumber>().GroupBy(number => number.Group.Place.GroupId).ToList();
        if (groups.Any(group => cart.Products.Any(product => product.GroupId == group.Key && product.Numbers.Count == 0))) return (null, VoxboneError.Mixed);
        return ([.. groups.Select(group => new VoxboneProduct
        {
            Id = 0, GroupId = group.Key, Quantity = group.Count(), Numbers = [.. group.Select(number => number.E164)], HeldUntil = request.Now + Hold,
        })], null);
    }

    private static (List<VoxboneProduct>?, VoxboneError?) Other(string type, JsonObject item, string detail) =>
        Whole(item["quantity"]) is { } quantity && quantity > 0
            ? ([new VoxboneProduct { Id = 0, Type = type, Quantity = quantity, Detail = item[detail]?.ToString() }], null)
            : (null, VoxboneError.BadQuantity);

    private static VoxboneReply RemoveProduct(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Cart(request.RouteId("cart")) is not { } cart) return VoxboneError.NoSuchCart;
        if (cart.Products.FirstOrDefault(one => one.Id == request.RouteId("product")) is not { } product) return VoxboneError.NoSuchProduct;
        var numbers = product.Numbers;
        var quantity = product.Quantity;
        if (request.Body["phoneNumbers"] is JsonArray items)
        {
            numbers = [.. numbers.Except(items.Select(item => (string?)item?["phoneNumber"] ?? ""))];
            quantity = numbers.Count;
        }
        else if (Whole(request.Body["quantity"]) is { } less and > 0)
        {
            quantity -= less;
        }
        else
        {
            return VoxboneError.BadQuantity;
        }

        var rest = cart.Products.Where(one => one.Id != product.Id);
        books.Save(cart with { Products = quantity < 1 ? [.. rest] : [.. rest, product with { Quantity = quantity, Numbers = numbers }] });
        return VoxboneReply.Success;
    }

    private static VoxboneReply Checkout(VoxboneBooks books, VoxboneRequest request)
    {
        var id = request.RouteId("cart");
        if (books.Cart(id) is not { } cart) return VoxboneError.NoSuchCart;
        books.ExpireHolds(cart, request.Now);
        return VoxboneClerk.Checkout(books, request, books.Cart(id) ?? cart);
    }

    private static VoxboneReply ListOrders(VoxboneBooks books, VoxboneRequest request)
    {
        DateTimeOffset from = DateTimeOffset.MinValue, to = DateTimeOffset.MaxValue;
        if (request.Text("dateFrom") is { } fromText && !TryDate(fromText, out from)) return VoxboneError.Format("dateFrom");
        if (request.Text("dateTo") is { } toText && !TryDate(toText, out to)) return VoxboneError.Format("dateTo");
        return request.Page("orders", books.Orders
            .Where(order => order.ListedAt <= request.Now)
            .Where(order => request.Text("reference") is not { } reference || order.Reference == reference)
            .Where(order => order.AddedAt >= from && order.AddedAt < to.AddSeconds(to == DateTimeOffset.MaxValue ? 0 : 1)) // dates have whole seconds
            .Where(order => request.Text("status") is not { } status || books.StatusOf(order, request.Now) == status)
            .Reverse(), order => new JsonObject
            {
                ["orderId"] = order.Id,
                ["reference"] = order.Reference,
                ["dateAdded"] = Date(order.AddedAt),
                ["dateCanceled"] = order.CanceledAt is { } at ? Date(at) : null,
                ["status"] = books.StatusOf(order, request.Now),
                ["customerReference"] = order.CustomerReference,
            });
    }

    private static VoxboneReply Cancel(VoxboneBooks books, VoxboneRequest request)
    {
        if (request.Body["didIds"] is not JsonArray { Count: > 0 } items) return VoxboneError.Missing("didIds");
        if (items.Count > CancelMax) return VoxboneError.TooManyAtOnce;
        var ids = items.Select(Whole).ToList();
        if (ids.Distinct().Count() != ids.Count) return VoxboneError.DuplicateIds;
        var dids = ids.Select(id => id is { } known ? books.Did(known) : null).ToList();
        if (dids.Any(did => did is null || !(did.DeliveredAt <= request.Now))) return VoxboneError.NoSuchDid;

        var all = dids.OfType<VoxboneDid>().ToList();
        if (request.Call.Behaviour("cancel_later") is { } later)
        {
            var date = request.Now.AddMilliseconds(later.DelayMs ?? TimeSpan.FromDays(30).TotalMilliseconds);
            all = [.. all.Select(did => did with { CancellationAvailable = date })];
            books.Save(all);
        }

        if (all.FirstOrDefault(did => did.CancellationAvailable > request.Now) is { CancellationAvailable: { } available } tied)
            return VoxboneError.TooEarly(tied.E164, Date(available));
        books.Cancel(all);
        return new JsonObject { ["numberCancelled"] = all.Count };
    }

    /// <summary>A moment as this service writes it.</summary>
    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A JSON integer, or a text that holds one.</summary>
    public static int? Whole(JsonNode? node) =>
        int.TryParse(node?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Money as a decimal number with one digit at least: 500.0.
    private static JsonNode Amount(long hundredths)
    {
        var text = (hundredths / 100m).ToString("0.0#", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text)!; // the text of a number
    }

    private static bool TryDate(string text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    private static JsonObject Show(VoxboneCart cart) => new()
    {
        ["cartIdentifier"] = cart.Id,
        ["customerReference"] = cart.Reference,
        ["dateAdded"] = Date(cart.AddedAt),
        ["description"] = cart.Description,
        ["orderProducts"] = cart.Products.Count == 0 ? null : new JsonArray([.. cart.Products.Select(Show)]),
    };

    private static JsonNode Show(VoxboneProduct product)
    {
        var shown = new JsonObject
        {
            ["orderProductId"] = product.Id,
            ["productType"] = product.Type,
            ["productDescription"] = product.Detail ?? product.Type,
            ["quantity"] = product.Quantity,
            ["didgroupId"] = product.Type == "DID" ? product.GroupId : null, // the small g is theirs
        };
        if (product.Numbers.Count == 0) return shown;
        shown["phoneNumbers"] = new JsonArray([.. product.Numbers.Select(e164 => (JsonNode)new JsonObject { ["phoneNumber"] = e164 })]);
        shown["holdingUntil"] = product.HeldUntil is { } until ? Date(until) : null;
        return shown;
    }
}
