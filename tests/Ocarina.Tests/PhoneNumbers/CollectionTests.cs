using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;
using static Ocarina.Tests.PhoneNumbers.NumberReplyChecks;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.8: the same on lists, each number with its own outcome.</summary>
public sealed class CollectionTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_list_is_created_changed_bought_and_released_in_the_order_of_the_request(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (a, b, c) = (lab.Fresh(), lab.Fresh(), lab.Fresh());
        var path = At(lab.Alice, "collection");
        var list = List(c, a, b);

        foreach (var (verb, url, data, code, state) in ((string, string, string, int, string)[])
        [
            ("PUT", path, $$"""{"numbers":{{list}},"crm":{"a":1},"create_with_state":"reserved"}""", 201, "reserved"),
            ("PATCH", path, $$"""{"numbers":{{list}},"crm":{"b":2} }""", 200, "reserved"),
            ("PUT", $"{path}/activate", $$"""{"numbers":{{list}}}""", 201, "in_service"),
            ("POST", path, $$"""{"numbers":{{list}},"prepend":{"enabled":true} }""", 200, "in_service"),
            ("DELETE", path, $$"""{"numbers":{{list}}}""", 200, "deleted"),
        ])
        {
            var reply = await lab.CallAsync(lab.Alice, verb, url, data);
            Assert.True(reply.Status == code, reply.Text);
            Assert.Equal(["success"], reply.Data.Keys());
            Assert.Equal([c, a, b], reply.Data!["success"].Keys());
            Assert.All(reply.Data["success"]!.AsObject(), entry => Assert.Equal((entry.Key, state), ((string?)entry.Value!["id"], (string?)entry.Value["state"])));
            if (verb == "PATCH") Reply.AssertJson("""{"a":1,"b":2}""", reply.Data["success"]![a]!["crm"]);
            if (verb == "POST") Assert.Equal((null, "local,prepend"), (reply.Data["success"]![a]!["crm"], string.Join(',', reply.Data["success"]![a]!["features"].Names())));
            Assert.Null(reply.Data["success"]![a]!["numbers"]);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Those_that_fail_are_named_beside_those_that_succeed(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (mine, foreign, unknown) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Stranger), lab.Fresh());
        var list = List(foreign, mine, "*97", unknown);

        var bought = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), $$"""{"numbers":{{list}}}""");
        Assert.Equal(201, bought.Status);
        Assert.Equal([mine], bought.Data!["success"].Keys());
        Assert.Equal([foreign, "*97", unknown], bought.Data["error"].Keys());
        Reply.AssertJson(Error(409, "not_available", foreign, $"number {foreign} is not available"), bought.Data["error"]![foreign]);
        Reply.AssertJson(Error(404, "not_reconcilable", "*97", "number *97 is not reconcilable"), bought.Data["error"]!["*97"]);
        Reply.AssertJson(Error(404, "not_found", unknown, $"number {unknown} not found"), bought.Data["error"]![unknown]);

        var created = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection"), $$"""{"numbers":{{list}}}""");
        Assert.Equal(201, created.Status);
        Assert.Equal([unknown], created.Data!["success"].Keys());
        Reply.AssertJson(Error(409, "number_exists", mine, $"number {mine} already exists"), created.Data["error"]![mine]);

        foreach (var verb in (string[])["PATCH", "POST", "DELETE"])
        {
            var reply = await lab.CallAsync(lab.Alice, verb, At(lab.Alice, "collection"), $$"""{"numbers":{{list}}}""");
            Assert.Equal(200, reply.Status);
            Assert.Equal([mine, unknown], reply.Data!["success"].Keys());
            // One that another tenant has is told like one that nobody has.
            Reply.AssertJson(Error(404, "not_found", foreign, $"number {foreign} not found"), reply.Data["error"]![foreign]);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Nothing_succeeded_is_400_with_the_map_twice(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Stranger);
        var taken = Error(409, "not_available", number, $"number {number} is not available");

        // One number is not special.
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), $$"""{"numbers":["{{number}}"]}""")).Is(HttpStatusCode.BadRequest, $$"""
            {"data":{"{{number}}":{{taken}},"error":{"{{number}}":{{taken}} } },"error":"400","message":"client error","status":"error"}
            """);
        var refused = Error(403, "forbidden", $"account '{lab.Bob}' is not allowed to create number", "requestor is unauthorized to perform operation");
        (await lab.CallAsync(lab.Bob, "PUT", At(lab.Bob, "collection"), """{"numbers":["4155557777","*97"]}""")).HasData(HttpStatusCode.BadRequest, $$"""
            {"+14155557777":{{refused}},"*97":{{refused}},"error":{"+14155557777":{{refused}},"*97":{{refused}} } }
            """);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_list_is_checked_before_anything_is_done(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        foreach (var (verb, path) in ((string, string)[])
        [
            ("PUT", At(lab.Alice, "collection")), ("POST", At(lab.Alice, "collection")), ("PATCH", At(lab.Alice, "collection")),
            ("DELETE", At(lab.Alice, "collection")), ("PUT", At(lab.Alice, "collection", "activate")),
        ])
        {
            (await lab.CallAsync(lab.Alice, verb, path)).IsInvalid("""{"numbers":{"required":{"message":"list of numbers missing"}}}""");
            (await lab.CallAsync(lab.Alice, verb, path, """{"numbers":[]}""")).IsInvalid("""{"numbers":{"minimum":{"message":"minimum 1 number required"}}}""");
            (await lab.CallAsync(lab.Alice, verb, path, """{"numbers":"+14155550100"}""")).IsInvalid("""{"numbers":{"type":{"message":"numbers must be a list","target":"array"}}}""");
            (await lab.CallAsync(lab.Alice, verb, path, """{"numbers":[{}]}""")).IsInvalid("""{"numbers":{"type":{"message":"Value did not match type(s): string","target":"string"}}}""");
            (await lab.CallAsync(lab.Alice, verb, path, """{"numbers":["+14155550100","(415) 555-0100"]}""")).IsInvalid("""{"numbers":{"uniqueItems":{"message":"some numbers appear twice"}}}""");
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Fields_are_checked_once_for_the_whole_list(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (a, b) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("available"));
        const string problem = """{"prepend":{"type":{"message":"Value did not match type(s): object","target":"object","value":"S"}}}""";

        foreach (var (verb, path) in ((string, string)[])
        [
            ("PUT", At(lab.Alice, "collection")), ("POST", At(lab.Alice, "collection")), ("PATCH", At(lab.Alice, "collection")),
            ("PUT", At(lab.Alice, "collection", "activate")),
        ])
            (await lab.CallAsync(lab.Alice, verb, path, $$"""{"numbers":{{List(a)}},"prepend":"S"}""")).IsInvalid(problem);
        var state = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection"), $$"""{"numbers":{{List(a)}},"create_with_state":"x"}""");
        Assert.Equal(400, state.Status);
        Assert.Equal(["create_with_state"], state.Data.Keys());
        // Refused to the actor: refused for each number.
        var reply = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), $$"""{"numbers":{{List(a, b)}},"carrier_name":"other"}""");
        Assert.Equal(201, reply.Status);
        Assert.Equal([a], reply.Data!["success"].Keys());
        Assert.Equal([b], reply.Data["error"].Keys());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Any_free_numbers_of_a_prefix_are_taken_in_one_step(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+12125550001", "+12125550002", "+12125550003", "+12125560001", "+442079460001");
        await lab.HaveAsync("available", lab.Bob, "managed", "+12125550004"); // kept for somebody else

        Assert.Equal(["+12125550001"], await WonAsync(lab.Alice, """{"prefix":"212555"}"""));
        var reply = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"1212555","quantity":"5","prepend":{"enabled":"true"},"cnam":{"display_name":" ACME "}}""");
        Assert.Equal(["+12125550002", "+12125550003"], reply.Data!["success"].Keys());
        var document = reply.Data["success"]!["+12125550002"]!;
        Reply.AssertJson("""{"enabled":true}""", document["prepend"]);
        Reply.AssertJson("""{"display_name":"ACME"}""", document["cnam"]);
        Assert.Equal((null, null, null), (document["prefix"], document["quantity"], document["numbers"]));

        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"212555"}""")).IsNotAvailable("212555");
        Assert.Equal(["+12125550004"], await WonAsync(lab.Bob, """{"prefix":"212555"}"""));
        Assert.Equal(["+442079460001"], await WonAsync(lab.Alice, """{"prefix":"20794","country":"gb","quantity":2}"""));
        Assert.Equal(["+12125560001"], await WonAsync(lab.Alice, "{}", "?prefix=%2B1212&quantity=10"));

        async Task<string[]> WonAsync(string account, string data, string query = "")
        {
            var won = await lab.CallAsync(account, "PUT", At(account, "collection", "activate") + query, data);
            Assert.True(won.Status == 201, won.Text);
            return won.Data!["success"].Keys();
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_tollfree_pattern_takes_from_all_its_area_codes(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+18005550001", "+18335550001", "+18885550001", "+18125550001");

        var reply = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"8**","quantity":3}""");
        Assert.Equal(["+18005550001", "+18335550001", "+18885550001"], reply.Data!["success"].Keys());
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"8**","quantity":3}""")).IsNotAvailable("8**");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_prefix_is_checked_like_that_of_a_search(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+13125550001", "+13125550002", "+13125550003");

        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"31","quantity":0,"country":"XX"}""")).IsInvalid("""
            {"prefix":{"minLength":{"message":"String must be at least 3 characters","target":3}},"quantity":{"minimum":{"message":"Value must be at least 1","target":1}},
             "country":{"invalid":{"message":"Unknown country","cause":"XX"}}}
            """);
        await lab.UnderAsync("""{"maximum_search_quantity":2}""", async () => Assert.Equal(["+13125550001", "+13125550002"], (await lab.CallAsync(
            lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"312","quantity":500}""")).Data!["success"].Keys()));
        // A field that this stock may not have refuses the purchase, and nothing is taken.
        var refused = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"312","failover":{"e164":"+1"}}""");
        Assert.Equal((400, 403), (refused.Status, (int)refused.Data!["error"]!.AsObject().Single().Value!["code"]!));
        (await lab.GetAsync(lab.Alice, "+13125550003")).IsNumber(200, "+13125550003", "available");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Numbers_of_accounts_below_are_moved_and_deleted_through_the_path_above(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (first, second) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Junior));

        var moved = await lab.CallAsync(lab.Reseller, "PUT", At(lab.Bob, "collection", "activate"), $$"""{"numbers":{{List(first, second)}}}""");
        Assert.Equal([first, second], moved.Data!["success"].Keys());
        var deleted = await lab.CallAsync(lab.Reseller, "DELETE", At(lab.Reseller, "collection"), $$"""{"numbers":{{List(first, second)}}}""");
        Assert.Equal([first, second], deleted.Data!["success"].Keys());
        var hard = await lab.CallAsync(lab.Master, "DELETE", At(lab.Master, "collection") + "?hard=true", $$"""{"numbers":{{List(first, second)}}}""");
        Assert.All(hard.Data!["success"]!.AsObject(), entry => Assert.Equal("deleted", (string?)entry.Value!["state"]));
    }

    private static string List(params string[] numbers) => new JsonArray([.. numbers.Select(number => (JsonNode)number)]).ToJsonString();
}
