using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Billing;

/// <summary>Which charges are wanted.</summary>
/// <param name="Payer">Whose; none for all.</param>
public sealed record ChargeQuery(AccountId? Payer)
{
    /// <summary>The number they are about.</summary>
    public PhoneNumber? Number { get; init; }

    /// <summary>The month they belong to.</summary>
    public DateTimeOffset? Period { get; init; }

    /// <summary>Why.</summary>
    public ChargeKind? Kind { get; init; }

    /// <summary>Id of the first row of the page; the newest without it.</summary>
    public string? StartAt { get; init; }

    /// <summary>Rows of a page, 1 or more.</summary>
    public int PageSize { get; init; } = 50;
}

/// <summary>One page of charges, newest first.</summary>
public sealed record ChargePage(IReadOnlyList<ChargeRow> Rows, string? Next);

/// <summary>Where what an account holds and what it is charged for differ.</summary>
/// <param name="Payer">The account.</param>
/// <param name="Vendor">Whose plan.</param>
/// <param name="Item">What.</param>
/// <param name="Held">Billed units it should be charged for this month.</param>
/// <param name="Charged">Billed units it is charged for.</param>
public sealed record ChargeDifference(AccountId Payer, AccountId Vendor, ChargeItem Item, long Held, long Charged);

public sealed partial class BillingDatabase
{
    private const string RowColumns = "id, cause, period, account, number, reverses, created, payer, vendor, bookkeeper, category, item, kind, quantity, rate, amount";
    private const int RowLine = 7; // first column of the line

    private const string QuantitiesOfMonth =
        "SELECT vendor, category, item, SUM(quantity) FROM charges WHERE payer = $1 AND period = $2 AND kind IN ('recurring', 'reversal') GROUP BY vendor, category, item";

    /// <summary>One page of charges, newest first.</summary>
    public async Task<ChargePage> ChargesAsync(ChargeQuery query, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        List<object?> values = [];
        List<string> where = [];
        if (query.Payer is { } payer) where.Add($"payer = {Value(payer.ToString())}");
        if (query.Number is { } number) where.Add($"number = {Value(number.ToString())}");
        if (query.Period is { } period) where.Add($"period = {Value(period.ToUnixTimeMilliseconds())}");
        if (query.Kind is { } kind) where.Add($"kind = {Value(kind.Name())}");
        if (query.StartAt is { } start) where.Add($"id <= {Value(start)}");
        var sql = $"SELECT {RowColumns} FROM charges {(where.Count > 0 ? "WHERE " : "")}{string.Join(" AND ", where)} ORDER BY id DESC LIMIT {Value(query.PageSize + 1L)}";
        var rows = await database.ReadAsync(async (session, token) =>
        {
            List<ChargeRow> found = [];
            await using var command = session.Cold(sql, [.. values]);
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                found.Add(new ChargeRow(
                    reader.GetString(0), reader.GetString(1), BillingBook.ReadLine(reader, RowLine), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
                    AccountId.FromStorageOrNull(reader.IsDBNull(3) ? null : reader.GetString(3)), reader.IsDBNull(4) ? null : PhoneNumber.FromStorage(reader.GetString(4)),
                    reader.IsDBNull(5) ? null : reader.GetString(5), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6))));
            }

            return found;
        }, ct);
        return rows.Count <= query.PageSize ? new ChargePage(rows, null) : new ChargePage(rows[..query.PageSize], rows[^1].Id);

        string Value(object value)
        {
            values.Add(value);
            return NumberSql.P(values.Count);
        }
    }

    /// <summary>Accounts that are billed by a plan, and until when their months are charged.</summary>
    public Task<IReadOnlyList<(AccountId Account, DateTimeOffset ChargedUntil)>> BilledAsync(CancellationToken ct) => database.ReadAsync<IReadOnlyList<(AccountId, DateTimeOffset)>>(async (session, token) =>
    {
        List<(AccountId, DateTimeOffset)> found = [];
        await using var reader = await session.Hot("SELECT account, charged_until FROM account_services ORDER BY account").ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) found.Add((AccountId.FromStorage(reader.GetString(0)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1))));
        return found;
    }, ct);

    /// <summary>Charges the months that have begun since an account was last charged, for what it holds now. Any process may; once it is done the others find nothing left.</summary>
    /// <returns>How many months.</returns>
    public Task<int> ChargeMonthsAsync(AccountId account, IBillingScope scope, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        var lockSql = $"SELECT charged_until FROM account_services WHERE account = $1{(session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE" : "")}";
        if (await session.Hot(lockSql, account.ToString()).ExecuteScalarAsync(token) is not long until) return 0;
        var (month, last) = (DateTimeOffset.FromUnixTimeMilliseconds(until), ChargeRow.MonthOf(Now));
        if (month >= last) return 0;

        var books = await BooksAsync(session, account, await ServicesAsync(session, account, false, token), scope, token);
        var lines = new BillingRun([books], scope).AllInvoices().SelectMany(ChargeLine.OfMonth).ToList();
        var months = 0;
        while (month < last)
        {
            month = month.AddMonths(1);
            months++;
            var (now, begun) = (Now, month);
            await BillingBook.WriteAsync(session, "month", lines.Select(line => new ChargeRow(BillingBook.NewId(), "month", line, begun, account, null, null, now)), now, token);
        }

        await session.Hot("UPDATE account_services SET charged_until = $2 WHERE account = $1", account.ToString(), last.ToUnixTimeMilliseconds()).ExecuteNonQueryAsync(token);
        return months;
    }, WriteLane.Background, ct);

    /// <summary>Compares what an account holds with what it is charged for this month.</summary>
    /// <remarks>A plan whose minimum or step was changed within the month shows here until the month is over.</remarks>
    public Task<IReadOnlyList<ChargeDifference>> CompareAsync(AccountId account, IBillingScope scope, CancellationToken ct) => database.ReadAsync<IReadOnlyList<ChargeDifference>>(async (session, token) =>
    {
        var month = ChargeRow.MonthOf(Now);
        var books = await BooksAsync(session, account, await ServicesAsync(session, account, false, token), scope, token);
        // What is being bought is charged when it is bought.
        var open = await BillingReads.HeldQuantitiesAsync(session, account, token);
        Dictionary<(AccountId, ChargeItem), long> charged = [];
        await using (var reader = await session.Hot(QuantitiesOfMonth, account.ToString(), month.ToUnixTimeMilliseconds()).ExecuteReaderAsync(token))
            while (await reader.ReadAsync(token))
                charged[(AccountId.FromStorage(reader.GetString(0)), new ChargeItem(reader.GetString(1), reader.GetString(2)))] =
                    Convert.ToInt64(reader.GetValue(3), System.Globalization.CultureInfo.InvariantCulture);

        List<ChargeDifference> differences = [];
        foreach (var invoice in new BillingRun([books], scope).AllInvoices())
        {
            foreach (var item in invoice.Items)
            {
                var held = item.After.Billable - open.GetValueOrDefault((invoice.Vendor, item.Key));
                charged.Remove((invoice.Vendor, item.Key), out var found);
                if (held != found) differences.Add(new ChargeDifference(account, invoice.Vendor, item.Key, held, found));
            }
        }

        differences.AddRange(charged.Where(rest => rest.Value != 0).Select(rest => new ChargeDifference(account, rest.Key.Item1, rest.Key.Item2, 0, rest.Value)));
        return differences;
    }, ct);
}
