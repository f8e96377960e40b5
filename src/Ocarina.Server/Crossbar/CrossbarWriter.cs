using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Ocarina.Server.Crossbar;

/// <summary>What every reply says of the server that made it.</summary>
internal sealed class CrossbarIdentity
{
    /// <summary>Version shown to authenticated callers.</summary>
    public string Version { get; set; } = "";

    /// <summary>Opaque hash of the node's name.</summary>
    public string NodeHash { get; set; } = "";
}

/// <summary>Writes envelopes: the one place that knows their members, headers and representations (`http-api.md` 1.3, 1.4, 1.9).</summary>
internal static partial class CrossbarWriter
{
    private const string JsonType = "application/json"; // exactly: clients compare it with this string

    public static async Task WriteAsync(HttpContext http, CrossbarReply reply)
    {
        var request = http.Crossbar();
        var response = http.Response;
        response.StatusCode = reply.Code ?? (request is { Method: "PUT", IsTunnelled: false } ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        if (reply.Allow is not null) response.Headers.Allow = reply.Allow;
        if (reply.Location is not null) response.Headers.Location = reply.Location;
        if (reply.RetryAfterS is { } wait) response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);

        var indented = CrossbarRequest.IsYes(request.Http.Request.Headers["X-Pretty-Print"]) || CrossbarRequest.IsYes(request.Query("pretty_print"));
        var data = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(data, new JsonWriterOptions { Encoder = CrossbarJson.Encoder, SkipValidation = true }))
            reply.Data.WriteTo(writer);

        if (!reply.IsError && reply.IsListing && CsvReply.IsAsked(request))
        {
            await CsvReply.WriteAsync(http, reply.Data);
            return;
        }
        if (!reply.IsError && request.Method == "GET" && IsUnchanged(request, response, reply, data.WrittenSpan)) return;

        var body = Envelope(http, request, reply, data.WrittenMemory, indented);
        if (request.Query("jsonp") is { } callback && CallbackName().IsMatch(callback))
        {
            response.ContentType = "application/javascript";
            await response.WriteAsync($"{callback}({System.Text.Encoding.UTF8.GetString(body.Span)});", http.RequestAborted);
            return;
        }

        response.ContentType = JsonType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Envelope(HttpContext http, CrossbarRequest request, CrossbarReply reply, ReadOnlyMemory<byte> data, bool indented)
    {
        var identity = http.RequestServices.GetRequiredService<IOptions<CrossbarIdentity>>().Value;
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var buffer = new ArrayBufferWriter<byte>(data.Length + 512);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = CrossbarJson.Encoder, Indented = indented, SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("data");
        if (indented) reply.Data.WriteTo(json);
        else json.WriteRawValue(data.Span, skipInputValidation: true);
        foreach (var (name, value) in reply.Beside ?? [])
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
        WriteOutcome(json, reply, http.Response.StatusCode);
        if (reply.Page is { } page) WritePage(json, page);
        if (reply.Revision is { } revision) json.WriteString("revision", revision);
        if (reply.Metadata is { } metadata)
        {
            json.WritePropertyName("metadata");
            metadata.WriteTo(json);
        }
        json.WriteString("request_id", request.RequestId);
        json.WriteString("node", identity.NodeHash);
        json.WriteString("timestamp", clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        if (request.IsAuthenticated || reply.AuthToken is not null) json.WriteString("version", identity.Version);
        if (request.Tokens is { } tokens)
        {
            json.WriteStartObject("tokens");
            json.WriteNumber("consumed", tokens.Consumed);
            json.WriteNumber("remaining", tokens.Remaining);
            json.WriteEndObject();
        }
        if ((reply.AuthToken ?? request.SignedIn?.Token) is { } token) json.WriteString("auth_token", token);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteOutcome(Utf8JsonWriter json, CrossbarReply reply, int status)
    {
        json.WriteString("status", reply.IsError ? "error" : "success");
        if (!reply.IsError) return;
        json.WriteString("message", string.IsNullOrEmpty(reply.Message) ? "generic_error" : reply.Message);
        json.WriteString("error", status.ToString(CultureInfo.InvariantCulture));
    }

    private static void WritePage(Utf8JsonWriter json, PageInfo page)
    {
        json.WriteNumber("page_size", page.Rows);
        if (page.StartKey is not null) json.WriteString("start_key", PageRequest.Opaque(page.StartKey));
        if (page.NextStartKey is not null) json.WriteString("next_start_key", PageRequest.Opaque(page.NextStartKey));
    }

    // A client that already holds this very data is told so.
    private static bool IsUnchanged(CrossbarRequest request, HttpResponse response, CrossbarReply reply, ReadOnlySpan<byte> data)
    {
        var tag = $"\"{reply.Revision ?? Convert.ToHexStringLower(SHA256.HashData(data).AsSpan(0, 16))}\"";
        response.Headers.ETag = tag;
        if (!CrossbarRequest.Matches(request.Http.Request.Headers.IfNoneMatch, tag)) return false;

        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    [GeneratedRegex(@"\A[A-Za-z_$][\w$.]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CallbackName();
}
