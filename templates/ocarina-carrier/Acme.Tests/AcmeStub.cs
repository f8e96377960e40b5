using System.Globalization;
using System.Text.Json.Nodes;
using System.Web;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Acme.Tests;

/// <summary>Stands in for the carrier: answers as the carrier does, and counts what it sold. The kit takes care of everything that goes wrong on the way.</summary>
public sealed class AcmeStub : ICarrierStub
{
    private const string Token = "a-token-that-opens-the-door";

    private readonly Lock _lock = new();
    private readonly List<string> _stock = [.. Enumerable.Range(0, 50).Select(at => string.Create(CultureInfo.InvariantCulture, $"+1303222{at * 17:0000}"))];
    private readonly List<string> _owned = [];
    private readonly List<JsonObject> _orders = [];
    private readonly HashSet<StubSituation> _situations = [];
    private StubServer? _server;
    private long _sold;

    /// <inheritdoc/>
    public Uri Address => Server.Address;

    /// <inheritdoc/>
    public CarrierSamples Samples { get; } = new()
    {
        Stock = new CarrierSearch("+1303", 10, 0, "US"),
        Nothing = new CarrierSearch("+1907", 10, 0, "US"),
        Unsupported = new CarrierSearch("+322", 10, 0, "BE"),
        Foreign = PhoneNumber.Parse("+13039990000"),
        Surprise = ("application/json", """{"weather":{"today":"fine","tomorrow":["rain",1]}}"""),
        RequiredKeys = ["api_url", "api_token"],
        InvalidSettings = [("order_type", "slow"), ("enable_provisioning", "perhaps"), ("max_search_quantity", 0), ("rate_limit_per_s", 0)],
        Searches = [new(new CarrierSearch("+1303", 5, 0, "US"), @"^GET /available\?prefix=(\+|%2B)1303&limit=5&offset=0\n")],
        Errors =
        [
            new(WireAct.Order, 409, """{"error":{"code":"taken","message":"Somebody has it"}}""", CarrierErrorKind.NumberUnavailable, "taken"),
            new(WireAct.Order, 400, """{"error":{"code":"no_credit","message":"Pay first"}}""", CarrierErrorKind.InsufficientFunds, "no_credit"),
            new(WireAct.Order, 400, """{"error":{"code":"strange","message":"Who knows"}}""", CarrierErrorKind.InvalidRequest, "strange"),
        ],
        States =
        [
            State("completed", ExpectedOutcome.Done), State("processing", ExpectedOutcome.Open), State("failed", ExpectedOutcome.Refused), State("sideways", ExpectedOutcome.NotRefused),
        ],
        WrongCredentials = [("api_token", "a-token-that-opens-nothing")],
    };

    private StubServer Server => _server ?? throw new InvalidOperationException("It is not started.");

    /// <summary>Starts one, with fifty numbers.</summary>
    public static async Task<AcmeStub> StartAsync(CancellationToken ct)
    {
        var stub = new AcmeStub();
        stub._server = await StubServer.StartAsync(stub.Answer, ct);
        return stub;
    }

    /// <inheritdoc/>
    public JsonObject SettingsFor(Uri address) => new() { ["api_url"] = address.ToString(), ["api_token"] = Token };

    /// <inheritdoc/>
    public WireAct ActOf(WireRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/available") => WireAct.Search,
        ("POST", "/orders") => WireAct.Order,
        ("DELETE", _) => WireAct.Release,
        _ => WireAct.Read,
    };

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<string>> OwnedAsync(CancellationToken ct)
    {
        lock (_lock) return Task.FromResult<IReadOnlyCollection<string>>([.. _owned]);
    }

    /// <inheritdoc/>
    public Task<long> SpentAsync(CancellationToken ct)
    {
        lock (_lock) return Task.FromResult(_sold);
    }

    /// <inheritdoc/>
    public Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct)
    {
        if (situation is not (StubSituation.OrdersAreSlow or StubSituation.TakenByOthers or StubSituation.FiltersIgnored)) return Task.FromResult(false);
        lock (_lock) _situations.Add(situation);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private StubReply Answer(WireRequest request)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != "Bearer " + Token) return Refusal(401, "unauthorized");
        var query = HttpUtility.ParseQueryString(new Uri(Address, request.Target).Query);
        lock (_lock)
        {
            return (request.Method, request.Path.Split('/')[1..]) switch
            {
                ("GET", ["available"]) => Available(query["prefix"] ?? "", Whole(query["limit"]), Whole(query["offset"])),
                ("GET", ["account"]) => Say(200, new JsonObject { ["account"] = "stub" }),
                ("POST", ["orders"]) => Order(JsonNode.Parse(request.Body)!.AsObject()),
                ("GET", ["orders"]) => Orders(query["reference"]),
                ("GET", ["numbers"]) => Say(200, new JsonObject { ["numbers"] = new JsonArray([.. _owned.Select(number => new JsonObject { ["number"] = number })]) }),
                ("GET", ["numbers", var digits]) => _owned.Contains("+" + digits) ? Say(200, new JsonObject { ["number"] = "+" + digits }) : Refusal(404, "unknown"),
                ("DELETE", ["numbers", var digits]) => _owned.Remove("+" + digits) ? new StubReply(204) : Refusal(404, "unknown"),
                _ => Refusal(404, "unknown"),
            };
        }
    }

    private StubReply Available(string prefix, int limit, int offset) => Say(200, new JsonObject
    {
        ["numbers"] = new JsonArray([.. _stock.Except(_owned).Where(number => number.StartsWith(prefix, StringComparison.Ordinal)).Skip(offset).Take(limit)
            .Select(number => new JsonObject { ["number"] = number, ["city"] = "Denver", ["monthly"] = "1.50", ["currency"] = "USD" })]),
    });

    private StubReply Order(JsonObject wish)
    {
        var number = (string)wish["number"]!;
        if (_situations.Contains(StubSituation.TakenByOthers)) _stock.Remove(number);
        if (!_stock.Contains(number) || _owned.Contains(number)) return Refusal(409, "taken");
        _owned.Add(number);
        _sold++;
        var order = new JsonObject
        {
            ["id"] = $"o-{_sold}", ["reference"] = (string)wish["reference"]!, ["number"] = number, ["status"] = _situations.Contains(StubSituation.OrdersAreSlow) ? "processing" : "completed",
        };
        _orders.Add(order);
        return Say(201, order);
    }

    private StubReply Orders(string? reference)
    {
        var found = _orders.Where(order => _situations.Contains(StubSituation.FiltersIgnored) || (string?)order["reference"] == reference).Select(order => order.DeepClone()).ToList();
        foreach (var order in _orders) order["status"] = "completed"; // by the next time somebody asks
        return Say(200, new JsonObject { ["orders"] = new JsonArray([.. found]) });
    }

    private static StubReply Refusal(int status, string code) => Say(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = code } });

    private static StubReply Say(int status, JsonObject body) => new(status, body.ToJsonString());

    private static int Whole(string? text) => int.Parse(text ?? "0", CultureInfo.InvariantCulture);

    private static StateCase State(string word, ExpectedOutcome expected) =>
        new(word, text => text.Replace("\"status\":\"completed\"", $"\"status\":\"{word}\"", StringComparison.Ordinal), expected);
}
