using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Orders: new ones, looking at them, listing them, closing a backorder.</summary>
internal static class Bandwidth2OrderDoors
{
    private const int PageMax = 1000;
    private static readonly TimeSpan ListedFor = TimeSpan.FromDays(730);

    private static readonly string[] ListQuery =
        ["page", "size", "customerOrderId", "status", "userid", "startdate", "enddate", "lastModifiedAfter", "tn"];

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("POST", "orders", "order_create", Create, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "orders", "order_list", List, Query: ListQuery),
        new("GET", "orders/{id}", "order_get", Get, Query: ["tndetail"]),
        new("PUT", "orders/{id}", "order_update", Update, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "orders/{id}/tns", "order_tns", Numbers, Query: []),
        new("GET", "orders/{id}/history", "order_history", History, Query: []),
    ];

    private static Bandwidth2Reply Create(Bandwidth2Books books, Bandwidth2Request request)
    {
        var sent = request.Body!; // the door takes none without a body
        var (form, error) = Bandwidth2OrderForm.Read(request, sent, books.Sites);
        if (form is null)
        {
            // The echo holds the numbers that were wanted: an error that mentions telephone numbers is still an error.
            return new Bandwidth2Reply(400, new XElement(
                "OrderResponse", new XElement("ErrorList", error!.Element(request.Show)), new XElement("Order", sent.Elements()))); // one of both is there
        }

        if (form.Reservations.FirstOrDefault(id => books.Reservation(id) is null) is { } unknown)
        {
            return new Bandwidth2Reply(400, new XElement(
                "OrderResponse", new XElement("ErrorList", Bandwidth2Error.ReservationUnknown(unknown).Element(request.Show)), new XElement("Order", sent.Elements())));
        }

        var order = Bandwidth2Clerk.Decide(books, request, form);
        books.Book(order);
        var location = Location(request, "orders", order.Id);
        var reply = new XElement("OrderResponse", Order(order));
        if (request.Call.Behaviour("missing_status") is null) reply.Add(new XElement("OrderStatus", "RECEIVED"));
        return new Bandwidth2Reply(201, reply, location);
    }

    private static Bandwidth2Reply Get(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (books.Order(request.Call.Route("id")) is not { } order) return Bandwidth2Reply.NotThere;
        var status = books.StatusShown(order, request.Now);
        var isFinal = status == order.FinalStatus;
        var completed = isFinal ? order.Completed : [];
        var failed = isFinal ? order.Errors.Where(error => error.TelephoneNumber is not null).Select(error => error.TelephoneNumber!).ToList() : []; // just checked
        var wantsDetail = request.Call.Query["tndetail"] == "true";
        return new Bandwidth2Reply(200, new XElement(
            "OrderResponse",
            new XElement("CompletedQuantity", completed.Count),
            new XElement("CreatedByUser", order.User),
            isFinal && order.Errors.Count > 0 ? new XElement("ErrorList", order.Errors.Select(error => error.Element(request.Show))) : null,
            isFinal && order.Errors.Count > 0 && order.FinalStatus is "PARTIAL" or "FAILED"
                ? new XElement("FailedNumbers", failed.Select(digits => new XElement("FullNumber", request.Show(digits)))) : null,
            new XElement("LastModifiedDate", Bandwidth2Xml.Moment(isFinal ? order.FinalAt ?? order.CreatedAt : order.CreatedAt)),
            isFinal && order.FinalStatus != "BACKORDERED" ? new XElement("OrderCompleteDate", Bandwidth2Xml.Moment(order.FinalAt ?? order.CreatedAt)) : null,
            Order(order),
            new XElement("OrderStatus", status),
            order.HidesNumbers || !isFinal ? null : new XElement("CompletedNumbers", completed.Select(digits => Completed(books, request, digits, wantsDetail))),
            new XElement("Summary", FormattableString.Invariant($"{order.Wanted} number{(order.Wanted == 1 ? "" : "s")} requested")),
            new XElement("FailedQuantity", isFinal ? Math.Max(0, order.Wanted - completed.Count) : 0),
            isFinal ? null : new XElement("PendingQuantity", order.Wanted)));
    }

    private static Bandwidth2Reply Update(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (books.Order(request.Call.Route("id")) is not { } order) return Bandwidth2Reply.NotThere;
        var sent = request.Body!; // the door takes none without a body
        if (sent.Name.LocalName != "Order") return Refused(Bandwidth2Error.Validation("an Order is expected"));
        if (sent.Text("CustomerOrderId") is { } id)
        {
            if (!Bandwidth2OrderForm.IsCustomerOrderId(id)) return Refused(Bandwidth2Error.BadCustomerOrderId);
            order = order with { CustomerOrderId = id };
        }
        if (sent.Text("CloseOrder") is "true")
        {
            if (order.StatusAt(request.Now) != "BACKORDERED") return Refused(Bandwidth2Error.OnlyBackorderedCloses);
            order = Bandwidth2Clerk.Close(order);
        }

        books.Book(order);
        return Get(books, request);

        Bandwidth2Reply Refused(Bandwidth2Error error) => new(400, new XElement("OrderResponse", new XElement("ErrorList", error.Element(request.Show)), Order(order)));
    }

    private static Bandwidth2Reply Numbers(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (books.Order(request.Call.Route("id")) is not { } order) return Bandwidth2Reply.NotThere;
        var numbers = order.FinalAt <= request.Now ? order.Completed : [];
        return new Bandwidth2Reply(200, new XElement(
            "TelephoneNumbers", new XElement("Count", numbers.Count), numbers.Select(digits => new XElement("TelephoneNumber", request.Show(digits)))));
    }

    private static Bandwidth2Reply History(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (books.Order(request.Call.Route("id")) is not { } order) return Bandwidth2Reply.NotThere;
        var steps = new List<(DateTimeOffset At, string Status)> { (order.CreatedAt, "received") };
        if (order.ProcessingAt is { } processing && processing <= request.Now) steps.Add((processing, "PROCESSING"));
        if (order.FinalAt is { } final && final <= request.Now) steps.Add((final, order.FinalStatus));
        return new Bandwidth2Reply(200, new XElement("OrderHistoryWrapper", steps.Select(step => new XElement(
            "OrderHistory",
            new XElement("OrderDate", Bandwidth2Xml.Moment(step.At)),
            new XElement("Note", $"Order is {step.Status.ToLowerInvariant()}"),
            new XElement("Author", "System"),
            new XElement("Status", step.Status)))));
    }

    private static Bandwidth2Reply List(Bandwidth2Books books, Bandwidth2Request request)
    {
        var query = request.Query();
        if (!int.TryParse(query.GetValueOrDefault("size", "300"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > PageMax)
            return Bandwidth2Reply.Refused(400, "ResponseSelectWrapper", Bandwidth2Error.BadPage);

        var ignoresFilter = request.Call.Behaviour("filter_ignored") is not null;
        var wanted = ignoresFilter ? null : query.GetValueOrDefault("customerOrderId");
        // Without the customer's id only the last two years are listed. With it, everything that begins so: matching exactly is the customer's work.
        var orders = books.Orders
            .Where(order => order.ListedAt <= request.Now)
            .Where(order => wanted is not null
                ? order.CustomerOrderId?.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) == true
                : request.Now - order.CreatedAt < ListedFor)
            .Where(order => ignoresFilter || !query.TryGetValue("status", out var status) || string.Equals(order.StatusAt(request.Now), status, StringComparison.OrdinalIgnoreCase))
            .Where(order => ignoresFilter || !query.TryGetValue("userid", out var user) || order.User == user)
            .Where(order => ignoresFilter || !query.TryGetValue("tn", out var tn) || order.Completed.Contains(request.Parse(tn) ?? ""))
            .Reverse().ToList();

        // The first page is "1", every other one is named by the order it begins with.
        var page = query.GetValueOrDefault("page", "1");
        var from = page == "1" ? 0 : orders.FindIndex(order => order.Id == page);
        if (from < 0) return Bandwidth2Reply.Refused(400, "ResponseSelectWrapper", Bandwidth2Error.BadPage);
        var shown = orders.Skip(from).Take(size).ToList();
        var next = orders.Skip(from + size).FirstOrDefault();
        return new Bandwidth2Reply(200, new XElement("ResponseSelectWrapper", new XElement(
            "ListOrderIdUserIdDate",
            new XElement("TotalCount", orders.Count),
            new XElement(
                "Links",
                new XElement("first", Link(request, "orders", "1", size, "first")),
                next is null ? null : new XElement("next", Link(request, "orders", next.Id, size, "next"))),
            shown.Select(order => Listed(books, request, order)))));
    }

    /// <summary>A link the way this carrier writes it: not one anybody should follow.</summary>
    public static string Link(Bandwidth2Request request, string resource, string page, int size, string rel) => FormattableString.Invariant(
        $"Link=<https://dashboard.bandwidth.com:443/v1.0/accounts/{request.Account}/{resource}?page={page}&size={size}>;rel=\"{rel}\";");

    /// <summary>The address of something just created.</summary>
    public static string Location(Bandwidth2Request request, string resource, string id) =>
        $"{request.Call.Http.Request.Scheme}://{request.Call.Http.Request.Host}/bw2/api{(request.IsV2 ? "/v2" : "")}/accounts/{request.Account}/{resource}/{id}";

    /// <summary>A date in one of the broken forms that order lists have.</summary>
    public static string OddDate(DateTimeOffset at, string id) => (id[0] % 3) switch
    {
        0 => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
        1 => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss'Z'", CultureInfo.InvariantCulture),
        _ => Bandwidth2Xml.Moment(at),
    };

    private static XElement Listed(Bandwidth2Books books, Bandwidth2Request request, Bandwidth2Order order)
    {
        // Some items spell the id differently, some leave the customer's id out.
        var draw = order.Id[^1];
        var places = order.Completed.Select(digits => books.Stock.Find(digits)?.Place).Where(place => place is not null).ToList();
        return new XElement(
            "OrderIdUserIdDate",
            new XElement("CountOfTNs", order.Wanted),
            draw % 5 == 0 ? null : Bandwidth2Xml.Optional("CustomerOrderId", order.CustomerOrderId),
            new XElement("userId", order.User),
            new XElement("lastModifiedDate", OddDate(order.FinalAt ?? order.CreatedAt, order.Id)),
            new XElement("OrderType", "new_number"),
            new XElement("OrderDate", OddDate(order.CreatedAt, order.Id)),
            new XElement(draw % 4 == 0 ? "OrderId" : "orderId", order.Id),
            new XElement("OrderStatus", order.StatusAt(request.Now)),
            new XElement("TelephoneNumberDetails", new XElement("States", places.GroupBy(place => place!.State).Select(group => new XElement( // nulls are out
                "StateWithCount", new XElement("State", group.Key), new XElement("Count", group.Count()))))));
    }

    private static XElement Order(Bandwidth2Order order) => new(
        "Order",
        Bandwidth2Xml.Optional("CustomerOrderId", order.CustomerOrderId),
        Bandwidth2Xml.Optional("Name", order.Name),
        new XElement("OrderCreateDate", Bandwidth2Xml.Moment(order.CreatedAt)),
        Bandwidth2Xml.Optional("PeerId", order.PeerId),
        new XElement("BackOrderRequested", order.BackOrderRequested),
        new XElement("id", order.Id),
        XElement.Parse(order.Wish),
        new XElement("PartialAllowed", order.PartialAllowed),
        new XElement("SiteId", order.SiteId));

    private static XElement Completed(Bandwidth2Books books, Bandwidth2Request request, string digits, bool wantsDetail)
    {
        var place = wantsDetail ? books.Stock.Find(digits)?.Place : null;
        return new XElement(
            "TelephoneNumber",
            Bandwidth2Xml.Optional("City", place is null ? null : Bandwidth2Places.CityOf(place)),
            Bandwidth2Xml.Optional("LATA", place?.Lata),
            Bandwidth2Xml.Optional("RateCenter", place?.Name),
            Bandwidth2Xml.Optional("State", place?.State),
            new XElement("FullNumber", request.Show(digits)));
    }
}
