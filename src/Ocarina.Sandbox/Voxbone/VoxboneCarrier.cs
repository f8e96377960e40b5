using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>Voxbone's provisioning API as its public documents and recorded replies show it, under its old and its new addresses.</summary>
internal sealed class VoxboneCarrier(SandboxWorld world) : ISandboxCarrier
{
    /// <summary>Its name in ledger, journal and rules.</summary>
    public const string CarrierName = "voxbone";

    private const string NewFamily = "/vox/v1";
    private static readonly string[] Families = ["/vox/ws-voxbone/services/rest", NewFamily];

    private static readonly IReadOnlyList<VoxboneDoor> Doors =
        [.. VoxboneInventoryDoors.All, .. VoxboneDidDoors.All, .. VoxboneOrderingDoors.All, .. VoxboneRegulationDoors.All];

    private readonly Lock _lock = new();
    private readonly VoxboneLimit _limit = new();
    private VoxboneBooks _books = new(world);

    /// <inheritdoc/>
    public string Name => CarrierName;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var door in Doors)
        {
            foreach (var family in Families)
                routes.MapOperation(door.Method, $"{family}/{door.Path}", new Operation(CarrierName, door.Operation, door.IsWrite), call => Serve(call, door));
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        lock (_lock) _books = new VoxboneBooks(world);
    }

    /// <inheritdoc/>
    public void Replay(Fact fact)
    {
        lock (_lock) _books.Replay(fact);
    }

    /// <inheritdoc/>
    public bool SetStock(string number, string status)
    {
        lock (_lock) return _books.SetStock(number, status);
    }

    /// <inheritdoc/>
    public string? SomethingForSale(DrawStream chance)
    {
        lock (_lock)
        {
            var groups = _books.Stock.Groups.Where(group => group.Stock(world.Now) > 0).ToList();
            return groups.Count == 0 ? null : chance.Pick(groups).Numbers.Where(number => number.IsFree(world.Now)).Select(number => number.E164).FirstOrDefault();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call)
    {
        // Asked by the fault engine while it holds its own lock: only what needs no lock is read here.
        if (call.Route("cart") is { Length: > 0 } cart && _books.Named.TryGetValue("cart/" + cart, out var held)) return held;
        if (call.Body.Length == 0 || Parse(call.Text) is not { } body) return [];
        var picked = (body["phoneNumbers"] as JsonArray)?.Select(item => (item as JsonObject)?["phoneNumber"]?.ToString()).OfType<string>() ?? [];
        var ids = (body["didIds"] as JsonArray)?.Select(id => id?.ToString()) ?? (body["didId"] is { } one ? [one.ToString()] : []);
        return [.. picked, .. ids.SelectMany(id => _books.Named.GetValueOrDefault("did/" + id) ?? [])];
    }

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text)
    {
        var module = Doors.FirstOrDefault(door => door.Operation == call.Operation.Name)?.Module ?? "GENERAL";
        if (int.TryParse(code, CultureInfo.InvariantCulture, out var number)) return SandboxReply.Json(status, new VoxboneError(number, text, status).ToJson(module));
        return SandboxReply.Json(status, new JsonObject
        {
            ["httpStatusCode"] = status, ["apiModule"] = module, ["genericErrorMessage"] = text, ["errors"] = null,
        });
    }

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => _limit.Check(call);

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body)
    {
        if (action == "rate") return _limit.Configure(body);
        lock (_lock) return VoxboneControl.Do(_books, action, body, world.Now);
    }

    private SandboxReply Serve(SandboxCall call, VoxboneDoor door)
    {
        if (call.Behaviour("auth_401") is not null || !IsKnown(call)) return Stranger(call);
        if (call.Query.Keys.FirstOrDefault(name => name is not ("pageNumber" or "pageSize") && !door.Query.Contains(name)) is { } unknown)
            return Refuse(VoxboneError.Unknown(unknown), door);

        JsonObject? body = [];
        if (door.TakesBody && door.Operation != "address_verification")
        {
            if (call.MediaType != "application/json") return Error(call, 415, null, "Unsupported Media Type");
            if (call.Body.Length == 0) return Refuse(VoxboneError.EmptyBody, door);
            body = Parse(call.Text);
            if (body is null) return Refuse(VoxboneError.Format("body"), door);
        }

        lock (_lock)
        {
            VoxboneReply reply;
            try
            {
                reply = door.Answer(_books, new VoxboneRequest(call, world.Now, body));
            }
            catch (InvalidOperationException) when (door.TakesBody)
            {
                reply = VoxboneError.Format("body"); // a member of another type than the service knows
            }

            return reply.Error is { } error ? Refuse(error, door) : SandboxReply.Json(200, reply.Body ?? new JsonObject());
        }
    }

    // The new addresses take a key; the old ones user and password, and the key as their beta did.
    private bool IsKnown(SandboxCall call)
    {
        if (call.Header("apikey") is { } key) return key == world.Credentials.VoxboneApiKey;
        if (IsNew(call) || call.Header("Authorization") is not { } header || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return false;
        var buffer = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length) == $"{world.Credentials.VoxboneUsername}:{world.Credentials.VoxbonePassword}";
    }

    private static SandboxReply Stranger(SandboxCall call)
    {
        if (IsNew(call))
        {
            return SandboxReply.Json(401, new JsonObject
            {
                ["links"] = null,
                ["data"] = null,
                ["errors"] = new JsonArray(new JsonObject
                {
                    ["type"] = "authentication-credentials", ["description"] = "Invalid or missing credentials.", ["code"] = "401", ["id"] = null, ["meta"] = null,
                }),
            });
        }

        return SandboxReply.Json(401, new JsonObject
        {
            ["httpStatusCode"] = 401, ["apiModule"] = "SECURITY", ["genericErrorMessage"] = "Bad credentials", ["errors"] = new JsonArray(),
        }).With("WWW-Authenticate", "Basic realm=\"Voxbone\"");
    }

    private static SandboxReply Refuse(VoxboneError error, VoxboneDoor door) => SandboxReply.Json(error.Status, error.ToJson(door.Module));

    private static bool IsNew(SandboxCall call) => call.Path.StartsWith(NewFamily, StringComparison.Ordinal);

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
