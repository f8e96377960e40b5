using System.Globalization;
using System.Text.Json;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What the carrier's error codes mean (carriers.md 5.3).</summary>
/// <remarks>Its codes and those of HTTP are two number spaces that overlap: its 404 is a group that cannot be ordered, its 500 a missing field. They never meet here.</remarks>
internal static class VoxboneErrors
{
    /// <summary>The page asked for is beyond the last one: the end of a list, not an error.</summary>
    public const int PageBeyondEnd = 13;

    /// <summary>The voice URI exists already.</summary>
    public const int VoiceUriExists = 326;

    /// <summary>The number is not ours, or not any more.</summary>
    public const int NotOurs = 414;

    /// <summary>Nobody knows what became of the cancellation.</summary>
    public const int CancelUnclear = 415;

    /// <summary>A number for tests, which cannot be cancelled.</summary>
    public const int TestNumber = 418;

    /// <summary>True for the two codes that say: not before the minimum term is over.</summary>
    public static bool IsTooEarly(int? code) => code is 420 or 421;

    /// <summary>True when linking an address said that nothing is left to do.</summary>
    public static bool IsLinked(int? code) => code is 511 or 514 or 520;

    /// <summary>True for a code by which the carrier says of a cart that nothing was ordered.</summary>
    public static bool IsOfOrdering(int? code) => code is >= 400 and <= 425;

    /// <summary>True when the code says that there is no such cart.</summary>
    public static bool IsCartGone(int? code) => code is 400 or 410;

    /// <summary>The carrier's own code in an error, else none.</summary>
    public static int? CodeOf(CarrierError error) => int.TryParse(error.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    /// <summary>Reads a reply that is an error by its status or by its body; none when it is no error.</summary>
    /// <param name="reply">The reply, read to its end.</param>
    /// <param name="environment">The environment asked: an empty body counts differently where the service is often down.</param>
    public static CarrierError? Find(CarrierReply reply, string environment)
    {
        if (HttpErrors.IsThrottle(reply.Status)) return HttpErrors.Of(reply); // its body is not defined
        JsonElement body;
        try
        {
            body = CarrierJson.Parse(reply);
        }
        catch (CarrierException fault)
        {
            return reply.IsSuccess ? fault.Error : HttpErrors.Of(reply);
        }

        if (body.ValueKind != JsonValueKind.Object)
            return reply.IsSuccess ? new CarrierError(CarrierErrorKind.BadReply, "The reply is no object.") : HttpErrors.Of(reply);

        var (code, text) = Words(body);
        if (code is { } known && KindOf(known, environment) is { } kind)
            return new CarrierError(kind, Cut(text), known.ToString(CultureInfo.InvariantCulture));

        var codeText = code?.ToString(CultureInfo.InvariantCulture) ?? body.Members("errors").Select(item => item.Text("code")).FirstOrDefault(item => item is not null);
        if (!reply.IsSuccess) return HttpErrors.Of(reply, text, codeText);

        // QUIRK: an error may come with HTTP 200, and Kazoo takes it for success.
        if (body.Text("status") == "ERROR") return new CarrierError(CarrierErrorKind.InvalidRequest, Cut(text ?? "The carrier answered ERROR."), codeText);
        return body.Members("errors").Any() ? new CarrierError(CarrierErrorKind.CarrierFault, Cut(text), codeText) : null;
    }

    /// <summary>The kind of one of the carrier's codes; none for a code that is not in its table.</summary>
    public static CarrierErrorKind? KindOf(int code, string environment) => code switch
    {
        26 when environment == "sandbox" => CarrierErrorKind.CarrierFault,
        15 => CarrierErrorKind.NotFound,
        10 or 11 or 12 or 13 or 14 or (>= 16 and <= 26) => CarrierErrorKind.InvalidRequest,
        >= 300 and <= 362 => CarrierErrorKind.InvalidConfig,
        400 or 410 => CarrierErrorKind.NotFound,
        403 or 404 => CarrierErrorKind.NumberUnavailable,
        401 or 402 or (>= 405 and <= 407) or (>= 411 and <= 413) or 416 or 417 or (>= 422 and <= 425) => CarrierErrorKind.InvalidRequest,
        408 or 409 => CarrierErrorKind.InvalidRequest,
        NotOurs => CarrierErrorKind.NotOwned,
        CancelUnclear => CarrierErrorKind.OutcomeUnknown,
        TestNumber => CarrierErrorKind.NotSupported,
        419 => CarrierErrorKind.Quantity,
        420 or 421 => CarrierErrorKind.InvalidRequest,
        >= 500 and <= 525 => CarrierErrorKind.InvalidRequest,
        _ => null,
    };

    /// <summary>An error that stopped a purchase: what concerns addresses means that one is needed first.</summary>
    public static CarrierError ForPurchase(CarrierError error) =>
        CodeOf(error) is >= 500 and <= 525 ? error with { Kind = CarrierErrorKind.RegulationRequired } : error;

    private static (int? Code, string? Text) Words(JsonElement body)
    {
        int? code = null;
        var words = new List<string>();
        foreach (var item in body.Members("errors"))
        {
            if (item.ValueKind != JsonValueKind.Object) continue;
            if (code is null && int.TryParse(item.Text("apiErrorCode"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) code = number;
            if ((item.Text("apiErrorMessage") ?? item.Text("description") ?? item.Text("type")) is { } word) words.Add(word);
        }

        return (code, words.Count > 0 ? string.Join(" ", words) : body.Text("genericErrorMessage"));
    }

    private static string? Cut(string? text) => text is { Length: > CarrierError.DetailMax } ? text[..CarrierError.DetailMax] : text;
}
