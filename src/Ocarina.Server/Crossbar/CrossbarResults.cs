using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Errors;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar;

/// <summary>What handlers answer with: the one place where an outcome becomes HTTP. Success codes follow from the verb (`http-api.md` 1.4).</summary>
internal static class CrossbarResults
{
    /// <summary>200, or 201 for PUT.</summary>
    public static IResult Ok(JsonNode data, string? revision = null, JsonObject? metadata = null) =>
        new CrossbarReply { Data = data, Revision = revision, Metadata = metadata };

    /// <summary>202: will be done later.</summary>
    public static IResult Accepted(JsonNode data, JsonObject? metadata = null) => new CrossbarReply { Code = 202, Data = data, Metadata = metadata };

    /// <summary>A login: the envelope carries the new token.</summary>
    public static IResult LoggedIn(JsonNode data, string token) => new CrossbarReply { Data = data, AuthToken = token };

    /// <summary>One page of a listing whose rows came from a database. Keys are raw; they are made opaque on the way out.</summary>
    public static IResult Page(JsonNode data, int rows, string? startKey, string? nextStartKey) =>
        new CrossbarReply { Data = data, IsListing = true, Page = new PageInfo(rows, startKey, nextStartKey) };

    /// <summary>A whole listing (<c>paginate=false</c>).</summary>
    public static IResult List(JsonNode data) => new CrossbarReply { Data = data, IsListing = true };

    /// <summary>Rows of a search, and what stands beside them.</summary>
    public static IResult Found(JsonNode data, JsonObject beside) => new CrossbarReply { Data = data, IsListing = true, Beside = beside };

    /// <summary>200, whatever the verb: what something would cost, when that was all that was asked.</summary>
    public static IResult Quoted(JsonNode invoices, JsonObject? beside = null) => new CrossbarReply { Code = 200, Data = invoices, Beside = beside, DidNothing = true };

    /// <summary>402: nothing was done, and this is what it costs (`http-api.md` 2.7).</summary>
    public static IResult AcceptCharges(JsonNode invoices, JsonObject? beside = null) => CrossbarReply.Failure(402, "accept charges", invoices) with { Beside = beside };

    /// <summary>A number error: code, name, cause and message of the catalogue, all agreeing.</summary>
    /// <param name="error">The error.</param>
    /// <param name="isAdmin">True adds which carrier failed, and what he said.</param>
    public static IResult Failed(NumberError error, bool isAdmin = false)
    {
        if (error.Address is not { } address) return CrossbarReply.Failure(error.Code, error.Error, ToJson(error, isAdmin));
        // The dialog of emergency addresses reads these two shapes (`http-api.md` 2.5).
        return error.IsInvalid
            ? CrossbarReply.Failure(error.Code, "invalid data", new JsonObject { ["address"] = new JsonObject { ["invalid"] = address.ToObject() } })
            : CrossbarReply.Failure(error.Code, error.Error, new JsonObject { [error.Error] = new JsonObject { ["e911"] = address.ToObject() } });
    }

    /// <summary>The object that stands for a number error, also inside the maps of collections.</summary>
    public static JsonObject ToJson(NumberError error, bool isAdmin = false)
    {
        var data = new JsonObject { ["code"] = error.Code, ["error"] = error.Error };
        if (error.Cause is not null) data["cause"] = error.Cause;
        data["message"] = error.Message;
        if (error.Restrictions is { } restrictions) data["restrictions"] = restrictions.ToObject();
        if (error.Address is { } address) data["e911"] = address.ToObject();
        if (!isAdmin) return data;
        if (error.Carrier is { } carrier) data["carrier"] = carrier.ToString();
        if (error.Reason is { } reason) data["reason"] = reason;
        return data;
    }

    /// <summary>Any other failure.</summary>
    public static IResult Fail(int code, string message, JsonNode? data = null) => CrossbarReply.Failure(code, message, data);

    /// <summary>400 with the map of `http-api.md` 1.11.</summary>
    public static IResult Validation(IEnumerable<FieldProblem> problems) => CrossbarReply.Invalid(problems);

