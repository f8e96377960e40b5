using Dapper;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Outbox;

public sealed partial class OutboxDatabase
{
    private const string AttemptColumns =
        "id AS Id, delivery AS Delivery, receiver AS Receiver, time AS Time, is_success AS IsSuccess, code AS Code, reason AS Reason, elapsed_ms AS ElapsedMs, left_ms AS LeftMs";

    /// <summary>One page of deliveries, newest first.</summary>
    /// <returns>The rows, and the first id of the next page; none when this is the last.</returns>
    public Task<(IReadOnlyList<DeliveryRow> Rows, string? Next)> ListAsync(DeliveryQuery query, CancellationToken ct)
    {
        List<string> where = ["1 = 1"];
        if (query.State is not null) where.Add("d.state = @State");
        if (query.Kind is not null) where.Add("d.kind = @Kind");
        if (query.Number is not null) where.Add("d.number = @Number");
        if (query.Receiver is not null) where.Add("d.receiver = @Receiver");
        if (query.StartAt is not null) where.Add("d.id <= @StartAt");
        var sql = $"SELECT {Columns} FROM deliveries d WHERE {string.Join(" AND ", where)} ORDER BY d.id DESC LIMIT @limit";
        return PageAsync<DeliveryRow>(sql, new { query.State, query.Kind, query.Number, query.Receiver, query.StartAt, limit = query.PageSize + 1L }, query.PageSize, row => row.Id, ct);
    }

    /// <summary>One delivery.</summary>
    public Task<DeliveryRow?> FindAsync(string id, CancellationToken ct) => database.ReadAsync((session, token) =>
        session.Connection.QuerySingleOrDefaultAsync<DeliveryRow>(session.Command($"SELECT {Columns} FROM deliveries d WHERE d.id = @id", new { id }, token)), ct);

    /// <summary>What was tried with a delivery, newest first; at most 100.</summary>
    public Task<IReadOnlyList<AttemptRow>> AttemptsOfAsync(string delivery, CancellationToken ct) => database.ReadAsync<IReadOnlyList<AttemptRow>>(async (session, token) =>
        (await session.Connection.QueryAsync<AttemptRow>(session.Command(
            $"SELECT {AttemptColumns} FROM delivery_attempts WHERE delivery = @delivery ORDER BY id DESC LIMIT 100", new { delivery }, token))).AsList(), ct);

    /// <summary>One page of what was tried on an account's webhooks, newest first.</summary>
    /// <param name="account">Whose webhooks.</param>
    /// <param name="webhook">One of them; none lists all.</param>
    /// <param name="startAt">First id of the page; none begins with the newest.</param>
    /// <param name="pageSize">Most rows. 1 or more.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<(IReadOnlyList<AttemptRow> Rows, string? Next)> AttemptsAsync(string account, string? webhook, string? startAt, int pageSize, CancellationToken ct)
    {
        var sql =
            $"SELECT {AttemptColumns} FROM delivery_attempts WHERE receiver IN (SELECT '{WebhookRow.Prefix}' || id FROM webhooks WHERE account = @account "
            + $"{(webhook is null ? "" : "AND id = @webhook")}) {(startAt is null ? "" : "AND id <= @startAt")} ORDER BY id DESC LIMIT @limit";
        return PageAsync<AttemptRow>(sql, new { account, webhook, startAt, limit = pageSize + 1L }, pageSize, row => row.Id, ct);
    }

    private async Task<(IReadOnlyList<T> Rows, string? Next)> PageAsync<T>(string sql, object parameters, int pageSize, Func<T, string> idOf, CancellationToken ct)
    {
        var rows = await database.ReadAsync(async (session, token) => (await session.Connection.QueryAsync<T>(session.Command(sql, parameters, token))).AsList(), ct);
        return rows.Count <= pageSize ? (rows, null) : (rows[..pageSize], idOf(rows[^1]));
    }
}
