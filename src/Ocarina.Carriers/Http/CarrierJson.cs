using System.Globalization;
using System.Text.Json;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Reads JSON of carriers (carriers.md 1.5): UTF-8, no member twice, at most 64 deep; null and absent mean the same.</summary>
public static class CarrierJson
{
    private const int DepthMax = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>The body of a reply.</summary>
    /// <exception cref="CarrierException">It is no JSON (<see cref="CarrierErrorKind.BadReply"/>).</exception>
    public static JsonElement Parse(CarrierReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Parsed is JsonElement known) return known;
        try
        {
            var body = reply.Body.AsMemory();
            if (body.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) body = body[3..];
            var root = JsonDocument.Parse(body, Strict).RootElement; // not disposed: it lives as long as the element does
            reply.Parsed = root;
            reply.OnRead?.Invoke(true);
            return root;
        }
        catch (JsonException broken)
        {
            reply.OnRead?.Invoke(false);
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, reply.Body.Length == 0 ? "json_empty" : "json_malformed"), broken);
        }
    }

    /// <summary>A member; none when it is absent or null, or this is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A text or number as trimmed text; none when empty.</summary>
    public static string? Text(this JsonElement element, string name) => element.Member(name) is { } member ? AsText(member) : null;

    /// <summary>The items of a list; none when there is no list.</summary>
    public static IEnumerable<JsonElement> Members(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A whole number, or a text of digits.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "It is read beside Text, Flag and Minor, which are named after what they read, too.")]
    public static long? Long(this JsonElement element, string name) =>
        long.TryParse(element.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An amount in minor units, read exactly; none when it is none or has more decimal places.</summary>
    public static long? Minor(this JsonElement element, string name, int exponent) => CarrierMoney.Minor(element.Text(name), exponent);

    /// <summary>True or false, as itself or as text.</summary>
    public static bool? Flag(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } text => bool.TryParse(text.GetString(), out var flag) ? flag : null,
        _ => null,
    };

    /// <summary>A text or number as trimmed text; none when empty or something else.</summary>
    public static string? AsText(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()?.Trim() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };
}
