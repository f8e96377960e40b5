using System.Text.Json.Nodes;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar;

/// <summary>Where a page of a listing stands (`http-api.md` 1.7).</summary>
/// <param name="Rows">Rows in this page.</param>
/// <param name="StartKey">Raw key of this page's first row, as asked for; absent on the first page.</param>
/// <param name="NextStartKey">Raw key of the next page's first row; absent when there is none.</param>
internal sealed record PageInfo(int Rows, string? StartKey, string? NextStartKey);

/// <summary>One answer in the envelope, before it is written. Handlers make it through <see cref="CrossbarResults"/>.</summary>
internal sealed record CrossbarReply : IResult
{
    /// <summary>HTTP status; <see langword="null"/> is success, whose code follows from the verb (1.4).</summary>
    public int? Code { get; init; }

    /// <summary>Envelope <c>message</c>; errors have one.</summary>
    public string? Message { get; init; }

    /// <summary>Envelope <c>data</c>; never absent.</summary>
    public required JsonNode Data { get; init; }

    /// <summary>Revision of the one document shown.</summary>
    public string? Revision { get; init; }

    /// <summary>Envelope <c>metadata</c>.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>Members that stand beside <c>data</c>, such as the <c>carriers</c> of a search.</summary>
    public JsonObject? Beside { get; init; }

    /// <summary>True for a success that changed nothing, though its verb may: it is not remembered under a key.</summary>
    public bool DidNothing { get; init; }

    /// <summary>True when rows are shown, so that CSV may be asked for.</summary>
    public bool IsListing { get; init; }

    /// <summary>Place in a paginated listing.</summary>
    public PageInfo? Page { get; init; }

    /// <summary>A new token, shown instead of the one in use.</summary>
    public string? AuthToken { get; init; }

    /// <summary>Verbs that would be allowed.</summary>
    public string? Allow { get; init; }

    /// <summary>Where the created thing is.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds after which a refused caller may try again.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>True for errors.</summary>
    public bool IsError => Code >= 400;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.Crossbar().BeforeReply is { } keep) await keep(this);
        await CrossbarWriter.WriteAsync(httpContext, this);
    }

    public static CrossbarReply Failure(int code, string message, JsonNode? data = null) =>
        new() { Code = code, Message = message, Data = data ?? new JsonObject() };

    /// <summary>A failure whose data is one sentence.</summary>
    public static CrossbarReply Failure(int code, string message, string sentence) =>
        Failure(code, message, new JsonObject { ["message"] = sentence });

    public static CrossbarReply NotJson(string what) => Failure(
        400, "validation error",
        new JsonObject { ["json"] = new JsonObject { ["invalid"] = new JsonObject { ["message"] = what, ["target"] = "body" } } });

    public static CrossbarReply TooLarge()
    {
        var said = new JsonObject
        {
            ["message"] = $"Payload or Files must not be more than {CrossbarBody.BytesMax} bytes",
            ["target"] = CrossbarBody.BytesMax,
        };
        return Failure(413, "validation error", new JsonObject { ["file"] = new JsonObject { ["maxSize"] = said } });
    }

    public static CrossbarReply Gone() => Failure(410, "gone", "API version 1 is not supported. Please upgrade your code to use version 2.");

    public static CrossbarReply UnknownPath() => Failure(404, "not_found", "not found");

    public static CrossbarReply MalformedAccount(string id) =>
        Failure(404, "bad identifier", id.Length == 0 ? "missing account_id" : $"invalid account_id '{id}'");

    /// <summary>A document that does not exist, or not for this caller.</summary>
    public static CrossbarReply UnknownDocument(string id) =>
        Failure(404, "bad_identifier", new JsonObject { ["cause"] = id, ["message"] = "bad identifier" });

    /// <summary>A key, a section or a task name that does not exist.</summary>
    public static CrossbarReply UnknownKey(string key) => Failure(404, "bad identifier", new JsonArray(key));

    public static CrossbarReply NoToken() => Failure(401, "invalid_credentials", "invalid credentials");

    public static CrossbarReply BadToken() => Failure(401, "invalid credentials");

    public static CrossbarReply Forbidden() => Failure(403, "forbidden", "forbidden");

    /// <summary>The key of an <c>Idempotency-Key</c> header belongs to another request.</summary>
    public static CrossbarReply KeyReused() => Failure(422, "idempotency_key_reused", "the key was used for another request");

    /// <summary>The same call is being carried out right now.</summary>
    public static CrossbarReply InProgress() => Failure(409, "request_in_progress", "a request with this key is being carried out") with { RetryAfterS = 1 };

    public static CrossbarReply UnsupportedType() => Failure(415, "unsupported media type");

    public static CrossbarReply WrongVerb(string allow) => Failure(405, "invalid_method", "method not allowed") with { Allow = allow };

    public static CrossbarReply TooMany(int retryAfterS) => Failure(429, "too_many_requests", "too many requests") with { RetryAfterS = retryAfterS };

    public static CrossbarReply Invalid(IEnumerable<FieldProblem> problems) => Failure(400, "validation error", FieldProblem.ToMap(problems));
}
