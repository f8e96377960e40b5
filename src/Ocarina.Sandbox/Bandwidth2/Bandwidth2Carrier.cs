using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Bandwidth's account API, v1 and v2, as its public documents and recorded replies show it.</summary>
internal sealed class Bandwidth2Carrier : ISandboxCarrier
{
    /// <summary>Its name in ledger, journal and rules.</summary>
    public const string CarrierName = "bandwidth2";

    private static readonly string[] Bases = ["/bw2/api", "/bw2/api/v2"];

    private readonly SandboxWorld _world;
    private readonly Lock _lock = new();
    private readonly Bandwidth2Access _access;
    private readonly Bandwidth2Limits _limits;
    private readonly Bandwidth2Notifier _notifier;
    private Bandwidth2Books _books;

    public Bandwidth2Carrier(SandboxWorld world)
    {
        _world = world;
        _access = new Bandwidth2Access(world);
        _limits = new Bandwidth2Limits(world);
        _books = new Bandwidth2Books(world);
        _notifier = new Bandwidth2Notifier(world);
    }

    /// <inheritdoc/>
    public string Name => CarrierName;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("POST", "/bw2/oauth2/token", new Operation(CarrierName, "token", false), _access.Token);
        foreach (var door in Bandwidth2Doors.All)
        {
            foreach (var start in Bases)
            {
                var isV2 = start.EndsWith("/v2", StringComparison.Ordinal);
                var pattern = start + (door.Path.StartsWith("tns", StringComparison.Ordinal) ? "/" : "/accounts/{account}/") + door.Path;
                routes.MapOperation(door.Method, pattern, new Operation(CarrierName, door.Operation, door.IsWrite), call => Serve(call, door, isV2));
            }
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        lock (_lock) _books = new Bandwidth2Books(_world);
        _limits.Reset();
    }

    /// <inheritdoc/>
    public void Replay(Fact fact)
    {
        lock (_lock) _books.Replay(fact);
    }

    /// <inheritdoc/>
    public bool SetStock(string number, string status)
    {
        lock (_lock) return number.StartsWith("+1", StringComparison.Ordinal) && _books.SetStock(number[2..], status);
    }

