using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Orders;

public sealed partial class OrdersDatabase
{
    // What never changes, and what claims alone write.
    private static readonly string[] Fixed = ["id", "kind", "carrier", "actor", "created", "lease_owner", "lease_until"];

    private static readonly (string Name, bool IsLong, Func<OrderRow, object?> Value)[] Changing =
        [.. OrderColumns.All.Where(column => !Fixed.Contains(column.Name))];

    private static readonly string Update =
        $"UPDATE orders SET {string.Join(", ", Changing.Select((column, i) => $"{column.Name} = {NumberSql.P(i + 4)}"))}, "
        + "lease_owner = CASE WHEN $3 = 1 THEN lease_owner END, lease_until = CASE WHEN $3 = 1 THEN lease_until END WHERE id = $1 AND lease_owner = $2";

    /// <summary>Writes a step of an order, as a whole or not at all.</summary>
    /// <param name="save">What.</param>
    /// <param name="ct">Ends the waiting, and the step as long as it is not being committed.</param>
    /// <exception cref="RulesChangedException">Nothing was written; decide again.</exception>
    public async Task<SaveOutcome> SaveAsync(OrderSave save, CancellationToken ct)
    {
        try
        {
            return await database.WriteAsync((session, token) => SaveAsync(session, save, token), WriteLane.Foreground, ct);
        }
        catch (LeaseLostException)
        {
            return new SaveOutcome.LeaseLost();
        }
        catch (NumberHeldException)
        {
            return new SaveOutcome.NumberHeld();
        }
        catch (DbException e) when (e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteErrorCode: 19 })
        {
            return new SaveOutcome.NumberHeld();
        }
    }

    private async Task<SaveOutcome> SaveAsync(DbSession session, OrderSave save, CancellationToken ct)
    {
        // Payers before numbers, numbers before orders, as everybody does: nobody waits crosswise.
        NumberRecord? number = null;
        // What its intent holds, for whomever, is the price of the whole request, and stays.
        var intent = save.Hold is { } hold && !await BillingBook.HasHoldsAsync(session, save.Row.Id.ToString(), ct)
            ? new OrderIntent(save.Row, hold.Before.Revision) { Before = hold.Before, After = hold.After }
            : null;
        var held = intent is null ? null : await BilledIntents.PriceAsync(session, [intent], save.Hold!.Terms, ct); // there is an intent only where there is a hold
        if (intent is not null && held?.RefusalOf(intent) is { } unpaid) return new SaveOutcome.Unpaid(unpaid);
        var bill = await BilledChanges.OpenAsync(
            session, save.Billing ?? save.HoldTerms, save.Change is { } billed ? BilledChanges.OwnersOf([billed]) : [], save.Row.Id.ToString(), ct);
        if (save is { Billing: not null, Change: { } priced } && bill.Refusal(priced) is { } refusal) return new SaveOutcome.Unpaid(refusal);
        if (save.Change is { } change)
        {
            var effects = save.TakesNumber ? new OrderEffects { Taken = new HashSet<PhoneNumber> { change.Number } } : OrderEffects.None;
            switch ((await NumbersDatabase.ApplyAsync(session, [change], effects, save.RulesVersion, ct))[0])
            {
                case ChangeOutcome.Written written: number = written.Record; break;
                case ChangeOutcome.Lost lost: return new SaveOutcome.NumberChanged(lost.Current);
            }
        }
        else
        {
            await Versions.CheckRulesAsync(session, save.RulesVersion, ct);
        }

        var row = save.Row with
        {
            Modified = DateTimeOffset.FromUnixTimeMilliseconds(NowMs),
            CreditHeld = !save.Row.IsOpen ? null : intent is null ? save.Row.CreditHeld : held?.HeldFor(intent),
        };
        object?[] values = [row.Id.ToString(), save.Lease, save.KeepsLease ? 1L : 0L, .. Changing.Select(column => column.Value(row))];
        // What was written for the number goes as well.
        if (await session.Hot(Update, values).ExecuteNonQueryAsync(ct) == 0) throw new LeaseLostException();

        session.Note(new CallEffect.Document("order_step", row.Id.ToString()));
        if (intent is not null && held is not null) await BillingBook.HoldAsync(session, row.Id.ToString(), held.LinesOf(intent), ct);
        await ChargeAsync(session, save, row, bill, ct);
        await InsertAsync(session, save.More, ct);
        foreach (var more in save.More.Where(more => !more.Number.IsEmpty))
        {
            if (await FindAsync(session, more.Id, ct) is not null) continue;
            // What lies stranded is never left out: where its number is held, it goes without. A release that cannot be written must not be believed to be under way.
            if (more.Outcome != OrderOutcome.Stranded) throw new NumberHeldException();
            await InsertAsync(session, [more with { Number = default }], ct);
        }

        return new SaveOutcome.Saved(row with { LeaseOwner = save.KeepsLease ? row.LeaseOwner : null, LeaseUntil = save.KeepsLease ? row.LeaseUntil : null }, number);
    }

    // What was held is charged by the transaction that settles the order, and free again when it ends otherwise (numbers.md 13.4).
    private static async Task ChargeAsync(DbSession session, OrderSave save, OrderRow row, BilledChanges bill, CancellationToken ct)
    {
        var order = row.Id.ToString();
        if (save.TakesBackCharges) await BillingBook.ReverseAsync(session, order, row.Account, row.Number, row.Modified, ct);
        var wasHeld = row is { IsOpen: false, Kind: OrderKind.Acquire or OrderKind.Feature }
            && await BillingBook.EndHoldsAsync(session, order, row.IsBought && save.Billing is null, row.Account, row.Number, row.Modified, ct);
        // It was free beside others that did not come in the end: then it is not. Or the plan came while the order was open: as what was there before it, the number costs from the next month on.
        if (!wasHeld && row.IsBought && save is { Billing: null, Change: { } bought })
            await BillingBook.ChargeAsync(session, order, row.Data.IsPriced ? bill.Arriving(bought) : bill.Opening(bought), bought.After?.Account, row.Number, row.Modified, ct);
        // What goes with a purchase that was taken back is no charge of that purchase.
        var cause = save.TakesBackCharges ? $"{order} taken back" : order;
        if (save.Change is { } change) await BillingBook.ChargeAsync(session, cause, bill.LinesOf(change), change.After?.Account ?? change.Before?.Account, row.Number, row.Modified, ct);
    }

    /// <summary>Writes orders inside a transaction of the caller's. Those whose number an open order holds are left out.</summary>
    internal static async Task InsertAsync(DbSession session, IReadOnlyList<OrderRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0) return;
        if (session.Kind == DatabaseKind.PostgreSql) await session.Hot(OrderSql.InsertMany, OrderColumns.Arrays(rows)).ExecuteNonQueryAsync(ct);
        else foreach (var row in rows) session.Hot(OrderSql.Insert, OrderColumns.Values(row)).ExecuteNonQuery();
    }

    private sealed class LeaseLostException : Exception;

    private sealed class NumberHeldException : Exception;
}
