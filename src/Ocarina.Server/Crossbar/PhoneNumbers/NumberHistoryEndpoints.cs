using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar.Telling;
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

    private static async Task<IResult> Events(
        string number, CrossbarRequest request, HistoryOperation history, NumberDesk desk, LedgerNews news, ICredentialCheck credentials, TimeProvider clock, CancellationToken ct)
    {
        if (EventStream.IsWanted(request))
        {
            if (EventStream.ReadSince(request, out var since) is { } refusal) return refusal;
            return NumberInput.TryRead(desk.RulesFor(request.TargetAccount.Id), number, out var parsed, out var unreadable)
                ? new EventStream(news, desk, credentials, clock, parsed, since)
                : unreadable is null ? CrossbarResults.NotFoundNumber() : CrossbarResults.Failed(unreadable);
        }

        var paging = request.Paging;
        long? startAt = long.TryParse(paging.StartKey, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : null;
        var size = paging.IsAll ? int.MaxValue : Math.Min(paging.Size, EventsMax);
        var (page, error) = await history.EventsAsync(request.Actor, request.TargetAccount.Id, number, startAt, size, ct);
        if (page is null) return error is null || error.IsNotFound ? CrossbarResults.NotFoundNumber() : CrossbarResults.Failed(error);

        var rows = new JsonArray();
        foreach (var seen in page.Events) rows.Add(NumberEventDocument.Render(seen, request, desk));
        return paging.IsAll ? CrossbarResults.List(rows) : CrossbarResults.Page(rows, rows.Count, paging.StartKey, page.Next?.ToString(CultureInfo.InvariantCulture));
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
