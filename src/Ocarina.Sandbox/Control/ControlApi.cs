using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.Faults;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Control;

/// <summary>The control interface: what a test asks and arranges. JSON in and out, on a port of its own.</summary>
internal sealed class ControlApi(SandboxWorld world, Authority? authority)
{
    private const int JournalPage = 1000;
    private const int ScaleMax = 100;

    private readonly Rival _rival = new(world);

    /// <summary>Opens the doors.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", Serve(_ => new JsonObject { ["ok"] = true, ["profile"] = world.Faults.Profile, ["now"] = world.Now }));
        routes.MapGet("/ledger", Serve(async _ =>
        {
            var ledger = world.Ledger.ToJson();
            await world.Book.FlushedAsync(); // what is shown is on disk
            return ledger;
        }));
        routes.MapGet("/journal", Serve(ShowJournal));
        routes.MapGet("/journal/count", Serve(CountJournal));
        routes.MapGet("/faults", Serve(_ => FaultsOf(world)));
        routes.MapPost("/faults", Serve(AddFaultsAsync));
        routes.MapDelete("/faults", Serve(_ => new JsonObject { ["removed"] = world.Faults.Remove(null) }));
        routes.MapDelete("/faults/{id}", Serve(call => world.Faults.Remove(call.Id) > 0
            ? new JsonObject { ["removed"] = 1 } : throw new ControlRefusal(404, "There is no such rule.")));
        routes.MapPost("/profile", Serve(async call =>
        {
            var body = await call.ObjectAsync("name", "seed");
            var name = Text(body, "name");
            if (!world.Faults.Use(name, Whole(body, "seed"))) throw new ControlRefusal(400, $"There is no profile '{name}'.");
            return new JsonObject { ["profile"] = name };
        }));
        routes.MapPost("/clock", Serve(MoveClockAsync));
        routes.MapPost("/reset", Serve(async call =>
        {
            var body = await call.ObjectAsync("seed", "scale");
            var (seed, scale) = (Whole(body, "seed") ?? world.Draws.Seed, Whole(body, "scale") ?? 1);
            if (scale is < 1 or > ScaleMax) throw new ControlRefusal(400, $"'scale' is from 1 to {ScaleMax}.");
            await world.ResetAsync(seed, scale);
            return new JsonObject { ["seed"] = seed, ["scale"] = scale };
        }));
        routes.MapPost("/stock", Serve(SetStockAsync));
        routes.MapPost("/rival", Serve(async call =>
        {
            var body = await call.ObjectAsync("carrier", "take", "every_ms");
            var carrier = CarrierOf(Text(body, "carrier"));
            var (take, everyMs) = (Whole(body, "take") ?? 0, Whole(body, "every_ms"));
            if (take < 0 || everyMs < 0) throw new ControlRefusal(400, "'take' and 'every_ms' are 0 or more.");
            if (everyMs is { } ms) _rival.Buy(carrier, TimeSpan.FromMilliseconds(ms));
            var taken = _rival.Take(carrier, take);
            await world.Book.FlushedAsync();
            return new JsonObject { ["taken"] = new JsonArray([.. taken.Select(number => (JsonNode)number)]) };
        }));
        routes.MapPost("/tls", Serve(async call =>
        {
            if (authority is null) throw new ControlRefusal(409, "The carriers' port does not speak TLS.");
            var which = Text(await call.ObjectAsync("certificate"), "certificate");
            if (!authority.Show(which)) throw new ControlRefusal(400, "'certificate' is good, expired, wrong_host or self_signed.");
            return new JsonObject { ["certificate"] = which };
        }));
        routes.MapPost("/carriers/{name}/{action}", Serve(SpecialAsync));
    }

    private JsonObject ShowJournal(ControlCall call)
    {
        var entries = world.Journal.Find(call["carrier"], call["operation"], call["contains"], call.FromSeq).Take(JournalPage);
        return new JsonObject
        {
            ["entries"] = JsonSerializer.SerializeToNode(entries, Book.Json),
            ["total"] = world.Journal.Total,
            ["forgotten"] = world.Journal.Forgotten,
        };
    }

    private JsonObject CountJournal(ControlCall call)
    {
        var found = world.Journal.Find(call["carrier"], call["operation"], call["contains"], call.FromSeq).ToList();
        return new JsonObject
        {
            ["count"] = found.Count,
            ["without_tls"] = found.Count(entry => !entry.Tls),
            ["most_in_one_second"] = Journal.MostInOneSecond(found),
            ["forgotten"] = world.Journal.Forgotten,
        };
    }

    private static JsonNode FaultsOf(SandboxWorld world) => new JsonObject
    {
        ["profile"] = world.Faults.Profile,
        ["faults"] = JsonSerializer.SerializeToNode(world.Faults.Rules, Book.Json),
        ["actions"] = new JsonArray([.. FaultActions.Names.Select(name => (JsonNode)name)]),
    };

    private async Task<JsonNode> AddFaultsAsync(ControlCall call)
    {
        List<FaultRule> rules;
        try
        {
            var body = await call.BodyAsync();
            rules = (body is JsonArray list ? list.ToList() : [body]).ConvertAll(node => node.Deserialize<FaultRule>(StrictRules)
                ?? throw new ControlRefusal(400, "A rule is an object."));
        }
        catch (JsonException e)
        {
            throw new ControlRefusal(400, e.Message);
        }

        if (rules.Select(rule => rule.Problem()).FirstOrDefault(problem => problem is not null) is { } wrong) throw new ControlRefusal(400, wrong);
        return new JsonObject { ["ids"] = new JsonArray([.. rules.Select(rule => (JsonNode)world.Faults.Add(rule))]) };
    }

    private async Task<JsonNode> MoveClockAsync(ControlCall call)
    {
        var body = await call.ObjectAsync("freeze", "advance_s");
        try
        {
            if (body["freeze"] is { } freeze) world.Clock.Freeze((bool)freeze);
            if (body["advance_s"] is { } advance) world.Clock.Advance(TimeSpan.FromSeconds((double)advance));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ControlRefusal(400, "'freeze' is true or false, 'advance_s' is seconds, 0 or more.");
        }

        return new JsonObject { ["now"] = world.Now, ["frozen"] = world.Clock.IsFrozen };
    }

    private async Task<JsonNode> SetStockAsync(ControlCall call)
    {
        var body = await call.ObjectAsync("carrier", "number", "status");
        var (name, number, status) = (Text(body, "carrier"), Text(body, "number"), Text(body, "status"));
        if (status is not ("taken" or "available")) throw new ControlRefusal(400, "'status' is taken or available.");
        var carrier = CarrierOf(name);
        if (!carrier.SetStock(number, status)) throw new ControlRefusal(409, $"{number} is not stock of {name} that another customer could take or give back.");
        await world.Book.FlushedAsync();
        return new JsonObject { ["number"] = number, ["status"] = status };
    }

    private async Task<JsonNode> SpecialAsync(ControlCall call)
    {
        var (name, action) = (call.Name, call.Action);
        var carrier = CarrierOf(name);
        var body = await call.ObjectAsync();
        JsonNode? answer;
        try
        {
            answer = carrier.Control(action, body);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ControlRefusal(400, e.Message);
        }

        await world.Book.FlushedAsync();
        return answer ?? throw new ControlRefusal(404, $"{name} has no action '{action}'.");
    }

    private ISandboxCarrier CarrierOf(string name) => world.Carrier(name) ?? throw new ControlRefusal(404, $"There is no carrier '{name}'.");

    internal static string Text(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new ControlRefusal(400, $"'{name}' is a text.");

    internal static int? Whole(JsonObject body, string name) =>
        body[name] is not { } node ? null
        : node is JsonValue value && value.TryGetValue<int>(out var number) ? number : throw new ControlRefusal(400, $"'{name}' is a whole number.");

    private static readonly JsonSerializerOptions StrictRules = new(Book.Json)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Answers with JSON.</summary>
    internal static RequestDelegate Serve(Func<ControlCall, JsonNode> answer) => Serve(call => Task.FromResult(answer(call)));

    /// <summary>Answers with JSON.</summary>
    internal static RequestDelegate Serve(Func<ControlCall, Task<JsonNode>> answer) => async http =>
    {
        JsonNode reply;
        try
        {
            reply = await answer(new ControlCall(http));
        }
        catch (ControlRefusal refusal)
        {
            http.Response.StatusCode = refusal.Status;
            reply = new JsonObject { ["error"] = refusal.Message };
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(reply.ToJsonString(Relaxed), http.RequestAborted);
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = Book.Json.Encoder };
}
