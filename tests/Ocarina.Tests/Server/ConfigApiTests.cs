using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Cli;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 4 over the wire.</summary>
public sealed class ConfigApiTests(TestServers servers) : IClassFixture<TestServers>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Only_the_super_duper_admin_sees_the_systems_configuration(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var token = await server.TokenAsync(await server.CreateAccountAsync("No admin"));

        Assert.Equal(403, (await server.SendAsync("GET", "/v2/system_configs", token: token)).Status);
        Assert.Equal(403, (await server.SendAsync("GET", "/v2/system_configs/number_manager", token: token)).Status);
        Assert.Equal(404, (await server.SendAsync("GET", "/v2/accounts/{A}/system_configs/number_manager")).Status);
        Assert.Equal(401, (await server.SendAsync("GET", "/v2/system_configs", token: "")).Status);

        var list = await server.SendAsync("GET", "/v2/system_configs");
        Assert.Contains("number_manager", list.Data!.AsArray().Select(id => id!.GetValue<string>()));
        Assert.Equal(list.Data.AsArray().Count, list.Json["page_size"]!.GetValue<int>());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_document_without_a_schema_lives_its_whole_life(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        const string path = "/v2/system_configs/my.own";
        const string whole = """{"default":{"b":1,"a":2},"zone-west":{"a":3}}""";

        (await server.SendAsync("GET", path)).Is(HttpStatusCode.OK, """{"data":{"id":"my.own","default":{}},"status":"success"}""");
        (await server.SendAsync("PUT", path, $$"""{"data":{{whole}}}""")).HasData(HttpStatusCode.Created, """{"id":"my.own","default":{"b":1,"a":2},"zone-west":{"a":3}}""");
        var kept = (await server.SendAsync("GET", path)).Data!["default"]!.AsObject().Select(member => member.Key);
        Assert.Equal(["b", "a"], kept); // order is meaning

        (await server.SendAsync("PATCH", path, """{"data":{"default":{"b":null,"c":4}}}""")).HasData(
            HttpStatusCode.OK, """{"id":"my.own","default":{"a":2,"c":4},"zone-west":{"a":3}}""");
        (await server.SendAsync("GET", $"{path}/zone-west")).HasData(HttpStatusCode.OK, """{"id":"my.own/zone-west","a":3}""");
        (await server.SendAsync("GET", $"{path}/zone-west?with_defaults=true")).HasData(HttpStatusCode.OK, """{"id":"my.own/zone-west","a":3,"c":4}""");
        (await server.SendAsync("GET", $"{path}/nowhere")).HasData(HttpStatusCode.OK, """{"id":"my.own/nowhere"}""");
        (await server.SendAsync("PATCH", $"{path}/zone-west", """{"data":{"d":5}}""")).HasData(HttpStatusCode.OK, """{"id":"my.own/zone-west","a":3,"d":5}""");
        (await server.SendAsync("POST", $"{path}/zone-west", """{"data":{"e":6}}""")).HasData(HttpStatusCode.OK, """{"id":"my.own/zone-west","e":6}""");
        Assert.Equal(405, (await server.SendAsync("PUT", $"{path}/zone-west", """{"data":{}}""")).Status);
        (await server.SendAsync("DELETE", $"{path}/zone-west")).HasData(HttpStatusCode.OK, """{"id":"my.own/zone-west"}""");
        (await server.SendAsync("DELETE", $"{path}/zone-west")).Is(HttpStatusCode.NotFound, """{"data":["zone-west"],"status":"error","message":"bad identifier","error":"404"}""");

        (await server.SendAsync("DELETE", path)).HasData(HttpStatusCode.OK, """{"id":"my.own","default":{"a":2,"c":4},"_read_only":{"deleted":true}}""");
        (await server.SendAsync("DELETE", path)).Is(
            HttpStatusCode.NotFound, """{"data":{"cause":"my.own","message":"bad identifier"},"status":"error","message":"bad_identifier","error":"404"}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_posted_is_answered_whole_and_effective_at_once(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var before = (await server.SendAsync("GET", "/v2/system_configs/number_manager")).Data!.AsObject();
        before.Remove("id");
        var body = new JsonObject { ["data"] = before.DeepClone() }.ToJsonString();

        var reply = await server.SendAsync("POST", "/v2/system_configs/number_manager", body);

        Assert.Equal(200, reply.Status);
        var answered = reply.Data!.AsObject();
        answered.Remove("id");
        Reply.AssertJson(before.ToJsonString(), answered);
        Assert.False(reply.Json.ContainsKey("metadata"));

        (await server.SendAsync("PUT", "/v2/system_configs/number_manager", """{"data":{"zone":{}}}""")).HasData(
            HttpStatusCode.BadRequest, """{"default":{"required":{"message":"Field is required but missing"}}}""");
        var wrong = await server.SendAsync("PATCH", "/v2/system_configs/number_manager/default", """{"data":{"should_age":"perhaps"}}""");
        Assert.Equal(400, wrong.Status);
        Assert.Contains("should_age", wrong.Data!.AsObject().Single().Key, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_carriers_document_loads_before_its_placeholders_are_filled_in(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        const string path = "/v2/system_configs/number_manager.voxbone";
        const string printed = """
            {"default":{"username":"{YOUR NAME}","password":"{YOUR PASSWORD}","api_key":"{YOUR KEY}","environment":"sandbox | production","page_size":10},
             "pvt_type":"config","pvt_account_id":"system_config"}
            """;

        var reply = await server.SendAsync("PUT", path, $$"""{"data":{{printed}}}""");

        Assert.Equal((int)HttpStatusCode.Created, reply.Status);
        var shown = reply.Json["data"]!["default"]!;
        Assert.Equal(
            ("{YOUR NAME}", "********", "********", "sandbox | production", 10),
            ((string?)shown["username"], (string?)shown["password"], (string?)shown["api_key"], (string?)shown["environment"], (int?)shown["page_size"]));
        Assert.Equal("default.environment", (string?)Assert.Single(reply.Json["metadata"]!["warnings"]!.AsArray())!["path"]);

        using var cli = new CliRunner();
        cli.Variables["OCARINA_URL"] = server.Address.ToString();
        cli.Variables["OCARINA_API_KEY"] = TestServer.ApiKey;
        Assert.Equal(
            new CliResult(0, "", "Stored number_manager.voxbone.\n"), await cli.RunAsync("config", "import", cli.File("voxbone.json", printed), "--id", "number_manager.voxbone"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Both_switches_written_as_true_are_stored_with_a_warning_and_defaults_without(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        const string Path = "/v2/system_configs/number_manager.bandwidth2";

        var both = await server.SendAsync("PUT", Path, """{"data":{"default":{"enable_provisioning":true,"sandbox_provisioning":"true"},"east":{"debug":true}}}""");
        var section = await server.SendAsync("POST", Path + "/east", """{"data":{"enable_provisioning":true,"sandbox_provisioning":true}}""");
        var chosen = await server.SendAsync("PUT", Path, """{"data":{"default":{"enable_provisioning":true,"sandbox_provisioning":false}}}""");
        var unsaid = await server.SendAsync("PUT", Path, """{"data":{"default":{"account_id":"9500001"}}}""");
        var changed = await server.SendAsync("PATCH", Path + "/default", """{"data":{"site_id":"1"}}""");

        Assert.Equal("default.sandbox_provisioning", Doubt(both));
        Assert.Equal("east.sandbox_provisioning", Doubt(section));
        Assert.All([chosen, unsaid, changed], reply => Assert.True(reply.Status is 200 or 201 && reply.Json["metadata"] is null, reply.Text));
        await server.SendAsync("DELETE", Path);

        static string? Doubt(Reply reply)
        {
            Assert.True(reply.Status is 200 or 201, reply.Text);
            var warning = Assert.Single(reply.Json["metadata"]!["warnings"]!.AsArray())!;
            Assert.Contains("Kazoo buys for real", (string?)warning["message"], StringComparison.Ordinal);
            return (string?)warning["path"];
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_that_does_not_fit_is_refused_with_its_path(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);

        (await server.SendAsync("PUT", "/v2/system_configs/my.own", """{"data":{"default":{"a":[1e999]}}}""")).HasData(
            HttpStatusCode.BadRequest, """{"default.a.0":{"invalid":{"message":"The number does not fit","value":"1e999"}}}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Secrets_are_masked_and_the_mask_keeps_them(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        const string path = "/v2/system_configs/number_manager.bandwidth2/default";

        (await server.SendAsync("POST", path, """{"data":{"api_username":"u","api_password":"hidden"}}""")).HasData(
            HttpStatusCode.OK, """{"id":"number_manager.bandwidth2/default","api_username":"u","api_password":"********"}""");
        var reply = await server.SendAsync("PATCH", path, """{"data":{"api_username":"v","api_password":"********"}}""");
        Assert.DoesNotContain("hidden", reply.Text, StringComparison.Ordinal);
        var stored = server.Services.GetService(typeof(Ocarina.Manager.Configuration.ConfigDirectory)) as Ocarina.Manager.Configuration.ConfigDirectory;
        Assert.Equal("hidden", (string?)stored!.SystemDefaultSection("number_manager.bandwidth2")["api_password"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Accounts_see_what_they_inherit_and_store_the_difference(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var account = await server.CreateAccountAsync("Configured");
        var path = $"/v2/accounts/{account}/configs/number_manager";
        var token = await server.TokenAsync(account);

        var inherited = await server.SendAsync("GET", path, token: token);
        Assert.Equal("configs_number_manager", (string?)inherited.Data!["id"]);
        Assert.True(inherited.Data.AsObject().ContainsKey("e164_converters"));

        var made = await server.SendAsync("PUT", path, """{"data":{"unauthorized_numbers_lookup":true}}""", token);
        Assert.Equal((201, true), (made.Status, made.Data!["unauthorized_numbers_lookup"]!.GetValue<bool>()));
        Assert.True((await server.SendAsync("PATCH", path, """{"data":{"mine":1}}""", token)).Data!["unauthorized_numbers_lookup"]!.GetValue<bool>());

        // What was fetched may be sent back; a key of the system may not be set.
        var whole = (await server.SendAsync("GET", path, token: token)).Data!;
        var back = await server.SendAsync("POST", path, new JsonObject { ["data"] = whole.DeepClone() }.ToJsonString(), token);
        Assert.Equal(200, back.Status);
        Reply.AssertJson(whole.ToJsonString(), back.Data);
        (await server.SendAsync("PATCH", path, """{"data":{"search_cache_ttl_s":7,"crawler_timer_ms":1}}""", token)).HasData(
            HttpStatusCode.BadRequest,
            """
            {"search_cache_ttl_s":{"forbidden":{"message":"This key can only be set for the whole system"}},
             "crawler_timer_ms":{"forbidden":{"message":"This key can only be set for the whole system"}}}
            """);
        var reset = await server.SendAsync("DELETE", path, token: token);
        Reply.AssertJson(inherited.Data.ToJsonString(), reset.Data);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Rules_that_would_orphan_stored_numbers_are_refused_unless_forced(DatabaseKind kind)
    {
        await using var server = await TestServer.StartAsync(kind);
        Assert.Equal(201, (await server.SendAsync("PUT", "/v2/accounts/{A}/phone_numbers/4155550123", """{"data":{}}""")).Status);
        const string path = "/v2/system_configs/number_manager/default";
        const string rules = """{"data":{"e164_converters":{"^([2-9]\\d{9})$":{"prefix":"+44"}}}}""";

        var refused = await server.SendAsync("POST", path, rules);
        Assert.Equal((409, "would_orphan_numbers"), (refused.Status, (string?)refused.Json["message"]));
        Assert.Equal(1, refused.Data!["count"]!.GetValue<int>());
        Reply.AssertJson("""{"number":"+14155550123","spelling":"14155550123","becomes":"14155550123"}""", refused.Data["samples"]![0]);

        Assert.Equal(200, (await server.SendAsync("POST", $"{path}?force=true", rules)).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_rate_limit_is_off_until_its_document_is_stored(DatabaseKind kind)
    {
        await using var server = await TestServer.StartAsync(kind);
        var before = await server.SendAsync("GET", "/v2/accounts/{A}");
        Assert.False(before.Json.ContainsKey("tokens"));

        await server.SendAsync("PUT", "/v2/system_configs/token_buckets", """{"data":{"default":{"default":{"max_bucket_tokens":3},"tokens_fill_rate":1,"tokens_fill_time":"day"}}}""");

        for (var left = 2; left >= 0; left--)
            Reply.AssertJson($$"""{"consumed":1,"remaining":{{left}}}""", (await server.SendAsync("GET", "/v2/accounts/{A}")).Json["tokens"]);
        Assert.Equal(429, (await server.SendAsync("GET", "/v2/accounts/{A}")).Status);
    }
}
