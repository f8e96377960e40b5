using System.Net;
using System.Net.Sockets;
using System.Text;
using Ocarina.Server.Crossbar;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 1.1, 1.5, 1.6, 1.15: who gets through, in which order, and what the rest is told.</summary>
public sealed class GateTests(ChassisHost host) : IClassFixture<ChassisHost>
{
    private const string Things = $"/v2/accounts/{ChassisHost.Child}/things";
    private const string Unknown = "99999999999999999999999999999999";

    private const string NoToken = """{"data":{"message":"invalid credentials"},"status":"error","message":"invalid_credentials","error":"401"}""";
    private const string BadToken = """{"data":{},"status":"error","message":"invalid credentials","error":"401"}""";
    private const string Forbidden = """{"data":{"message":"forbidden"},"status":"error","message":"forbidden","error":"403"}""";
    private const string UnknownPath = """{"data":{"message":"not found"},"status":"error","message":"not_found","error":"404"}""";

    [Theory]
    [InlineData("xyz", """{"data":{"message":"invalid account_id 'xyz'"},"status":"error","message":"bad identifier","error":"404"}""")]
    [InlineData("1000000000000000000000000000000A", """{"data":{"message":"invalid account_id '1000000000000000000000000000000A'"},"status":"error","message":"bad identifier","error":"404"}""")]
    [InlineData("", """{"data":{"message":"missing account_id"},"status":"error","message":"bad identifier","error":"404"}""")]
    [InlineData(Unknown, $$"""{"data":{"cause":"{{Unknown}}","message":"bad identifier"},"status":"error","message":"bad_identifier","error":"404"}""")]
    public async Task A_bad_account_is_404_even_without_a_token(string account, string expected) =>
        (await host.SendAsync("GET", $"/v2/accounts/{account}/things/a", token: null)).Is(HttpStatusCode.NotFound, expected);

    [Fact]
    public async Task Checks_run_in_the_documented_order()
    {
        // One request with everything wrong; each step puts one thing right.
        Task<Reply> Send(string path, string? token, string type, string verb) => host.SendAsync(verb, path, "{", token, type);

        Assert.Equal(404, (await Send($"/v2/accounts/{Unknown}/things/a", null, "text/x", "PATCH")).Status);
        Assert.Equal(404, (await Send($"/v2/accounts/{ChassisHost.Child}/nothing", null, "text/x", "PATCH")).Status);
        Assert.Equal(401, (await Send($"{Things}/a", null, "text/x", "PATCH")).Status);
        Assert.Equal(403, (await Send($"{Things}/a", ChassisHost.Other, "text/x", "PATCH")).Status);
        Assert.Equal(415, (await Send($"{Things}/a", ChassisHost.Parent, "text/x", "PATCH")).Status);
        Assert.Equal(405, (await Send($"{Things}/a", ChassisHost.Parent, "application/json", "PATCH")).Status);
        Assert.Equal(400, (await Send($"{Things}/a", ChassisHost.Parent, "application/json", "POST")).Status);
    }

    [Fact]
    public async Task No_token_and_a_bad_token_are_told_apart()
    {
        (await host.SendAsync("GET", $"{Things}/a", token: null)).Is(HttpStatusCode.Unauthorized, NoToken);
        (await host.SendAsync("GET", $"{Things}/a", token: "")).Is(HttpStatusCode.Unauthorized, NoToken);
        (await host.SendAsync("GET", $"{Things}/a", token: "undefined")).Is(HttpStatusCode.Unauthorized, BadToken);
    }

