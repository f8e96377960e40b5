using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Sandbox;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Sandbox;

/// <summary>A sandbox in this process and bare HTTP clients in front of it: what is tested is the wire.</summary>
internal sealed class SandboxLab : IAsyncDisposable
{
    private SandboxLab(SandboxHost host)
    {
        Host = host;
        Client = NewClient(host.Address);
        Control = NewClient(host.ControlAddress);
    }

    public SandboxHost Host { get; }

    /// <summary>Speaks to the carriers.</summary>
    public HttpClient Client { get; }

    /// <summary>Speaks to the control interface.</summary>
    public HttpClient Control { get; }

    public static async Task<SandboxLab> StartAsync(SandboxOptions? options = null) =>
        new(await SandboxHost.StartAsync(options ?? new SandboxOptions(), CancellationToken.None));

    public static HttpClient NewClient(Uri address) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Patience.Max };

    public Task<JsonNode> AskAsync(string path) => AskAsync(Control, path);

    public static async Task<JsonNode> AskAsync(HttpClient control, string path) =>
        JsonNode.Parse(await control.GetStringAsync(new Uri(path, UriKind.Relative))) ?? throw new InvalidOperationException("The answer is null.");

    public Task<JsonNode> TellAsync(string path, string json) => TellAsync(Control, path, json);

    public static async Task<JsonNode> TellAsync(HttpClient control, string path, string json)
    {
        var (status, answer) = await TryTellAsync(control, path, json);
        return status == HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{path} {json}: {status} {answer}");
    }

    public static async Task<(HttpStatusCode Status, JsonNode Answer)> TryTellAsync(HttpClient control, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var reply = await control.PostAsync(new Uri(path, UriKind.Relative), content);
        var answer = await reply.Content.ReadFromJsonAsync<JsonNode>();
        return (reply.StatusCode, answer ?? throw new InvalidOperationException("The answer is null."));
    }

    /// <summary>A request of the XML interface with the good key and these children.</summary>
    public BandwidthTalk Bandwidth(HttpClient? client = null) => new(client ?? Client);

    public async Task<List<(string Carrier, string Number, string? Reference)>> HeldAsync() => Held(await AskAsync("/ledger"), "held");

    public static List<(string Carrier, string Number, string? Reference)> Held(JsonNode ledger, string list) =>
        [.. ledger[list]!.AsArray().Select(entry => ((string)entry!["carrier"]!, (string)entry["number"]!, (string?)entry["reference"]))]; // always there

    public async Task<int> CountAsync(string query) => (int)(await AskAsync("/journal/count?" + query))["count"]!; // always there

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Control.Dispose();
        await Host.DisposeAsync();
    }
}

/// <summary>Speaks the XML interface of Bandwidth v1 without any library of ours.</summary>
internal sealed class BandwidthTalk(HttpClient client)
{
    public static readonly XNamespace Space = "http://www.bandwidth.com/api/";

    public string Key { get; init; } = "sandbox-developer-key";

    public Dictionary<string, string> Headers { get; } = [];

    public string MediaType { get; init; } = "text/xml";

    public static XElement Child(string name, params object?[] content) => new(Space + name, content);

    public Task<BandwidthReply> SearchAsync(string areaCode, int quantity = 10) =>
        SendAsync("areaCodeNumberSearch", Child("areaCode", areaCode), Child("maxQuantity", quantity));

    public Task<BandwidthReply> OrderAsync(string numberId, string reference, string subscriber = "somebody") => SendAsync(
        "basicNumberOrder",
        Child("orderName", "Test-" + reference),
        Child("extRefID", reference),
        Child("numberIDs", Child("id", numberId)),
        Child("subscriber", subscriber));

    public Task<BandwidthReply> NumberAsync(string tenDigit) => SendAsync("getTelephoneNumber", Child("getType", "10digit"), Child("getValue", tenDigit));

    public Task<BandwidthReply> SendAsync(string root, params XElement[] children) =>
        SendTextAsync(new XElement(Space + root, Child("developerKey", Key), children).ToString());

    public async Task<BandwidthReply> SendTextAsync(string text, string query = "")
    {
        using var reply = await SendRawAsync(text, query);
        return new BandwidthReply(reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> SendRawAsync(string text, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bw1/numbers.api" + query) { Content = new StringContent(text, Encoding.UTF8, MediaType) };
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

/// <summary>A reply of the XML interface.</summary>
internal sealed record BandwidthReply(HttpStatusCode Status, string Body)
{
    public XElement Root => XDocument.Parse(Body).Root!; // a document has one

    public string? Outcome => Text("status");

    public string? Error => Root.Descendants(BandwidthTalk.Space + "error").Elements(BandwidthTalk.Space + "message").FirstOrDefault()?.Value;

    public string? Warning => Root.Descendants(BandwidthTalk.Space + "warning").Elements(BandwidthTalk.Space + "message").FirstOrDefault()?.Value;

    public IReadOnlyList<(string Id, string TenDigit, string Status)> Numbers =>
        [.. Root.Descendants(BandwidthTalk.Space + "telephoneNumber").Select(number => (
            number.Element(BandwidthTalk.Space + "numberID")!.Value, // every reply has these three
            number.Element(BandwidthTalk.Space + "tenDigit")!.Value,
            number.Element(BandwidthTalk.Space + "status")!.Value))];

    public string? OrderId => Root.Descendants(BandwidthTalk.Space + "orderID").FirstOrDefault()?.Value;

    public string? Text(string child) => Root.Element(BandwidthTalk.Space + child)?.Value;
}
