using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar;

/// <summary>What kind of body came with a request (`http-api.md` 1.2).</summary>
internal enum BodyKind
{
    /// <summary>No body; the same as <c>{"data":{}}</c>.</summary>
    None,

    /// <summary>An envelope, or what should have been one. Read into memory.</summary>
    Envelope,

    /// <summary>Left unread, for endpoints that take the body as a stream.</summary>
    Stream,

    /// <summary>Of a type nobody here takes. Left unread.</summary>
    Unsupported,
}

/// <summary>The body of one request, after reading. A bad one is told at its turn in the order of checks, so the problem is only noted here.</summary>
/// <param name="Kind">What came.</param>
/// <param name="Envelope">Members beside <c>data</c>, names in lower case.</param>
/// <param name="Data">An object or a list; empty object when nothing came.</param>
/// <param name="Problem">The reply to a bad body.</param>
internal sealed record CrossbarBody(BodyKind Kind, JsonObject Envelope, JsonNode Data, CrossbarReply? Problem)
{
    /// <summary>Longest body that is read into memory (<c>max_upload_size</c>), in bytes.</summary>
    public const int BytesMax = 8_000_000;

    /// <summary>Reads the body, unless it is of a kind to be streamed.</summary>
    public static async Task<CrossbarBody> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var kind = KindOf(request, out var boundary);
        if (kind != BodyKind.Envelope) return Empty(kind);
        if (request.ContentLength > BytesMax) return Bad(CrossbarReply.TooLarge());

        var bytes = await ReadBytesAsync(request.Body, ct);
        if (bytes is null) return Bad(CrossbarReply.TooLarge());
        try
        {
            if (boundary is not null) bytes = await EnvelopePartAsync(bytes, boundary, ct) ?? [];
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            return Bad(CrossbarReply.NotJson("the parts cannot be told apart around their boundary"));
        }
        return Parse(bytes);
    }

    private static BodyKind KindOf(HttpRequest request, out string? boundary)
    {
        boundary = null;
        // Without a length a chunked body may still turn out empty; only a body of a kind that is read can be asked.
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0 && !HttpProtocol.IsHttp2(request.Protocol)))
            return BodyKind.None;
        if (string.IsNullOrWhiteSpace(request.ContentType)) return BodyKind.Envelope;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return BodyKind.Unsupported;

        switch (type.MediaType.ToString().ToLowerInvariant())
        {
            case "application/json" or "application/x-json" or "application/x-www-form-urlencoded":
                return BodyKind.Envelope;
            case "multipart/form-data" or "multipart/mixed":
                boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
                return boundary.Length is 0 or > 128 ? BodyKind.Unsupported : BodyKind.Envelope;
            case "text/csv":
                return BodyKind.Stream;
            default:
                return BodyKind.Unsupported;
        }
    }

    private static async Task<byte[]?> ReadBytesAsync(Stream body, CancellationToken ct)
    {
        using var memory = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await body.ReadAsync(buffer, ct)) > 0)
            {
                if (memory.Length + count > BytesMax) return null;
                memory.Write(buffer, 0, count);
            }
            return memory.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it may have held a password
        }
    }

    // The envelope is the part of a JSON type; parts that are files are for endpoints that take uploads, of which there are none yet.
    private static async Task<byte[]?> EnvelopePartAsync(byte[] bytes, string boundary, CancellationToken ct)
    {
        using var stream = new MemoryStream(bytes);
        var reader = new MultipartReader(boundary, stream);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            var isJson = section.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
                || section.ContentType?.StartsWith("application/x-json", StringComparison.OrdinalIgnoreCase) == true;
            if (isJson) return await ReadBytesAsync(section.Body, ct);
        }
        return null;
    }

    private static CrossbarBody Parse(byte[] bytes)
    {
        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0) return Empty(BodyKind.None);
        if (CrossbarJson.TryRead(bytes, out var node) is { } what) return Bad(CrossbarReply.NotJson(what));
        if (node is null) return Empty(BodyKind.None); // the literal null, which the PHP client sends with DELETE
        if (node is not JsonObject members) return Bad(NoData(FieldProblem.Required("data")));

        var envelope = new JsonObject();
        var all = members.ToArray();
        members.Clear(); // moved, not copied: the data may be large
        foreach (var (name, value) in all)
            if (!envelope.TryAdd(name.ToLowerInvariant(), value)) return Bad(CrossbarReply.NotJson($"a member is given twice around '{name}'"));

        if (!envelope.Remove("data", out var data)) return new(BodyKind.Envelope, envelope, new JsonObject(), NoData(FieldProblem.Required("data")));
        if (data is not (JsonObject or JsonArray)) return new(BodyKind.Envelope, envelope, new JsonObject(), NoData(FieldProblem.Type("data", "object, array")));

        if (data is JsonObject document)
            foreach (var name in document.Select(member => member.Key).Where(IsPrivate).ToArray()) document.Remove(name);
        return new(BodyKind.Envelope, envelope, data, null);
    }

    private static bool IsPrivate(string name) => name.StartsWith('_') || name.StartsWith("pvt_", StringComparison.Ordinal);

    private static CrossbarReply NoData(FieldProblem problem) =>
        CrossbarReply.Failure(StatusCodes.Status400BadRequest, "invalid request envelope", FieldProblem.ToMap([problem]));

    private static CrossbarBody Empty(BodyKind kind) => new(kind, [], new JsonObject(), null);

    private static CrossbarBody Bad(CrossbarReply problem) => new(BodyKind.Envelope, [], new JsonObject(), problem);
}
