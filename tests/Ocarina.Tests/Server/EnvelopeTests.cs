using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>`http-api.md` 1.2, 1.3, 1.9, 1.10: bodies in, envelopes out.</summary>
public sealed class EnvelopeTests(ChassisHost host) : IClassFixture<ChassisHost>
{
    private const string Things = $"/v2/accounts/{ChassisHost.Child}/things";

    [Fact]
    public async Task A_document_comes_in_the_whole_envelope()
    {
        var reply = await host.SendAsync("GET", $"{Things}/a", more: request => request.Headers.Add("X-Request-ID", "mine-1"));

        Assert.Equal("mine-1", reply.Header("X-Request-ID"));
        Assert.Equal(ChassisHost.Master, reply.Json["auth_token"]!.GetValue<string>());
        Assert.Equal("9.9.9", reply.Json["version"]!.GetValue<string>());
        reply.Is(HttpStatusCode.OK, $$"""
            {"data":{"verb":"GET","thing":"a","account":"{{ChassisHost.Child}}","actor":"{{ChassisHost.Master}}","data":{},"charges":false,"p":null},"status":"success"}
            """);
    }

    [Fact]
    public async Task Version_and_token_are_shown_to_authenticated_callers_only()
    {
        var reply = await host.SendAsync("GET", "/v2/open", token: null);

        Assert.Equal(200, reply.Status);
        Assert.False(reply.Json.ContainsKey("version"));
        Assert.False(reply.Json.ContainsKey("auth_token"));
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("PUT", 201)]
    [InlineData("POST", 200)]
    [InlineData("DELETE", 200)]
    public async Task Success_codes_follow_from_the_verb(string verb, int code) => Assert.Equal(code, (await host.SendAsync(verb, $"{Things}/a")).Status);

