using Dapper;
using Ocarina.Core;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Outbox;

public sealed partial class OutboxDatabase
{
    private const string IsDue = "d.state = 'waiting' AND d.next_attempt <= @now AND (d.lease_until IS NULL OR d.lease_until <= @now)";

    // A message waits for the older ones of its number to that receiver. What a person sends again is no part of that order.
    private const string IsFirst =
        "(d.repeated = 1 OR d.number = '' OR NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.receiver = d.receiver AND o.number = d.number "
        + "AND o.state = 'waiting' AND o.repeated = 0 AND (o.event, o.position) < (d.event, d.position)))";

    private const string Columns =
        "d.id AS Id, d.message AS Message, d.kind AS Kind, d.account AS Account, d.number AS Number, d.event AS Event, d.receiver AS Receiver, d.state AS State, "
        + "d.attempts AS Attempts, d.next_attempt AS NextAttempt, d.give_up_at AS GiveUpAt, d.error AS Error, d.created AS Created, d.modified AS Modified, "
        + "(SELECT payload FROM outbox m WHERE m.id = d.message) AS Payload";

    /// <summary>Takes deliveries that are due, that wait for none before them and that nobody works on.</summary>
    /// <param name="lease">Token of this turn; never used again.</param>
    /// <param name="length">Length of the lease: longer than any attempt.</param>
    /// <param name="limit">Most deliveries.</param>
    /// <param name="perReceiver">Most of one receiver, so that one that hangs holds up no other.</param>
    /// <param name="except">Receivers left alone just now.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<IReadOnlyList<DeliveryRow>> ClaimAsync(
        string lease, TimeSpan length, int limit, int perReceiver, IReadOnlyCollection<string> except, CancellationToken ct)
    {
        // Looking is cheap; on SQLite a write that finds nothing would still stand in the queue.
        var any = await database.ReadAsync((session, token) => session.Connection.ExecuteScalarAsync<long>(session.Command(
            $"SELECT count(*) FROM (SELECT d.id FROM deliveries d WHERE {IsDue} LIMIT 1) first", new { now = NowMs }, token)), ct);
        if (any == 0) return [];

        var others = except.Count == 0 ? "" : $"AND d.receiver NOT IN ({string.Join(", ", except.Select((_, i) => $"@r{i}"))}) ";
        return await database.WriteAsync(async (session, token) =>
        {
            var now = NowMs;
            var parameters = new DynamicParameters(new { now, lease, until = now + (long)length.TotalMilliseconds, limit = (long)limit, perReceiver = (long)perReceiver });
            foreach (var (receiver, i) in except.Select((receiver, i) => (receiver, i))) parameters.Add($"r{i}", receiver);
            var locking = session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";
            var sql =
                "UPDATE deliveries SET lease_owner = @lease, lease_until = @until WHERE id IN (SELECT d.id FROM deliveries d WHERE d.id IN ("
                + "SELECT id FROM (SELECT d.id, d.next_attempt, row_number() OVER (PARTITION BY d.receiver ORDER BY d.next_attempt, d.id) AS place "
                + $"FROM deliveries d WHERE {IsDue} {others}AND {IsFirst}) ranked WHERE place <= @perReceiver ORDER BY next_attempt, id LIMIT @limit) "
                + $"AND {IsDue}{locking})";
            if (await session.Connection.ExecuteAsync(session.Command(sql, parameters, token)) == 0) return [];
            return (await session.Connection.QueryAsync<DeliveryRow>(session.Command(
                $"SELECT {Columns} FROM deliveries d WHERE d.lease_owner = @lease ORDER BY d.next_attempt, d.id", new { lease }, token))).AsList();
        }, WriteLane.Background, ct);
    }

    /// <summary>Writes what an attempt came to.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="lease">The turn it was claimed by; when it is another one's by now, only the log is written.</param>
    /// <param name="attempt">What happened.</param>
    /// <param name="next">When it is tried again; none ends it, as delivered or dead.</param>
    /// <param name="disable">Switches the webhook off that has failed: given since when it fails, says why it has to end now, or nothing.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>What the webhook was switched off with, if it was.</returns>
    public Task<string?> FinishAsync(
        DeliveryRow delivery, string lease, DeliveryAttempt attempt, DateTimeOffset? next, Func<DateTimeOffset, string?> disable, CancellationToken ct) =>
        database.WriteAsync(async (session, token) =>
        {
            var now = NowMs;
            // The webhook before its deliveries, as everybody does: nobody waits crosswise.
            var disabled = await NoteAtWebhookAsync(session, delivery.Receiver, attempt.IsSuccess, now, disable, token);
            await session.Connection.ExecuteAsync(session.Command("""
                INSERT INTO delivery_attempts (id, delivery, receiver, time, is_success, code, reason, elapsed_ms, left_ms)
                VALUES (@id, @delivery, @receiver, @now, @success, @code, @reason, @elapsed, @left)
                """,
                new
                {
                    id = TimeOrderedId.New(clock.GetUtcNow()), delivery = delivery.Id, receiver = delivery.Receiver, now, success = Flag.Of(attempt.IsSuccess),
                    code = (long?)attempt.Code, reason = attempt.Reason, elapsed = attempt.ElapsedMs, left = next is null ? 0 : Math.Max(0, delivery.GiveUpAt - now),
                }, token));
            await session.Connection.ExecuteAsync(session.Command("""
                UPDATE deliveries SET state = @state, attempts = attempts + 1, next_attempt = @next, error = @reason, modified = @now, lease_owner = NULL, lease_until = NULL
                WHERE id = @id AND lease_owner = @lease
                """,
                new
                {
                    id = delivery.Id, lease, now, next = next?.ToUnixTimeMilliseconds(), reason = attempt.Reason,
                    state = attempt.IsSuccess ? DeliveryStates.Delivered : next is null ? DeliveryStates.Dead : DeliveryStates.Waiting,
                }, token));
            if (disabled is not null) await BuryAsync(session, delivery.Receiver, disabled, now, token);
            return disabled;
        }, WriteLane.Background, ct);

    /// <summary>Sends a delivery again that has ended. It waits for no other, and no other for it.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="giveUpAfter">How long it is tried.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns><see langword="false"/> when it is waiting already, or there is none.</returns>
    public Task<bool> RepeatAsync(string id, TimeSpan giveUpAfter, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        var now = NowMs;
        var isRepeated = await session.Connection.ExecuteAsync(session.Command("""
            UPDATE deliveries SET state = 'waiting', repeated = 1, attempts = 0, next_attempt = @now, give_up_at = @until, error = NULL, modified = @now
            WHERE id = @id AND state <> 'waiting'
            """, new { id, now, until = now + (long)giveUpAfter.TotalMilliseconds }, token)) > 0;
        if (isRepeated) session.Note(new Idempotency.CallEffect.Document("delivery", id));
        return isRepeated;
    }, WriteLane.Foreground, ct);

    private static async Task<string?> NoteAtWebhookAsync(
        DbSession session, string receiver, bool isSuccess, long now, Func<DateTimeOffset, string?> disable, CancellationToken ct)
    {
        if (WebhookRow.IdOf(receiver) is not { } id) return null;
        if (isSuccess)
        {
            await session.Hot("UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL", id).ExecuteNonQueryAsync(ct);
            return null;
        }

        var since = await session.Hot("UPDATE webhooks SET failing_since = COALESCE(failing_since, $2) WHERE id = $1 AND enabled = 1 RETURNING failing_since", id, now)
            .ExecuteScalarAsync(ct);
        if (since is not long first || disable(DateTimeOffset.FromUnixTimeMilliseconds(first)) is not { } why) return null;
        await WebhooksTable.DisableAsync(session, id, why, now, ct);
        return why;
    }

    private static Task BuryAsync(DbSession session, string receiver, string why, long now, CancellationToken ct) =>
        session.Hot(
            "UPDATE deliveries SET state = 'dead', next_attempt = NULL, error = $2, modified = $3, lease_owner = NULL, lease_until = NULL WHERE receiver = $1 AND state = 'waiting'",
            receiver, why, now).ExecuteNonQueryAsync(ct);
}
