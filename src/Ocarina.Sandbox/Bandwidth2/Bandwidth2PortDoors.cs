using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>An order to bring numbers from elsewhere. Its states are moved by the control interface.</summary>
internal sealed record Bandwidth2Port
{
    /// <summary>The state in which the numbers are the account's.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>Every state there is.</summary>
    public static readonly string[] States =
        ["DRAFT", "PENDING_DOCUMENTS", "SUBMITTED", "REQUESTED_SUPP", "FOC", Complete, "EXCEPTION", "REQUESTED_CANCEL", "CANCELLED"];

    public required string Id { get; init; }
    public string? CustomerOrderId { get; init; }
    public required string SiteId { get; init; }
    public string? PeerId { get; init; }
    public required string User { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public IReadOnlyList<string> Numbers { get; init; } = [];
    public IReadOnlyList<Bandwidth2Error> Errors { get; init; } = [];
    public IReadOnlyList<string> Documents { get; init; } = [];
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Status and moment of every step, oldest first.</summary>
    public IReadOnlyList<string> Past { get; init; } = [];

    /// <summary>True when nothing can happen any more.</summary>
    public bool IsOver => Status is Complete or "CANCELLED";
}

/// <summary>Whether numbers can be ported, and port orders.</summary>
internal static class Bandwidth2PortDoors
{
    private const string Root = "LnpOrderResponse";
    private const string CheckRoot = "NumberPortabilityResponse";

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("POST", "lnpchecker", "portability", Check, TakesBody: true, Query: ["fullCheck"]),
        new("POST", "portins", "portin_create", Create, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "portins/{id}", "portin_get", Get, Query: []),
        new("PUT", "portins/{id}", "portin_update", Update, IsWrite: true, TakesBody: true, Query: []),
        new("DELETE", "portins/{id}", "portin_cancel", Cancel, IsWrite: true, Query: []),
        new("POST", "portins/{id}/loas", "portin_document", Document, IsWrite: true, Query: []),
        new("POST", "portins/{id}/notes", "portin_note", Note, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "portins/{id}/notes", "portin_notes", Notes, Query: []),
        new("GET", "portins/{id}/history", "portin_history", History, Query: []),
    ];

    // The table of portable exchanges: the last digit of the exchange decides. 7 no coverage, 8 partners only, 9 a losing carrier that does not take part.
    private static Bandwidth2Reply Check(Bandwidth2Books books, Bandwidth2Request request)
    {
        var texts = request.Body!.Elements("TnList").Elements("Tn").Select(element => element.Value.Trim()).ToList(); // the door takes none without a body
        var full = request.Call.Query["fullCheck"].ToString();
        if (full is not ("" or "true" or "false" or "onnetportability" or "offnetportability"))
            return Bandwidth2Reply.Refused(400, $"fullCheck '{full}' is not known.");
        var invalid = texts.Where(text => request.Parse(text) is null).ToList();
        if (request.Body.Name.LocalName != "NumberPortabilityRequest" || texts.Count == 0 || invalid.Count > 0)
        {
            return new Bandwidth2Reply(400, new XElement(CheckRoot, new XElement(
                "Errors",
                new XElement("Code", Bandwidth2Error.PortNumberInvalid.Code),
                new XElement("Description", Bandwidth2Error.PortNumberInvalid.Description),
                new XElement("TelephoneNumbers", invalid.Select(text => new XElement("Tn", text))))));
        }

        var byKind = texts.ToLookup(text => request.Parse(text)![5] switch { '7' => "no", '8' => "partner", '9' => "carrier", _ => "yes" }); // parsed above
        var portable = byKind["yes"].ToList();
        if (full is "" or "false") return new Bandwidth2Reply(200, new XElement(CheckRoot, Tns("PortableNumbers", portable)));
        return new Bandwidth2Reply(200, new XElement(
            CheckRoot,
            portable.Count == texts.Count ? new XElement("PortType", "AUTOMATED") : null,
            Tns("PortableNumbers", portable),
            new XElement("SupportedRateCenters", Groups(portable.Concat(byKind["carrier"]))),
            new XElement("UnsupportedRateCenters", Groups(byKind["no"].Concat(full == "offnetportability" ? [] : byKind["partner"]))),
            full == "offnetportability" ? new XElement("PartnerSupportedRateCenters", Groups(byKind["partner"])) : null,
            new XElement("SupportedLosingCarriers", Carriers("6214", "Cingular", portable.Concat(byKind["no"]).Concat(byKind["partner"]))),
            new XElement("UnsupportedLosingCarriers", Carriers("9999", "Rural Cooperative", byKind["carrier"]))));
    }

