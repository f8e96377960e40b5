using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Sandbox;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Features;

/// <summary>Features over HTTP, from the request to Dash in the sandbox and back (`http-api.md` 2.1, 2.5).</summary>
public sealed class FeatureApiTests(NumberLabs labs) : IClassFixture<NumberLabs>, IAsyncLifetime
{
    private const string Address = """{"street_address":"1855 Blake Street","locality":"Denver","region":"CO","postal_code":"80202"}""";

    private SandboxLab _sandbox = null!; // set before each test

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _sandbox.DisposeAsync();

    [Theory, MemberData(nameof(Both))]
    public async Task Caller_name_and_address_are_set_shown_and_gone_after_the_release(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        var set = (await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, number), $$"""{"cnam":{"display_name":"ACME"},"e911":{{Address}} }""")).IsNumber(200, number, "in_service");

        Assert.Equal(["e911", "outbound_cnam"], set["features"].Names());
        Assert.Equal(("1855 BLAKE ST", "PROVISIONED"), ((string?)set["e911"]!["street_address"], (string?)set["e911"]!["status"]));
        Assert.Equal(number, await LocatedAsync());
        var order = (await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/orders?kind=feature&number={Uri.EscapeDataString(number)}")).Data!.AsArray();
        Assert.Equal(("feature", "e911", "dash_e911", "done"), (Text(order, "kind"), Text(order, "feature"), Text(order, "carrier"), Text(order, "state")));

        Assert.Equal(200, (await lab.ReleaseAsync(lab.Alice, number)).Status);
        for (var i = 0; i < 200 && await LocatedAsync() is not null; i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Null(await LocatedAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_not_found_answers_as_the_dialog_reads_it(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        var reply = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"e911":{"street_address":"Nowhere","locality":"Denver","region":"CO","postal_code":"80202"}}""");

        Assert.Equal((400, "invalid data", "400"), (reply.Status, (string?)reply.Json["message"], (string?)reply.Json["error"]));
        Reply.AssertJson(
            """{"address":{"invalid":{"cause":{"street_address":"Nowhere","locality":"Denver","region":"CO","postal_code":"80202"},"message":"Location is not geocoded"}}}""", reply.Data);
    }

    // What no name store under +1 takes may be a name elsewhere.
    [Theory, MemberData(nameof(Both))]
    public async Task Names_are_looked_at_by_the_rules_of_their_numbers_country(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var (here, there) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Alice, number: $"+4930{lab.Fresh()[^7..]}"));
        const string name = """{"cnam":{"display_name":"Müller & Söhne"}}""";

        var refused = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, here), name);
        Assert.Equal((400, "validation error"), (refused.Status, (string?)refused.Json["message"]));
        Assert.NotNull(refused.Data!["cnam.display_name"]!["pattern"]);
        var bought = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, await lab.HaveAsync("available"), "activate"), name);
        Assert.NotNull(bought.Data!["cnam.display_name"]!["pattern"]);
        Assert.Equal(["outbound_cnam"], (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, there), name)).IsNumber(200, there, "in_service")["features"].Names());
        Assert.Equal(400, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, there), """{"cnam":{"display_name":"Müller/Söhne"}}""")).Status);
        Assert.Equal(400, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, there), """{"cnam":{"display_name":"Müller und alle Söhne"}}""")).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Addresses_that_are_none_are_the_callers_fault(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        const string good = """{"street_address":"1855 Blake Street","extended_address":"1","caller_name":"Edward","locality":"Denver","region":"CO","postal_code":"80202"}""";
        (string, string)[] hostile =
        [
            ("Blake", "Bla\\u0000ke"), ("Blake", "Bla\\u0001ke"), ("Blake", "Bla\\ud800ke"), ("Denver", "Den\\nver"), ("Edward", "Ed\\u0007ward"),
            ("\"1\"", $"\"{new string('x', 61)}\""), ("\"1\"", "[1]"), ("\"1855 Blake Street\"", "{}"), ("80202", new string('8', 60_000)),
        ];

        foreach (var (part, other) in hostile)
        {
            var reply = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), $$"""{"e911":{{good.Replace(part, other, StringComparison.Ordinal)}} }""");
            Assert.True(reply.Status == 400, $"{other[..Math.Min(20, other.Length)]}: {reply.Status} {reply.Text[..Math.Min(300, reply.Text.Length)]}");
        }

        Assert.Empty((await lab.GetAsync(lab.Alice, number)).Data!["features"].Names());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_means_several_answers_the_choices_and_one_of_them_is_taken(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        var many = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"e911":{"street_address":"1855 Blake","locality":"Denver","region":"CO","postal_code":"80202"}}""");

        Assert.Equal((400, "multiple_choice", "400"), (many.Status, (string?)many.Json["message"], (string?)many.Json["error"]));
        var asked = many.Data!["multiple_choice"]!["e911"]!;
        Assert.Equal(("more than one address found", "1855 Blake"), ((string?)asked["message"], (string?)asked["cause"]!["street_address"]));
        Assert.Empty((await lab.GetAsync(lab.Alice, number)).Data!["features"].Names());
        var chosen = (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), $$"""{"e911":{{asked["details"]![1]!.ToJsonString()}} }""")).IsNumber(200, number, "in_service");
        Assert.Equal("1855 BLAKE AVE", (string?)chosen["e911"]!["street_address"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_collection_tells_of_each_number_what_became_of_it(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var (good, bad) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Alice, "local"));

        var reply = await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, "collection"), $$"""{"numbers":["{{good}}","{{bad}}"],"e911":{{Address}} }""");

        Assert.Equal(200, reply.Status);
        Assert.Equal(["e911"], reply.Data!["success"]![good]!["features"].Names());
        var others = new[] { await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Alice) };
        var before = await _sandbox.CountAsync("carrier=dash&operation=validatelocation");
        var many = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, "collection"), $$"""{"numbers":["{{string.Join("\",\"", others)}}"],"e911":{{Address}} }""");
        Assert.Equal(3, many.Data!["success"]!.AsObject().Count);
        Assert.Equal(before + 1, await _sandbox.CountAsync("carrier=dash&operation=validatelocation")); // the same address is one question
        Assert.Equal(403, (int)reply.Data["error"]![bad]!["code"]!);
        var ambiguous = await lab.CallAsync(
            lab.Alice, "POST", At(lab.Alice, "collection"), $$"""{"numbers":["{{good}}"],"e911":{"street_address":"7 Blake","locality":"Denver","region":"CO","postal_code":"80202"} }""");
        var error = ambiguous.Data!["error"]![good]!;
        Assert.Equal((400, "multiple_choice", 2), ((int)error["code"]!, (string?)error["error"], error["e911"]!["details"]!.AsArray().Count));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_feature_that_is_refused_is_named_in_the_reply_to_the_purchase(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        var number = lab.Fresh();
        await lab.StockAsync(number);
        await _sandbox.TellAsync("/faults", """{"carrier":"dash","operation":"addlocation","action":"status","status":400,"code":"ParseException"}""");

        var bought = (await lab.BuyAsync(lab.Alice, number, data: $$"""{"note":1,"e911":{{Address}} }""")).IsNumber(201, number, "in_service");

        Assert.Equal(["e911"], bought["_read_only"]!["features_failed"].Names());
        Assert.Empty(bought["features"].Names());
        Assert.Equal((1, null), ((int)bought["note"]!, bought["e911"]));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_provider_that_is_away_answers_202_with_the_order(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind, """ ,"acquire_wait_ms":0 """);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        await _sandbox.TellAsync("/faults", """{"carrier":"dash","operation":"addlocation","action":"drop_after_booking","times":1}""");

        var reply = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), $$"""{"e911":{{Address}} }""");

        Assert.Equal(202, reply.Status);
        var id = (string)reply.Data!["_read_only"]!["order"]!["id"]!;
        Assert.Empty(reply.Data["features"].Names());
        // Who will not wait for the schedule asks now.
        for (var i = 0; i < 200; i++)
        {
            var settled = await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Master}/orders/{id}", """{"action":"settle"}""");
            if (settled.Status != 409 && (string?)settled.Data!["state"] == "done") break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["e911"], (await lab.GetAsync(lab.Alice, number)).Data!["features"].Names());
        Assert.Equal(number, await LocatedAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Messaging_is_there_where_the_carriers_document_says_so(DatabaseKind kind)
    {
        var lab = await ReadyAsync(kind);
        const string path = "/v2/system_configs/number_manager.bandwidth2/default";
        Assert.Equal(200, (await lab.Server.SendAsync("PATCH", path, """{"data":{"features":{"sms":{"enabled":true,"activation":"manual","activation_notify_to":"noc@example.com"}}}}""")).Status);
        var number = await lab.HaveAsync("in_service", lab.Alice, "bandwidth2");

        var on = (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"sms":{"enabled":true},"mms":{"enabled":true}}""")).IsNumber(200, number, "in_service");

        Assert.Equal(["sms"], on["features"].Names());
        Assert.Contains("sms", on["_read_only"]!["features"]!["available"].Names());
        Reply.AssertJson("""{"sms":{"enabled":true,"activation":"manual"}}""", on["_read_only"]!["features"]!["settings"]);
    }

    private static string? Text(JsonArray rows, string name) => (string?)Assert.Single(rows)![name];

    private async Task<NumberLab> ReadyAsync(DatabaseKind kind, string more = "")
    {
        var lab = await labs.OverAsync(kind);
        await DashBench.ConfigureAsync(lab, _sandbox, more);
        return lab;
    }

    private async Task<string?> LocatedAsync() => (string?)(await _sandbox.AskAsync("/ledger"))["located"]!.AsArray().SingleOrDefault()?["number"];
}
