using System.Globalization;
using Ocarina.Core;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Billing;

/// <summary>Which entries of the log of changes are wanted.</summary>
/// <param name="Account">Whose services, or plans, were changed.</param>
public sealed record AuditQuery(AccountId Account)
{
    /// <summary>What was changed; none for everything.</summary>
    public string? Source { get; init; }

    /// <summary>Not before this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Not after the second that begins here.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Id of the first row of the page; the newest without it.</summary>
    public string? StartAt { get; init; }

    /// <summary>Rows of a page, 1 or more.</summary>
    public int PageSize { get; init; } = 50;
}

/// <summary>One page of the log of changes, newest first.</summary>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, string? Next);

/// <summary>How often something was changed.</summary>
/// <param name="Key">What, or on which day (UTC).</param>
/// <param name="Count">How often.</param>
/// <param name="Last">When last.</param>
public sealed record AuditCount(string Key, long Count, DateTimeOffset Last);

public sealed partial class BillingDatabase
{
    private const long DayMs = 24 * 60 * 60 * 1000;

    /// <summary>One page of the log of changes, newest first.</summary>
    public async Task<AuditPage> AuditAsync(AuditQuery query, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        var (where, values) = Where(query);
        values.Add(query.PageSize + 1L);
        var rows = await database.ReadAsync(async (session, token) =>
        {
            List<AuditRow> found = [];
            await using var command = session.Cold($"SELECT {ServicesAuditTable.Columns} FROM services_audit WHERE {where} ORDER BY id DESC LIMIT {NumberSql.P(values.Count)}", [.. values]);
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token)) found.Add(ServicesAuditTable.Read(reader));
            return found;
        }, ct);
        return rows.Count <= query.PageSize ? new AuditPage(rows, null) : new AuditPage(rows[..query.PageSize], rows[^1].Id);
    }

    /// <summary>One entry of an account's log; none when it has no such entry.</summary>
    public Task<AuditRow?> FindAuditAsync(AccountId account, string id, CancellationToken ct) => database.ReadAsync(async (session, token) =>
    {
        await using var reader = await session.Hot($"SELECT {ServicesAuditTable.Columns} FROM services_audit WHERE account = $1 AND id = $2", account.ToString(), id).ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? ServicesAuditTable.Read(reader) : null;
    }, ct);

    /// <summary>How often what was changed, by its name.</summary>
    public Task<IReadOnlyList<AuditCount>> CountAuditAsync(AuditQuery query, CancellationToken ct) => CountAuditAsync(query, "source", key => (string)key, ct);

    /// <summary>The same by the day (UTC).</summary>
    public Task<IReadOnlyList<AuditCount>> CountAuditByDayAsync(AuditQuery query, CancellationToken ct) => CountAuditAsync(
        query, $"created / {DayMs}",
        key => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(key, CultureInfo.InvariantCulture) * DayMs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ct);

    private Task<IReadOnlyList<AuditCount>> CountAuditAsync(AuditQuery query, string group, Func<object, string> name, CancellationToken ct)
    {
        var (where, values) = Where(query);
        return database.ReadAsync<IReadOnlyList<AuditCount>>(async (session, token) =>
        {
            List<AuditCount> found = [];
            await using var command = session.Cold($"SELECT {group}, COUNT(*), MAX(created) FROM services_audit WHERE {where} GROUP BY {group} ORDER BY {group}", [.. values]);
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                found.Add(new AuditCount(name(reader.GetValue(0)), reader.GetInt64(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2))));
            return found;
        }, ct);
    }

    private static (string Where, List<object?> Values) Where(AuditQuery query)
    {
        List<object?> values = [query.Account.ToString()];
        List<string> where = ["account = $1"];
        if (query.Source is { } source) where.Add($"source = {Value(source)}");
        if (query.From is { } from) where.Add($"created >= {Value(from.ToUnixTimeMilliseconds())}");
        if (query.To is { } to) where.Add($"created < {Value(to.AddSeconds(1).ToUnixTimeMilliseconds())}");
        if (query.StartAt is { } start) where.Add($"id <= {Value(start)}");
        return (string.Join(" AND ", where), values);

        string Value(object value)
        {
            values.Add(value);
            return NumberSql.P(values.Count);
        }
    }
}