    /// <inheritdoc cref="Validation(IEnumerable{FieldProblem})"/>
    public static IResult Validation(params FieldProblem[] problems) => CrossbarReply.Invalid(problems);

    /// <inheritdoc cref="Validation(IEnumerable{FieldProblem})"/>
    public static IResult Validation(IEnumerable<ConfigProblem> problems) => CrossbarReply.Invalid(problems.Select(ToField));

    /// <summary>404 for a document that does not exist, or not for this caller.</summary>
    public static IResult BadIdentifier(string id) => CrossbarReply.UnknownDocument(id);

    /// <summary>404 for a number that is unknown, deleted or not to be seen from here: which of them is nobody's business.</summary>
    public static IResult NotFoundNumber() => CrossbarReply.Failure(
        404, "bad_identifier", new JsonObject { ["message"] = "bad identifier", ["not_found"] = "The number could not be found" });

    /// <summary>403.</summary>
    public static IResult Forbidden() => CrossbarReply.Forbidden();

    /// <summary>412: the caller's revision is no longer the stored one.</summary>
    public static IResult PreconditionFailed() => CrossbarReply.Failure(412, "precondition failed");

    /// <summary>409: somebody else changed the document meanwhile.</summary>
    public static IResult Conflict() => CrossbarReply.Failure(409, "datastore_conflict", "conflicting documents");

    /// <summary>409: a worker is just speaking to the carrier about the order.</summary>
    public static IResult OrderBusy() => CrossbarReply.Failure(409, "order_busy", "a worker has the order just now") with { RetryAfterS = 1 };

    /// <summary>405 on a path whose verb exists but not for this document.</summary>
    public static IResult WrongVerb(string allow) => CrossbarReply.WrongVerb(allow);

    private static FieldProblem ToField(ConfigProblem problem) => problem.Kind switch
    {
        // Clients read what is taken from "cause".
        "unique" => new(problem.Path, problem.Kind, problem.Message, problem.Target, Cause: problem.Value),
        "maxLength" => new(problem.Path, problem.Kind, problem.Message, problem.Target, problem.Value, problem.Value),
        _ => new(problem.Path, problem.Kind, problem.Message, problem.Target, problem.Value),
    };

    /// <summary>A CSV file written row by row; a body may be read while the reply is written.</summary>
    public static IResult StreamCsv(Func<Stream, CancellationToken, Task> write) => new CsvStream(write);

    private sealed class CsvStream(Func<Stream, CancellationToken, Task> write) : IResult
    {
        // Most HTTP clients read nothing before they have sent everything. Were their answers held back then, both sides would wait for ever.
        private static readonly PipeOptions Waiting = new(pauseWriterThreshold: 64 << 20, resumeWriterThreshold: 32 << 20);

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            var ct = httpContext.RequestAborted;
            response.StatusCode = httpContext.Crossbar() is { Method: "PUT", IsTunnelled: false } ? 201 : 200;
            CsvReply.Head(response, httpContext.Crossbar());

            var pipe = new Pipe(Waiting);
            var sending = SendAsync(pipe.Reader, response, ct);
            try
            {
                await write(pipe.Writer.AsStream(leaveOpen: true), ct);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception fault)
            {
                // Half a file must not look like a whole one: the sender stops, and whoever catches this answers or hangs up.
                await pipe.Writer.CompleteAsync(fault);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
            await sending;
        }

        private static async Task SendAsync(PipeReader reader, HttpResponse response, CancellationToken ct)
        {
            try
            {
                while (true)
                {
                    var read = await reader.ReadAsync(ct);
                    foreach (var piece in read.Buffer) await response.Body.WriteAsync(piece, ct);
                    reader.AdvanceTo(read.Buffer.End);
                    await response.Body.FlushAsync(ct);
                    if (read.IsCompleted) return;
                }
            }
            finally
            {
                await reader.CompleteAsync();
            }
        }
    }
}
