using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Turns a cart into an order, in one go and under the carrier's lock: a number is sold once.</summary>
internal static class VoxboneClerk
{
    private const int LateMs = 5000;
    private const int SlowStepMs = 2000;
    private const string ReferencePrefix = "50898DS";

    /// <summary>The checkout. It is a GET and it spends money.</summary>
    public static VoxboneReply Checkout(VoxboneBooks books, VoxboneRequest request, VoxboneCart cart)
    {
        var wanted = cart.Products.Where(product => product.Type == "DID").ToList();
        if (cart.Products.Count == 0) return VoxboneError.NotConverted;
        if (request.Call.Behaviour("order_failed") is { } failed)
            return int.TryParse(failed.Code, System.Globalization.CultureInfo.InvariantCulture, out var code) ? new VoxboneError(code, "Refused by a rule of the sandbox.") : Failed("The order was refused.");
        if (request.Call.Behaviour("regulation_refused") is not null && wanted.Any(product => books.Stock.Group(product.GroupId)?.AddressType is not null))
            return new VoxboneError(517, "The did group requires a verified address.");
        if (Pick(books, request, cart, wanted) is not { } picked) return VoxboneError.NotValidated;

        var isPartial = request.Call.Behaviour("order_partial") is not null;
        if (isPartial) picked = picked with { Numbers = picked.Numbers[..(picked.Numbers.Count / 2)], Owed = [] };
        picked = Substitute(books, request, picked);
        var prices = Prices(books, request, picked);
        var cost = picked.Numbers.Sum(number => Each(prices, number.Group.Place.GroupId)) + picked.Owed.Sum(owed => (long)owed.Value * Each(prices, owed.Key));
        var isShort = books.TakesMoney && cost > books.Balance100;
        if (!books.IsActive) return Failed("The account is not active.");
        if (isShort && request.Call.Behaviour("balance_warning") is null) return Failed("The balance is not sufficient.");

        var order = Order(books, request, cart) with { Paid100 = books.TakesMoney && !isShort ? cost : 0 };
        if (isShort) order = order with { Ending = "CANCELED_PAYMENT", CanceledAt = request.Now };
        else if (request.Call.Behaviour("deliver_never") is not null) order = order with { Owed = picked.AllOwed() };
        else order = order with { Owed = picked.Owed };
        var delivered = isShort || order.Owed.Values.Sum() > picked.Owed.Values.Sum() ? [] : Dids(books, request, order, picked.Numbers);
        var keepsCart = request.Call.Behaviour("second_checkout") is not null;
        books.Book(new VoxboneBooks.Checkout(order, delivered, keepsCart ? null : cart.Id), prices);

        return Placed(cart, order, isShort ? "WARNING" : isPartial ? "PARTIAL" : "SUCCESS", wanted.Count > 0);
    }

    /// <summary>Delivers what orders still wait for, as far as the stock goes; the oldest order first.</summary>
    public static int DeliverOwed(VoxboneBooks books, DateTimeOffset now)
    {
        var delivered = 0;
        foreach (var order in books.Orders.Where(order => order.Ending is null && order.Owed.Values.Sum() > 0).ToList())
        {
            var (dids, left) = (new List<VoxboneDid>(), new Dictionary<int, int>(order.Owed));
            foreach (var (groupId, count) in order.Owed)
            {
                var numbers = (books.Stock.Group(groupId)?.Numbers ?? []).Where(number => number.IsFree(now)).Take(count).ToList();
                dids.AddRange(numbers.Select((number, at) => Did(books.NextDid + dids.Count + at, number, order.Reference, now)));
                left[groupId] = count - numbers.Count;
            }

            if (dids.Count == 0) continue;
            books.Deliver(order with { Owed = left }, dids);
            delivered += dids.Count;
        }

        return delivered;
    }

    private static Picked? Pick(VoxboneBooks books, VoxboneRequest request, VoxboneCart cart, List<VoxboneProduct> wanted)
    {
        var numbers = new List<VoxboneNumber>();
        var owed = new Dictionary<int, int>();
        foreach (var product in wanted)
        {
            if (product.Numbers.Count > 0)
            {
                var chosen = product.Numbers.Select(books.Stock.Find).OfType<VoxboneNumber>().Where(number => number.IsFree(request.Now, cart.Id)).ToList();
                if (chosen.Count != product.Numbers.Count) return null;
                numbers.AddRange(chosen);
                continue;
            }

            if (books.Stock.Group(product.GroupId) is not { } group) return null;
            var free = group.Numbers.Where(number => number.IsFree(request.Now) && !numbers.Contains(number)).Take(product.Quantity).ToList();
            if (free.Count < product.Quantity && !group.IsAvailable) return null;
            numbers.AddRange(free);
            if (free.Count < product.Quantity) owed[product.GroupId] = owed.GetValueOrDefault(product.GroupId) + product.Quantity - free.Count;
        }

        return new Picked(numbers, owed);
    }