    [Theory]
    [InlineData("undefined")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Public_paths_do_not_mind_what_the_token_is(string? token)
    {
        var reply = await host.SendAsync("GET", "/v2/open", token: token);

        Assert.Equal(200, reply.Status);
        Assert.Null(reply.Data!["actor"]);
    }

    [Fact]
    public async Task A_good_token_is_known_on_public_paths_too() =>
        Assert.Equal(ChassisHost.Child, (await host.SendAsync("GET", "/v2/open", token: ChassisHost.Child)).Data!["actor"]!.GetValue<string>());

    [Fact]
    public async Task A_login_answers_with_the_new_token() =>
        Assert.Equal("new.token.x", (await host.SendAsync("PUT", "/v2/user_auth", """{"data":{}}""", "undefined")).Json["auth_token"]!.GetValue<string>());

    [Fact]
    public async Task Tokens_are_found_wherever_clients_put_them()
    {
        static string Basic(string password) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ChassisHost.Child}:{password}"));
        async Task<string?> Who(string path, string? body, params (string Name, string Value)[] headers)
        {
            var reply = await host.SendAsync(body is null ? "GET" : "POST", path, body, null, more: request =>
            {
                foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            });
            return reply.Status == 200 ? reply.Data!["actor"]!.GetValue<string>() : null;
        }

        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a", null, ("X-Auth-Token", ChassisHost.Parent)));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a?auth_token={ChassisHost.Parent}", null));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a", $$"""{"data":{},"Auth_Token":"{{ChassisHost.Parent}}"}"""));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a", null, ("Authorization", $"Bearer {ChassisHost.Parent}")));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a", null, ("Authorization", ChassisHost.Parent)));
        Assert.Equal(ChassisHost.Child, await Who($"{Things}/a", null, ("Authorization", $"Basic {Basic("5f4dcc3b5aa765d61d8327deb882cf99")}")));
        Assert.Null(await Who($"{Things}/a", null, ("Authorization", $"Basic {Basic("wrong")}")));
        Assert.Null(await Who($"{Things}/a", null, ("Authorization", "Basic !!!")));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a?authorization=Bearer%20{ChassisHost.Parent}", null));

        // The first one present wins, good or bad; an empty one is not present.
        Assert.Null(await Who($"{Things}/a?auth_token={ChassisHost.Parent}", null, ("X-Auth-Token", "undefined")));
        Assert.Equal(ChassisHost.Parent, await Who($"{Things}/a?auth_token={ChassisHost.Parent}", null, ("X-Auth-Token", "")));
        Assert.Equal(ChassisHost.Child, await Who($"{Things}/a?auth_token={ChassisHost.Child}", null, ("Authorization", ChassisHost.Parent)));
    }

    [Theory]
    [InlineData(ChassisHost.Master, 200)]
    [InlineData(ChassisHost.Parent, 200)]
    [InlineData(ChassisHost.Child, 200)]
    [InlineData(ChassisHost.Other, 403)]
    public async Task An_account_reaches_itself_and_what_is_below_it(string token, int code) =>
        Assert.Equal(code, (await host.SendAsync("GET", $"{Things}/a", token: token)).Status);

    [Fact]
    public async Task An_account_does_not_reach_what_is_above_it() =>
        (await host.SendAsync("GET", $"/v2/accounts/{ChassisHost.Parent}/things/a", token: ChassisHost.Child)).Is(HttpStatusCode.Forbidden, Forbidden);

    [Fact]
    public async Task Top_level_is_for_the_master_account_unless_said_otherwise()
    {
        Assert.Equal(200, (await host.SendAsync("GET", "/v2/secret")).Status);
        (await host.SendAsync("GET", "/v2/secret", token: ChassisHost.Child)).Is(HttpStatusCode.Forbidden, Forbidden);
        (await host.SendAsync("GET", "/v2/secret", token: null)).Is(HttpStatusCode.Unauthorized, NoToken);
        Assert.Equal(200, (await host.SendAsync("GET", "/v2/mine", token: ChassisHost.Child)).Status);
        Assert.Equal(403, (await host.SendAsync("PUT", $"{Things}/a/promote", token: ChassisHost.Child)).Status);
        Assert.Equal(201, (await host.SendAsync("PUT", $"{Things}/a/promote")).Status);
    }

    // The framework's routing does not mind case: a path that only it knows would otherwise run without a token.
    [Theory]
    [InlineData("/V2/secret")]
    [InlineData("/%562/secret")]
    [InlineData("/V2/open")]
    [InlineData($"/V2/accounts/{ChassisHost.Child}/things/a")]
    public async Task No_spelling_of_a_path_gets_past_the_gate(string path)
    {
        (await host.SendAsync("GET", path, token: null)).Is(HttpStatusCode.NotFound, UnknownPath);
        (await host.SendAsync("GET", path)).Is(HttpStatusCode.NotFound, UnknownPath);
    }

    [Fact]
    public async Task Another_verb_is_405_with_those_that_exist()
    {
        var reply = await host.SendAsync("PATCH", $"{Things}/a");

        Assert.Equal("DELETE, GET, POST, PUT", reply.Header("Allow"));
        reply.Is(HttpStatusCode.MethodNotAllowed, """{"data":{"message":"method not allowed"},"status":"error","message":"invalid_method","error":"405"}""");
    }

    [Fact]
    public async Task A_reserved_word_is_never_taken_for_a_parameter()
    {
        var reply = await host.SendAsync("GET", $"{Things}/collection");

        Assert.Equal((405, "PUT"), (reply.Status, reply.Header("Allow")));
        Assert.Equal(201, (await host.SendAsync("PUT", $"{Things}/collection")).Status);
        Assert.Equal(404, (await host.SendAsync("GET", $"{Things}/collection/nothing/more")).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("text/csv")]
    [InlineData("nonsense")]
    public async Task Other_types_of_body_are_415(string type) => (await host.SendAsync("POST", $"{Things}/a", "x", type: type))
        .Is(HttpStatusCode.UnsupportedMediaType, """{"data":{},"status":"error","message":"unsupported media type","error":"415"}""");

    [Fact]
    public async Task A_path_for_csv_takes_nothing_else() =>
        Assert.Equal(415, (await host.SendAsync("PUT", $"{Things}/import", """{"data":{}}""")).Status);

    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v2/accounts/" + ChassisHost.Child + "/nothing")]
    [InlineData("/v3/accounts")]
    [InlineData("/elsewhere")]
    public async Task Unknown_paths_are_404_in_the_envelope(string path) => (await host.SendAsync("GET", path, token: null)).Is(HttpStatusCode.NotFound, UnknownPath);

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/accounts/x")]
    public async Task Version_1_is_gone(string path) => (await host.SendAsync("PUT", path, "{}")).Is(HttpStatusCode.Gone, """
        {"data":{"message":"API version 1 is not supported. Please upgrade your code to use version 2."},"status":"error","message":"gone","error":"410"}
        """);

    [Fact]
    public async Task A_slash_at_the_end_means_nothing() => Assert.Equal("a", (await host.SendAsync("GET", $"{Things}/a/")).Data!["thing"]!.GetValue<string>());

    [Fact]
    public async Task The_singular_stands_for_the_own_account()
    {
        var reply = await host.SendAsync("GET", "/v2/account/things/a", token: ChassisHost.Child);
        Assert.Equal(ChassisHost.Child, reply.Data!["account"]!.GetValue<string>());

        (await host.SendAsync("GET", "/v2/account/things/a", token: null)).Is(HttpStatusCode.Unauthorized, NoToken);
        (await host.SendAsync("GET", "/v2/account/things/a", token: "undefined")).Is(HttpStatusCode.Unauthorized, BadToken);
    }

    [Theory]
    [InlineData(Things, "GET, OPTIONS")]
    [InlineData($"{Things}/a", "DELETE, GET, POST, PUT, OPTIONS")]
    [InlineData("/v2/accounts/" + Unknown + "/things/a", "DELETE, GET, POST, PUT, OPTIONS")]
    [InlineData("/v2/nothing", "DELETE, GET, PATCH, POST, PUT, OPTIONS")]
    public async Task Preflights_are_answered_everywhere(string path, string methods)
    {
        var reply = await host.SendAsync("OPTIONS", path, token: null, more: request => request.Headers.Add("Origin", "https://ui.example.com"));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
        Assert.Equal("*", reply.Header("Access-Control-Allow-Origin"));
        Assert.Equal(methods, reply.Header("Access-Control-Allow-Methods"));
        Assert.Equal("86400", reply.Header("Access-Control-Max-Age"));
        Assert.Contains("x-auth-token", reply.Header("Access-Control-Allow-Headers")!, StringComparison.Ordinal);
        Assert.Contains("x-request-id", reply.Header("Access-Control-Expose-Headers")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{Things}/a", 200)]
    [InlineData($"{Things}/a/crash", 500)]
    [InlineData("/v2/accounts/xyz", 404)]
    [InlineData("/v1/x", 410)]
    public async Task Replies_to_other_origins_carry_the_headers_errors_too(string path, int code)
    {
        var reply = await host.SendAsync("GET", path, more: request => request.Headers.Add("Origin", "https://ui.example.com"));

        Assert.Equal((code, "*"), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
        Assert.Null((await host.SendAsync("GET", path)).Header("Access-Control-Allow-Origin"));
    }
}

/// <summary>`http-api.md` 1.16. Its own host: the limit is a setting of all its callers.</summary>
public sealed class RateLimitTests(ChassisHost host) : IClassFixture<ChassisHost>
{
    [Fact]
    public async Task An_empty_bucket_is_429_until_it_fills_again()
    {
        host.Limits = null; // whichever test came first
        Assert.False((await host.SendAsync("GET", "/v2/mine")).Json.ContainsKey("tokens"));

        host.Limits = new RateLimitSettings(TokensMax: 40, FillPerS: 0.001, IdleTimeout: TimeSpan.FromMinutes(10));
        var first = await host.SendAsync("GET", "/v2/mine");
        Reply.AssertJson("""{"consumed":1,"remaining":39}""", first.Json["tokens"]);

        // A login costs 35, and another account has another bucket.
        Assert.Equal(201, (await host.SendAsync("PUT", "/v2/user_auth", """{"data":{}}""")).Status);
        Assert.Equal(429, (await host.SendAsync("PUT", "/v2/user_auth", """{"data":{}}""")).Status);
        Assert.Equal(200, (await host.SendAsync("GET", "/v2/mine", token: ChassisHost.Child)).Status);
        for (var i = 0; i < 4; i++) Assert.Equal(200, (await host.SendAsync("GET", "/v2/mine")).Status);

        var refused = await host.SendAsync("GET", "/v2/mine");
        Assert.Equal("1000", refused.Header("Retry-After"));
        refused.Is(HttpStatusCode.TooManyRequests, """
            {"data":{"message":"too many requests"},"status":"error","message":"too_many_requests","error":"429","tokens":{"consumed":0,"remaining":0}}
            """);
    }

    [Fact]
    public async Task Activations_take_from_a_bucket_of_the_account_wherever_they_come_from()
    {
        host.Limits = new RateLimitSettings(TokensMax: 2, FillPerS: 0.001, IdleTimeout: TimeSpan.FromMinutes(10));
        async Task<int> Send(string verb, string from)
        {
            using var handler = new SocketsHttpHandler
            {
                ConnectCallback = async (context, ct) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                    await socket.ConnectAsync(host.Address.Host, host.Address.Port, ct);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            using var client = new HttpClient(handler);
            using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(host.Address, $"/v2/accounts/{ChassisHost.Other}/things/x{(verb == "PUT" ? "/activate" : "")}"));
            request.Headers.Add("X-Auth-Token", ChassisHost.Other);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }

        Assert.Equal(201, await Send("PUT", "127.0.0.2"));
        Assert.Equal(201, await Send("PUT", "127.0.0.3"));
        Assert.Equal(429, await Send("PUT", "127.0.0.4"));
        Assert.Equal(200, await Send("GET", "127.0.0.5"));
    }
}