    [Theory]
    [InlineData("put", 200)]
    [InlineData("DELETE", 200)]
    [InlineData("Get", 200)]
    [InlineData("patch", 405)]
    [InlineData("no verb at all", 405)]
    public async Task A_verb_in_the_envelope_of_a_post_is_the_verb(string verb, int code)
    {
        var reply = await host.SendAsync("POST", $"{Things}/a", $$"""{"data":{},"verb":"{{verb}}"}""");

        Assert.Equal(code, reply.Status);
        if (code == 200) Assert.Equal(verb.ToUpperInvariant(), reply.Data!["verb"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_verb_may_also_come_in_the_query_or_in_the_header()
    {
        Assert.Equal("PUT", (await host.SendAsync("POST", $"{Things}/a?verb=put")).Data!["verb"]!.GetValue<string>());

        var byHeader = await host.SendAsync("POST", $"{Things}/a", more: request => request.Headers.Add("X-HTTP-Method-Override", "DELETE"));
        Assert.Equal("DELETE", byHeader.Data!["verb"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Json_is_read_whatever_common_type_it_is_sent_with(string? type)
    {
        var reply = await host.SendAsync("DELETE", $"{Things}/a", """{"data":{"numbers":["+1"]}}""", type: type);

        Reply.AssertJson("""{"numbers":["+1"]}""", reply.Data!["data"]);
    }

    [Fact]
    public async Task The_json_part_of_a_multipart_body_is_the_envelope()
    {
        var body = "--xx\r\nContent-Type: text/plain\r\n\r\nfile\r\n--xx\r\nContent-Type: application/json\r\n\r\n{\"data\":{\"a\":1}}\r\n--xx--\r\n";

        var reply = await host.SendAsync("POST", $"{Things}/a", body, type: "multipart/mixed; boundary=xx");

        Reply.AssertJson("""{"a":1}""", reply.Data!["data"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r\n")]
    [InlineData("null")]
    public async Task An_empty_body_counts_as_empty_data(string body) =>
        Reply.AssertJson("{}", (await host.SendAsync("DELETE", $"{Things}/a", body)).Data!["data"]);

    [Fact]
    public async Task A_put_without_body_and_without_length_is_fine()
    {
        var text = await host.SendRawAsync($"PUT {Things}/a HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {ChassisHost.Master}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 201", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Private_members_are_dropped_and_unknown_ones_kept()
    {
        var reply = await host.SendAsync("POST", $"{Things}/a", """{"data":{"_read_only":{},"pvt_x":1,"crm":{"_deep":1},"id":"i"}}""");

        Reply.AssertJson("""{"crm":{"_deep":1},"id":"i"}""", reply.Data!["data"]);
    }

    [Fact]
    public async Task Data_may_be_a_list() =>
        Reply.AssertJson("""[1,{"_a":2}]""", (await host.SendAsync("POST", $"{Things}/a", """{"data":[1,{"_a":2}]}""")).Data!["data"]);

    [Theory]
    [InlineData("""{"data":{"accept_charges":true}}""", "", true)]
    [InlineData("""{"data":{},"ACCEPT_charges":true}""", "", true)]
    [InlineData("""{"data":{},"accept_charges":"true"}""", "", true)]
    [InlineData("""{"data":{}}""", "?accept_charges=true", true)]
    [InlineData("""{"data":{"accept_charges":false}}""", "?accept_charges=true", false)]
    [InlineData("""{"data":{},"accept_charges":true}""", "?accept_charges=false", false)]
    [InlineData("""{"data":{}}""", "", false)]
    public async Task Parameters_are_looked_for_in_data_then_query_then_envelope(string body, string query, bool accepted) =>
        Assert.Equal(accepted, (await host.SendAsync("POST", $"{Things}/a{query}", body)).Data!["charges"]!.GetValue<bool>());

    [Fact]
    public async Task A_plus_in_the_query_is_a_space_and_in_the_path_a_plus()
    {
        var reply = await host.SendAsync("GET", $"{Things}/+1415?p=a+b%2Bc");
        Assert.Equal("+1415", reply.Data!["thing"]!.GetValue<string>());
        Assert.Equal("a b+c", reply.Data!["p"]!.GetValue<string>());

        Assert.Equal("+1415", (await host.SendAsync("GET", $"{Things}/%2B1415")).Data!["thing"]!.GetValue<string>());
        Assert.Equal("%2B1415", (await host.SendAsync("GET", $"{Things}/%252B1415")).Data!["thing"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{", "line 1, column 2")]
    [InlineData("hello", "line 1, column 1")]
    [InlineData("{\"data\":{}\n,,}", "line 2")]
    [InlineData("""{"data":{"a":1,"a":2}}""", "a")]
    [InlineData("""{"data":{},"Data":{}}""", "'Data'")]
    [InlineData("""{"data":{"a":"\ud800"}}""", "half a character")]
    [InlineData("""{"data":{"a":"\u0000"}}""", "character 0")]
    public async Task What_is_not_json_is_told_with_its_place(string body, string place)
    {
        var reply = await host.SendAsync("POST", $"{Things}/a", body);

        var message = reply.Data!["json"]!["invalid"]!["message"]!.GetValue<string>();
        Assert.Contains(" around ", message, StringComparison.Ordinal);
        Assert.Contains(place, message, StringComparison.Ordinal);
        reply.Is(HttpStatusCode.BadRequest, new JsonObject
        {
            ["data"] = new JsonObject { ["json"] = new JsonObject { ["invalid"] = new JsonObject { ["message"] = message, ["target"] = "body" } } },
            ["status"] = "error", ["message"] = "validation error", ["error"] = "400",
        }.ToJsonString());
    }

    [Theory]
    [InlineData("""{"name":"x"}""", """{"data":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("[1]", """{"data":{"required":{"message":"Field is required but missing"}}}""")]
    [InlineData("""{"data":5}""", """{"data":{"type":{"message":"Value did not match type(s): object, array","target":"object, array"}}}""")]
    [InlineData("""{"data":null}""", """{"data":{"type":{"message":"Value did not match type(s): object, array","target":"object, array"}}}""")]
    public async Task A_body_without_data_is_refused(string body, string data) => (await host.SendAsync("POST", $"{Things}/a", body))
        .Is(HttpStatusCode.BadRequest, $$"""{"data":{{data}},"status":"error","message":"invalid request envelope","error":"400"}""");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused(bool isChunked)
    {
        var reply = await host.SendAsync(
            "POST", $"{Things}/a", LargeBody(8_000_001), more: request => request.Headers.TransferEncodingChunked = isChunked);

        reply.Is(HttpStatusCode.RequestEntityTooLarge, """
            {"data":{"file":{"maxSize":{"message":"Payload or Files must not be more than 8000000 bytes","target":8000000}}},"status":"error","message":"validation error","error":"413"}
            """);
    }

    [Fact]
    public async Task A_body_at_the_limit_is_read()
    {
        Assert.Equal(200, (await host.SendAsync("POST", $"{Things}/a", LargeBody(8_000_000))).Status);
    }

    private static string LargeBody(int length) => "{\"data\":{\"a\":\"" + new string('x', length - 17) + "\"}}";

    [Fact]
    public async Task A_number_error_says_the_same_code_three_times() => (await host.SendAsync("PUT", $"{Things}/%2B14155550123/error"))
        .Is(HttpStatusCode.Conflict, """
            {"data":{"code":409,"error":"number_exists","cause":"+14155550123","message":"number +14155550123 already exists"},
             "status":"error","message":"number_exists","error":"409"}
            """);

    [Fact]
    public async Task A_crash_is_an_envelope_that_tells_nothing()
    {
        var reply = await host.SendAsync("GET", $"{Things}/a/crash");

        Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
        reply.Is(HttpStatusCode.InternalServerError, """{"data":{"message":"internal error"},"status":"error","message":"internal_error","error":"500"}""");
    }

    [Fact]
    public async Task Indented_when_asked_for()
    {
        Assert.DoesNotContain("\n", (await host.SendAsync("GET", $"{Things}/a")).Text, StringComparison.Ordinal);
        Assert.Contains("\n  \"", (await host.SendAsync("GET", $"{Things}/a?pretty_print=true")).Text, StringComparison.Ordinal);
        var byHeader = await host.SendAsync("GET", $"{Things}/a", more: request => request.Headers.Add("X-Pretty-Print", "true"));
        Assert.Contains("\n  \"", byHeader.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cb", true)]
    [InlineData("a.b$_1", true)]
    [InlineData("alert(1)//", false)]
    [InlineData("", false)]
    public async Task Jsonp_wraps_the_reply_in_a_name_and_in_nothing_else(string callback, bool wraps)
    {
        var reply = await host.SendAsync("GET", $"{Things}/a?jsonp={Uri.EscapeDataString(callback)}");

        Assert.Equal(wraps ? "application/javascript" : "application/json", reply.Header("Content-Type"));
        Assert.Equal(wraps, reply.Text.StartsWith($"{callback}({{", StringComparison.Ordinal) && reply.Text.EndsWith("});", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_revision_is_the_tag_and_answers_conditions()
    {
        var shown = await host.SendAsync("GET", $"{Things}/a/revision");
        Assert.Equal("\"7-abc\"", shown.Header("ETag"));
        Assert.Equal("7-abc", shown.Json["revision"]!.GetValue<string>());

        var again = await host.SendAsync("GET", $"{Things}/a/revision", more: request => request.Headers.Add("If-None-Match", "\"7-abc\""));
        Assert.Equal((304, ""), (again.Status, again.Text));

        var late = await host.SendAsync("POST", $"{Things}/a/revision", more: request => request.Headers.Add("If-Match", "\"6-abc\""));
        late.Is(HttpStatusCode.PreconditionFailed, """{"data":{},"status":"error","message":"precondition failed","error":"412"}""");

        var right = await host.SendAsync("POST", $"{Things}/a/revision", more: request => request.Headers.Add("If-Match", "\"7-abc\""));
        Assert.Equal(200, right.Status);
    }

    [Fact]
    public async Task Without_a_revision_the_tag_is_a_hash_of_the_data()
    {
        var first = await host.SendAsync("GET", $"{Things}/a");
        var same = await host.SendAsync("GET", $"{Things}/a", more: request => request.Headers.Add("If-None-Match", first.Header("ETag")!));
        var different = await host.SendAsync("GET", $"{Things}/b", more: request => request.Headers.Add("If-None-Match", first.Header("ETag")!));

        Assert.Equal(304, same.Status);
        Assert.Equal(200, different.Status);
        Assert.False(first.Json.ContainsKey("revision"));
    }

    [Fact]
    public async Task Head_is_get_without_a_body()
    {
        var reply = await host.SendAsync("HEAD", $"{Things}/a");

        Assert.Equal((200, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task A_streamed_body_is_answered_while_it_comes_in()
    {
        var ct = TestContext.Current.CancellationToken;
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, ct);
        var stream = socket.GetStream();
        using var answers = new StreamReader(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT {Things}/import HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {ChassisHost.Master}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "6\r\nfirst\n\r\n"), ct);

        // The first answer is here although the request has not ended.
        Assert.Equal("HTTP/1.1 201 Created", await answers.ReadLineAsync(ct));
        while (await answers.ReadLineAsync(ct) is { Length: > 0 }) { }
        Assert.Equal("2", await answers.ReadLineAsync(ct)); // length of the chunk
        Assert.Equal("5", await answers.ReadLineAsync(ct));

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), ct);
        Assert.Equal("", await answers.ReadLineAsync(ct));
        Assert.Equal("0", await answers.ReadLineAsync(ct));
    }

    [Fact]
    public async Task A_streamed_body_has_no_limit_even_for_a_client_that_reads_late()
    {
        // 9 MB of one-character lines; this client reads nothing before all is sent, and the answers are as long as the question.
        using var content = new StringContent(string.Concat(Enumerable.Repeat("x\n", 4_500_000)), Encoding.UTF8, "text/csv");
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(host.Address, $"{Things}/import")) { Content = content };
        request.Headers.Add("X-Auth-Token", ChassisHost.Master);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(9_000_000, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
    }
}
