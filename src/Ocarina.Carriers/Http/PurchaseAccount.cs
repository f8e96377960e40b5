using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>A number stays in the account it was bought under, whatever the configuration names since.</summary>
/// <remarks>Another account of the carrier says "not yours" of it, which is what it says of a number that was given back, and the number would be billed for ever.</remarks>
internal static class PurchaseAccount
{
    /// <summary>Tells one name or key from another without showing it: 16 hexadecimal digits.</summary>
    public static string Mark(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>A text that a purchase left with the number; none for numbers that came otherwise.</summary>
    public static string? Of(DocumentText carrierData, string member) =>
        carrierData.ToObject()[member] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    /// <summary>Why a number cannot be given back with these settings, before anything is sent. None where it can, or where one of the two is not known.</summary>
    /// <param name="what">What they are, such as <c>account</c>.</param>
    /// <param name="bought">Under which the number was bought.</param>
    /// <param name="configured">Which the configuration has.</param>
    public static CarrierOutcome.Refused? Elsewhere(string what, string? bought, string? configured) =>
        bought is null || configured is null || bought == configured ? null : Refused($"bought under {what} {bought}, configuration has {configured}");

    /// <summary>Refuses for good: by itself it will not be otherwise, so a person is told at once.</summary>
    /// <param name="why">For him.</param>
    public static CarrierOutcome.Refused Refused(string why) =>
        new(new CarrierError(CarrierErrorKind.InvalidRequest, $"{why}: nothing was released. Release it there, or restore the former configuration and retry"));
}
