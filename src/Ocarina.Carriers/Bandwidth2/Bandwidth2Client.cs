using System.Net.Http.Headers;
using System.Text;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Groups of requests that the carrier counts apart (carriers.md 4.9). What is read about orders has its own, so that polling never delays a purchase.</summary>
internal static class LimitGroups
{
    internal const string Search = "search";
    internal const string Order = "order";
    internal const string OrderRead = "order_read";
    internal const string Disconnect = "disconnect";
    internal const string Account = "account";
}

/// <summary>Requests of one call of the module: addresses, credentials, groups.</summary>
/// <param name="http">The chassis.</param>
/// <param name="logins">Tokens of this process.</param>
/// <param name="context">Settings and deadline of the call.</param>
/// <param name="isAboutOrder">True for questions about open orders: an open circuit lets them through.</param>
internal sealed class Bandwidth2Client(CarrierHttp http, Bandwidth2Logins logins, CarrierContext context, bool isAboutOrder = false)
{
    private const string Xml = "application/xml";
    private const string Json = "application/json";
    private const double RatePerSecond = 1.5;

    private readonly Bandwidth2Settings _settings = new(context.Settings);
    private CarrierChannel? _channel;

    /// <summary>The settings of the call.</summary>
    internal Bandwidth2Settings Settings => _settings;

    /// <summary>The call's context.</summary>
    internal CarrierContext Context => context;

    private CarrierChannel Channel => _channel ??= http.Open(Bandwidth2Carrier.CarrierName, context,
        new ChannelOptions(_settings.BaseAddress) { LimitScope = $"bandwidth2 {_settings.AccountId}", RatePerSecond = RatePerSecond, DebugFile = "/tmp/bandwidth.log" });

    /// <summary>Reads something below the account.</summary>
    /// <param name="operation">For records.</param>
    /// <param name="path">Below <c>accounts/{id}</c>; segments made from data were checked.</param>
    /// <param name="group">Of <see cref="LimitGroups"/>.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="query">Parameters.</param>
    internal Task<CarrierReply> ReadAsync(string operation, string path, string group, CancellationToken ct, params IEnumerable<KeyValuePair<string, string?>> query) =>
        SendAsync(Call(HttpMethod.Get, operation, AccountPath(path), group, query) with { Accept = Xml }, isWrite: false, ct);

    /// <summary>The same for the answers of v2 that come as JSON.</summary>
    internal Task<CarrierReply> ReadJsonAsync(string operation, string path, string group, CancellationToken ct, params IEnumerable<KeyValuePair<string, string?>> query) =>
        SendAsync(Call(HttpMethod.Get, operation, AccountPath(path), group, query) with { Accept = Json }, isWrite: false, ct);

    /// <summary>Reads what the carrier knows of a number, in whatever account it is.</summary>
    /// <param name="number">In the form of the wire.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="below">A resource of the number, such as <c>/tnreservation</c>.</param>
    internal Task<CarrierReply> ReadNumberAsync(string number, CancellationToken ct, string below = "") =>
        SendAsync(Call(HttpMethod.Get, "tn_get", $"tns/{Segment(number)}{below}", LimitGroups.OrderRead) with { Accept = Xml }, isWrite: false, ct);

    /// <summary>Changes something: one request, never repeated by itself.</summary>
    internal Task<CarrierReply> WriteAsync(HttpMethod method, string operation, string path, byte[]? body, string group, CancellationToken ct) =>
        SendAsync(Call(method, operation, AccountPath(path), group) with { Accept = Xml, Body = body, ContentType = body is null ? null : Requests.ContentType }, isWrite: true, ct);

    /// <summary>Whether a number is in service in our account: the best check when a reply was lost.</summary>
    /// <exception cref="CarrierException">The carrier did not say: only its own <i>not found</i> counts as no, never that of something in between.</exception>
    internal async Task<bool> IsInServiceAsync(PhoneNumber number, CancellationToken ct)
    {
        var wire = WireNumbers.ToWire(number, _settings.IsV2) ?? throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, "The carrier has no form for this number"));
        var reply = await ReadAsync("inservice_get", $"inserviceNumbers/{Segment(wire)}", LimitGroups.OrderRead, ct);
        return InService.Of(reply, number);
    }

    /// <summary>A number as part of a path: the plus of E.164 is written as it is.</summary>
    internal static string Segment(string number) => number[0] == '+' ? "%2B" + CarrierAddress.Segment(number[1..]) : CarrierAddress.Segment(number);

    private string AccountPath(string path) => $"accounts/{CarrierAddress.Segment(_settings.AccountId)}/{path}";

    private CarrierCall Call(HttpMethod method, string operation, string path, string group, params IEnumerable<KeyValuePair<string, string?>> query) =>
        new(method, CarrierAddress.Of(_settings.BaseAddress, path, query), operation) { LimitGroup = group, BypassesCircuit = isAboutOrder };

    private async Task<CarrierReply> SendAsync(CarrierCall call, bool isWrite, CancellationToken ct)
    {
        if (!_settings.UsesTokens) return await OnceAsync(call, Basic(), isWrite, ct);

        var token = await logins.TokenAsync(http, context, _settings, ct);
        var reply = await OnceAsync(call with { MayHaveOldLogin = true }, new("Bearer", token), isWrite, ct);
        if (reply.Status != 401) return reply;

        // A refused token took nothing, so even an order may go out with a fresh one; a second refusal is final.
        logins.Forget(_settings, token);
        return await OnceAsync(call, new("Bearer", await logins.TokenAsync(http, context, _settings, ct)), isWrite, ct);
    }

    private Task<CarrierReply> OnceAsync(CarrierCall call, AuthenticationHeaderValue credentials, bool isWrite, CancellationToken ct)
    {
        var ready = call with { Headers = [.. call.Headers, new("Authorization", credentials.ToString())] };
        return isWrite ? Channel.WriteAsync(ready, ct) : Channel.ReadAsync(ready, ct);
    }

    private AuthenticationHeaderValue Basic() => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_settings.Username}:{_settings.Password}")));
}

/// <summary>Reads the answer of <c>inserviceNumbers/{tn}</c>.</summary>
internal static class InService
{
    /// <summary>True: in service in our account.</summary>
    /// <exception cref="CarrierException">The carrier did not say.</exception>
    internal static bool Of(CarrierReply reply, PhoneNumber number)
    {
        var errors = Faults.Read(reply);
        if (reply.Status == 404)
        {
            // A page in HTML comes from a proxy or a wrong address, and proves nothing about the number.
            if (Faults.IsEmpty(reply) || errors.Count > 0 || Faults.IsJson(reply) || (Faults.IsXml(reply) && IsCarriers(reply))) return false;
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "404 that is not the carrier's"));
        }

        if (!reply.IsSuccess || errors.Count > 0) throw new CarrierException(Faults.Of(reply, WireContext.Number, errors));
        if (Faults.IsEmpty(reply) || Faults.IsJson(reply)) return true;
        var root = CarrierXml.Parse(reply); // throws for what is no XML
        if (!IsCarriers(reply)) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, $"unexpected_root {root.Name.LocalName}"));
        if ((root.Text("TelephoneNumber") ?? root.Text("FullNumber")) is { } other && !WireNumbers.IsSame(other, number))
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The reply is about another number"));
        return true;
    }

    private static bool IsCarriers(CarrierReply reply)
    {
        try
        {
            return !CarrierXml.Parse(reply).Name.LocalName.Equals("html", StringComparison.OrdinalIgnoreCase);
        }
        catch (CarrierException)
        {
            return false;
        }
    }
}