    // A carrier that delivers something else, or something more: the customer must notice and give it back.
    private static Picked Substitute(VoxboneBooks books, VoxboneRequest request, Picked picked)
    {
        if (picked.Numbers.Count == 0) return picked;
        var isWrong = request.Call.Behaviour("deliver_wrong") is not null;
        var isMore = request.Call.Behaviour("deliver_more") is not null;
        var home = picked.Numbers[0].Group;
        var groups = isWrong ? books.Stock.Groups.Where(group => group != home) : [home];
        var other = !isWrong && !isMore ? null : groups.SelectMany(group => group.Numbers).FirstOrDefault(number => number.IsFree(request.Now) && !picked.Numbers.Contains(number));
        if (other is null) return picked;
        return picked with { Numbers = isWrong ? [other, .. picked.Numbers[1..]] : [.. picked.Numbers, other] };
    }

    private static Dictionary<int, (int Setup100, int Monthly100)> Prices(VoxboneBooks books, VoxboneRequest request, Picked picked)
    {
        var isUp = request.Call.Behaviour("price_up") is not null;
        return picked.Numbers.Select(number => number.Group.Place.GroupId).Concat(picked.Owed.Keys).Distinct()
            .Select(books.Stock.Group).OfType<VoxboneGroup>()
            .ToDictionary(group => group.Place.GroupId, group => (group.Setup100, Monthly100: isUp ? VoxboneInventoryDoors.Raised(group.Monthly100) : group.Monthly100));
    }

    private static long Each(Dictionary<int, (int Setup100, int Monthly100)> prices, int group) => prices[group].Setup100 + prices[group].Monthly100;

    private static VoxboneOrder Order(VoxboneBooks books, VoxboneRequest request, VoxboneCart cart)
    {
        var slow = request.Call.Behaviour("order_slow");
        var lag = request.Call.Behaviour("order_lag");
        var step = slow is null ? 0 : slow.DelayMs ?? SlowStepMs;
        return new VoxboneOrder
        {
            Id = books.NextOrder,
            Reference = FormattableString.Invariant($"{ReferencePrefix}{books.NextOrder}"),
            CustomerReference = cart.Reference,
            AddedAt = request.Now,
            ListedAt = lag is null ? request.Now : request.Now.AddMilliseconds(lag.DelayMs ?? LateMs),
            ConfirmedAt = step < 0 ? null : request.Now.AddMilliseconds(step),
        };
    }

    private static List<VoxboneDid> Dids(VoxboneBooks books, VoxboneRequest request, VoxboneOrder order, IReadOnlyList<VoxboneNumber> numbers)
    {
        var late = request.Call.Behaviour("deliver_late");
        var tied = request.Call.Behaviour("cancel_later");
        var wait = late is null ? 0 : late.DelayMs ?? LateMs;
        return [.. numbers.Select((number, at) => Did(
            books.NextDid + at,
            number,
            order.Reference,
            // Late ones come in batches, one after the other; nothing comes before the order is confirmed.
            order.ConfirmedAt is null || wait < 0 ? null : order.ConfirmedAt.Value.AddMilliseconds((double)wait * (at + 1))) with
        {
            CancellationAvailable = tied is null ? null : request.Now.AddMilliseconds(tied.DelayMs ?? TimeSpan.FromDays(30).TotalMilliseconds),
        })];
    }

    private static VoxboneDid Did(int id, VoxboneNumber number, string reference, DateTimeOffset? deliveredAt) => new()
    {
        Id = id, E164 = number.E164, GroupId = number.Group.Place.GroupId, OrderReference = reference, DeliveredAt = deliveredAt, DeliveryId = 1,
    };

    private static VoxboneReply Placed(VoxboneCart cart, VoxboneOrder order, string status, bool hasDids)
    {
        var entries = new JsonArray();
        if (hasDids) entries.Add(Entry("DID", status, order.Reference, status == "SUCCESS" ? null : "Please check your order."));
        foreach (var product in cart.Products.Where(product => product.Type != "DID")) entries.Add(Entry(product.Type, "SUCCESS", order.Reference, null));
        return new JsonObject { ["productCheckoutList"] = entries, ["status"] = status };
    }

    // An error with HTTP 200: whoever looks at the HTTP status alone believes they bought something.
    private static VoxboneReply Failed(string message) =>
        new JsonObject { ["productCheckoutList"] = new JsonArray(Entry("DID", "ERROR", null, message)), ["status"] = "ERROR" };

    private static JsonObject Entry(string type, string status, string? reference, string? message) => new()
    {
        ["message"] = message, ["orderReference"] = reference, ["productType"] = type, ["status"] = status,
    };

    private sealed record Picked(List<VoxboneNumber> Numbers, Dictionary<int, int> Owed)
    {
        public Dictionary<int, int> AllOwed()
        {
            var all = new Dictionary<int, int>(Owed);
            foreach (var number in Numbers) all[number.Group.Place.GroupId] = all.GetValueOrDefault(number.Group.Place.GroupId) + 1;
            return all;
        }
    }
}