    private static Bandwidth2Reply Create(Bandwidth2Books books, Bandwidth2Request request)
    {
        var sent = request.Body!; // the door takes none without a body
        var texts = sent.Elements("ListOfPhoneNumbers").Elements("PhoneNumber").Select(element => element.Value.Trim()).ToList();
        var site = books.Sites.Find(sent.Text("SiteId") ?? "");
        var peerId = sent.Text("PeerId") ?? site?.DefaultPeer?.Id;
        var error = sent.Name.LocalName != "LnpOrder" ? Bandwidth2Error.Validation("an LnpOrder is expected")
            : texts.Count == 0 || texts.Any(text => request.Parse(text) is null) ? Bandwidth2Error.PortNumberInvalid
            : sent.Text("LoaAuthorizingPerson") is null ? new Bandwidth2Error(7206, "LoaAuthorizingPerson is required")
            : sent.Element("Subscriber") is null ? new Bandwidth2Error(7205, "Subscriber is required")
            : site is null ? new Bandwidth2Error(7309, "Site is not valid")
            : peerId is null || site.Peers.All(peer => peer.Id != peerId) ? new Bandwidth2Error(7312, "Peer is not valid")
            : null;
        if (error is not null || site is null)
            return new Bandwidth2Reply(400, new XElement(Root, Errors([error ?? Bandwidth2Error.BadSite]), sent.Elements()));

        var port = new Bandwidth2Port
        {
            Id = books.NextId(),
            CustomerOrderId = sent.Text("CustomerOrderId"),
            SiteId = site.Id,
            PeerId = peerId,
            User = request.User,
            Status = "PENDING_DOCUMENTS",
            CreatedAt = request.Now,
            ChangedAt = request.Now,
            Numbers = [.. texts.Select(text => request.Parse(text)!)], // parsed above
            Past = [$"PENDING_DOCUMENTS {Bandwidth2Xml.Moment(request.Now)}"],
        };
        books.Book(port);
        // A status code of 201 inside the reply is how a good order starts.
        return new Bandwidth2Reply(201, new XElement(
            Root,
            new XElement("OrderId", port.Id),
            new XElement("Status", new XElement("Code", 201), new XElement("Description", "Order Received")),
            Body(request, port)), Bandwidth2OrderDoors.Location(request, "portins", port.Id));
    }

    // Reads leave the order id out: whoever asks knows it.
    private static Bandwidth2Reply Get(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
        new Bandwidth2Reply(200, new XElement(Root, Errors(port.Errors), Body(request, port))));

