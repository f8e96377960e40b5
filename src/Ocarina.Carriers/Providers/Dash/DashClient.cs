using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Providers.Dash;

/// <summary>Talks to the service for one call of the module.</summary>
internal sealed class DashClient(CarrierHttp http, CarrierName name, CarrierContext context)
{
    // As the peer waits (numbers.md 9.4): an address is looked for with several vendors.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly DashSettings _settings = new(context.Settings);
    private CarrierChannel? _channel;

    private CarrierChannel Channel =>
        _channel ??= http.Open(name, context, new ChannelOptions(_settings.Address) { ReadTimeout = Patience, WriteTimeout = Patience, DebugFile = "/tmp/dash_e911.xml" });

    /// <summary>What the service makes of an address. Changes nothing.</summary>
    public async Task<IReadOnlyList<DashLocation>> ValidateAsync(JsonObject address, CancellationToken ct) =>
        ReadLocations(await Channel.ReadAsync(Signed(DashWire.Validate(address)), ct), "validateLocationResponse");

    /// <summary>The locations of a number; none when the service does not know it.</summary>
    public async Task<IReadOnlyList<DashLocation>> LocationsAsync(string digits, CancellationToken ct)
    {
        var reply = await Channel.ReadAsync(Signed(DashWire.Locations(digits)) with { BypassesCircuit = true }, ct);
        return IsUnknown(reply) ? [] : ReadLocations(reply, "getLocationsByURIResponse");
    }

    /// <summary>Adds a location. It has no effect until it is provisioned.</summary>
    public async Task<(DashLocation? Added, CarrierOutcome? Failed)> AddAsync(string digits, string callerName, JsonObject address, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(DashWire.Add(digits, callerName, address)), ct);
        if (!reply.IsSuccess) return (null, HttpErrors.OfWrite(reply, MessageOf(reply)));
        return ReadLocations(reply, "addLocationResponse") is [var added] ? (added, null) : throw Odd("The service answered with another number of locations than one");
    }

    /// <summary>Makes a location the one that emergency services see.</summary>
    /// <returns>The service's word for its state, and its sentence; or what went wrong. One that is gone is made again by the next try.</returns>
    public async Task<(string Status, string Description, CarrierOutcome? Failed)> ProvisionAsync(string locationId, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(DashWire.Provision(locationId)), ct);
        if (!reply.IsSuccess && reply.Status is not (404 or 410)) return ("", "", HttpErrors.OfWrite(reply, MessageOf(reply)));
        var (status, description) = ReadStatus(reply, "provisionLocationResponse", "LocationStatus");
        return (status, description, null);
    }

    /// <summary>Takes a location away that nobody uses. One that is not there is taken away.</summary>
    public async Task RemoveLocationAsync(string locationId, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(DashWire.RemoveLocation(locationId)), ct);
        if (!IsUnknown(reply)) ReadStatus(reply, "removeLocationResponse", "LocationStatus");
    }

    /// <summary>Takes a number and all its locations away.</summary>
    /// <returns>True when it is gone; false when the service says something else than that.</returns>
    public async Task<bool> RemoveAsync(string digits, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(DashWire.Remove(digits)), ct);
        return IsUnknown(reply) || ReadStatus(reply, "removeURIResponse", "URIStatus").Status == "REMOVED";
    }

    private CarrierCall Signed(CarrierCall call) => call with { Headers = [.. call.Headers, new("Authorization", _settings.Authorization)], Accept = "*/*" };

    // A page of HTML comes from something in between, or from a wrong address: it proves nothing about a number.
    private static bool IsUnknown(CarrierReply reply) => reply.Status is 404 or 410 && reply.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) != true;

    private static List<DashLocation> ReadLocations(CarrierReply reply, string root) =>
        [.. Root(reply, root).Elements().Where(element => element.Name.LocalName is "Location" or "Locations").Select(DashLocation.Read)];

    private static (string Status, string Description) ReadStatus(CarrierReply reply, string root, string element)
    {
        var status = Root(reply, root).Child(element);
        var code = status.Text("code") ?? throw Odd("The service answered without a state");
        return (code, status.Words("description") ?? code);
    }

    private static XElement Root(CarrierReply reply, string name)
    {
        if (!reply.IsSuccess) throw new CarrierException(HttpErrors.Of(reply, MessageOf(reply)));
        var root = CarrierXml.Parse(reply);
        return string.Equals(root.Name.LocalName, name, StringComparison.OrdinalIgnoreCase) ? root : throw Odd($"unexpected_root {root.Name.LocalName}");
    }

    private static string? MessageOf(CarrierReply reply)
    {
        try
        {
            return CarrierXml.Parse(reply).Words("message");
        }
        catch (CarrierException)
        {
            return null; // the status says it
        }
    }

    private static CarrierException Odd(string what) => new(new CarrierError(CarrierErrorKind.BadReply, what));
}
