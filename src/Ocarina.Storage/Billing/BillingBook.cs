using System.Globalization;
using Ocarina.Core;
using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>Prices changes and writes down what they charge, in the transaction of the changes.</summary>
/// <remarks>Payers are locked before anything else is, in order of the account: whoever comes second sees what the first one has spent (numbers.md 13.4).</remarks>
internal static class BillingBook
{
    private const string Columns = "id, cause, payer, vendor, bookkeeper, category, item, kind, period, quantity, rate, amount, account, number, reverses, created";

    private const string Insert = $"INSERT INTO charges ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING";

    private const string Hold =
        "INSERT INTO credit_holds (order_id, payer, vendor, bookkeeper, category, item, kind, quantity, rate, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    private const string Held = "SELECT payer, vendor, bookkeeper, category, item, kind, quantity, rate, amount FROM credit_holds WHERE order_id = $1";

    private const string AnyHeld = "SELECT 1 FROM credit_holds WHERE order_id = $1 LIMIT 1";

    private const string DropHolds = "DELETE FROM credit_holds WHERE order_id = $1";

    private const string OfCause = "SELECT id, payer, vendor, bookkeeper, category, item, kind, quantity, rate, amount FROM charges WHERE cause = $1 AND kind <> 'reversal'";

    /// <summary>Begins to price. None when nobody who would have to pay is billed by a plan: then everything is free.</summary>
    /// <param name="session">The transaction, or a read.</param>
    /// <param name="scope">Who pays.</param>
    /// <param name="owners">Owners of the numbers, before and after.</param>
    /// <param name="now">The moment.</param>
    /// <param name="charges">True when something will be charged: then the payers are locked, and months of theirs that have begun are charged first, for what they hold until now. False only reads.</param>
    /// <param name="except">Key of the order that is being settled: it is not counted as being bought.</param>
    /// <param name="ct">Ends the waiting.</param>
    internal static async Task<BillingRun?> OpenAsync(
        DbSession session, IBillingScope scope, IEnumerable<AccountId> owners, DateTimeOffset now, bool charges, string? except, CancellationToken ct)
    {
        var payers = owners.Distinct().SelectMany(scope.PayersOf).Distinct().ToList();
        var services = (await BillingReads.ServicesAsync(session, payers, charges, ct)).Where(entry => entry.Services.Plans.Count > 0).ToList();
        if (services.Count == 0) return null;

        var plans = await BillingReads.PlansAsync(session, [.. services.SelectMany(entry => entry.Services.Plans)], ct);
        List<PayerBooks> books = [];
        // The nearest payer first, as he is named first in a quote.
        foreach (var (account, its, until) in services.OrderBy(entry => payers.IndexOf(entry.Account)))
        {
            var merged = its.Merge(id => plans.GetValueOrDefault(id));
            if (merged.Count == 0) continue;
            if (charges) await BillingMonths.ChargeAsync(session, account, its, merged, until, now, scope, ct);
            books.Add(await BillingReads.BooksAsync(session, account, its, merged, scope, buying: true, except, ChargeRow.MonthOf(now), ct));
        }

        return books.Count == 0 ? null : new BillingRun(books, scope);
    }

