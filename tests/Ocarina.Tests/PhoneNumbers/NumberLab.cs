using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Identity;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>A running server with a small family of accounts, and short words for what tests of numbers do all the time.</summary>
/// <remarks>
/// master > reseller > (alice > junior, bob); master > stranger. Alice may create numbers, the others may not. The clock is moved by hand.
/// </remarks>
internal sealed class NumberLab
{
    private int _next;

    private NumberLab(TestServer server, HandClock clock) => (Server, Clock) = (server, clock);

    internal TestServer Server { get; }

    internal HandClock Clock { get; }

    internal string Master => Server.Master;

    internal string Reseller { get; private set; } = "";

    internal string Alice { get; private set; } = "";

    internal string Junior { get; private set; } = "";

    internal string Bob { get; private set; } = "";

    internal string Stranger { get; private set; } = "";

    internal NumbersDatabase Numbers => Server.Services.GetRequiredService<NumbersDatabase>();

    internal static async Task<NumberLab> StartAsync(DatabaseKind kind)
    {
        var clock = new HandClock();
        // What is asked outside goes by real time: a rate that waits for this clock waits for ever.
        var lab = new NumberLab(await TestServer.StartAsync(kind, clock, services => services.AddSingleton(_ => new CarrierHttp(TimeProvider.System))), clock);
        lab.Reseller = await lab.Server.CreateAccountAsync("Reseller");
        Assert.Equal(201, (await lab.Server.SendAsync("PUT", $"/v2/accounts/{lab.Reseller}/reseller")).Status);
        lab.Alice = await lab.Server.CreateAccountAsync("Alice", lab.Reseller);
        Assert.Equal(200, (await lab.Server.SendAsync("PATCH", $"/v2/accounts/{lab.Alice}", """{"data":{"wnm_allow_additions":true}}""")).Status);
        lab.Junior = await lab.Server.CreateAccountAsync("Junior", lab.Alice);
        lab.Bob = await lab.Server.CreateAccountAsync("Bob", lab.Reseller);
        lab.Stranger = await lab.Server.CreateAccountAsync("Stranger");
        return lab;
    }

    /// <summary>A number nobody has used yet; those of one area follow each other.</summary>
    internal string Fresh(string area = "+1415555") =>
        LastFresh = area + Interlocked.Increment(ref _next).ToString(new string('0', 12 - area.Length), CultureInfo.InvariantCulture);

    /// <summary>The newest of them.</summary>
    internal string LastFresh { get; private set; } = "";

    /// <summary>Path below an account's numbers: <c>At(alice, number, "activate")</c>.</summary>
    internal static string At(string account, string number = "", string tail = "") =>
        $"/v2/accounts/{account}/phone_numbers{(number.Length == 0 ? "" : "/" + Uri.EscapeDataString(number))}{(tail.Length == 0 ? "" : "/" + tail)}";

    /// <summary>Sends a request as an account; <paramref name="data"/> is what stands in the envelope's <c>data</c>.</summary>
    internal async Task<Reply> CallAsync(string actor, string verb, string path, string? data = null, Action<HttpRequestMessage>? more = null) =>
        await Server.SendAsync(verb, path, data is null ? null : $$"""{"data":{{data}}}""", await Server.TokenAsync(actor), more: more);

    internal Task<Reply> GetAsync(string actor, string number, string? path = null) => CallAsync(actor, "GET", At(path ?? actor, number));

    internal Task<Reply> BuyAsync(string actor, string number, string? path = null, string? data = null) =>
        CallAsync(actor, "PUT", At(path ?? actor, number, "activate"), data);

    internal Task<Reply> ReserveAsync(string actor, string number, string? path = null) => CallAsync(actor, "PUT", At(path ?? actor, number, "reserve"));

    internal Task<Reply> ReleaseAsync(string actor, string number, string? path = null) => CallAsync(actor, "DELETE", At(path ?? actor, number));

    /// <summary>Puts a number in a state and an account, as the master account may.</summary>
    internal async Task<string> HaveAsync(string state, string? owner = null, string carrier = "inventory", string? number = null, string fields = "")
    {
        number ??= Fresh();
        var reply = await CallAsync(Master, "PUT", At(owner ?? Master, number), $$"""{"create_with_state":"{{state}}","carrier_name":"{{carrier}}"{{(fields.Length == 0 ? "" : "," + fields)}}}""");
        Assert.True(reply.Status == 201, reply.Text);
        return number;
    }

    /// <summary>Several numbers for sale.</summary>
    internal async Task StockAsync(params string[] numbers)
    {
        var list = new JsonArray([.. numbers.Select(number => (JsonNode)number)]).ToJsonString();
        var reply = await CallAsync(Master, "PUT", At(Master, "collection"), $$"""{"numbers":{{list}},"create_with_state":"available","carrier_name":"inventory"}""");
        Assert.True(reply.Status == 201 && reply.Data!["error"] is null, reply.Text);
    }

