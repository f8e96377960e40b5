using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>What happened to a number, and whether the ledger is whole (`http-api.md` 2.14).</summary>
internal static class NumberHistoryEndpoints
{
    private const int EventsMax = 1000;

    public static void MapNumberHistory(this IEndpointRouteBuilder group) =>
        group.MapGet("/{number}/events", Events).WithName("phone_numbers.events").WithSummary("Lists what happened to a number, newest first");

    public static void MapLedger(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v2/ledger/verify", Verify).WithTags("Ledger").WithName("ledger.verify")
            .WithSummary("Checks that the chains of all numbers are whole, and that replaying events gives the rows");

    private static async Task<IResult> Events(string number, CrossbarRequest request, HistoryOperation history, NumberDesk desk, CancellationToken ct)
    {
        var paging = request.Paging;
        long? startAt = long.TryParse(paging.StartKey, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : null;
        var size = paging.IsAll ? int.MaxValue : Math.Min(paging.Size, EventsMax);
        var (page, error) = await history.EventsAsync(request.Actor, request.TargetAccount.Id, number, startAt, size, ct);
        if (page is null) return error is null || error.IsNotFound ? CrossbarResults.NotFoundNumber() : CrossbarResults.Failed(error);

        var rows = new JsonArray();
        foreach (var seen in page.Events) rows.Add(ToJson(seen, request, desk));
        return paging.IsAll ? CrossbarResults.List(rows) : CrossbarResults.Page(rows, rows.Count, paging.StartKey, page.Next?.ToString(CultureInfo.InvariantCulture));
    }

    private static JsonObject ToJson(VisibleEvent seen, CrossbarRequest request, NumberDesk desk)
    {
        var row = new JsonObject { ["seq"] = seen.Seq, ["revision"] = seen.Revision, ["time"] = seen.Time.ToGregorianSeconds() };
        if (seen.Actor is not null) row["actor"] = seen.Actor;
        row["action"] = seen.Action;
        if (seen.Reason is not null) row["reason"] = seen.Reason;
        if (seen.Before is not null) row["before"] = Side(seen.Before);
        if (seen.After is not null) row["after"] = Side(seen.After);
        row["hash"] = seen.Hash;
        return row;

        JsonObject Side(NumberRecord record)
        {
            if (seen.IsFullView) return NumberDocument.RenderAll(record, request.Actor, desk);
            var document = NumberDocument.Render(record, request.Actor, desk);
            if (record.Account is { } owner) document["assigned_to"] = owner.ToString();
            return document;
        }
    }

    private static async Task<IResult> Verify(NumbersDatabase numbers, CancellationToken ct)
    {
        var report = await numbers.VerifyAsync(null, ct);
        return CrossbarResults.Ok(new JsonObject
        {
            ["numbers"] = report.Numbers,
            ["events"] = report.Events,
            ["broken_count"] = report.BrokenCount,
            ["different_count"] = report.DifferentCount,
            ["broken"] = new JsonArray([.. report.Broken.Select(Fault)]),
            ["different"] = new JsonArray([.. report.Different.Select(Fault)]),
        });
    }

    private static JsonNode Fault(LedgerFault fault)
    {
        var row = new JsonObject { ["number"] = fault.Number };
        if (fault.Revision is { } revision) row["revision"] = revision;
        row["message"] = fault.Message;
        return row;
    }
}
