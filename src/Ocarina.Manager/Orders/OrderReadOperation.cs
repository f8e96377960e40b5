using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Shows orders at carriers (`http-api.md` 2.14; numbers.md 7.14): an account those of its own and of the accounts below it, the master account all.</summary>
public sealed class OrderReadOperation(NumberDesk desk, OrdersDatabase orders)
{
    /// <summary>One page, newest first.</summary>
    /// <param name="path">The account of the path.</param>
    /// <param name="query">Which orders; whose is said by the path.</param>
    /// <param name="where">What else must hold of a row.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<OrderPage> ListAsync(AccountId path, OrderQuery query, Func<OrderRow, bool> where, CancellationToken ct)
    {
        query = query with { Within = WithinOf(path) };
        List<OrderRow> rows = [];
        for (var rest = query; ;)
        {
            var page = await orders.ListAsync(rest, ct);
            foreach (var row in page.Rows.Where(where))
            {
                if (rows.Count == query.PageSize) return new OrderPage(rows, row.Id);
                rows.Add(row);
            }

            if (page.Next is not { } next) return new OrderPage(rows, null);
            rest = rest with { StartAt = next };
        }
    }

    /// <summary>One order, when the path may see it.</summary>
    public async Task<OrderRow?> FindAsync(AccountId path, OrderKey id, CancellationToken ct)
    {
        // The list decides who sees what; it also knows the accounts that are gone.
        var page = await orders.ListAsync(new OrderQuery { Within = WithinOf(path), StartAt = id, PageSize = 1 }, ct);
        return page.Rows is [var row] && row.Id == id ? row : null;
    }

    /// <summary>Reads a number as this path writes it; none when it is no number.</summary>
    public PhoneNumber? NumberOf(AccountId path, string text) => NumberInput.TryRead(desk.RulesFor(path), text, out var number, out _) ? number : null;

    /// <summary>The open order of a number, when the path may see it.</summary>
    internal async Task<OrderRow?> FindOpenAsync(Actor actor, AccountId path, PhoneNumber number, CancellationToken ct)
    {
        var open = await orders.FindOpenAsync([number], ct);
        if (!open.TryGetValue(number, out var order)) return null;
        var isOwn = order.Account is { } account && desk.Tree.IsAbove(path, account);
        return isOwn || (desk.Tree.IsAdmin(actor) && (actor.IsSystem || actor.Account == path)) ? order : null;
    }

    private AccountId? WithinOf(AccountId path) => path == desk.Tree.Master ? null : path;
}
