using Dapper;
using Ocarina.Core;
using Ocarina.Core.Telling;
using Ocarina.Storage.Accounts;
using Ocarina.Storage.Ledger;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Outbox;

/// <summary>Messages on their way: who gets them, what is due, what became of it (docs/decisions/0015-telling.md).</summary>
/// <remarks>Stateless and safe to share.</remarks>
public sealed partial class OutboxDatabase(IDatabase database, TimeProvider clock)
{
    private const string Follower = "webhooks";

    // One process at a time finds out who gets what: older messages of a number are addressed before younger ones.
    private const long AddressingLock = 0x0CA2_1A00_0006;

    private const string InsertDelivery =
        "INSERT INTO deliveries (id, message, kind, account, number, event, position, receiver, state, next_attempt, give_up_at, created, modified) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $9)";

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes the deliveries of messages that have none yet, in order.</summary>
    /// <param name="receiversOf">Who gets a message, of these webhooks among others. Runs in the transaction.</param>
    /// <param name="prepare">Called after the messages were read: what they are decided by must be as new as they are.</param>
    /// <param name="giveUpAfter">How long a delivery is tried.</param>
    /// <param name="limit">Most messages.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many messages. 0 also while another process does this.</returns>
    public async Task<int> AddressAsync(
        Func<DbSession, Message, IReadOnlyList<WebhookRow>, CancellationToken, Task<IReadOnlyList<string>>> receiversOf,
        Func<CancellationToken, Task> prepare, TimeSpan giveUpAfter, int limit, CancellationToken ct)
    {
        const string any = "SELECT count(*) FROM (SELECT id FROM outbox WHERE addressed = 0 LIMIT 1) first";
        if (await database.ReadAsync((session, token) => session.Connection.ExecuteScalarAsync<long>(session.Command(any, null, token)), ct) == 0) return 0;

        return await database.WriteAsync(async (session, token) =>
        {
            if (!await TryLockAsync(session, token)) return 0;
            var messages = await NewAsync(session, limit, token);
            await PrepareAsync(session, prepare, token);
            var hooks = await WebhooksTable.EnabledAsync(session, WebhookRow.Notifications, token);
            foreach (var message in messages)
            {
                var receivers = await receiversOf(session, message.Message, hooks, token);
                await InsertDeliveriesAsync(session, message, receivers, giveUpAfter, token);
                // What nobody wants to hear is told.
                var sql = receivers.Count > 0 ? "UPDATE outbox SET addressed = 1 WHERE id = $1" : "DELETE FROM outbox WHERE id = $1";
                await session.Hot(sql, message.Id).ExecuteNonQueryAsync(token);
            }

            return messages.Count;
        }, WriteLane.Background, ct);
    }

    /// <summary>Reads on in the ledger, for the webhooks that want to hear of every change of a number.</summary>
    /// <param name="messagesOf">The messages of an event and who gets each, of these webhooks. Touches nothing but memory.</param>
    /// <param name="prepare">Called after the events were read: what they are decided by must be as new as they are.</param>
    /// <param name="giveUpAfter">How long a delivery is tried.</param>
    /// <param name="limit">Most events.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many events were read. 0 also while another process does this.</returns>
    public async Task<int> FollowAsync(
        Func<NumberEventRow, IReadOnlyList<WebhookRow>, IEnumerable<(Message Message, IReadOnlyList<string> Receivers)>> messagesOf,
        Func<CancellationToken, Task> prepare, TimeSpan giveUpAfter, int limit, CancellationToken ct)
    {
        var isBehind = await database.ReadAsync(
            async (session, token) => await LedgerFeed.EndAsync(session, token) != await ReadPositionAsync(session, token), ct);
        if (!isBehind) return 0;

        return await database.WriteAsync(async (session, token) =>
        {
            if (!await TryLockAsync(session, token)) return 0;
            // The end before the webhooks: one that is made just now hears of what happens after it.
            var end = await LedgerFeed.EndAsync(session, token);
            var hooks = await WebhooksTable.EnabledAsync(session, WebhookRow.NumberObjects, token);
            // Nobody listens: an import of millions passes by unread.
            if (hooks.Count == 0) return await MoveToAsync(session, end, token);

            var (page, _) = await LedgerFeed.ReadAsync(session, await ReadPositionAsync(session, token), null, limit, token);
            await PrepareAsync(session, prepare, token);
            foreach (var (row, _) in page)
            {
                var position = 0;
                foreach (var (message, receivers) in messagesOf(row, hooks))
                {
                    if (receivers.Count == 0) continue;
                    var stored = new OutboxRow(TimeOrderedId.New(row.Body.Time), message, row.Seq, position++, row.Body.Time);
                    await OutboxTable.InsertAsync(session, stored, isAddressed: true, token);
                    await InsertDeliveriesAsync(session, stored, receivers, giveUpAfter, token);
                }
            }

            if (page is [.., { Resume: { } resume }]) await MoveToAsync(session, resume, token);
            return page.Count;
        }, WriteLane.Background, ct);
    }

