using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Dash;

/// <summary>Dash: emergency addresses of telephone numbers, as XML over HTTP. It sells no numbers.</summary>
internal sealed class DashCarrier(SandboxWorld world) : ISandboxCarrier
{
    private const string Base = "/dash/emergencyprovisioning/v1";

    private readonly DashBooks _books = new(world);

    /// <inheritdoc/>
    public string Name => DashBooks.CarrierName;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        Door("validateLocation", isWrite: false, Validate);
        Door("addLocation", isWrite: true, Add);
        Door("provisionLocation", isWrite: true, Provision);
        Door("removeLocation", isWrite: true, RemoveLocation);
        Door("removeURI", isWrite: true, RemoveUri);
        routes.MapOperation("GET", $"{Base}/locationsbyuri/{{uri}}", new Operation(Name, "locationsbyuri", IsWrite: false), call => Checked(call, Locations));
        routes.MapOperation("GET", $"{Base}/provisionedlocationbyuri/{{uri}}", new Operation(Name, "provisionedlocationbyuri", IsWrite: false), call => Checked(call, Provisioned));
        routes.MapOperation("GET", $"{Base}/authenticationcheck", new Operation(Name, "authenticationcheck", IsWrite: false), call =>
            Checked(call, _ => DashXml.Reply("getAuthenticationCheckResponse", new XElement("AuthValid", "true"))));

        void Door(string method, bool isWrite, Func<SandboxCall, DashRequest, SandboxReply> answer) =>
            routes.MapOperation("POST", $"{Base}/{method.ToLowerInvariant()}", call =>
            {
                call.Parsed = DashRequest.Read(call.Body, method);
                return new Operation(Name, method.ToLowerInvariant(), isWrite);
            }, call => Checked(call, _ => Read(call, answer)));
    }

    /// <inheritdoc/>
    public void Reset() => _books.Reset();

    /// <inheritdoc/>
    public void Replay(Fact fact) => _books.Replay(fact);

    /// <inheritdoc/>
    public bool SetStock(string number, string status) => false; // it has none

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call) => call.Parsed switch
    {
        DashRequest { Uri: { } uri } => ["+" + uri],
        DashRequest { LocationId: { } id } => _books.Find(id) is { } location ? [location.Number] : [],
        _ => DashRequest.UriOf(call.Route("uri")) is { } uri ? ["+" + uri] : [],
    };

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text) =>
        code is null ? SandboxReply.Empty(status) : DashXml.Fault(status, code, text);

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => null; // none is published

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body) => action == "locations" ? new JsonObject { ["locations"] = _books.All() } : null;

    private SandboxReply Checked(SandboxCall call, Func<SandboxCall, SandboxReply> answer)
    {
        var known = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{world.Credentials.DashUsername}:{world.Credentials.DashPassword}"));
        if (call.Header("Authorization") != known || call.Behaviour("auth_401") is not null)
            return SandboxReply.Empty(401).With("WWW-Authenticate", "Basic realm=\"dash\"");
        return call.UnknownQuery() is { } query ? DashXml.Fault(400, "ParseException", $"The query parameter {query} is not expected.") : answer(call);
    }

    private static SandboxReply Read(SandboxCall call, Func<SandboxCall, DashRequest, SandboxReply> answer)
    {
        if (call.MediaType != "text/xml") return SandboxReply.Plain(415, "text/plain", "The media type must be text/xml.");
        var request = (DashRequest)call.Parsed!; // left there when the operation was found out
        return request.Problem is { } problem ? DashXml.Fault(400, "ParseException", problem) : answer(call, request);
    }

    private static SandboxReply Validate(SandboxCall call, DashRequest request) => DashXml.Reply("validateLocationResponse", Find(call, request.Address!, out var places)
        ?? places.Select(DashXml.Found));

    private SandboxReply Add(SandboxCall call, DashRequest request)
    {
        if (Find(call, request.Address!, out var places) is { } refused) return DashXml.Reply("addLocationResponse", refused);
        // Several are like it, and none was chosen: that is no address to send anybody to.
        if (places is not [var place]) return Refused("INVALID", "Location is not geocoded");
        return _books.Add(request.Uri!, request.CallerName!, place) is { } added // both were read
            ? DashXml.Reply("addLocationResponse", DashXml.Location("Location", added))
            : Refused("ERROR", $"The URI has {DashBooks.LocationsMax} locations already");

        SandboxReply Refused(string code, string description) => DashXml.Reply("addLocationResponse", DashXml.NotFound(request.Address!, code, description));
    }

    private SandboxReply Provision(SandboxCall call, DashRequest request)
    {
        if (call.Behaviour("location_error") is not null)
            return DashXml.Reply("provisionLocationResponse", DashXml.Status("LocationStatus", "ERROR", "Location could not be provisioned"));
        return _books.Provision(request.LocationId!.Value) is not null // it was read
            ? DashXml.Reply("provisionLocationResponse", DashXml.Status("LocationStatus", "PROVISIONED", "Location is currently provisioned for URI"))
            : DashXml.Fault(404, "NotFoundException", "There is no such location.");
    }

    private SandboxReply RemoveLocation(SandboxCall call, DashRequest request) => _books.Remove(request.LocationId!.Value) // it was read
        ? DashXml.Reply("removeLocationResponse", DashXml.Status("LocationStatus", "REMOVED", "Location removed from the system"))
        : DashXml.Fault(404, "NotFoundException", "There is no such location.");

    private SandboxReply RemoveUri(SandboxCall call, DashRequest request) => _books.RemoveUri(request.Uri!) // it was read
        ? DashXml.Reply("removeURIResponse", DashXml.Status("URIStatus", "REMOVED", "URI removed from system"))
        : DashXml.Fault(404, "NotFoundException", "There is no such URI.");

    private SandboxReply Locations(SandboxCall call)
    {
        if (DashRequest.UriOf(call.Route("uri")) is not { } uri) return DashXml.Fault(400, "ParseException", "The URI is no telephone number.");
        return _books.Of(uri) is { Count: > 0 } own
            ? DashXml.Reply("getLocationsByURIResponse", own.Select(location => DashXml.Location("Locations", location)))
            : DashXml.Fault(404, "NotFoundException", "There is no such URI.");
    }

    private SandboxReply Provisioned(SandboxCall call)
    {
        if (DashRequest.UriOf(call.Route("uri")) is not { } uri) return DashXml.Fault(400, "ParseException", "The URI is no telephone number.");
        return _books.Of(uri).FirstOrDefault(location => location.Activated is not null) is { } active
            ? DashXml.Reply("getProvisionedLocationByURIResponse", DashXml.Location("Location", active))
            : DashXml.Fault(404, "NotFoundException", "The URI has no provisioned location.");
    }

    private static IEnumerable<XElement>? Find(SandboxCall call, DashAddress address, out IReadOnlyList<DashPlace> places)
    {
        places = [];
        if (call.Operation.Name == "validatelocation" && call.Behaviour("location_error") is not null) return [DashXml.NotFound(address, "ERROR", "The geocoder does not answer")];
        places = DashGeocoder.Find(address);
        return places.Count == 0 ? [DashXml.NotFound(address, "INVALID", "Location is not geocoded")] : null;
    }
}
