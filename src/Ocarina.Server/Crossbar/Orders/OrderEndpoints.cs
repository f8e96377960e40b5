using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Server.OpenApi;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Orders;

namespace Ocarina.Server.Crossbar.Orders;

/// <summary>Orders at carriers (numbers.md 7.14): what was bought and given back, what is still open, and what waits for a person.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/orders").WithTags("Orders");
        group.MapGet("", ListAsync).Describe("orders.list", OrderDocs.List);
        group.MapGet("{order}", ShowAsync).Describe("orders.show", OrderDocs.Show);
        group.MapPost("{order}", ActAsync).Allow(Access.SuperDuper).Describe("orders.act", OrderDocs.Act);
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, OrderReadOperation orders, NumberDesk desk, CancellationToken ct)
    {
        if (OrderListInput.Read(request, orders, out var query) is { } answer) return answer;

        var isAdmin = desk.Tree.IsAdmin(request.Actor);
        var filters = RowFilters.Read(request);
        var rows = new JsonArray();
        OrderKey? next;
        do
        {
            var page = await orders.ListAsync(request.TargetAccount.Id, query, Matches, ct);
            foreach (var order in page.Rows) rows.Add((JsonNode)OrderDocument.Render(order, isAdmin));
            next = page.Next;
            query = query with { StartAt = next };
        }
        while (request.Paging.IsAll && next is not null);
        return request.Paging.IsAll ? CrossbarResults.List(rows) : CrossbarResults.Page(rows, rows.Count, request.Paging.StartKey, next?.ToString());

        // The number is asked for in any spelling, so it is not compared as text.
        bool Matches(OrderRow order) => filters.All.Count == 0 || new RowFilters([.. filters.All.Where(filter => filter is not { Kind: FilterKind.Equal, Key: "number" or "carrier" })])
            .Matches(OrderDocument.Render(order, isAdmin), order.Created.ToGregorianSeconds(), order.Modified.ToGregorianSeconds());
    }

    private static async Task<IResult> ShowAsync(string order, CrossbarRequest request, OrderReadOperation orders, NumberDesk desk, CancellationToken ct) =>
        OrderKey.TryParse(order, out var key) && await orders.FindAsync(request.TargetAccount.Id, key, ct) is { } found
            ? CrossbarResults.Ok(OrderDocument.Render(found, desk.Tree.IsAdmin(request.Actor)))
            : CrossbarResults.BadIdentifier(order);

    private static async Task<IResult> ActAsync(string order, CrossbarRequest request, OrderReadOperation orders, OrderOperations operations, CancellationToken ct)
    {
        if (OrderAction.TryRead(request, out var action) is { } bad) return bad;
        if (!OrderKey.TryParse(order, out var key) || await orders.FindAsync(request.TargetAccount.Id, key, ct) is not { } found) return CrossbarResults.BadIdentifier(order);
        // A repeat of a call that was cut off after its commit shows what the order came to.
        if (CommitMarks.Current is { Earlier.Count: > 0 }) return CrossbarResults.Ok(OrderDocument.Render(found, isAdmin: true));

        return await action.RunAsync(operations, request.Actor, key, ct) switch
        {
            OrderActionOutcome.Done done => CrossbarResults.Ok(Shown(done)),
            OrderActionOutcome.Refused refused => CrossbarResults.Failed(refused.Error, isAdmin: true),
            OrderActionOutcome.Busy => CrossbarResults.OrderBusy(),
            _ => CrossbarResults.BadIdentifier(order),
        };
    }

    private static JsonObject Shown(OrderActionOutcome.Done done)
    {
        var document = OrderDocument.Render(done.Order, isAdmin: true);
        if (done.Follows is { } next) document["followed_by"] = next.Id.ToString();
        return document;
    }
}