    /// <summary>Removes what ended long ago, in pieces.</summary>
    /// <param name="before">What ended later stays.</param>
    /// <param name="limit">Most messages.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many messages went.</returns>
    public Task<int> ForgetAsync(DateTimeOffset before, int limit, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        const string ended =
            "SELECT d.message FROM deliveries d WHERE d.state <> 'waiting' AND d.modified < @before "
            + "AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.message = d.message AND (o.state = 'waiting' OR o.modified >= @before)) LIMIT @limit";
        await session.Hot("DELETE FROM delivery_attempts WHERE delivery = $1 AND id < $2", AttemptRow.Trial, TimeOrderedId.New(before)).ExecuteNonQueryAsync(token);
        var messages = (await session.Connection.QueryAsync<string>(
            session.Command(ended, new { before = before.ToUnixTimeMilliseconds(), limit = (long)limit }, token))).Distinct().ToList();
        foreach (var message in messages)
        {
            await ExecuteAsync("DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM deliveries WHERE message = $1)", message);
            await ExecuteAsync("DELETE FROM deliveries WHERE message = $1", message);
            await ExecuteAsync("DELETE FROM outbox WHERE id = $1", message);
        }

        return messages.Count;

        Task ExecuteAsync(string sql, string message) => session.Hot(sql, message).ExecuteNonQueryAsync(token);
    }, WriteLane.Background, ct);

    private async Task InsertDeliveriesAsync(DbSession session, OutboxRow message, IEnumerable<string> receivers, TimeSpan giveUpAfter, CancellationToken ct)
    {
        var (now, count) = (NowMs, 0);
        foreach (var receiver in receivers)
        {
            await session.Hot(
                InsertDelivery, $"{message.Id}-{++count}", message.Id, message.Message.Kind, message.Message.Account?.ToString(), message.Message.Number.ToString(),
                message.Event, message.Position, receiver, now, now + (long)giveUpAfter.TotalMilliseconds, message.Created.ToUnixTimeMilliseconds()).ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task<List<OutboxRow>> NewAsync(DbSession session, int limit, CancellationToken ct)
    {
        const string sql = "SELECT id, kind, account, number, event, position, payload, created FROM outbox WHERE addressed = 0 ORDER BY event, position, id LIMIT $1";
        List<OutboxRow> rows = [];
        await using var reader = await session.Hot(sql, (long)limit).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var message = new Message(
                reader.GetString(1), reader.IsDBNull(2) ? null : AccountId.FromStorage(reader.GetString(2)),
                reader.GetString(3) is { Length: > 0 } number ? PhoneNumber.FromStorage(number) : default, DocumentText.FromStorage(reader.GetString(6)));
            rows.Add(new OutboxRow(reader.GetString(0), message, reader.GetInt64(4), reader.GetInt64(5), NumberColumns.Time(reader.GetInt64(7))));
        }

        return rows;
    }

    // On SQLite nobody else writes, so what this process has in memory is as new as its tables; and its writer waits for nothing.
    private static Task PrepareAsync(DbSession session, Func<CancellationToken, Task> prepare, CancellationToken ct) =>
        session.Kind == DatabaseKind.Sqlite ? Task.CompletedTask : prepare(ct);

    private static async Task<bool> TryLockAsync(DbSession session, CancellationToken ct) =>
        session.Kind == DatabaseKind.Sqlite || await session.Hot("SELECT pg_try_advisory_xact_lock($1)", AddressingLock).ExecuteScalarAsync(ct) is true;

    private static async Task<long> ReadPositionAsync(DbSession session, CancellationToken ct) =>
        await session.Hot("SELECT event FROM ledger_followers WHERE name = $1", Follower).ExecuteScalarAsync(ct) as long? ?? 0;

    private static async Task<int> MoveToAsync(DbSession session, long position, CancellationToken ct)
    {
        await session.Hot("UPDATE ledger_followers SET event = $2 WHERE name = $1", Follower, position).ExecuteNonQueryAsync(ct);
        return 0;
    }
}
