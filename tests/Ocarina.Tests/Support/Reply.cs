using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Support;

/// <summary>One answer of a server, read to its end.</summary>
internal sealed record Reply(int Status, HttpResponseMessage Http, string Text)
{
    private static readonly string[] Volatile = ["request_id", "node", "timestamp", "version", "auth_token", "revision"];

    /// <summary>The body as an object.</summary>
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public JsonNode? Data => Json["data"];

    public string? Header(string name) =>
        Http.Headers.TryGetValues(name, out var values) || Http.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        new((int)response.StatusCode, response, await response.Content.ReadAsStringAsync(ct));

    /// <summary>Compares the whole envelope, apart from members that differ each time; those must be there and be of the right form.</summary>
    public Reply Is(HttpStatusCode status, string expected)
    {
        Assert.Equal((int)status, Status);
        Assert.Equal("application/json", Header("Content-Type"));
        var json = Json;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", json["timestamp"]!.GetValue<string>());
        Assert.Equal(Header("X-Request-ID"), json["request_id"]!.GetValue<string>());
        Assert.NotEmpty(json["node"]!.GetValue<string>());
        foreach (var name in Volatile) json.Remove(name);
        AssertJson(expected, json);
        return this;
    }

    /// <summary>Compares data alone.</summary>
    public Reply HasData(HttpStatusCode status, string expected)
    {
        Assert.True((int)status == Status, $"{Status}: {Text}");
        AssertJson(expected, Data);
        return this;
    }

    /// <summary>Compares two JSON values whatever the order of members, and shows both when they differ.</summary>
    public static void AssertJson(string expected, JsonNode? actual)
    {
        var wanted = JsonNode.Parse(expected);
        if (JsonNode.DeepEquals(wanted, actual)) return;
        var options = new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        Assert.Equal(wanted?.ToJsonString(options), actual?.ToJsonString(options));
        Assert.Fail("The values differ in their kinds.");
    }
}
