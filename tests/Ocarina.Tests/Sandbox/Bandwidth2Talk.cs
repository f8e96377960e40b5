using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace Ocarina.Tests.Sandbox;

/// <summary>Speaks the account API of Bandwidth without any library of ours.</summary>
internal sealed class Bandwidth2Talk(HttpClient client)
{
    public string User { get; init; } = "sandbox";

    public string Password { get; init; } = "sandbox-password";

    /// <summary>Instead of user and password.</summary>
    public string? Token { get; init; }

    public string Base { get; init; } = "/bw2/api";

    public string MediaType { get; init; } = "application/xml";

    public string? Accept { get; init; }

    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>A number that is for sale in an area code.</summary>
    public async Task<string> OneAsync(string areaCode = "303") => (await SearchAsync($"areaCode={areaCode}&quantity=1&LCA=false")).Numbers[0];

    public Task<Bandwidth2Answer> SearchAsync(string query) => GetAsync("availableNumbers?" + query);

    public Task<Bandwidth2Answer> OrderAsync(string number, string? reference = null, bool partial = false) => PostAsync("orders", OrderOf([number], reference, partial));

    public Task<Bandwidth2Answer> OrderAsync(IEnumerable<string> numbers, string? reference, bool partial) => PostAsync("orders", OrderOf(numbers, reference, partial));

    public Task<Bandwidth2Answer> DisconnectAsync(params string[] numbers) => PostAsync("disconnects", new XElement(
        "DisconnectTelephoneNumberOrder",
        new XElement("CustomerOrderId", "d-1"),
        new XElement("DisconnectTelephoneNumberOrderType", ListOf(numbers), new XElement("DisconnectMode", "normal"))));

    public static XElement OrderOf(IEnumerable<string> numbers, string? reference = null, bool partial = false) => new(
        "Order",
        reference is null ? null : new XElement("CustomerOrderId", reference),
        new XElement("Name", "Test"),
        new XElement("ExistingTelephoneNumberOrderType", ListOf(numbers)),
        new XElement("PartialAllowed", partial),
        new XElement("BackOrderRequested", false),
        new XElement("SiteId", "1337"),
        new XElement("PeerId", "13337"));

    public static XElement ListOf(IEnumerable<string> numbers) => new("TelephoneNumberList", numbers.Select(number => new XElement("TelephoneNumber", number)));

    public Task<Bandwidth2Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Bandwidth2Answer> PostAsync(string path, XElement body) => SendAsync(HttpMethod.Post, path, body.ToString());

    public Task<Bandwidth2Answer> PutAsync(string path, XElement body) => SendAsync(HttpMethod.Put, path, body.ToString());

    public async Task<Bandwidth2Answer> SendAsync(HttpMethod method, string path, string? body)
    {
        var address = path.StartsWith("tns", StringComparison.Ordinal) || path.StartsWith("accounts", StringComparison.Ordinal) ? $"{Base}/{path}" : $"{Base}/accounts/9500001/{path}";
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = Token is null
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")))
            : new AuthenticationHeaderValue("Bearer", Token);
        if (Accept is not null) request.Headers.Accept.ParseAdd(Accept);
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, MediaType);
        using var reply = await client.SendAsync(request);
        return new Bandwidth2Answer(reply.StatusCode, await reply.Content.ReadAsStringAsync(), reply.Headers.Location, reply.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.First()));
    }
}

/// <summary>A reply of the account API.</summary>
internal sealed record Bandwidth2Answer(HttpStatusCode Status, string Body, Uri? Location, Dictionary<string, string> Headers)
{
    public XElement Root => XDocument.Parse(Body).Root!; // a document has one

    /// <summary>The first code of an error, however it is wrapped.</summary>
    public string? Code => Root.Descendants().FirstOrDefault(element => element.Name.LocalName is "Code" or "ErrorCode")?.Value;

    public string? OrderStatus => Root.Element("OrderStatus")?.Value;

    public string? OrderId => Root.Elements().Elements("id").FirstOrDefault()?.Value;

    public IReadOnlyList<string> Numbers =>
        [.. Root.Elements("TelephoneNumberList").Elements("TelephoneNumber").Concat(Root.Descendants("TelephoneNumberDetail").Elements("FullNumber")).Select(element => element.Value)];

    public IReadOnlyList<string> Completed => [.. Root.Elements("CompletedNumbers").Descendants("FullNumber").Select(element => element.Value)];
}
