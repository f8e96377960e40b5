using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Csv;
using Ocarina.Manager.Operations;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Storage;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Numbers as files (`http-api.md` 2.14): import answers each row as it is committed, export streams.</summary>
internal static class NumberFileEndpoints
{
    private const int ExportPage = 1000;
    private const string ImportAction = "import";

    // The names of the tasks that do the same (`http-api.md` 5.2).
    private static readonly Dictionary<string, CsvJob> Jobs = new(StringComparer.Ordinal)
    {
        ["assign_to"] = CsvJob.AssignTo,
        ["update_merge"] = CsvJob.UpdateMerge,
        ["update_overwrite"] = CsvJob.UpdateOverwrite,
        ["release"] = CsvJob.Release,
        ["reserve"] = CsvJob.Reserve,
        ["delete"] = CsvJob.Delete,
    };

    public static void MapNumberFiles(this IEndpointRouteBuilder group)
    {
        group.MapPut("/import", Import).StreamsCsvBody().WithName("phone_numbers.import").WithSummary("Imports numbers from CSV, or does something else with the numbers of a file (`action`); answers each row as it is committed");
        group.MapGet("/export", Export).WithName("phone_numbers.export").WithSummary("Exports the account's numbers as CSV; for the master account all numbers");
    }

    private static async Task<IResult> Import(CrossbarRequest request, ImportOperation import, CsvJobOperation jobs, CancellationToken ct)
    {
        CsvJob? job = null;
        if (request.Query("action") is { Length: > 0 } action && action != ImportAction)
        {
            if (!Jobs.TryGetValue(action, out var known)) return CrossbarResults.Validation(FieldProblem.Enum("action", [ImportAction, .. Jobs.Keys], action));
            job = known;
        }

        if (request.Body.Kind != BodyKind.Stream) return CrossbarResults.Fail(400, "bad request", new JsonObject { ["expected_content"] = "text/csv" });
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var reader = new StreamReader(request.Http.Request.Body, Encoding.UTF8);
        var (actor, path) = (request.Actor, request.TargetAccount.Id);
        var rows = (job is { } wanted ? jobs.RunAsync(wanted, actor, path, reader, ct) : import.RunAsync(actor, path, reader, ct)).GetAsyncEnumerator(ct);
        bool hasRow;
        try
        {
            // The first piece is written before the reply begins, so that a file that is none is answered as an error.
            hasRow = await rows.MoveNextAsync();
        }
        catch (CsvFormatException problem)
        {
            await rows.DisposeAsync();
            return problem.MissingField is { } field
                ? CrossbarResults.Fail(400, "bad request", new JsonObject { ["missing_mandatory_fields"] = new JsonArray(field) })
                : CrossbarResults.Fail(400, "validation error", new JsonObject { ["csv"] = new JsonObject { ["format"] = new JsonObject { ["message"] = problem.Message } } });
        }

        return CrossbarResults.StreamCsv((body, token) => WriteResultsAsync(body, rows, hasRow, token));
    }

    private static async Task WriteResultsAsync(Stream body, IAsyncEnumerator<ImportRowResult> rows, bool hasRow, CancellationToken ct)
    {
        await using var _ = rows;
        await using var writer = new StreamWriter(body, new UTF8Encoding(false), bufferSize: 16 * 1024, leaveOpen: true);
        await writer.WriteAsync("e164,result,error\n".AsMemory(), ct);
        while (hasRow)
        {
            var row = rows.Current;
            var next = rows.MoveNextAsync();
            await writer.WriteAsync(NumberCsv.Line([row.E164, row.Result.Name(), row.Error]).AsMemory(), ct);
            // What is known is told before the next piece is waited for: an answer means that the row is durable.
            if (!next.IsCompleted) await writer.FlushAsync(ct);
            hasRow = await next;
        }
    }

    private static string Name(this ImportResult result) => result switch
    {
        ImportResult.Created => "created",
        ImportResult.Unchanged => "unchanged",
        ImportResult.Done => "done",
        ImportResult.Pending => "pending",
        _ => "failed",
    };

    private static IResult Export(CrossbarRequest request, NumberDesk desk, NumbersDatabase numbers)
    {
        var path = request.TargetAccount.Id;
        // The master account holds the whole stock: its export is that of the platform.
        var query = AccountNumbers.Query(request, desk, path == desk.Tree.Master ? null : path) with { PageSize = ExportPage };
        return CrossbarResults.StreamCsv((body, ct) => WriteNumbersAsync(body, query, path, desk, numbers, ct));
    }

    private static async Task WriteNumbersAsync(Stream body, NumberListQuery query, AccountId path, NumberDesk desk, NumbersDatabase numbers, CancellationToken ct)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(false), bufferSize: 64 * 1024, leaveOpen: true);
        await writer.WriteAsync((string.Join(',', NumberCsv.Columns) + "\n").AsMemory(), ct);
        for (PhoneNumber? from = null; ;)
        {
            var page = await numbers.ListAsync(query with { StartAt = from }, ct);
            foreach (var record in page.Rows)
                await writer.WriteAsync(NumberCsv.Line(NumberCsv.Cells(record, NameOf(NumberCsv.AccountOf(record)), ShowsPrevious(record))).AsMemory(), ct);
            await writer.FlushAsync(ct);
            if (page.Next is null) return;
            from = page.Next;
        }

        // Who had it before is another tenant, unless it is an account of one's own.
        bool ShowsPrevious(NumberRecord record) => path == desk.Tree.Master || (record.PreviousAccount is { } previous && desk.Tree.IsAbove(path, previous));
        string? NameOf(AccountId? owner) => owner is { } id ? desk.Tree.Find(id)?.Name : null;
    }
}
