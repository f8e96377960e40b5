using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar.PhoneNumbers;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>What happens to the numbers of an account and of those below it: as a stream, or page by page, oldest first.</summary>
internal static class EventEndpoints
{
    private const int PageMax = 1000;

    // A page says where to read on although it is not full: whoever sees little of a long ledger asks more than once, and no request goes on for ever.
    private const int LooksMax = 200;

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v2/accounts/{account}/events", ListAsync).WithTags("Events").Describe("events.list", new("Follow what happens to the account's numbers")
        {
            Text = "With `Accept: text/event-stream` a stream of server-sent events that goes on until the token ends: `id` is the sequence to resume from, by `Last-Event-ID` or `since`. "
                + "Without it a page of events after `since`, oldest first. A page may hold few rows or none and still name a `next_start_key`.",
            Query = [new("since", FieldRule.Integer(0).About("Sequence of the last event known; a stream without it begins now, a page with the first event."))],
            IsPaged = true,
            Reply = FieldRule.List(FieldRule.Object()),
            Failures = [400, 403, 404, 429],
        });

    private static async Task<IResult> ListAsync(CrossbarRequest request, LedgerNews news, NumberDesk desk, ICredentialCheck credentials, TimeProvider clock, CancellationToken ct)
    {
        if (EventStream.ReadSince(request, out var since) is { } refusal) return refusal;
        if (EventStream.IsWanted(request)) return new EventStream(news, desk, credentials, clock, null, since);

        var paging = request.Paging;
        var size = paging.IsAll ? PageRequest.SizeMax : Math.Min(paging.Size, PageMax);
        var position = long.TryParse(paging.StartKey, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : since ?? 0;
        var rows = new JsonArray();
        var isEnd = false;
        for (var looks = 0; !isEnd && rows.Count < size && looks < LooksMax; looks++)
        {
            // A page ends where the feed's does: so its last place can be resumed from.
            var page = await news.ReadAsync(request.Actor, request.TargetAccount.Id, null, position, Math.Min(size - rows.Count, PageMax), ct);
            foreach (var item in page.Items) rows.Add((JsonNode)NumberEventDocument.RenderWithNumber(item.Number, item.Event, request, desk));
            (position, isEnd) = (page.Position, page.IsEnd);
        }

        return isEnd && paging.IsAll ? CrossbarResults.List(rows) : CrossbarResults.Page(rows, rows.Count, paging.StartKey, isEnd ? null : position.ToString(CultureInfo.InvariantCulture));
    }
}
