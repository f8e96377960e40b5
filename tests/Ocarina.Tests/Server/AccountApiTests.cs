using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 7.2 over the wire.</summary>
public sealed class AccountApiTests(TestServers servers) : IClassFixture<TestServers>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_new_account_is_shown_as_documented(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);

        var reply = await server.SendAsync("PUT", "/v2/accounts", """{"data":{"name":"Sub One","realm":"one.example.com","ui_flags":{"x":1},"is_reseller":true,"id":"ignored"}}""");

        var id = reply.Data!["id"]!.GetValue<string>();
        var created = reply.Data["created"]!.GetValue<long>();
        Assert.InRange(created, 63934444800, 64300000000);
        Assert.Equal(reply.Json["revision"]!.GetValue<string>(), (await server.SendAsync("GET", $"/v2/accounts/{id}")).Header("ETag")!.Trim('"'));
        var expected = $$"""
            {"data":{"id":"{{id}}","name":"Sub One","realm":"one.example.com","language":"en-us","timezone":"America/Los_Angeles","enabled":true,"created":{{created}},
               "superduper_admin":false,"wnm_allow_additions":false,"is_reseller":false,"reseller_id":"{{server.Master}}","billing_mode":"manual",
               "notification_preference":"teletype","call_restriction":{},"caller_id":{},"dial_plan":{},"music_on_hold":{},"preflow":{},"ringtones":{},"ui_flags":{"x":1} },
             "metadata":{"superduper_admin":false,"wnm_allow_additions":false,"is_reseller":false,"reseller_id":"{{server.Master}}","created":{{created}},"enabled":true},
             "status":"success"}
            """;
        reply.Is(HttpStatusCode.Created, expected);
        (await server.SendAsync("GET", $"/v2/accounts/{id}")).Is(HttpStatusCode.OK, expected);

        // The web client posts back what it read, several times over.
        var body = new JsonObject { ["data"] = reply.Data.DeepClone() }.ToJsonString();
        for (var i = 0; i < 4; i++) (await server.SendAsync("POST", $"/v2/accounts/{id}", body)).Is(HttpStatusCode.OK, expected);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Names_and_realms_are_unique(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        await server.SendAsync("PUT", "/v2/accounts", """{"data":{"name":"Only One","realm":"only.example.com"}}""");

        (await server.SendAsync("PUT", "/v2/accounts", """{"data":{"name":"ONLY-one"}}""")).Is(HttpStatusCode.BadRequest, """
            {"data":{"name":{"unique":{"message":"Account name already in use","cause":"ONLY-one"}}},"status":"error","message":"validation error","error":"400"}
            """);
        (await server.SendAsync("PUT", "/v2/accounts", """{"data":{"name":"Second","realm":"Only.Example.com"}}""")).HasData(
            HttpStatusCode.BadRequest, """{"realm":{"unique":{"message":"Account realm already in use","cause":"only.example.com"}}}""");
        (await server.SendAsync("PUT", "/v2/accounts")).HasData(
            HttpStatusCode.BadRequest, """{"name":{"required":{"message":"Field is required but missing"}}}""");
        (await server.SendAsync("PUT", "/v2/accounts", """{"data":[]}""")).HasData(
            HttpStatusCode.BadRequest, """{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_creates_below_itself_and_not_elsewhere(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var (above, beside) = (await server.CreateAccountAsync("Above"), await server.CreateAccountAsync("Beside"));
        var token = await server.TokenAsync(above);

        var below = await server.SendAsync("PUT", "/v2/accounts", """{"data":{"name":"Below"}}""", token);
        Assert.Equal(201, below.Status);
        var id = below.Data!["id"]!.GetValue<string>();
        (await server.SendAsync("GET", $"/v2/accounts/{id}/parents", token: token)).HasData(
            HttpStatusCode.OK, $$"""[{"id":"{{server.Master}}","name":"master"},{"id":"{{above}}","name":"Above"}]""");
        (await server.SendAsync("GET", $"/v2/accounts/{above}/children", token: token)).Is(HttpStatusCode.OK, $$"""
            {"data":[{"id":"{{id}}","name":"Below","realm":"{{below.Data["realm"]}}","descendants_count":0,"tree":["{{server.Master}}","{{above}}"]}],"page_size":1,"status":"success"}
            """);
        Assert.Equal(403, (await server.SendAsync("PUT", $"/v2/accounts/{beside}", """{"data":{"name":"X"}}""", token)).Status);
        Assert.Equal(403, (await server.SendAsync("GET", $"/v2/accounts/{above}/siblings", token: token)).Status);
        Assert.Equal(200, (await server.SendAsync("GET", $"/v2/accounts/{id}/siblings", token: token)).Status);
        Assert.Equal(403, (await server.SendAsync("POST", $"/v2/accounts/{id}/move", $$$"""{"data":{"to":"{{{beside}}}"}}""", token)).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Listings_of_accounts_come_in_pages_by_name(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var parent = await server.CreateAccountAsync("Pages");
        foreach (var name in (string[])["p3", "p1", "p2"]) await server.CreateAccountAsync(name, parent);

        var names = new List<string>();
        var query = "?page_size=1";
        for (var key = ""; names.Count < 10;)
        {
            var reply = await server.SendAsync("GET", $"/v2/accounts/{parent}/descendants{query}{key}");
            names.AddRange(reply.Data!.AsArray().Select(row => row!["name"]!.GetValue<string>()));
            if (reply.Json["next_start_key"] is not { } next) break;
            key = $"&start_key={next}";
        }

        Assert.Equal(["p1", "p2", "p3"], names);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Patching_merges_and_null_removes(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var id = await server.CreateAccountAsync("Patched");
        await server.SendAsync("POST", $"/v2/accounts/{id}", """{"data":{"name":"Patched","topup":{"threshold":10,"amount":50},"a":{"b":1,"c":2}}}""");

        var reply = await server.SendAsync("PATCH", $"/v2/accounts/{id}", """{"data":{"topup":null,"a":{"b":null,"d":3}}}""");

        Assert.False(reply.Data!.AsObject().ContainsKey("topup"));
        Reply.AssertJson("""{"c":2,"d":3}""", reply.Data["a"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_states_an_old_revision_is_refused(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var id = await server.CreateAccountAsync("Revised");
        var old = (await server.SendAsync("GET", $"/v2/accounts/{id}")).Header("ETag")!;
        await server.SendAsync("PATCH", $"/v2/accounts/{id}", """{"data":{"x":1}}""");

        Task<Reply> Patch(string tag) => server.SendAsync("PATCH", $"/v2/accounts/{id}", """{"data":{"x":2}}""", more: request => request.Headers.TryAddWithoutValidation("If-Match", tag));
        Assert.Equal(412, (await Patch(old)).Status);
        Assert.Equal(412, (await Patch("\"nonsense\"")).Status);
        Assert.Equal(200, (await Patch("*")).Status);
        Assert.Equal(304, (await server.SendAsync("GET", $"/v2/accounts/{id}", more: request => request.Headers.TryAddWithoutValidation("If-None-Match", "\"3\""))).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Deleting(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var parent = await server.CreateAccountAsync("To go");
        var child = await server.CreateAccountAsync("To go first", parent);

        Assert.Equal(("500", "account_has_descendants"), Words(await server.SendAsync("DELETE", $"/v2/accounts/{parent}")));
        var gone = await server.SendAsync("DELETE", $"/v2/accounts/{child}");
        Assert.Equal((200, child), (gone.Status, gone.Data!["id"]!.GetValue<string>()));
        (await server.SendAsync("GET", $"/v2/accounts/{child}")).Is(
            HttpStatusCode.NotFound, $$"""{"data":{"cause":"{{child}}","message":"bad identifier"},"status":"error","message":"bad_identifier","error":"404"}""");
        Assert.Equal(200, (await server.SendAsync("DELETE", $"/v2/accounts/{parent}")).Status);
        Assert.Equal(("405", "invalid_method"), Words(await server.SendAsync("DELETE", "/v2/accounts/{A}")));

        static (string?, string?) Words(Reply reply) => ((string?)reply.Json["error"], (string?)reply.Json["message"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Resellers_and_moves_are_the_admins(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var (reseller, customer) = (await server.CreateAccountAsync("Reseller"), await server.CreateAccountAsync("Customer"));

        Assert.True((await server.SendAsync("PUT", $"/v2/accounts/{reseller}/reseller")).Data!["is_reseller"]!.GetValue<bool>());
        var moved = await server.SendAsync("POST", $"/v2/accounts/{customer}/move", $$$"""{"data":{"to":"{{{reseller}}}"}}""");
        Assert.Equal((200, reseller), (moved.Status, moved.Data!["reseller_id"]!.GetValue<string>()));
        (await server.SendAsync("POST", $"/v2/accounts/{customer}/move", """{"data":{}}""")).HasData(
            HttpStatusCode.BadRequest, """{"to":{"required":{"message":"Field is required but missing"}}}""");
        Assert.False((await server.SendAsync("DELETE", $"/v2/accounts/{reseller}/reseller")).Data!["is_reseller"]!.GetValue<bool>());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Api_keys_are_shown_when_asked_for_and_made_anew(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var id = await server.CreateAccountAsync("Keyed");

        var key = (await server.SendAsync("GET", $"/v2/accounts/{id}/api_key")).Data!["api_key"]!.GetValue<string>();
        Assert.Matches("^[0-9a-f]{64}$", key);
        Assert.False((await server.SendAsync("GET", $"/v2/accounts/{id}")).Data!.AsObject().ContainsKey("api_key"));
        Assert.Equal(key, (await server.SendAsync("GET", $"/v2/accounts/{id}?include_api_key=true")).Data!["api_key"]!.GetValue<string>());

        var renewed = await server.SendAsync("PUT", $"/v2/accounts/{id}/api_key");
        Assert.Equal(201, renewed.Status);
        Assert.NotEqual(key, renewed.Data!["api_key"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Users_of_an_account(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var users = $"/v2/accounts/{await server.CreateAccountAsync("With users")}/users";

        (await server.SendAsync("PUT", users, """{"data":{"first_name":"Ann"}}""")).HasData(
            HttpStatusCode.BadRequest, """{"last_name":{"required":{"message":"Field is required but missing"}}}""");
        var made = await server.SendAsync("PUT", users, """{"data":{"first_name":"Ann","last_name":"Lee","username":"Ann@X","password":"secret","email":"a@x.com","ui_flags":{"z":1}}}""");
        var id = made.Data!["id"]!.GetValue<string>();
        var shown = $$$"""{"id":"{{{id}}}","username":"ann@x","priv_level":"user","enabled":true,"first_name":"Ann","last_name":"Lee","email":"a@x.com","ui_flags":{"z":1}}""";
        made.HasData(HttpStatusCode.Created, shown);
        (await server.SendAsync("GET", $"{users}/{id}")).Is(HttpStatusCode.OK, $$"""{"data":{{shown}},"status":"success"}""");
        (await server.SendAsync("GET", users)).Is(HttpStatusCode.OK, $$"""
            {"data":[{"id":"{{id}}","username":"ann@x","first_name":"Ann","last_name":"Lee","email":"a@x.com","priv_level":"user","features":[]}],"page_size":1,"status":"success"}
            """);
        (await server.SendAsync("PUT", users, """{"data":{"first_name":"B","last_name":"C","username":"ANN@x","password":"p"}}""")).HasData(
            HttpStatusCode.BadRequest, """{"username":{"unique":{"message":"Username already in use","cause":"ann@x"}}}""");

        var patched = await server.SendAsync("PATCH", $"{users}/{id}", """{"data":{"appList":["numbers"],"email":null}}""");
        Reply.AssertJson("""["numbers"]""", patched.Data!["appList"]);
        Assert.False(patched.Data.AsObject().ContainsKey("email"));
        Assert.Equal(200, (await server.SendAsync("DELETE", $"{users}/{id}")).Status);
        (await server.SendAsync("GET", $"{users}/{id}")).HasData(HttpStatusCode.NotFound, $$"""{"cause":"{{id}}","message":"bad identifier"}""");
    }
}
