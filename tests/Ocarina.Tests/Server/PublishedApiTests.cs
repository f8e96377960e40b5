using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Server.OpenApi;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>What the server publishes beside the API: its description, pages, health.</summary>
public sealed class PublishedApiTests(TestServers servers) : IClassFixture<TestServers>
{
    private static readonly string[] Verbs = ["get", "put", "post", "patch", "delete"];

    private async Task<JsonObject> DocumentAsync() => (await (await servers.OverAsync(DatabaseKind.Sqlite)).SendAsync("GET", "/openapi/v1.json", token: "")).Json;

    private static IEnumerable<(string Path, string Verb, JsonObject Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from verb in path.Value!.AsObject()
        where Verbs.Contains(verb.Key)
        select (path.Key, verb.Key, verb.Value!.AsObject());

    [Fact]
    public async Task The_description_is_open_api_3_1_and_names_every_route()
    {
        var document = await DocumentAsync();

        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var paths = document["paths"]!.AsObject();
        foreach (var path in (string[])["/v2/user_auth", "/v2/accounts", "/v2/accounts/{account}", "/v2/accounts/{account}/users/{user}", "/v2/system_configs/{id}/{section}",
                     "/v2/accounts/{account}/configs/{id}", "/v2/accounts/{account}/phone_numbers/{number}/activate"])
            Assert.True(paths.ContainsKey(path), path);
        Assert.All(paths, path => Assert.StartsWith("/v2", path.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_operation_is_named_summed_up_and_complete()
    {
        var operations = Operations(await DocumentAsync()).ToList();

        Assert.True(operations.Count > 40);
        Assert.Equal(operations.Count, operations.Select(operation => (string?)operation.Operation["operationId"]).Distinct().Count());
        Assert.All(operations, item =>
        {
            var (path, verb, operation) = item;
            Assert.NotEmpty((string?)operation["operationId"] ?? "");
            Assert.NotEmpty((string?)operation["summary"] ?? "");
            Assert.NotEmpty(operation["tags"]!.AsArray());
            var named = (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == "path").Select(parameter => $"{{{parameter!["name"]}}}");
            Assert.Equal(path.Split('/').Where(segment => segment.StartsWith('{')), named);
            Assert.True(operation["responses"]!.AsObject().ContainsKey(verb == "put" ? "201" : "200"), $"{verb} {path}");
        });
    }

    [Fact]
    public async Task What_is_said_of_phone_numbers_is_said_of_calls_that_exist_and_of_all_of_them()
    {
        var names = Operations(await DocumentAsync()).Select(item => (string?)item.Operation["operationId"]).Where(name => name!.StartsWith("phone_numbers.", StringComparison.Ordinal) || name == "ledger.verify");

        Assert.Equal(PhoneNumberDocs.Names.Order(), names.Order());
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var references = new List<string>();
        Collect(document);

        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            JsonNode? at = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/')) at = at?[part];
            Assert.True(at is not null, reference);
        });

        void Collect(JsonNode? node)
        {
            if (node is JsonObject members)
            {
                if (members["$ref"] is JsonValue reference) references.Add(reference.GetValue<string>());
                foreach (var member in members) Collect(member.Value);
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items) Collect(item);
            }
        }
    }

    [Fact]
    public async Task Log_ins_need_no_token_and_the_rest_does()
    {
        var document = await DocumentAsync();

        Assert.False(document["paths"]!["/v2/user_auth"]!["put"]!.AsObject().ContainsKey("security"));
        Assert.True(document["paths"]!["/v2/accounts/{account}"]!["get"]!.AsObject().ContainsKey("security"));
        Assert.Equal("X-Auth-Token", (string?)document["components"]!["securitySchemes"]!["token"]!["name"]);
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8", "/docs/api/")]
    [InlineData("/docs/guide", "text/html; charset=utf-8", "/activate")]
    [InlineData("/docs/api/index.html", "text/html; charset=utf-8", "swagger-ui")]
    [InlineData("/logo.svg", "image/svg+xml", "<svg")]
    [InlineData("/health", "application/json", "\"ok\"")]
    [InlineData("/health/live", "application/json", "\"ok\"")]
    [InlineData("/health/ready", "application/json", "\"ok\"")]
    [InlineData("/v2", "application/json", "success")]
    public async Task Pages_are_served_to_everybody(string path, string type, string text)
    {
        var reply = await (await servers.OverAsync(DatabaseKind.Sqlite)).SendAsync("GET", path, token: "");

        Assert.Equal(((int)HttpStatusCode.OK, type.Replace(";", "", StringComparison.Ordinal)), (reply.Status, reply.Header("Content-Type")!.Replace(";", "", StringComparison.Ordinal)));
        Assert.Contains(text, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_of_the_pages_lead_somewhere()
    {
        var server = await servers.OverAsync(DatabaseKind.Sqlite);
        foreach (var page in (string[])["/", "/docs/guide"])
        {
            var text = (await server.SendAsync("GET", page, token: "")).Text;
            var links = System.Text.RegularExpressions.Regex.Matches(text, "(?:href|src)=\"(/[^\"]*)\"").Select(match => match.Groups[1].Value).Distinct().ToList();
            Assert.NotEmpty(links);
            foreach (var link in links) Assert.Equal(200, (await server.SendAsync("GET", link, token: "")).Status);
        }
    }

    [Fact]
    public async Task About_says_which_version_runs()
    {
        var server = await servers.OverAsync(DatabaseKind.Sqlite);

        var reply = await server.SendAsync("GET", "/v2/about");

        Assert.Equal(reply.Json["version"]!.GetValue<string>(), (string?)reply.Data!["version"]);
        Assert.True(reply.Data["used_memory"]!.GetValue<long>() > 0);
        Assert.Equal(200, (await server.SendAsync("GET", "/v2/accounts/{A}/about")).Status);
    }
}
