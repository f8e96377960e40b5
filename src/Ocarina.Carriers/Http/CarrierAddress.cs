using System.Text;
using System.Text.RegularExpressions;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Makes addresses from parts: everything is percent-encoded exactly once (carriers.md 1.3).</summary>
public static partial class CarrierAddress
{
    /// <summary>An address below a base. The base's path is kept, with or without a slash at its end.</summary>
    /// <param name="baseAddress">Absolute.</param>
    /// <param name="path">Path below it; its segments from data went through <see cref="Segment"/>.</param>
    /// <param name="query">Parameters in order; those without a value are left out.</param>
    public static Uri Of(Uri baseAddress, string path, params IEnumerable<KeyValuePair<string, string?>> query)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        ArgumentNullException.ThrowIfNull(path);
        var text = new StringBuilder(baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        if (path.Length > 0) text.Append('/').Append(path.TrimStart('/'));
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is null) continue;
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return new Uri(text.ToString(), UriKind.Absolute);
    }

    /// <summary>A path segment made from data: ids of carriers and digits, nothing that could lead elsewhere.</summary>
    /// <exception cref="CarrierException">It is none (<see cref="CarrierErrorKind.BadReply"/>).</exception>
    public static string Segment(string? text) =>
        text is not null && SegmentForm().IsMatch(text) && text is not ("." or "..")
            ? text
            : throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "A part of an address has a form that no id has"));

    /// <summary>The whole address of a call.</summary>
    internal static Uri Resolve(Uri baseAddress, Uri address)
    {
        if (address.IsAbsoluteUri) return address;
        var text = address.OriginalString;
        return text.Length == 0 ? baseAddress : new Uri($"{baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{text.TrimStart('/')}", UriKind.Absolute);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex SegmentForm();
}
