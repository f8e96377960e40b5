using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ocarina.Tests.Carriers;

/// <summary>A request that the stub saw.</summary>
internal sealed record VoxboneSeen(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Method and path, such as <c>GET ordering/cart</c>.</summary>
    public string Door => $"{Method} {Path}";

    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>A query parameter, decoded.</summary>
    public string? Parameter(string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Query).TryGetValue(name, out var value) ? (string?)value : null;
}

/// <summary>What the stub answers; without status it hangs up without a byte.</summary>
internal sealed record VoxboneAnswer(int? Status, string Body)
{
    public static readonly VoxboneAnswer HangUp = new(null, "");

    public static readonly VoxboneAnswer Success = new(200, """{"status":"SUCCESS"}""");

    public static VoxboneAnswer Json(string body, int status = 200) => new(status, body);

    public static VoxboneAnswer Error(int code, int status = 400) => new(status, $$"""
        {"httpStatusCode":{{status}},"apiModule":"ORDERING","genericErrorMessage":"An error occurred.","errors":[{"apiErrorCode":"{{code}}","apiErrorMessage":"Error {{code}} in words."}]}
        """);
}

/// <summary>Speaks the carrier's HTTP on a real socket, with carts and orders of its own. Every door can be given another answer.</summary>
internal sealed class VoxboneStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<VoxboneSeen> _seen = new();
    private readonly Dictionary<string, Func<VoxboneSeen, VoxboneAnswer?>> _answers = [];
    private readonly Lock _lock = new();
    private int _nextCart = 3312757;
    private int _nextOrder = 1;
    private int _nextDid = 5666963;

    private VoxboneStub(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/ws-voxbone/services/rest/");

    public IReadOnlyList<VoxboneSeen> Seen => [.. _seen];

    public List<JsonObject> Groups { get; } = [];

    public List<JsonObject> Carts { get; } = [];

    public List<JsonObject> Orders { get; } = [];

    public List<JsonObject> Dids { get; } = [];

    public string Balance { get; set; } = "500.0";

    /// <summary>True: filters of lists are ignored, as a wrong one would be.</summary>
    public bool IgnoresFilters { get; set; }

    /// <summary>How many numbers one checkout delivers.</summary>
    public int Delivers { get; set; } = 1;

    /// <summary>A number that is delivered in place of the right one.</summary>
    public string? DeliversInstead { get; set; }

    public static async Task<VoxboneStub> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new VoxboneStub(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Answers a door, such as <c>GET ordering/order</c>, another way; none falls back on the stub's own answer.</summary>
    public void On(string door, Func<VoxboneSeen, VoxboneAnswer?> answer) => _answers[door] = answer;

    /// <summary>Requests whose door begins so.</summary>
    public IReadOnlyList<VoxboneSeen> At(string door) => [.. _seen.Where(request => request.Door.StartsWith(door, StringComparison.Ordinal))];

    public IReadOnlyList<VoxboneSeen> Writes => [.. _seen.Where(request => request.Method != "GET" || request.Path.EndsWith("/checkout", StringComparison.Ordinal))];

    /// <summary>Books what lies in a cart, as its checkout would.</summary>
    public string Book(string cart)
    {
        lock (_lock)
        {
            var found = Carts.Single(one => one["cartIdentifier"]!.ToString() == cart);
            Carts.Remove(found);
            var reference = string.Create(CultureInfo.InvariantCulture, $"50898DS{_nextOrder++}");
            Orders.Add(new JsonObject
            {
                ["orderId"] = _nextOrder, ["reference"] = reference, ["dateAdded"] = "2031-04-02 10:15:04", ["status"] = "FULFILLED",
                ["customerReference"] = found["customerReference"]!.DeepClone(),
            });
            var product = found["orderProducts"]![0]!;
            for (var at = 0; at < Delivers; at++)
            {
                var number = at == 0 ? DeliversInstead ?? product["phoneNumbers"]?[0]?["phoneNumber"]?.ToString() : null;
                AddDid(number ?? string.Create(CultureInfo.InvariantCulture, $"+1205555{1000 + _nextDid % 1000}"), reference, (int)product["didgroupId"]!);
            }

            return reference;
        }
    }

    public JsonObject AddDid(string e164, string? reference, int group = 1196)
    {
        var did = new JsonObject
        {
            ["didId"] = _nextDid++, ["e164"] = e164, ["type"] = "GEOGRAPHIC", ["countryCodeA3"] = "USA", ["cityName"] = "ALABASTER", ["areaCode"] = "205", ["didGroupId"] = group,
            ["orderReference"] = reference, ["channels"] = -1, ["trunkId"] = null, ["voiceUriId"] = null, ["regulationAddressId"] = null, ["dnisEnabled"] = "false",
        };
        Dids.Add(did);
        return did;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var path = http.Request.Path.Value!.Replace("/ws-voxbone/services/rest/", "", StringComparison.Ordinal);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new VoxboneSeen(http.Request.Method, path, http.Request.QueryString.Value ?? "", headers, await reader.ReadToEndAsync());
        _seen.Enqueue(request);

        VoxboneAnswer answer;
        lock (_lock) answer = _answers.Where(pair => Fits(pair.Key, request.Door)).Select(pair => pair.Value(request)).FirstOrDefault(one => one is not null) ?? Own(request);
        if (answer.Status is not { } status)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
    }

    private static bool Fits(string door, string asked) =>
        door == asked || (door.Contains('*', StringComparison.Ordinal) && System.Text.RegularExpressions.Regex.IsMatch(asked, "^" + door.Replace("*", "[^/]+", StringComparison.Ordinal) + "$"));

    private VoxboneAnswer Own(VoxboneSeen request)
    {
        var parts = request.Path.Split('/');
        switch (request.Method, parts)
        {
            case ("GET", ["ordering", "accountbalance"]):
                return VoxboneAnswer.Json($$$"""{"accountBalance":{"balance":{{{Balance}}},"threshold":100.0,"currency":"USD","active":true}}""");
            case ("GET", ["inventory", "didgroup"]):
                return Page(request, "didGroups", Groups.Where(group => Is(request, "didGroupIds", group["didGroupId"])));
            case ("GET", ["inventory", "country", _, "state"]):
                return Page(request, "states", [new JsonObject { ["stateId"] = 1, ["stateCode"] = "AL", ["stateName"] = "Alabama" }]);
            case ("GET", ["inventory", "did"]):
                return Page(request, "dids", Dids.Where(did => Is(request, "didIds", did["didId"]) && Is(request, "e164Pattern", did["e164"])
                    && Is(request, "orderReference", did["orderReference"]) && Is(request, "didGroupIds", did["didGroupId"])));
            case ("GET", ["ordering", "order"]):
                return Page(request, "orders", Orders.Where(order => Is(request, "reference", order["reference"])));
            case ("GET", ["ordering", "cart"]):
                return Page(request, "carts", Carts.Where(cart => Is(request, "reference", cart["customerReference"])));
            case ("PUT", ["ordering", "cart"]):
                var made = new JsonObject
                {
                    ["cartIdentifier"] = _nextCart++, ["customerReference"] = request.Json["customerReference"]!.DeepClone(), ["dateAdded"] = "2031-04-02 10:15:04",
                    ["description"] = request.Json["description"]?.DeepClone(), ["orderProducts"] = null,
                };
                Carts.Add(made);
                return VoxboneAnswer.Json(new JsonObject { ["cart"] = made.DeepClone() }.ToJsonString());
            case ("POST", ["ordering", "cart", var id, "product"]) when Cart(id) is { } cart:
                cart["orderProducts"] = new JsonArray(Product(request.Json));
                return VoxboneAnswer.Success;
            case ("DELETE", ["ordering", "cart", var id]) when Cart(id) is { } cart:
                Carts.Remove(cart);
                return VoxboneAnswer.Success;
            case ("GET", ["ordering", "cart", var id, "checkout"]) when Cart(id) is not null:
                return VoxboneAnswer.Json($$"""{"status":"SUCCESS","productCheckoutList":[{"productType":"DID","status":"SUCCESS","orderReference":"{{Book(id)}}","message":null}]}""");
            case (_, ["ordering", "cart", ..]):
                return VoxboneAnswer.Error(400);
            case ("POST", ["ordering", "cancel"]):
                var ids = request.Json["didIds"]!.AsArray().Select(one => one!.ToString()).ToList();
                if (Dids.RemoveAll(did => ids.Contains(did["didId"]!.ToString())) is var count and > 0) return VoxboneAnswer.Json($$"""{"numberCancelled":{{count}}}""");
                return VoxboneAnswer.Error(414);
            default:
                return VoxboneAnswer.Error(15, 404);
        }
    }

    private JsonObject? Cart(string id) => Carts.FirstOrDefault(cart => cart["cartIdentifier"]!.ToString() == id);

    private static JsonObject Product(JsonNode body) => body["phoneNumbers"] is JsonArray numbers
        ? new JsonObject { ["orderProductId"] = 1, ["productType"] = "DID", ["quantity"] = numbers.Count, ["didgroupId"] = 1196, ["phoneNumbers"] = numbers.DeepClone() }
        : new JsonObject { ["orderProductId"] = 1, ["productType"] = "DID", ["quantity"] = (int)body["didCartItem"]!["quantity"]!, ["didgroupId"] = (int)body["didCartItem"]!["didGroupId"]! };

    private bool Is(VoxboneSeen request, string parameter, JsonNode? value) =>
        IgnoresFilters || request.Parameter(parameter) is not { } wanted || wanted == value?.ToString();

    private static VoxboneAnswer Page(VoxboneSeen request, string member, IEnumerable<JsonObject> items)
    {
        var all = items.ToList();
        var (page, size) = (int.Parse(request.Parameter("pageNumber")!, CultureInfo.InvariantCulture), int.Parse(request.Parameter("pageSize")!, CultureInfo.InvariantCulture));
        if (page > 0 && page * size >= all.Count) return VoxboneAnswer.Error(13);
        var shown = new JsonArray([.. all.Skip(page * size).Take(size).Select(item => item.DeepClone())]);
        return VoxboneAnswer.Json(new JsonObject { [member] = shown, ["resultCount"] = all.Count }.ToJsonString());
    }
}
