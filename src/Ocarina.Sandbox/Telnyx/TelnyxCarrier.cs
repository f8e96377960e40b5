using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Telnyx;

/// <summary>Telnyx's first interface, as far as caller names and emergency addresses go. It sells no numbers here: every number under +1 is the customer's.</summary>
internal sealed class TelnyxCarrier(SandboxWorld world) : ISandboxCarrier
{
    private const string Base = "/telnyx/origination";

    private static readonly string[] NumberMembers = ["enable_caller_id_name", "cnam_listing_enabled", "cnam_listing_details"];
    private static readonly string[] AddressMembers = ["business_name", "first_name", "last_name", "line_1", "line_2", "city", "state", "postal_code"];
    private static readonly string[] RequiredMembers = ["business_name", "line_1", "city", "state", "postal_code"];

    private readonly TelnyxBooks _books = new(world);

    /// <inheritdoc/>
    public string Name => TelnyxBooks.CarrierName;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("PUT", $"{Base}/numbers/{{number}}", new Operation(Name, "number_update", IsWrite: true), call => Checked(call, Change));
        routes.MapOperation("PUT", $"{Base}/numbers/{{number}}/e911_settings", new Operation(Name, "e911_settings", IsWrite: true), call => Checked(call, Bind));
        routes.MapOperation("POST", $"{Base}/e911_addresses", new Operation(Name, "e911_address_create", IsWrite: true), call => Checked(call, AddAddress));
        routes.MapOperation("DELETE", $"{Base}/e911_addresses/{{id}}", new Operation(Name, "e911_address_delete", IsWrite: true), call => Checked(call, RemoveAddress));
    }

    /// <inheritdoc/>
    public void Reset() => _books.Reset();

    /// <inheritdoc/>
    public void Replay(Fact fact) => _books.Replay(fact);

    /// <inheritdoc/>
    public bool SetStock(string number, string status) => false; // it has none

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call) => NumberOf(call) is { } number ? [number] : [];

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text) =>
        SandboxReply.Json(status, new JsonObject { ["success"] = false, ["message"] = code is null ? text : $"{code}: {text}" });

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => null; // none is published

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body) => action == "books" ? _books.All() : null;

    private SandboxReply Checked(SandboxCall call, Func<SandboxCall, SandboxReply> answer)
    {
        var known = world.Credentials;
        if (call.Header("x-api-user") != known.TelnyxUser || call.Header("x-api-token") != known.TelnyxToken || call.Behaviour("auth_401") is not null)
            return SandboxReply.Json(401, new JsonObject { ["success"] = false, ["message"] = "Unauthorized" });
        return call.UnknownQuery() is { } query ? Refused(400, $"The query parameter {query} is not expected.") : answer(call);
    }

    private SandboxReply Change(SandboxCall call)
    {
        if (NumberOf(call) is not { } number) return Refused(404, "No such number");
        if (Read(call, NumberMembers) is not { } body) return Refused(400, "The body must be an object of settings that are known.");
        if (body["cnam_listing_details"] is JsonValue name && name.ToString().Length > 15) return Refused(400, "cnam_listing_details is longer than 15 characters");
        return SandboxReply.Json(200, _books.Change(number, body));
    }

    private SandboxReply Bind(SandboxCall call)
    {
        if (NumberOf(call) is not { } number) return Refused(404, "No such number");
        if (Read(call, "e911_enabled", "e911_address_id") is not { } body) return Refused(400, "The body must hold e911_enabled and e911_address_id.");
        var id = (string?)body["e911_address_id"];
        if (id is null == ((bool?)body["e911_enabled"] ?? false)) return Refused(400, "e911_enabled and e911_address_id do not fit together.");
        return _books.Bind(number, id) is { } bound ? SandboxReply.Json(200, bound) : Refused(200, "No such address");
    }

    private SandboxReply AddAddress(SandboxCall call)
    {
        if (Read(call, AddressMembers) is not { } body) return Refused(400, "The body must be an address.");
        var missing = Array.Find(RequiredMembers, name => string.IsNullOrWhiteSpace((string?)body[name]));
        if (missing is not null) return Refused(200, $"{missing} is missing");
        // An address that is not found goes well as a request, and says so in a word.
        return char.IsAsciiDigit(((string)body["line_1"]!)[0]) // it is there
            ? SandboxReply.Json(200, _books.AddAddress(body))
            : Refused(200, "The address could not be found");
    }

    private SandboxReply RemoveAddress(SandboxCall call) => _books.RemoveAddress(call.Route("id"))
        ? SandboxReply.Json(200, new JsonObject { ["message"] = null, ["success"] = true })
        : Refused(404, "No such address, or a number is bound to it");

    private static SandboxReply Refused(int status, string message) => SandboxReply.Json(status, new JsonObject { ["success"] = false, ["message"] = message });

    private static JsonObject? Read(SandboxCall call, params string[] known)
    {
        try
        {
            return JsonNode.Parse(call.Text) is JsonObject body && body.All(member => known.Contains(member.Key)) ? body : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NumberOf(SandboxCall call)
    {
        var text = call.Route("number");
        return text.Length == 12 && text.StartsWith("+1", StringComparison.Ordinal) && long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : null;
    }
}