    /// <summary>Writes what a change charged.</summary>
    internal static Task ChargeAsync(
        DbSession session, string cause, IEnumerable<ChargeLine> lines, AccountId? account, PhoneNumber number, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(session, cause, lines.Select(line => new ChargeRow(NewId(), cause, line, ChargeRow.MonthOf(now), account, number.IsEmpty ? null : number, null, now)), now, ct);

    /// <summary>Writes the rows of one cause, and tells of those that were not there.</summary>
    internal static async Task WriteAsync(DbSession session, string cause, IEnumerable<ChargeRow> rows, DateTimeOffset now, CancellationToken ct)
    {
        List<ChargeRow> written = [];
        foreach (var row in rows)
            if (await InsertAsync(session, row, ct)) written.Add(row);
        await BillingNews.TellAsync(session, cause, written, now, ct);
    }

    /// <summary>Writes a row; false when its cause was charged already.</summary>
    internal static async Task<bool> InsertAsync(DbSession session, ChargeRow row, CancellationToken ct)
    {
        var line = row.Line;
        return await session.Hot(Insert,
            row.Id, row.Cause, line.Payer.ToString(), line.Vendor.ToString(), line.Bookkeeper, line.Item.Category, line.Item.Item, line.Kind.Name(),
            row.Period.ToUnixTimeMilliseconds(), line.Quantity, Money.ToMillionths(line.Rate), Money.ToMillionths(line.Amount),
            row.Account?.ToString(), row.Number?.ToString(), row.Reverses, row.Created.ToUnixTimeMilliseconds()).ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Holds what an order will charge when it ends well.</summary>
    internal static async Task HoldAsync(DbSession session, string order, IEnumerable<ChargeLine> lines, CancellationToken ct)
    {
        foreach (var line in lines)
            await session.Hot(Hold, order, line.Payer.ToString(), line.Vendor.ToString(), line.Bookkeeper, line.Item.Category, line.Item.Item, line.Kind.Name(),
                line.Quantity, Money.ToMillionths(line.Rate), Money.ToMillionths(line.Amount)).ExecuteNonQueryAsync(ct);
    }

    /// <summary>True when something is held for an order.</summary>
    internal static async Task<bool> HasHoldsAsync(DbSession session, string order, CancellationToken ct) =>
        await session.Hot(AnyHeld, order).ExecuteScalarAsync(ct) is not null;

    /// <summary>Ends what is held for an order: charged when it ended well, free again otherwise.</summary>
    /// <returns>True when something was held.</returns>
    internal static async Task<bool> EndHoldsAsync(DbSession session, string order, bool isBought, AccountId? account, PhoneNumber number, DateTimeOffset now, CancellationToken ct)
    {
        if (isBought)
        {
            List<ChargeLine> lines = [];
            await using (var reader = await session.Hot(Held, order).ExecuteReaderAsync(ct))
                while (await reader.ReadAsync(ct)) lines.Add(ReadLine(reader, 0));
            await ChargeAsync(session, order, lines, account, number, now, ct);
        }

        return await session.Hot(DropHolds, order).ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Takes back everything that a cause has charged: a row for each, which names it.</summary>
    internal static async Task ReverseAsync(DbSession session, string cause, AccountId? account, PhoneNumber number, DateTimeOffset now, CancellationToken ct)
    {
        List<(string Id, ChargeLine Line)> charged = [];
        await using (var reader = await session.Hot(OfCause, cause).ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) charged.Add((reader.GetString(0), ReadLine(reader, 1)));
        await WriteAsync(session, $"{cause} reversed", charged.Select(pair => new ChargeRow(NewId(), pair.Id, Back(pair.Line), ChargeRow.MonthOf(now), account, number.IsEmpty ? null : number, pair.Id, now)), now, ct);

        // Money only: the units go with the number, in the rows of its change.
        static ChargeLine Back(ChargeLine line) => line with { Kind = ChargeKind.Reversal, Quantity = 0, Amount = -line.Amount };
    }

    internal static string NewId() => Guid.CreateVersion7().ToString("N");

    /// <summary>Key of a change without an order.</summary>
    internal static string CauseOf(NumberRecord written) => string.Create(CultureInfo.InvariantCulture, $"{written.Number}#{written.Revision}");

    /// <summary>Reads payer, vendor, bookkeeper, category, item, kind, quantity, rate, amount from a column on.</summary>
    internal static ChargeLine ReadLine(System.Data.Common.DbDataReader row, int at) => new(
        AccountId.FromStorage(row.GetString(at)), AccountId.FromStorage(row.GetString(at + 1)), row.GetString(at + 2),
        new ChargeItem(row.GetString(at + 3), row.GetString(at + 4)),
        ChargeKinds.TryParse(row.GetString(at + 5), out var kind) ? kind : throw new InvalidDataException("A charge of a kind that nobody knows."),
        row.GetInt64(at + 6), Money.FromMillionths(row.GetInt64(at + 7)), Money.FromMillionths(row.GetInt64(at + 8)));
}
