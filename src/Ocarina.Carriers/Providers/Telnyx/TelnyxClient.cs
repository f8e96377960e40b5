using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Providers.Telnyx;

/// <summary>Talks to Telnyx's first interface, the one that Kazoo speaks, for one call of a module (carriers.md 6.1).</summary>
/// <remarks>Every change but a new address says what shall be, and can be said again. An address that nobody is bound to has no effect.</remarks>
internal sealed class TelnyxClient(CarrierHttp http, CarrierName name, CarrierContext context)
{
    internal const string Url = "base_url";
    internal const string User = "user";
    internal const string Token = "token";

    private static readonly CarrierName Carrier = CarrierName.Parse("telnyx");

    private CarrierChannel? _channel;

    private CarrierChannel Channel => _channel ??= http.Open(Carrier, context, new ChannelOptions(Address()) { DebugFile = "/tmp/telnyx.log", Circuit = name.ToString() });

    /// <summary>The first key without which nobody can be asked.</summary>
    public static string? MissingKey(CarrierSettings settings) => Array.Find([Url, User, Token], key => !settings.IsSet(key));

    /// <summary>Changes settings of a number.</summary>
    /// <returns>The refusal; none when it is done.</returns>
    public async Task<CarrierOutcome?> ChangeAsync(PhoneNumber number, JsonObject settings, CancellationToken ct) =>
        (await WriteAsync(HttpMethod.Put, $"numbers/{Segment(number)}", "number_update", settings, ct)).Refusal;

    /// <summary>Binds an address to a number, or none.</summary>
    public async Task<CarrierOutcome?> BindAsync(PhoneNumber number, string? addressId, CancellationToken ct) =>
        (await WriteAsync(HttpMethod.Put, $"numbers/{Segment(number)}/e911_settings", "e911_settings",
            new JsonObject { ["e911_enabled"] = addressId is not null, ["e911_address_id"] = addressId }, ct)).Refusal;

    /// <summary>Makes an address.</summary>
    /// <returns>Its id, or the refusal.</returns>
    public async Task<(string? Id, CarrierOutcome? Refusal)> AddAddressAsync(JsonObject address, CancellationToken ct)
    {
        var (reply, refusal) = await WriteAsync(HttpMethod.Post, "e911_addresses", "e911_address_create", address, ct);
        if (refusal is not null) return (null, refusal);
        if (reply.Text("status") is { } status && status != "success") return (null, Refused(reply));
        return reply.Text("id") is { } id ? (id, null) : throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The carrier made an address without an id"));
    }

    /// <summary>Takes an address away that no number is bound to. One that is not there is taken away.</summary>
    public async Task RemoveAddressAsync(string id, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(new CarrierCall(HttpMethod.Delete, new Uri($"e911_addresses/{CarrierAddress.Segment(id)}", UriKind.Relative), "e911_address_delete")), ct);
        if (!reply.IsSuccess && reply.Status != 404) throw new CarrierException(HttpErrors.Of(reply));
    }

    private Uri Address() => Uri.TryCreate(context.Settings.Text(Url), UriKind.Absolute, out var address)
        ? address
        : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, $"{Url}: This is no absolute http(s) address"));

    private async Task<(JsonElement Reply, CarrierOutcome? Refusal)> WriteAsync(HttpMethod method, string path, string operation, JsonObject body, CancellationToken ct)
    {
        var reply = await Channel.WriteAsync(Signed(new CarrierCall(method, new Uri(path, UriKind.Relative), operation)
        {
            Body = Encoding.UTF8.GetBytes(body.ToJsonString()), ContentType = "application/json",
        }), ct);
        if (!reply.IsSuccess) return (default, HttpErrors.OfWrite(reply, MessageOf(reply)));
        var json = CarrierJson.Parse(reply);
        // This carrier has two ways of saying no: a status of HTTP, and a word in a reply that went well.
        return json.Flag("success") == false ? (json, Refused(json)) : (json, null);
    }

    private CarrierCall Signed(CarrierCall call) => call with
    {
        Accept = "application/json",
        Headers = [new("x-api-user", context.Settings.Text(User) ?? ""), new("x-api-token", context.Settings.Secret(Token) ?? "")],
    };

    private static CarrierOutcome.Refused Refused(JsonElement reply) => new(new CarrierError(CarrierErrorKind.InvalidRequest, reply.Text("message") ?? "The carrier refused it"));

    private static string? MessageOf(CarrierReply reply)
    {
        try
        {
            return CarrierJson.Parse(reply).Text("message");
        }
        catch (CarrierException)
        {
            return null; // the status says it
        }
    }

    // The plus of E.164 is written as it is.
    private static string Segment(PhoneNumber number) => "%2B" + CarrierAddress.Segment(number.ToString().TrimStart('+'));
}
