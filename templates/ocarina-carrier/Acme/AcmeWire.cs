using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Acme;

/// <summary>Requests and replies of the carrier, and what they mean. Replace it with what your carrier speaks.</summary>
internal static class AcmeWire
{
    private const int Exponent = 2;

    public static Uri Address(CarrierSettings settings) => Uri.TryCreate(settings.Text("api_url"), UriKind.Absolute, out var address)
        ? address
        : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, "api_url: This is no absolute http(s) address"));

    public static CarrierCall Search(CarrierSettings settings, string prefix, int most, int offset) =>
        Call(settings, HttpMethod.Get, "search", "available", null, new("prefix", prefix), new("limit", Text(most)), new("offset", Text(offset)));

    public static CarrierCall Order(CarrierSettings settings, CarrierOrder order, string name) => Call(settings, HttpMethod.Post, "order_create", "orders", new JsonObject
    {
        ["reference"] = order.Key.ToString(), ["name"] = name, ["number"] = order.Number.ToString(), ["type"] = settings.Text("order_type") ?? "standard",
    });

    // Questions about open orders pass an open circuit, one at a time: they must get through when nothing else does.
    public static CarrierCall FindOrder(CarrierSettings settings, OrderKey key) =>
        Call(settings, HttpMethod.Get, "order_list", "orders", null, new KeyValuePair<string, string?>("reference", key.ToString())) with { BypassesCircuit = true };

    public static CarrierCall Release(CarrierSettings settings, PhoneNumber number) => Call(settings, HttpMethod.Delete, "number_release", $"numbers/{Segment(number)}", null);

    public static CarrierCall Owned(CarrierSettings settings, PhoneNumber number) =>
        Call(settings, HttpMethod.Get, "number_read", $"numbers/{Segment(number)}", null) with { BypassesCircuit = true };

    public static CarrierCall Owned(CarrierSettings settings, string? cursor) =>
        Call(settings, HttpMethod.Get, "number_list", "numbers", null, new KeyValuePair<string, string?>("after", cursor));

    public static CarrierCall Account(CarrierSettings settings) => Call(settings, HttpMethod.Get, "account_read", "account", null);

    /// <summary>A reply that must hold a member.</summary>
    /// <exception cref="CarrierException">It is an error, or something else than was asked for.</exception>
    public static JsonElement Read(CarrierReply reply, string member)
    {
        if (!reply.IsSuccess) throw new CarrierException(Error(reply));
        var root = CarrierJson.Parse(reply);
        return root.Member(member) is not null ? root : throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, $"The reply has no {member}"));
    }

    /// <summary>What a reply to a write means that is no success: 4xx proves that nothing was done, anything else does not.</summary>
    public static CarrierOutcome Failure(CarrierReply reply) => HttpErrors.OfWrite(reply) is CarrierOutcome.Refused ? new CarrierOutcome.Refused(Error(reply)) : new CarrierOutcome.Unknown(Error(reply));

    /// <summary>The state of an order. A word that nobody knows is no failure.</summary>
    public static CarrierOutcome Outcome(JsonElement item, CarrierOrder order)
    {
        if (item.Text("reference") != order.Key.ToString()) return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The reply is about another order"));
        var id = item.Text("id");
        return item.Text("status") switch
        {
            "completed" => new CarrierOutcome.Done(Data(order, id)) { CarrierOrderId = id },
            "failed" => new CarrierOutcome.Refused(new CarrierError(KindOf(item.Text("code")) ?? CarrierErrorKind.InvalidRequest, item.Text("message"), item.Text("code"))),
            var status => new CarrierOutcome.Pending(id, status),
        };
    }

    public static CarrierHit Hit(PhoneNumber number, JsonElement item, string country)
    {
        var monthly = item.Minor("monthly", Exponent);
        var price = monthly is { } known && item.Text("currency") is { } currency ? new CarrierPrice(currency, item.Minor("setup", Exponent) ?? 0, known, Exponent) : null;
        return new CarrierHit(number)
        {
            Country = country,
            NumberType = CarrierNumbers.IsTollfree(CarrierNumbers.TenDigits(number)) ? "tollfree" : "geographic",
            Locality = item.Text("city"),
            Price = price,
            CarrierData = DocumentText.From(new JsonObject { ["city"] = item.Text("city") }),
        };
    }

    private static DocumentText Data(CarrierOrder order, string? id)
    {
        var data = order.CarrierData.ToObject();
        data["order_id"] = id;
        data["reference"] = order.Key.ToString();
        return DocumentText.From(data);
    }

    private static CarrierError Error(CarrierReply reply)
    {
        try
        {
            if (CarrierJson.Parse(reply).Member("error") is not { } error) return HttpErrors.Of(reply);
            var known = HttpErrors.Of(reply, error.Text("message"), error.Text("code"));
            return KindOf(error.Text("code")) is { } kind ? known with { Kind = kind } : known;
        }
        catch (CarrierException)
        {
            return HttpErrors.Of(reply); // no JSON: the status says enough
        }
    }

    private static CarrierErrorKind? KindOf(string? code) => code switch
    {
        "taken" => CarrierErrorKind.NumberUnavailable,
        "no_credit" => CarrierErrorKind.InsufficientFunds,
        "too_many" => CarrierErrorKind.RateLimited,
        _ => null,
    };

    private static string Segment(PhoneNumber number) => CarrierAddress.Segment(number.ToString().TrimStart('+'));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static CarrierCall Call(CarrierSettings settings, HttpMethod method, string operation, string path, JsonObject? body, params IEnumerable<KeyValuePair<string, string?>> query) =>
        new(method, CarrierAddress.Of(Address(settings), path, query), operation)
        {
            Body = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body),
            ContentType = body is null ? null : "application/json",
            Accept = "application/json",
            Headers = [new("Authorization", "Bearer " + settings.Secret("api_token"))],
            Expects = method == HttpMethod.Get ? ReplyForm.Json : ReplyForm.Any,
        };
}
