using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>What is around every reply of Bandwidth v1, good or bad (carriers.md 2.4). Logical errors come with HTTP 200 too.</summary>
/// <param name="Root">The reply without namespaces.</param>
/// <param name="Error">Why it is no success; none when it is one.</param>
internal sealed record BandwidthEnvelope(XElement Root, CarrierError? Error)
{
    /// <summary>Sentences beside a success.</summary>
    public IEnumerable<string> Warnings => Root.Child("warnings").Children("warning").Select(warning => warning.Words("message")).OfType<string>();

    /// <summary>Reads a reply.</summary>
    /// <param name="reply">As it came.</param>
    /// <param name="root">The root element that was asked for; an error may have another.</param>
    /// <exception cref="CarrierException">It is no envelope, or another request's; the HTTP status says what it means.</exception>
    public static BandwidthEnvelope Read(CarrierReply reply, string root)
    {
        if (!reply.IsSuccess) throw new CarrierException(HttpErrors.Of(reply, TextOf(reply)));
        var document = CarrierXml.Parse(reply);
        var status = document.Text("status");
        var isSuccess = string.Equals(status, "success", StringComparison.OrdinalIgnoreCase);
        if (status is null || (isSuccess && document.Name.LocalName != root))
        {
            reply.OnRead?.Invoke(false);
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, $"The reply is {document.Name.LocalName}, not {root}"));
        }

        return new BandwidthEnvelope(document, isSuccess ? null : ErrorOf(document));
    }

    /// <summary>The first error's sentence decides; the others are kept behind it.</summary>
    private static CarrierError ErrorOf(XElement document)
    {
        var errors = document.Child("errors").Children("error").ToList();
        var texts = errors.Select(error => error.Words("message")).OfType<string>().ToList();
        var text = texts.Count > 0 ? string.Join("; ", texts) : document.Words("message") ?? "The carrier says no, and not why";
        return new CarrierError(KindOf(texts.FirstOrDefault() ?? text), text, errors.FirstOrDefault().Text("code"));
    }

    private static CarrierErrorKind KindOf(string text) =>
        Has(text, "developer key") || Has(text, "developerKey") ? CarrierErrorKind.Unauthenticated
        : Has(text, "not available") || Has(text, "unavailable") || Has(text, "already") || Has(text, "no longer") ? CarrierErrorKind.NumberUnavailable
        : Has(text, "not found") || Has(text, "does not exist") ? CarrierErrorKind.NotFound
        : Has(text, "not permitted") || Has(text, "not authorized") ? CarrierErrorKind.Unauthorized
        : CarrierErrorKind.InvalidRequest;

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The sentence inside an envelope that came with an error status.</summary>
    private static string? TextOf(CarrierReply reply)
    {
        try
        {
            return CarrierXml.Parse(reply) is { } root && root.Text("status") is not null ? ErrorOf(root).Detail : null;
        }
        catch (CarrierException)
        {
            return null;
        }
    }
}
