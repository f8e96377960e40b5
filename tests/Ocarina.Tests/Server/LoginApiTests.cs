using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 7.1 and 9.1 over the wire.</summary>
public sealed class LoginApiTests(TestServers servers) : IClassFixture<TestServers>
{
    private static string Login(string password, string extra = "\"account_name\":\"Master\"") =>
        $"{{\"data\":{{\"credentials\":\"{WireCredentials.Of(CredentialMethod.Md5, "admin", password)}\",{extra},\"ui_metadata\":{{}}}}}}";

    private static string LoginData(TestServer server, string? owner, string cluster) => new JsonObject
    {
        ["data"] = JsonNode.Parse($$"""
            {"account_id":"{{server.Master}}",{{(owner is null ? "" : $"\"owner_id\":\"{owner}\",")}}"account_name":"master","reseller_id":"{{server.Master}}",
             "is_reseller":true,"is_master_account":true,"language":"en-us","cluster_id":"{{cluster}}","apps":[],
             "capabilities":{"voicemail":{"transcription":{"available":false,"default":false} } },"ui_config":{} }
            """),
        ["status"] = "success",
    }.ToJsonString();

    [Theory]
    [InlineData("127.0.0.1/32", 201)]
    [InlineData(null, 429)]
    public async Task Behind_a_named_proxy_one_clients_failures_do_not_hurt_another(string? proxy, int expected)
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.Sqlite, trustedProxy: proxy);
        const string wrong = """{"data":{"credentials":"0123456789abcdef0123456789abcdef","account_name":"master"}}""";
        for (var i = 0; i < 10; i++) await server.SendAsync("PUT", "/v2/user_auth", wrong, token: "", more: From("192.0.2.1"));
        var right = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes($"admin:{TestServer.Password}")));

        var reply = await server.SendAsync("PUT", "/v2/user_auth", $$$"""{"data":{"credentials":"{{{right}}}","account_name":"master"}}""", token: "", more: From("192.0.2.2"));

        Assert.Equal(expected, reply.Status);
        Assert.Equal(429, (await server.SendAsync("PUT", "/v2/user_auth", wrong, token: "", more: From("192.0.2.1"))).Status);
    }

    private static Action<HttpRequestMessage> From(string address) => request => request.Headers.Add("X-Forwarded-For", address);

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_user_logs_in_and_gets_a_token_that_clients_can_read(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);

        // The web client sends the literal word before it has a token.
        var reply = await server.SendAsync("PUT", "/v2/user_auth", Login(TestServer.Password), "undefined");

        var (owner, cluster) = (reply.Data!["owner_id"]!.GetValue<string>(), reply.Data["cluster_id"]!.GetValue<string>());
        var token = reply.Json["auth_token"]!.GetValue<string>();
        reply.Is(HttpStatusCode.Created, LoginData(server, owner, cluster));

        // It decodes the second segment with the first '-' and '_' replaced only.
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        Assert.DoesNotMatch("[-_].*[-_]", parts[1]);
        var padded = parts[1].PadRight((parts[1].Length + 3) / 4 * 4, '=');
        var claims = JsonNode.Parse(Encoding.ASCII.GetString(Convert.FromBase64String(padded)))!;
        Assert.Equal((server.Master, owner, "cb_user_auth"), ((string?)claims["account_id"], (string?)claims["owner_id"], (string?)claims["method"]));
        Assert.Equal(3600, (long)claims["exp"]! - (long)claims["iat"]!);

        // The token works, its owner is shown, and its claims.
        Assert.Equal(200, (await server.SendAsync("GET", "/v2/accounts/{A}", token: token)).Status);
        (await server.SendAsync("GET", $"/v2/user_auth/{token}", token: token)).Is(HttpStatusCode.OK, LoginData(server, owner, cluster));
        Reply.AssertJson(claims.ToJsonString(), (await server.SendAsync("GET", "/v2/token_auth", token: token)).Data);
        (await server.SendAsync("POST", "/v2/auth/tokeninfo", new JsonObject { ["data"] = new JsonObject { ["token"] = token } }.ToJsonString(), ""))
            .Is(HttpStatusCode.OK, LoginData(server, owner, cluster));
        Assert.Equal(token, (await server.SendAsync("GET", $"/v2/auth/tokeninfo?token={token}", token: "")).Json["auth_token"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Wrong_credentials_and_unknown_accounts_get_the_same_answer(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        const string expected = """{"data":{"message":"invalid credentials"},"status":"error","message":"invalid_credentials","error":"401"}""";

        (await server.SendAsync("PUT", "/v2/user_auth", Login("wrong"), "undefined")).Is(HttpStatusCode.Unauthorized, expected);
        (await server.SendAsync("PUT", "/v2/user_auth", Login(TestServer.Password, "\"account_name\":\"nobody\""), "")).Is(HttpStatusCode.Unauthorized, expected);
        (await server.SendAsync("PUT", "/v2/user_auth", """{"data":{"account_name":"master"}}""", "")).Is(HttpStatusCode.BadRequest, """
            {"data":{"credentials":{"required":{"message":"Field is required but missing"}}},"status":"error","message":"validation error","error":"400"}
            """);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_api_key_logs_an_account_in(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        static string Key(string key) => new JsonObject { ["data"] = new JsonObject { ["api_key"] = key } }.ToJsonString();

        var reply = await server.SendAsync("PUT", "/v2/api_auth", Key(TestServer.ApiKey), "");
        reply.Is(HttpStatusCode.Created, LoginData(server, null, reply.Data!["cluster_id"]!.GetValue<string>()));

        var unknown = new string('a', 64);
        (await server.SendAsync("PUT", "/v2/api_auth", Key(unknown), "")).Is(
            HttpStatusCode.NotFound, $$"""{"data":["{{unknown}}"],"status":"error","message":"bad identifier","error":"404"}""");
        (await server.SendAsync("PUT", "/v2/api_auth", Key("short"), "")).HasData(
            HttpStatusCode.BadRequest, """{"api_key":{"minLength":{"message":"String must be at least 64 characters","target":64,"value":"short"}}}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Logging_out_ends_the_token(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var token = (await server.SendAsync("PUT", "/v2/user_auth", Login(TestServer.Password), "")).Json["auth_token"]!.GetValue<string>();

        (await server.SendAsync("DELETE", "/v2/token_auth", token: token)).Is(HttpStatusCode.OK, """{"data":{},"status":"success"}""");

        const string ended = """{"data":{},"status":"error","message":"invalid credentials","error":"401"}""";
        (await server.SendAsync("GET", "/v2/accounts/{A}", token: token)).Is(HttpStatusCode.Unauthorized, ended);
        (await server.SendAsync("POST", "/v2/auth/tokeninfo", new JsonObject { ["data"] = new JsonObject { ["token"] = token } }.ToJsonString(), ""))
            .Is(HttpStatusCode.Unauthorized, ended);
        (await server.SendAsync("POST", "/v2/auth/tokeninfo", token: ""))
            .Is(HttpStatusCode.NotFound, """{"data":{},"status":"error","message":"missing token in request","error":"404"}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Account_and_password_may_be_sent_with_each_request(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        async Task<Reply> Send(string password) => await server.SendAsync("GET", "/v2/accounts/{A}", token: "", more: request =>
        {
            var text = $"{server.Master}:{WireCredentials.Of(CredentialMethod.Md5, "admin", password)}";
            request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(text))}");
        });

        Assert.Equal(200, (await Send(TestServer.Password)).Status);
        Assert.Equal(401, (await Send("wrong")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_disabled_account_is_locked_out_with_423(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var account = await server.CreateAccountAsync("Locked");
        var key = (await server.SendAsync("GET", $"/v2/accounts/{account}/api_key")).Data!["api_key"]!.GetValue<string>();
        var token = await server.TokenAsync(account);
        Assert.Equal(200, (await server.SendAsync("PATCH", $"/v2/accounts/{account}", """{"data":{"enabled":false}}""")).Status);

        (await server.SendAsync("PUT", "/v2/api_auth", new JsonObject { ["data"] = new JsonObject { ["api_key"] = key } }.ToJsonString(), "")).Is(
            HttpStatusCode.Locked, """{"data":{"account":{"disabled":{"message":"account disabled"}}},"status":"error","message":"validation error","error":"423"}""");
        Assert.Equal(401, (await server.SendAsync("GET", $"/v2/accounts/{account}", token: token)).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_guesses_is_stopped_after_ten_failures(DatabaseKind kind)
    {
        await using var server = await TestServer.StartAsync(kind);
        for (var i = 0; i < 10; i++) Assert.Equal(401, (await server.SendAsync("PUT", "/v2/user_auth", Login($"guess {i}"), "")).Status);

        var refused = await server.SendAsync("PUT", "/v2/user_auth", Login(TestServer.Password), "");
        refused.Is(HttpStatusCode.TooManyRequests, """{"data":{"message":"too many requests"},"status":"error","message":"too_many_requests","error":"429"}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_has_rights_on_an_account_may_act_as_one_of_its_users(DatabaseKind kind)
    {
        var server = await servers.OverAsync(kind);
        var account = await server.CreateAccountAsync("Impersonated");
        var user = (await server.SendAsync("PUT", $"/v2/accounts/{account}/users", """{"data":{"first_name":"Ann","last_name":"Lee"}}""")).Data!["id"]!.GetValue<string>();

        var reply = await server.SendAsync("PUT", $"/v2/accounts/{account}/users/{user}/user_auth", """{"data":{"action":"impersonate_user"}}""");
        Assert.Equal((201, account, user), (reply.Status, (string?)reply.Data!["account_id"], (string?)reply.Data["owner_id"]));
        var token = reply.Json["auth_token"]!.GetValue<string>();
        Assert.Equal(200, (await server.SendAsync("GET", $"/v2/accounts/{account}", token: token)).Status);
        Assert.Equal(403, (await server.SendAsync("GET", "/v2/accounts/{A}", token: token)).Status);

        Assert.Equal(404, (await server.SendAsync("PUT", $"/v2/accounts/{account}/users/nobody/user_auth", """{"data":{"action":"impersonate_user"}}""")).Status);
        (await server.SendAsync("PUT", $"/v2/accounts/{account}/users/{user}/user_auth", """{"data":{}}""")).HasData(
            HttpStatusCode.BadRequest, """{"action":{"required":{"message":"Field is required but missing"}}}""");
    }

    [Fact]
    public async Task A_log_in_at_one_process_is_good_at_the_other_at_once()
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.PostgreSql);
        await using var sibling = await server.StartSiblingAsync();
        for (var i = 0; i < 5; i++)
        {
            var account = await server.CreateAccountAsync($"New {i}");
            var token = await server.TokenAsync(account);

            Assert.Equal(200, (await sibling.SendAsync("GET", $"/v2/accounts/{account}", token: token)).Status);
            await Task.Delay(TimeSpan.FromMilliseconds(150), TestContext.Current.CancellationToken); // the news may be asked for ten times a second
        }
    }
}
