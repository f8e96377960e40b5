using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Ocarina.Carriers.Phonebook;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Conformance;

[Trait("Category", "Slow")]
public sealed class OtherConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new PhonebookCarrier(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => await PhonebookConformanceStub.StartAsync(ct);
}

/// <summary>A phonebook with forty numbers.</summary>
internal sealed class PhonebookConformanceStub : ICarrierStub
{
    private const string Token = "phonebook-token-of-a-test";

    private readonly Lock _lock = new();
    private readonly List<string> _sold = [];
    private readonly List<string> _stock = [.. Enumerable.Range(0, 40).Select(at => string.Create(CultureInfo.InvariantCulture, $"+1303222{at * 13:0000}"))];
    private StubServer? _server;

    private StubServer Server => _server ?? throw new InvalidOperationException("It is not started.");

    public Uri Address => Server.Address;

    public CarrierSamples Samples { get; } = new()
    {
        Stock = new CarrierSearch("+1303", 10, 0, "US"),
        Nothing = new CarrierSearch("+1907", 5, 0, "US"),
        Foreign = PhoneNumber.Parse("+13039990000"),
        Surprise = ("application/json", """{"weather":{"today":"fine","tomorrow":["rain",1]}}"""),
        InvalidSettings = [("phonebook_url", "ftp://book"), ("default_country", "Belgium"), ("max_search_quantity", 0), ("endpoints", "not a host")],
        Searches = [new(new CarrierSearch("+1303", 5, 0, "US"), @"^GET /numbers/US/search\?prefix=(\+|%2B)1303&limit=5&offset=0\n")],
        WrongCredentials = [("api_token", "another-token-of-nobody")],
        Release = ReleaseWay.HereOnly,
        FindsOrders = false,
    };

    public static async Task<PhonebookConformanceStub> StartAsync(CancellationToken ct)
    {
        var stub = new PhonebookConformanceStub();
        stub._server = await StubServer.StartAsync(stub.Answer, ct);
        return stub;
    }

    public JsonObject SettingsFor(Uri address) => new() { ["phonebook_url"] = address.ToString(), ["api_token"] = Token };

    public WireAct ActOf(WireRequest request) => request.Path.Split('/')[^1] switch
    {
        "search" => WireAct.Search,
        "order" => WireAct.Order,
        _ => WireAct.Read,
    };

    public Task<IReadOnlyCollection<string>> OwnedAsync(CancellationToken ct)
    {
        lock (_lock) return Task.FromResult<IReadOnlyCollection<string>>([.. _sold]);
    }

    public Task<long> SpentAsync(CancellationToken ct)
    {
        lock (_lock) return Task.FromResult((long)_sold.Count);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private StubReply Answer(WireRequest request)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != "Bearer " + Token) return new StubReply(401);
        lock (_lock)
        {
            return (request.Method, request.Path.Split('/')[^1]) switch
            {
                ("GET", "search") => Found(QueryHelpers.ParseQuery(new Uri(Address, request.Target).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString())),
                ("PUT", "order") => Success(Sell([.. Data(request)["numbers"]!.AsArray().Select(number => (string)number!)])), // the module sends both
                ("POST", "status") => Success(new JsonArray([.. Data(request).AsArray().Select(number => StatusOf((string)number!))])), // texts are sent
                _ => new StubReply(404),
            };
        }
    }

    private StubReply Found(Dictionary<string, string> query)
    {
        var (offset, limit) = (int.Parse(query["offset"], CultureInfo.InvariantCulture), int.Parse(query["limit"], CultureInfo.InvariantCulture));
        var found = _stock.Except(_sold).Where(number => number.StartsWith(query["prefix"], StringComparison.Ordinal)).Skip(offset).Take(limit);
        return Success(new JsonObject(found.Select(number => KeyValuePair.Create(number, (JsonNode?)new JsonObject { ["rate_center"] = new JsonObject { ["name"] = "DENVER" } }))));
    }

    private JsonObject Sell(List<string> numbers)
    {
        var told = new JsonObject();
        foreach (var number in numbers)
        {
            var isFree = _stock.Contains(number) && !_sold.Contains(number);
            if (isFree) _sold.Add(number);
            told[number] = new JsonObject { ["status"] = isFree ? "success" : "error", ["message"] = isFree ? "welcome" : "gone" };
        }

        return told;
    }

    private JsonObject StatusOf(string number)
    {
        var whole = number.StartsWith('+') ? number : "+1" + number;
        return new JsonObject { ["number"] = number, ["status"] = _sold.Contains(whole) ? "disconnected" : _stock.Contains(whole) ? "available" : "unknown" };
    }

    private static JsonNode Data(WireRequest request) => JsonNode.Parse(request.Body)!["data"]!; // the module sends it

    private static StubReply Success(JsonNode data) => new(200, new JsonObject { ["status"] = "success", ["data"] = data }.ToJsonString());
}
