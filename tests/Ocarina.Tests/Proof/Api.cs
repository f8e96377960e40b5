using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>One account's view of a running server: its token, its path.</summary>
internal sealed class Api(HttpClient http, string account, string token)
{
    /// <summary>Id of the account.</summary>
    public string Account => account;

    public string Token => token;

    /// <summary>The path of the account's numbers.</summary>
    public string Numbers => $"/v2/accounts/{account}/phone_numbers";

    /// <summary>Logs in by API key.</summary>
    public static async Task<Api> LoginAsync(HttpClient http, string apiKey, CancellationToken ct)
    {
        var reply = await SendAsync(http, "PUT", "/v2/api_auth", new JsonObject { ["api_key"] = apiKey }, null, ct);
        Assert.True(reply.Status == 201, reply.Text);
        return new Api(http, Text(reply.Data, "account_id"), Text(reply.Json, "auth_token"));
    }

    /// <summary>Sends a request and reads the answer to its end.</summary>
    public Task<Reply> SendAsync(string verb, string path, JsonObject? data, CancellationToken ct, string? key = null) => SendAsync(http, verb, path, data, token, ct, key);

    /// <summary>The same where only one status is right.</summary>
    public async Task<Reply> MustAsync(int status, string verb, string path, JsonObject? data, CancellationToken ct)
    {
        var reply = await SendAsync(verb, path, data, ct);
        Assert.True(reply.Status == status, $"{verb} {path}: {reply.Status} {reply.Text}");
        return reply;
    }

    /// <summary>Path of one number.</summary>
    public string Of(string number) => $"{Numbers}/{Uri.EscapeDataString(number)}";

    /// <summary>Makes accounts below this one, each with a token of its own.</summary>
    public async Task<Api[]> MakeChildrenAsync(int count, string name, CancellationToken ct)
    {
        var children = new Api[count];
        await Parallel.ForAsync(0, count, ct, async (i, token) =>
        {
            var made = await MustAsync(201, "PUT", $"/v2/accounts/{account}", new JsonObject { ["name"] = $"{name} {i}" }, token);
            var id = Text(made.Data, "id");
            var shown = await MustAsync(200, "GET", $"/v2/accounts/{id}/api_key", null, token);
            children[i] = await LoginAsync(http, Text(shown.Data, "api_key"), token);
            Assert.Equal(id, children[i].Account);
        });
        return children;
    }

    /// <summary>Imports a whole file and gives the results by number.</summary>
    public async Task<Dictionary<string, string>> ImportAsync(Uri address, string csv, CancellationToken ct)
    {
        var stream = await ImportStream.OpenAsync(address, $"{Numbers}/import", token, ct);
        await using (stream) return await stream.RunAsync(csv, ct);
    }

    /// <summary>What the ledger's verification reports.</summary>
    public async Task<JsonObject> VerifyAsync(CancellationToken ct) =>
        (await MustAsync(200, "POST", "/v2/ledger/verify", null, ct)).Data!.AsObject();

    /// <summary>The whole export, one dictionary a row.</summary>
    public async Task<List<Dictionary<string, string>>> ExportAsync(string query, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Numbers}/export{query}");
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        using var response = await http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        Assert.True((int)response.StatusCode == 200, text);
        return Csv.Read(text);
    }

    private static async Task<Reply> SendAsync(HttpClient http, string verb, string path, JsonObject? data, string? token, CancellationToken ct, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (data is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(new JsonObject { ["data"] = data }.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await http.SendAsync(request, ct);
        return await Reply.ReadAsync(response, ct);
    }

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? throw new InvalidDataException($"no {name} in {node}");
}
