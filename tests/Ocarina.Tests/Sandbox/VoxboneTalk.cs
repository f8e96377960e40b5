using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Ocarina.Tests.Sandbox;

/// <summary>Speaks Voxbone's service without any library of ours.</summary>
internal sealed class VoxboneTalk(HttpClient client)
{
    public const string Paging = "pageNumber=0&pageSize=100";

    public string Base { get; init; } = "/vox/ws-voxbone/services/rest";

    /// <summary>Instead of user and password.</summary>
    public string? Key { get; init; }

    public string Password { get; init; } = "sandbox-password";

    public string MediaType { get; init; } = "application/json";

    public Dictionary<string, string> Headers { get; } = [];

    public static async Task<VoxboneTalk> UnlimitedAsync(SandboxLab lab)
    {
        await lab.TellAsync("/carriers/voxbone/rate", """{"per_second":0}""");
        return new VoxboneTalk(lab.Client);
    }

    public async Task<JsonNode> GroupAsync(int id, string country, string more = "") =>
        (await GetAsync($"inventory/didgroup?countryCodeA3={country}&didGroupIds={id}&{Paging}{more}")).Json["didGroups"]![0]!; // asked for one that is there

    /// <summary>A group of a country by its city.</summary>
    public async Task<JsonNode> CityAsync(string country, string city, string more = "") =>
        (await GetAsync($"inventory/didgroup?countryCodeA3={country}&cityNamePattern={city}&{Paging}{more}")).Json["didGroups"]![0]!; // the tests name cities of the stock

    public async Task<int> CartAsync(string reference) =>
        (int)(await SendAsync(HttpMethod.Put, "ordering/cart", $$"""{"customerReference":"{{reference}}","description":"test"}""")).Json["cart"]!["cartIdentifier"]!; // a new one has one

    public Task<VoxboneAnswer> AddAsync(int cart, int group, int quantity) =>
        PostAsync($"ordering/cart/{cart}/product", $$$"""{"didCartItem":{"didGroupId":{{{group}}},"quantity":{{{quantity}}}}}""");

    public Task<VoxboneAnswer> PickAsync(int cart, params string[] numbers) => PostAsync(
        $"ordering/cart/{cart}/product", $$"""{"phoneNumbers":[{{string.Join(',', numbers.Select(number => $$"""{"phoneNumber":"{{number}}"}"""))}}]}""");

    public Task<VoxboneAnswer> CheckoutAsync(int cart) => GetAsync($"ordering/cart/{cart}/checkout");

    /// <summary>From nothing to a checkout.</summary>
    public async Task<VoxboneAnswer> BuyAsync(string reference, int group, int quantity = 1)
    {
        var cart = await CartAsync(reference);
        var added = await AddAsync(cart, group, quantity);
        return added.Status == HttpStatusCode.OK ? await CheckoutAsync(cart) : added;
    }

    public async Task<List<JsonNode>> DidsAsync(string query) =>
        [.. (await GetAsync($"inventory/did?{query}&{Paging}")).Json["dids"]!.AsArray().OfType<JsonNode>()]; // a list, may be empty

    public Task<VoxboneAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<VoxboneAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<VoxboneAnswer> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, $"{Base}/{path}");
        if (Key is not null) request.Headers.Add("apikey", Key);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sandbox:{Password}")));
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, MediaType);
        using var reply = await client.SendAsync(request);
        return new VoxboneAnswer(reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }
}

/// <summary>A reply of Voxbone.</summary>
internal sealed record VoxboneAnswer(HttpStatusCode Status, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!; // every reply that tests read is a document

    public string? Code => Json["errors"] is JsonArray { Count: > 0 } errors ? errors[0]!["apiErrorCode"]!.ToString() : null; // both are always there

    public string? OrderReference => (string?)Json["productCheckoutList"]?[0]?["orderReference"];

    public string? Outcome => (string?)Json["status"];
}