    /// <summary>A number that its owner has released a moment ago.</summary>
    internal async Task<string> AgingAsync(string previous)
    {
        var number = await HaveAsync("in_service", previous);
        Assert.Equal(200, (await ReleaseAsync(previous, number)).Status);
        return number;
    }

    /// <summary>The stored record, and none when there is none.</summary>
    internal async Task<NumberRecord?> RecordAsync(string number) =>
        (await Numbers.LoadAsync([PhoneNumber.Parse(number)], TestContext.Current.CancellationToken)).Values.SingleOrDefault();

    internal async Task<string?> OwnerAsync(string number) => (await RecordAsync(number))?.Account?.ToString();

    /// <summary>Writes a change of a record that no request can make.</summary>
    internal async Task ChangeAsync(NumberRecord? before, NumberRecord after) => Assert.IsType<ChangeOutcome.Written>(Assert.Single(await Numbers.ApplyAsync(
        [new NumberChange(before, after, NumberActions.Moved, Actor.System, null, Clock.GetUtcNow())], null, WriteLane.Foreground, TestContext.Current.CancellationToken)));

    /// <summary>Runs something under other settings, and puts the old ones back.</summary>
    internal async Task UnderAsync(string settings, Func<Task> run)
    {
        const string path = "/v2/system_configs/number_manager/default";
        var stored = (await Server.SendAsync("GET", path)).Data!.ToJsonString();
        var changed = await Server.SendAsync("PATCH", path, $$"""{"data":{{settings}}}""");
        Assert.True(changed.Status == 200, changed.Text);
        try
        {
            await run();
        }
        finally
        {
            Assert.Equal(200, (await Server.SendAsync("POST", $"{path}?force=true", $$"""{"data":{{stored}}}""")).Status);
        }
    }
}

/// <summary>One laboratory for each database, shared by the tests of a class.</summary>
public sealed class NumberLabs : IAsyncLifetime
{
    private readonly Dictionary<DatabaseKind, NumberLab> _running = [];

    internal async Task<NumberLab> OverAsync(DatabaseKind kind)
    {
        if (!_running.TryGetValue(kind, out var lab)) _running[kind] = lab = await NumberLab.StartAsync(kind);
        return lab;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in _running.Values) await lab.Server.DisposeAsync();
    }
}

/// <summary>What replies about numbers are compared with.</summary>
internal static class NumberReplyChecks
{
    internal static string Error(int code, string error, string? cause, string message) => new JsonObject
    {
        ["code"] = code, ["error"] = error, ["cause"] = cause, ["message"] = message,
    }.ToJsonString().Replace(",\"cause\":null", "", StringComparison.Ordinal);

    /// <summary>The number error of a single call: status, message and object agree.</summary>
    internal static Reply Fails(this Reply reply, int code, string error, string? cause, string message)
    {
        Assert.True(reply.Status == code, $"{reply.Status}: {reply.Text}");
        Assert.Equal(error, (string?)reply.Json["message"]);
        Assert.Equal(code.ToString(CultureInfo.InvariantCulture), (string?)reply.Json["error"]);
        Reply.AssertJson(Error(code, error, cause, message), reply.Data);
        return reply;
    }

    internal static Reply IsNotAvailable(this Reply reply, string number) => reply.Fails(409, "not_available", number, $"number {number} is not available");

    internal static Reply IsForbidden(this Reply reply, string? cause) => reply.Fails(403, "forbidden", cause, "requestor is unauthorized to perform operation");

    internal static Reply HasNoTransition(this Reply reply, string from, string to) =>
        reply.Fails(400, "invalid_state_transition", $"from {from} to {to}", "invalid state transition");

    /// <summary>The answer that tells nothing.</summary>
    internal static Reply IsUnknownNumber(this Reply reply)
    {
        Assert.True(reply.Status == 404, $"{reply.Status}: {reply.Text}");
        Assert.Equal("bad_identifier", (string?)reply.Json["message"]);
        Reply.AssertJson("""{"message":"bad identifier","not_found":"The number could not be found"}""", reply.Data);
        return reply;
    }

    /// <summary>400 with exactly these problems (http-api.md 1.11).</summary>
    internal static Reply IsInvalid(this Reply reply, string map)
    {
        Assert.True(reply.Status == 400, $"{reply.Status}: {reply.Text}");
        Assert.Equal("validation error", (string?)reply.Json["message"]);
        Reply.AssertJson(map, reply.Data);
        return reply;
    }

    /// <summary>Success with a number document in a state.</summary>
    internal static JsonObject IsNumber(this Reply reply, int status, string number, string state)
    {
        Assert.True(reply.Status == status, $"{reply.Status}: {reply.Text}");
        var document = reply.Data!.AsObject();
        Assert.Equal((number, state, state), ((string?)document["id"], (string?)document["state"], (string?)document["_read_only"]!["state"]));
        Reply.AssertJson(document["_read_only"]!.ToJsonString(), reply.Json["metadata"]);
        return document;
    }

    internal static string[] Names(this JsonNode? list) => [.. list!.AsArray().Select(item => (string)item!)];

    internal static string[] Keys(this JsonNode? map) => [.. map!.AsObject().Select(member => member.Key)];
}
