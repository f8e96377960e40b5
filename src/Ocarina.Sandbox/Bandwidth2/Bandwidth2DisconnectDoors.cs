using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Giving numbers back.</summary>
internal static class Bandwidth2DisconnectDoors
{
    private const string Root = "DisconnectTelephoneNumberOrderResponse";
    private const string OrderType = "DisconnectTelephoneNumberOrderType";
    private const int NumbersMax = 5000;
    private const int PageMax = 1000;

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("POST", "disconnects", "disconnect_create", Create, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "disconnects", "disconnect_list", List, Query: ["page", "size", "userid", "status", "startdate", "enddate"]),
        new("GET", "disconnects/{id}", "disconnect_get", Get, Query: ["tndetail"]),
    ];

    private static Bandwidth2Reply Create(Bandwidth2Books books, Bandwidth2Request request)
    {
        var sent = request.Body!; // the door takes none without a body
        var texts = sent.Elements(OrderType).Elements("TelephoneNumberList").Elements("TelephoneNumber").Select(element => element.Value.Trim()).ToList();
        var mode = sent.Element(OrderType)?.Text("DisconnectMode") ?? "normal";
        if (Problem(request, sent, texts, mode) is { } problem)
            return new Bandwidth2Reply(400, new XElement(Root, new XElement("ErrorList", problem.Element(request.Show)), new XElement("orderRequest", sent.Elements())));

        var numbers = texts.Select(text => request.Parse(text)!).ToList(); // checked above
        var (released, errors) = Decide(books, request, numbers);
        var (processingAt, finalAt) = Bandwidth2Clerk.Steps(request);
        var order = new Bandwidth2Disconnect
        {
            Id = books.NextId(),
            CustomerOrderId = sent.Text("CustomerOrderId"),
            Name = sent.Text("name") ?? sent.Text("Name"),
            User = request.User,
            CreatedAt = request.Now,
            Mode = mode,
            Wanted = numbers,
            Released = released,
            Errors = errors,
            FinalStatus = errors.Count == 0 ? "COMPLETE" : released.Count > 0 ? "PARTIAL" : "FAILED",
            ProcessingAt = processingAt,
            FinalAt = finalAt,
        };
        books.Book(order);

        // What was never ours is refused at once, what is no longer in service only later.
        var isRefusedNow = released.Count == 0 && errors.All(error => error.Code == 5006);
        var status = isRefusedNow ? "FAILED" : request.Call.Behaviour("missing_status") is null ? "RECEIVED" : null;
        return new Bandwidth2Reply(201, new XElement(
            Root,
            new XElement("ErrorList", isRefusedNow ? errors.Select(error => error.Element(request.Show)) : null),
            Order(request, order),
            Bandwidth2Xml.Optional("OrderStatus", status)), Bandwidth2OrderDoors.Location(request, "disconnects", order.Id));
    }

    private static Bandwidth2Error? Problem(Bandwidth2Request request, XElement sent, List<string> texts, string mode)
    {
        if (sent.Name.LocalName != "DisconnectTelephoneNumberOrder") return Bandwidth2Error.Validation("a DisconnectTelephoneNumberOrder is expected");
        if (sent.Text("CustomerOrderId") is { } id && !Bandwidth2OrderForm.IsCustomerOrderId(id)) return Bandwidth2Error.BadCustomerOrderId;
        if (sent.Elements().FirstOrDefault(element => element.Name.LocalName is not ("CustomerOrderId" or "name" or "Name" or OrderType)) is { } unknown)
            return Bandwidth2Error.Validation($"unexpected element {unknown.Name.LocalName}");
        if (mode is not ("normal" or "purge" or "soft-remove")) return Bandwidth2Error.BadDisconnectMode(mode);
        if (mode == "soft-remove") return Bandwidth2Error.DisconnectModeForbidden;
        if (texts.Count == 0) return Bandwidth2Error.NumberRequired;
        if (texts.Count > NumbersMax) return Bandwidth2Error.TooMany;
        if (texts.FirstOrDefault(text => request.Parse(text) is null) is { } malformed) return Bandwidth2Error.BadNumber(malformed);
        var numbers = texts.Select(text => request.Parse(text)!).ToList(); // just checked
        if (numbers.Distinct(StringComparer.Ordinal).Count() != numbers.Count) return Bandwidth2Error.Duplicates;
        return numbers.Select(Bandwidth2OrderForm.IsTollFree).Distinct().Count() > 1 ? Bandwidth2Error.MixedTypes : null;
    }

    private static (List<string> Released, List<Bandwidth2Error> Errors) Decide(Bandwidth2Books books, Bandwidth2Request request, List<string> numbers)
    {
        if (request.Call.Behaviour("order_failed") is { } failed)
            return ([], [.. numbers.Select(digits => Bandwidth2Clerk.Forced(failed, Bandwidth2Error.NotAssociated(digits)))]);

        var released = new List<string>();
        var errors = new List<Bandwidth2Error>();
        foreach (var digits in numbers)
        {
            var number = books.Stock.Find(digits);
            if (number?.StateAt(request.Now) == Bandwidth2NumberState.Sold && number.IsInService(request.Now)) released.Add(digits);
            else if (number is not null && (number.WasOurs || number.StateAt(request.Now) == Bandwidth2NumberState.Sold)) errors.Add(Bandwidth2Error.NotInService(digits));
            else errors.Add(Bandwidth2Error.NotAssociated(digits));
        }

        if (request.Call.Behaviour("order_partial") is null) return (released, errors);
        var kept = released.Count / 2;
        return (released[..kept], [.. errors, .. released[kept..].Select(Bandwidth2Error.NotInService)]);
    }

    private static Bandwidth2Reply Get(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (books.Disconnect(request.Call.Route("id")) is not { } order) return Bandwidth2Reply.NotThere;
        var isFinal = order.FinalAt <= request.Now;
        return new Bandwidth2Reply(200, new XElement(
            Root,
            new XElement("ErrorList", isFinal ? order.Errors.Select(error => error.Element(request.Show)) : null),
            isFinal ? new XElement("DisconnectedTelephoneNumberList", order.Released.Select(digits => new XElement("TelephoneNumber", request.Show(digits)))) : null,
            Order(request, order),
            new XElement("OrderStatus", order.StatusAt(request.Now))));
    }

    // There is no filter by the customer's id here: whoever lost a reply must look at the number.
    private static Bandwidth2Reply List(Bandwidth2Books books, Bandwidth2Request request)
    {
        var query = request.Query();
        if (!int.TryParse(query.GetValueOrDefault("size", "300"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > PageMax)
            return Bandwidth2Reply.Refused(400, "ResponseSelectWrapper", Bandwidth2Error.BadPage);
        var orders = books.Disconnects
            .Where(order => !query.TryGetValue("userid", out var user) || order.User == user)
            .Where(order => !query.TryGetValue("status", out var status) || string.Equals(order.StatusAt(request.Now), status, StringComparison.OrdinalIgnoreCase))
            .Reverse().ToList();
        var page = query.GetValueOrDefault("page", "1");
        var from = page == "1" ? 0 : orders.FindIndex(order => order.Id == page);
        if (from < 0) return Bandwidth2Reply.Refused(400, "ResponseSelectWrapper", Bandwidth2Error.BadPage);
        return new Bandwidth2Reply(200, new XElement("ResponseSelectWrapper", new XElement(
            "ListOrderIdUserIdDate",
            new XElement("TotalCount", orders.Count),
            new XElement("Links", new XElement("first", Bandwidth2OrderDoors.Link(request, "disconnects", "1", size, "first"))),
            orders.Skip(from).Take(size).Select(order => new XElement(
                "OrderIdUserIdDate",
                new XElement("CountOfTNs", order.Wanted.Count),
                new XElement("userId", order.User),
                new XElement("lastModifiedDate", Bandwidth2OrderDoors.OddDate(order.FinalAt ?? order.CreatedAt, order.Id)),
                new XElement("OrderId", order.Id),
                new XElement("OrderType", "disconnect"),
                new XElement("OrderDate", Bandwidth2OrderDoors.OddDate(order.CreatedAt, order.Id)),
                new XElement("OrderStatus", order.StatusAt(request.Now)))))));
    }

    private static XElement Order(Bandwidth2Request request, Bandwidth2Disconnect order) => new(
        "orderRequest",
        Bandwidth2Xml.Optional("CustomerOrderId", order.CustomerOrderId),
        Bandwidth2Xml.Optional("Name", order.Name),
        new XElement("OrderCreateDate", Bandwidth2Xml.Moment(order.CreatedAt)),
        new XElement("id", order.Id),
        new XElement(
            OrderType,
            new XElement("TelephoneNumberList", order.Wanted.Select(digits => new XElement("TelephoneNumber", request.Show(digits)))),
            new XElement("DisconnectMode", order.Mode)));
}
