using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Stock;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth;

/// <summary>Bandwidth v1: one address, every call a POST, the root element says what is wanted and the key travels in the body.</summary>
internal sealed class BandwidthCarrier(SandboxWorld world, BandwidthStore store) : ISandboxCarrier
{
    private const long PendingDefaultMs = 1000;
    private const string ProcessingType = "X-BWC-IN-Control-Processing-Type";

    private readonly BandwidthEnvelope _envelope = new(world);

    /// <inheritdoc/>
    public string Name => BandwidthStore.CarrierName;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes) => routes.MapOperation("POST", "/bw1/numbers.api", Recognise, Answer);

    /// <inheritdoc/>
    public void Reset() => store.Reset();

    /// <inheritdoc/>
    public void Replay(Fact fact) => store.Replay(fact);

    /// <inheritdoc/>
    public bool SetStock(string number, string status) => store.SetStock(number, status == "taken");

    /// <inheritdoc/>
    public string? SomethingForSale(DrawStream chance) => store.SomethingForSale(chance);

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call)
    {
        if (call.Parsed is not BandwidthRequest request) return [];
        return request.Operation switch
        {
            "order_create" => [.. request.Ids.Select(id => store.FindId(id)?.Number.E164).OfType<string>()],
            "number_read" when request["getType"] == "10digit" => ["+1" + request["getValue"]],
            "number_read" => store.FindId(request["getValue"]) is { } found ? [found.Number.E164] : [],
            _ => [],
        };
    }

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text)
    {
        if (code is null && status != 200) return status is 404 or 405 ? SandboxReply.Plain(status, "text/html", "<html><body>Not found</body></html>") : SandboxReply.Empty(status);
        return _envelope.Failure(call, (call.Parsed as BandwidthRequest)?.ReplyRoot ?? "errorResponse", text, code) with { Status = status };
    }

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => null; // no limit was ever published

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body)
    {
        if (action != "disconnect") return null;
        var number = (string?)body["number"] ?? throw new ArgumentException("'number' is missing.");
        return store.Release(number)
            ? new JsonObject { ["released"] = number }
            : throw new ArgumentException($"The customer does not have {number}.");
    }

    private Operation Recognise(SandboxCall call)
    {
        var request = BandwidthRequest.Read(call.Body);
        call.Parsed = request;
        return new Operation(Name, request.Operation, IsWrite: request.Operation == "order_create" && call.Header(ProcessingType) != "validate");
    }

    private SandboxReply Answer(SandboxCall call)
    {
        var request = (BandwidthRequest)call.Parsed!; // left there by Recognise
        if (call.MediaType != "text/xml") return SandboxReply.Plain(415, "text/plain", "The media type must be text/xml.");
        if (call.UnknownQuery() is { } query) return _envelope.Failure(call, request.ReplyRoot, $"The query parameter {query} is not expected.");
        if (call.Header(ProcessingType) is not (null or "process" or "validate"))
            return _envelope.Failure(call, request.ReplyRoot, $"The header {ProcessingType} must be process or validate.");
        if (request.Root is not null && request.DeveloperKey is { } key && key != world.Credentials.DeveloperKey)
        {
            return call.Behaviour("auth_401") is null
                ? _envelope.Failure(call, request.ReplyRoot, "The developer key is not valid.")
                : SandboxReply.Empty(401);
        }

        if (request.Problem is { } problem) return _envelope.Failure(call, request.ReplyRoot, problem);

        return request.Operation switch
        {
            "search_area_code" => Found(call, request, request["areaCode"]),
            "search_npa_nxx" => Found(call, request, request["npaNxx"]),
            "search_rate_center" => Found(call, request, store.Search(
                number => number.Center is { } center && center.State == request["state"] && center.Name == request["rateCenter"], request.Quantity)),
            "number_read" => NumberRead(call, request),
            "order_read" => OrderRead(call, request),
            "order_list" => OrderList(call, request),
            "order_create" => OrderCreate(call, request),
            _ => _envelope.Failure(call, request.ReplyRoot, "Toll-free numbers cannot be searched through this interface."),
        };
    }

    private SandboxReply Found(SandboxCall call, BandwidthRequest request, string digits) =>
        NanpStock.TollfreeCodes.Contains(digits[..3]) ? Found(call, request, []) // those are sold through the other service only
        : call.Behaviour("filter_ignored") is null ? Found(call, request, store.Search(digits, request.Quantity))
        : Found(call, request, store.Search(number => !number.IsTollfree && number.Npa != digits[..3], request.Quantity));

    private SandboxReply Found(SandboxCall call, BandwidthRequest request, IReadOnlyList<BandwidthNumber> numbers) => _envelope.Success(
        call,
        request.ReplyRoot,
        "Successfully executed specified number search.",
        request.Warnings,
        new XElement(BandwidthEnvelope.Space + "quantity", numbers.Count),
        new XElement(BandwidthEnvelope.Space + "telephoneNumbers", numbers.Select(BandwidthEnvelope.Number)));

    private SandboxReply NumberRead(SandboxCall call, BandwidthRequest request)
    {
        var value = request["getValue"];
        var found = request["getType"] == "10digit" ? store.FindNumber(value) : store.FindId(value);
        return found is null
            ? _envelope.Failure(call, request.ReplyRoot, $"The telephone number {value} was not found.")
            : _envelope.Success(call, request.ReplyRoot, "Success", request.Warnings, BandwidthEnvelope.Number(found));
    }

    private SandboxReply OrderRead(SandboxCall call, BandwidthRequest request) => store.FindOrder(request["getValue"]) is { } order
        ? _envelope.Success(call, request.ReplyRoot, "Success", request.Warnings, Order(order))
        : _envelope.Failure(call, request.ReplyRoot, $"The order {request["getValue"]} was not found.");

    private SandboxReply OrderList(SandboxCall call, BandwidthRequest request)
    {
        var (from, before) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        if (BandwidthRequest.TryDate(request["startDate"], out var start)) from = start;
        if (BandwidthRequest.TryDate(request["endDate"], out var end))
            before = end.AddSeconds(1) is var next && request["endDate"].Length == "yyyy-MM-dd".Length ? end.AddDays(1) : next; // both ends belong to it
        return _envelope.Success(call, request.ReplyRoot, "Success", request.Warnings, store.Orders(from, before).Select(Order));
    }

    private SandboxReply OrderCreate(SandboxCall call, BandwidthRequest request)
    {
        var onlyCheck = call.Header(ProcessingType) == "validate";
        var slow = onlyCheck ? null : call.Behaviour("order_slow");
        var lag = onlyCheck ? null : call.Behaviour("order_lag");
        var fails = onlyCheck ? null : call.Behaviour("order_failed");
        var wanted = new BandwidthOrder(0, default, request["orderName"], request["extRefID"], request["subscriber"], [])
        {
            PendingMs = slow?.DelayMs ?? fails?.DelayMs ?? PendingDefaultMs,
            LagMs = Math.Max(0, lag?.DelayMs ?? 0),
            Fails = fails is not null,
        };

        var outcome = store.Sell(wanted, request.Ids, tollfreeOnly: request.Name == "tollfreeNumberOrder", onlyCheck);
        if (outcome.Refusal is { } refusal) return _envelope.Failure(call, request.ReplyRoot, refusal);
        if (outcome.Order is not { } order || call.Behaviour("no_completed_numbers") is not null)
            return _envelope.Success(call, request.ReplyRoot, "Success", request.Warnings);
        return _envelope.Success(call, request.ReplyRoot, "Success", request.Warnings, Order(order));
    }

    private XElement Order(BandwidthOrder order) => BandwidthEnvelope.Order(order, order.Numbers.Select(store.FindNumber).OfType<BandwidthNumber>()
        .Select(number => BandwidthEnvelope.Number(number, order.Fails ? order.NumberStatus(world.Now) : number.Status)));
}
