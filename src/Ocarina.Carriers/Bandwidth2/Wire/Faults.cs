using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>Makes one <see cref="CarrierError"/> of a reply: by the code in its context, else by the HTTP status (carriers.md 4.9, 1.11).</summary>
internal static class Faults
{
    /// <summary>The errors in a reply, XML or JSON; none when it has none or cannot be read.</summary>
    internal static IReadOnlyList<WireError> Read(CarrierReply reply)
    {
        try
        {
            return IsJson(reply) ? ErrorShapes.Of(CarrierJson.Parse(reply)) : IsXml(reply) ? ErrorShapes.Of(CarrierXml.Parse(reply)) : [];
        }
        catch (CarrierException)
        {
            return []; // a body that cannot be read says nothing more than the status does
        }
    }

    /// <summary>The failure a reply stands for.</summary>
    internal static CarrierError Of(CarrierReply reply, WireContext context) => Of(reply, context, Read(reply));

    /// <summary>The failure that errors stand for, in a reply of any status: they come with 200 and 201 too.</summary>
    internal static CarrierError Of(CarrierReply reply, WireContext context, IReadOnlyList<WireError> errors)
    {
        if (errors.Count == 0) return HttpErrors.Of(reply);
        var (error, kind) = Worst(errors, context, reply.Status);
        return HttpErrors.Of(reply, $"{error.Code} {error.Description}".Trim(), error.Code) with { Kind = kind };
    }

    /// <summary>The kind of one error.</summary>
    internal static CarrierErrorKind KindOf(WireError error, WireContext context, int status)
    {
        if (ErrorCodes.KindOf(context, error.Code) is { } known) return known;
        return status is 401 or 402 or 403 or 404 or 408 or 410 or 429 or >= 500 || (error.Code is null && status >= 400)
            ? HttpErrors.KindOf(status)
            : CarrierErrorKind.InvalidRequest;
    }

    /// <summary>The root of a good XML reply.</summary>
    /// <exception cref="CarrierException">The status is a failure, the body holds errors, cannot be read, or is of the wrong kind.</exception>
    internal static XElement Xml(CarrierReply reply, WireContext context, params ReadOnlySpan<string> roots)
    {
        if (!reply.IsSuccess) throw new CarrierException(Of(reply, context));
        var root = CarrierXml.Parse(reply);
        if (ErrorShapes.Of(root) is { Count: > 0 } errors) throw new CarrierException(Of(reply, context, errors));
        Expect(root, roots);
        return root;
    }

    /// <summary>Refuses a reply that answers something else.</summary>
    internal static void Expect(XElement root, params ReadOnlySpan<string> roots)
    {
        if (!roots.Contains(root.Name.LocalName)) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, $"unexpected_root {root.Name.LocalName}"));
    }

    /// <summary>True when the body begins like JSON.</summary>
    internal static bool IsJson(CarrierReply reply) => First(reply) is '{' or '[';

    /// <summary>True when the body begins like XML.</summary>
    internal static bool IsXml(CarrierReply reply) => First(reply) is '<';

    /// <summary>True when there is no body.</summary>
    internal static bool IsEmpty(CarrierReply reply) => First(reply) is null;

    // A known code says more than an unknown one, and an error with a code more than one without.
    private static (WireError Error, CarrierErrorKind Kind) Worst(IReadOnlyList<WireError> errors, WireContext context, int status)
    {
        var error = errors.FirstOrDefault(one => ErrorCodes.KindOf(context, one.Code) is not null) ?? errors.FirstOrDefault(one => one.Code is not null) ?? errors[0];
        return (error, KindOf(error, context, status));
    }

    private static char? First(CarrierReply reply)
    {
        var body = reply.Body.AsSpan();
        if (body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) body = body[3..];
        body = body.Trim(" \t\r\n\0"u8); // zeros: UTF-16
        return body.IsEmpty ? null : (char)body[0];
    }
}
