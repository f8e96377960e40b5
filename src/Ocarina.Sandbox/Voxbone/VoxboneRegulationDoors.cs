using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Addresses that some groups need. They are verified by hand: by the control interface.</summary>
internal static class VoxboneRegulationDoors
{
    private const string Module = "REGULATION";

    /// <summary>Every state of an address.</summary>
    public static readonly string[] Statuses = ["NOT_VERIFIED", "VERIFICATION_REQUESTED", "VERIFIED", "REJECTED", "VERIFICATION_NOT_REQUIRED"];

    private static readonly string[] Mandatory = ["salutation", "streetName", "buildingNumber", "zipCode", "city", "countryCodeA3", "destinationCountryCodeA3", "didType"];

    public static IEnumerable<VoxboneDoor> All { get; } =
    [
        new("GET", "regulation/address", "address_list", Module, List, false, "addressId", "addressStatus", "countryCodeA3", "destinationCountryCodeA3", "didType"),
        new("PUT", "regulation/address", "address_create", Module, Create, true),
        new("GET", "regulation/address/{address}/validation", "address_validation", Module, Validate, false, "didType", "destinationCountryCodeA3"),
        new("PUT", "regulation/address/{address}/verification", "address_verification", Module, Verify, true),
        new("POST", "regulation/address/{address}/link", "address_link", Module, Link, true),
        new("POST", "regulation/address/unlink", "address_unlink", Module, Unlink, true),
    ];

    private static VoxboneReply List(VoxboneBooks books, VoxboneRequest request) => request.Page("addresses", books.Addresses
        .Where(address => request.Text("addressId") is not { } id || address.Id.ToString(CultureInfo.InvariantCulture) == id)
        .Where(address => request.Text("addressStatus") is not { } status || address.Status == status)
        .Where(address => request.Text("countryCodeA3") is not { } a3 || address.CountryA3 == a3)
        .Where(address => request.Text("destinationCountryCodeA3") is not { } a3 || address.DestinationA3 == a3)
        .Where(address => request.Text("didType") is not { } type || address.DidType == type), Show);

    private static VoxboneReply Create(VoxboneBooks books, VoxboneRequest request)
    {
        var sent = request.Body["address"] as JsonObject ?? request.Body;
        if (Mandatory.FirstOrDefault(field => sent[field] is null) is { } missing) return VoxboneError.Missing(missing);
        if ((string?)sent["salutation"] is not ("MR" or "MS" or "COMPANY")) return new VoxboneError(502, "The salutation is not valid.");
        var address = new VoxboneAddress
        {
            Id = books.NextAddress,
            Status = "NOT_VERIFIED",
            CountryA3 = (string?)sent["countryCodeA3"] ?? "",
            DestinationA3 = (string?)sent["destinationCountryCodeA3"] ?? "",
            DidType = (string?)sent["didType"] ?? "",
            Fields = sent.ToJsonString(),
        };
        books.Save(address);
        return new JsonObject { ["address"] = Show(address) };
    }

    private static VoxboneReply Validate(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Address(request.RouteId("address")) is not { } address) return VoxboneError.AddressUnknown;
        var reasons = new JsonArray();
        if (request.Text("destinationCountryCodeA3") is { } a3 && a3 != address.DestinationA3) reasons.Add("The address is for another country.");
        if (request.Text("didType") is { } type && type != address.DidType) reasons.Add("The address is for another type of number.");
        return new JsonObject { ["isValid"] = reasons.Count == 0, ["reasons"] = reasons };
    }

    private static VoxboneReply Verify(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Address(request.RouteId("address")) is not { } address) return VoxboneError.AddressUnknown;
        if (address.Status is "REJECTED") return VoxboneError.AddressRejected;
        if (address.Status is "NOT_VERIFIED") books.Save(address with { Status = "VERIFICATION_REQUESTED" });
        return VoxboneReply.Success;
    }

    private static VoxboneReply Link(VoxboneBooks books, VoxboneRequest request)
    {
        if (books.Address(request.RouteId("address")) is not { } address) return VoxboneError.AddressUnknown;
        var (dids, error) = Dids(books, request);
        if (error is not null) return error;
        if (dids.Select(did => did.GroupId).Distinct().Count() > 1) return VoxboneError.SeveralGroups;
        if (books.Stock.Group(dids[0].GroupId)?.AddressType is null) return VoxboneError.NoRequirement;
        if (dids.Any(did => did.AddressId == address.Id)) return VoxboneError.AlreadyLinked;
        if (address.Status == "REJECTED") return VoxboneError.AddressRejected;
        books.Save([.. dids.Select(did => did with { AddressId = address.Id })]);
        var works = address.Status is "VERIFIED" or "VERIFICATION_NOT_REQUIRED";
        return new JsonObject { ["status"] = works ? "NUMBERS_LINKED_AND_UNBLOCKED" : "NUMBERS_LINKED_PENDING_ADDRESS_VALIDATION" };
    }

    private static VoxboneReply Unlink(VoxboneBooks books, VoxboneRequest request)
    {
        var (dids, error) = Dids(books, request);
        if (error is not null) return error;
        books.Save([.. dids.Select(did => did with { AddressId = null })]);
        return VoxboneReply.Success;
    }

    private static (List<VoxboneDid> Dids, VoxboneError? Error) Dids(VoxboneBooks books, VoxboneRequest request)
    {
        if (request.Body["didIds"] is not JsonArray { Count: > 0 } items) return ([], VoxboneError.Missing("didIds"));
        var dids = items.Select(VoxboneOrderingDoors.Whole).Select(id => id is { } known ? VoxboneDidDoors.Visible(books, request, known) : null).OfType<VoxboneDid>().ToList();
        return dids.Count == items.Count ? (dids, null) : ([], VoxboneError.NoSuchDid);
    }

    private static JsonObject Show(VoxboneAddress address)
    {
        var shown = JsonNode.Parse(address.Fields) as JsonObject ?? [];
        shown["addressId"] = address.Id;
        shown["addressStatus"] = address.Status;
        return shown;
    }
}