    private static Bandwidth2Reply Update(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
    {
        if (request.Body!.Name.LocalName != "LnpOrderSupp") return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.Validation("an LnpOrderSupp is expected")); // has a body
        if (port.IsOver) return new Bandwidth2Reply(409, new XElement(Root, new XElement("OrderId", port.Id), Errors([Bandwidth2Error.PortFinished]), Body(request, port)));
        port = Bandwidth2Control.Move(port, "REQUESTED_SUPP", request.Now, []);
        books.Book(port);
        return new Bandwidth2Reply(200, new XElement(Root, new XElement("OrderId", port.Id), new XElement("Status", new XElement("Code", 200)), Body(request, port)));
    });

    private static Bandwidth2Reply Cancel(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
    {
        if (port.IsOver) return new Bandwidth2Reply(400, new XElement(Root, Errors([Bandwidth2Error.PortFinished])));
        books.Book(Bandwidth2Control.Move(port, "CANCELLED", request.Now, []));
        return new Bandwidth2Reply(200);
    });

    private static Bandwidth2Reply Document(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
    {
        if (request.Call.Body.Length == 0) return Bandwidth2Reply.Refused(400, "A document is expected.");
        var name = FormattableString.Invariant($"{port.Id}-{port.Documents.Count + 1}.pdf");
        books.Book(port with { Documents = [.. port.Documents, name] });
        return new Bandwidth2Reply(201, new XElement("fileUploadResponse", new XElement("filename", name), new XElement("resultCode", 0), new XElement("resultMessage", "LOA file uploaded successfully")));
    });

    private static Bandwidth2Reply Note(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
    {
        if (request.Body!.Text("Description") is not { } text) return Bandwidth2Reply.Refused(400, "A Note with a Description is expected."); // has a body
        books.Book(port with { Notes = [.. port.Notes, text] });
        return new Bandwidth2Reply(201);
    });

    private static Bandwidth2Reply Notes(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
        new Bandwidth2Reply(200, new XElement("Notes", port.Notes.Select((text, at) => new XElement(
            "Note", new XElement("Id", at + 1), new XElement("UserId", port.User), new XElement("Description", text))))));

    private static Bandwidth2Reply History(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, port =>
        new Bandwidth2Reply(200, new XElement("OrderHistoryWrapper", port.Past.Select(step => new XElement(
            "OrderHistory", new XElement("OrderDate", step.Split(' ')[1]), new XElement("Note", "LOA"), new XElement("Status", step.Split(' ')[0].ToLowerInvariant()))))));

    private static Bandwidth2Reply Of(Bandwidth2Books books, Bandwidth2Request request, Func<Bandwidth2Port, Bandwidth2Reply> answer) =>
        books.Port(request.Call.Route("id")) is { } port ? answer(port) : Bandwidth2Reply.NotThere;

    private static XElement[] Body(Bandwidth2Request request, Bandwidth2Port port) =>
    [
        new("ProcessingStatus", port.Status),
        new("ListOfPhoneNumbers", port.Numbers.Select(digits => new XElement("PhoneNumber", request.Show(digits)))),
        .. Bandwidth2Xml.Optional("CustomerOrderId", port.CustomerOrderId) is { } id ? new[] { id } : [],
        new("SiteId", port.SiteId),
        .. Bandwidth2Xml.Optional("PeerId", port.PeerId) is { } peer ? new[] { peer } : [],
        new("OrderCreateDate", Bandwidth2Xml.Moment(port.CreatedAt)),
        new("LastModifiedDate", Bandwidth2Xml.Moment(port.ChangedAt)),
        new("userId", port.User),
    ];

    // Port orders repeat Errors instead of wrapping them.
    private static IEnumerable<XElement> Errors(IEnumerable<Bandwidth2Error> errors) =>
        errors.Select(error => new XElement("Errors", new XElement("Code", error.Code), new XElement("Description", error.Description)));

    private static XElement Tns(string name, IEnumerable<string> texts) => new(name, texts.Select(text => new XElement("Tn", text)));

    private static IEnumerable<XElement> Groups(IEnumerable<string> texts) => texts.GroupBy(text => text.TrimStart('+')[..6]).Select(group => new XElement(
        "RateCenterGroup",
        new XElement("RateCenter", "RC" + group.Key),
        new XElement("City", "CITY"),
        new XElement("State", "NC"),
        new XElement("LATA", "426"),
        new XElement("Tiers", new XElement("Tier", 0)),
        Tns("TnList", group)));

    private static XElement? Carriers(string id, string name, IEnumerable<string> texts) => texts.ToList() is not { Count: > 0 } list ? null : new XElement(
        "LosingCarrierTnList", new XElement("LosingCarrierSPID", id), new XElement("LosingCarrierName", name), Tns("TnList", list));
}
