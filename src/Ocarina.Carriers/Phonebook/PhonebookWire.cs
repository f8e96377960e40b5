using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Phonebook;

/// <summary>Requests and replies of a phonebook (carriers.md 6.0): JSON, with <c>status</c> and <c>data</c> around every answer.</summary>
internal sealed class PhonebookWire(CarrierSettings settings)
{
    private const string CountryDefault = "US";

    /// <summary>Where it is.</summary>
    public Uri Address => Uri.TryCreate(settings.Text("phonebook_url"), UriKind.Absolute, out var address)
        ? address
        : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, "phonebook_url: This is no absolute http(s) address"));

    public CarrierCall Search(string country, string prefix, int limit, int offset) => Call(
        HttpMethod.Get, "search", $"numbers/{Country(country)}/search", null,
        new("prefix", prefix), new("limit", Text(limit)), new("offset", Text(offset)));

    public CarrierCall Blocks(string country, string prefix, int size, int limit, int offset) => Call(
        HttpMethod.Get, "search_blocks", $"blocks/{Country(country)}/search", null,
        new("prefix", prefix), new("size", Text(size)), new("offset", Text(offset)), new("limit", Text(limit)));

    /// <param name="country">Of the numbers.</param>
    /// <param name="numbers">Ten digits under +1, the whole number elsewhere.</param>
    public CarrierCall Status(string? country, IEnumerable<string> numbers) => Call(
        HttpMethod.Post, "check", $"numbers/{Country(country)}/status", new JsonObject { ["data"] = List(numbers) });

    public CarrierCall Order(string? country, PhoneNumber number) => Call(
        HttpMethod.Put, "order_create", $"numbers/{Country(country)}/order",
        new JsonObject { ["data"] = new JsonObject { ["numbers"] = List([number.ToString()]), ["gateways"] = List(settings.Texts("endpoints")) } });

    /// <summary>What stands in an answer.</summary>
    /// <exception cref="CarrierException">It is no success.</exception>
    public static JsonElement Data(CarrierReply reply)
    {
        if (!reply.IsSuccess) throw new CarrierException(HttpErrors.Of(reply, MessageOf(reply)));
        var root = CarrierJson.Parse(reply);
        if (root.Text("status") is not { } status) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The answer has no status"));
        if (!IsSuccess(status)) throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, root.Text("message") ?? status));
        return root.Member("data") ?? throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The answer has no data"));
    }

    public static bool IsSuccess(string? status) => string.Equals(status, "success", StringComparison.OrdinalIgnoreCase);

    /// <summary>The form that the status is asked in.</summary>
    public static string Plain(PhoneNumber number) => CarrierNumbers.TenDigits(number) ?? number.ToString();

    /// <summary>A number however the phonebook writes it.</summary>
    public static PhoneNumber? Number(string? text, CarrierContext context) =>
        text is null ? null : CarrierNumbers.FromE164(text, context) ?? CarrierNumbers.FromTenDigits(text, context);

    /// <summary>The country that goes into the address; letters only, so it leads nowhere else.</summary>
    public string Country(string? country) =>
        (country is { Length: 2 } && country.All(char.IsAsciiLetter) ? country : settings.Text("default_country") is { Length: 2 } set ? set : CountryDefault).ToUpperInvariant();

    private CarrierCall Call(HttpMethod method, string operation, string path, JsonObject? body, params IEnumerable<KeyValuePair<string, string?>> query) =>
        new(method, CarrierAddress.Of(Address, path, query), operation)
        {
            Body = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body),
            ContentType = body is null ? null : "application/json",
            Accept = "application/json",
            Headers = settings.Secret("api_token") is { } token ? [new("Authorization", $"Bearer {token}")] : [],
            Expects = ReplyForm.Json,
        };

    private static string? MessageOf(CarrierReply reply)
    {
        try
        {
            return CarrierJson.Parse(reply).Text("message");
        }
        catch (CarrierException)
        {
            return null;
        }
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