    /// <inheritdoc/>
    public string? SomethingForSale(DrawStream chance)
    {
        lock (_lock)
        {
            var all = _books.Stock.All;
            var from = chance.Between(0, all.Count);
            var number = Enumerable.Range(0, all.Count).Select(step => all[(from + step) % all.Count])
                .FirstOrDefault(number => number.StateAt(_world.Now) == Bandwidth2NumberState.Available && number.ReservationId is null);
            return number is null ? null : "+1" + number.Digits;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call)
    {
        // Asked by the fault engine while it holds its own lock: nothing of the carrier's state is touched here.
        var named = call.Route("tn") is { Length: > 0 } inPath ? [inPath] : Named(call);
        return [.. named.Select(text => text.StartsWith('+') ? text : "+1" + text)];
    }

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text)
    {
        if (!int.TryParse(code, CultureInfo.InvariantCulture, out var number)) return Write(Bandwidth2Reply.Refused(status, text), call, IsV2(call));
        var error = new Bandwidth2Error(number, text);
        return Write(new Bandwidth2Reply(status, call.Operation.Name switch
        {
            "search" => new XElement("SearchResult", new XElement("Error", new XElement("Code", number), new XElement("Description", text))),
            "order_create" or "order_get" => new XElement("OrderResponse", new XElement("ErrorList", error.Element(digits => digits)), Echo(call)),
            _ => Bandwidth2Reply.Refused(status, "ErrorResponse", error).Root,
        }), call, IsV2(call));
    }

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => _limits.Check(call);

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body)
    {
        switch (action)
        {
            case "expire_tokens": return new JsonObject { ["expired"] = _access.ExpireTokens() };
            case "rate": return _limits.Configure(body);
            case "order":
            case "port":
                lock (_lock) return action == "order" ? Bandwidth2Control.Order(_books, body, _world.Now) : Bandwidth2Control.Port(_books, body, _world.Now);
            case "counts":
                lock (_lock) return Bandwidth2Control.Counts(_books, _world.Now);
            default: return null;
        }
    }

    private static bool IsV2(SandboxCall call) => call.Path.StartsWith("/bw2/api/v2/", StringComparison.Ordinal);

    private static IEnumerable<string> Named(SandboxCall call)
    {
        if (!call.Operation.IsWrite || !SandboxXml.TryRead(call.Body, out var root)) return [];
        return root.Descendants().Where(element => element.Name.LocalName is "TelephoneNumber" or "ReservedTn" && !element.HasElements).Select(element => element.Value.Trim());
    }

    // Refusals echo the request: whoever looks for telephone numbers in a reply finds them in an error, too.
    private static XElement? Echo(SandboxCall call) => SandboxXml.TryRead(call.Body, out var order) ? order : null;

    private static SandboxReply Write(Bandwidth2Reply reply, SandboxCall call, bool isV2)
    {
        var wantsJson = isV2 && (call.Header("Accept") ?? "").Contains("application/json", StringComparison.OrdinalIgnoreCase);
        var written = reply.Root is not { } root ? SandboxReply.Empty(reply.Status)
            : wantsJson ? SandboxReply.Json(reply.Status, Bandwidth2Xml.ToJson(root))
            : SandboxReply.Xml(reply.Status, root);
        return reply.Location is { } location ? written.With("Location", location) : written;
    }

    private SandboxReply Serve(SandboxCall call, Bandwidth2Door door, bool isV2)
    {
        if (call.Behaviour("auth_401") is not null || _access.UserOf(call) is not { } user) return Bandwidth2Access.Stranger(isV2);
        if (door.IsWrite && !_access.MayWrite(user)) return Write(Bandwidth2Reply.Refused(403, "ErrorResponse", Bandwidth2Error.OrderingDisabled), call, isV2);
        if (call.Route("account") is { Length: > 0 } account && account != _world.Credentials.AccountId)
            return Write(Bandwidth2Reply.Refused(403, "ErrorResponse", Bandwidth2Error.NotAuthorized(account)), call, isV2);
        if (door.Query is { } known && call.UnknownQuery(known) is { } unknown)
            return Write(Bandwidth2Reply.Refused(400, $"The query parameter '{unknown}' is not known here."), call, isV2);

        XElement? body = null;
        if (door.TakesBody)
        {
            if (call.MediaType is not ("application/xml" or "text/xml")) return Write(Bandwidth2Reply.Refused(415, "Unsupported Media Type"), call, isV2);
            if (!SandboxXml.TryRead(call.Body, out body)) return Write(Bandwidth2Reply.Refused(400, "The request body is not well-formed XML."), call, isV2);
        }

        lock (_lock)
        {
            var now = _world.Now;
            _books.ExpireReservations(now);
            var reply = door.Answer(_books, new Bandwidth2Request(call, isV2, user, now, body));
            if (reply.Status == 201 && door.Operation is "order_create" or "disconnect_create") Notify(call);
            return Write(reply, call, isV2);
        }
    }

    private void Notify(SandboxCall call)
    {
        if (_books.LastId is not { } id || _books.Subscriptions.Count == 0) return;
        var twice = call.Behaviour("duplicate_notification") is not null;
        _notifier.Watch(id, twice, waiting =>
        {
            lock (_lock) return Bandwidth2Notifier.Notice.About(_books, waiting, _world.Now);
        });
    }
}

/// <summary>One door of the account API.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Below the account, or from <c>tns</c> on.</param>
/// <param name="Operation">Its name in journal and rules.</param>
/// <param name="Answer">What it does, under the carrier's lock.</param>
/// <param name="IsWrite">True when it changes something.</param>
/// <param name="TakesBody">True when it needs an XML body.</param>
/// <param name="Query">The query parameters it knows; null when it checks them itself.</param>
internal sealed record Bandwidth2Door(
    string Method, string Path, string Operation, Func<Bandwidth2Books, Bandwidth2Request, Bandwidth2Reply> Answer,
    bool IsWrite = false, bool TakesBody = false, string[]? Query = null);
