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

    // All mail goes to one relay, and an account's webhooks are often one system: whoever hangs takes no place of other parties.
    private const string Party =
        "CASE WHEN substr(r.receiver, 1, 7) = 'mailto:' THEN 'mailto:' WHEN substr(r.receiver, 1, 8) = 'webhook:' "
        + "THEN COALESCE((SELECT w.account FROM webhooks w WHERE w.id = substr(r.receiver, 9)), 'webhook:') ELSE r.receiver END";

    // From receiver to receiver along the index: a backlog of a million costs one step.
    private static string Waiting(DatabaseKind kind) => $"""
        WITH RECURSIVE r (receiver) AS (
          SELECT (SELECT d.receiver FROM deliveries d {By(kind, "deliveries_receiver")} WHERE d.state = 'waiting' ORDER BY d.receiver LIMIT 1)
          UNION ALL
          SELECT (SELECT d.receiver FROM deliveries d {By(kind, "deliveries_receiver")} WHERE d.state = 'waiting' AND d.receiver > r.receiver ORDER BY d.receiver LIMIT 1)
          FROM r WHERE r.receiver IS NOT NULL
        )
        SELECT r.receiver AS Receiver, {Party} AS Party,
               (SELECT d.next_attempt FROM deliveries d {By(kind, "deliveries_receiver")} WHERE d.state = 'waiting' AND d.receiver = r.receiver
                ORDER BY d.next_attempt, d.id LIMIT 1) AS Since
        FROM r WHERE r.receiver IS NOT NULL
        """;

    // Without statistics SQLite believes that a state singles out a few rows, and sorts all that wait.
    private static string By(DatabaseKind kind, string index) => kind == DatabaseKind.Sqlite ? $"INDEXED BY {index}" : "";

    /// <summary>Takes deliveries that are due, that wait for none before them and that nobody works on.</summary>
    /// <param name="lease">Token of this turn; never used again.</param>
    /// <param name="length">Length of the lease: longer than any attempt.</param>
    /// <param name="limits">How many may be under way.</param>
    /// <param name="running">What is under way here already, one entry each.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<IReadOnlyList<DeliveryRow>> ClaimAsync(
        string lease, TimeSpan length, DeliveryLimits limits, IReadOnlyCollection<DeliveryReceiver> running, CancellationToken ct)
    {
        // They are looked for outside of the write: nobody on SQLite waits for that. What is first for its number stays so until it ends.
        var ids = await database.ReadAsync((session, token) => FindDueAsync(session, limits, running, token), ct);
        return await LeaseAsync(lease, length, ids, ids.Count, ct);
    }

    /// <summary>Takes one more delivery of a receiver, as <see cref="ClaimAsync"/> does.</summary>
    /// <param name="lease">Token of this turn; never used again.</param>
    /// <param name="length">Length of the lease: longer than any attempt.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="others">How many others may look for one just now.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<DeliveryRow?> ClaimNextAsync(string lease, TimeSpan length, string receiver, int others, CancellationToken ct)
    {
        var ids = await database.ReadAsync((session, token) => FirstOfAsync(session, receiver, others + 1, token), ct);
        return (await LeaseAsync(lease, length, ids, 1, ct)).SingleOrDefault();
    }

    private async Task<IReadOnlyList<string>> FindDueAsync(DbSession session, DeliveryLimits limits, IReadOnlyCollection<DeliveryReceiver> running, CancellationToken ct)
    {
        var any = $"SELECT count(*) FROM (SELECT d.id FROM deliveries d {By(session.Kind, "deliveries_due")} WHERE {IsDue} LIMIT 1) first";
        List<string> ids = [];
        if (await session.Connection.ExecuteScalarAsync<long>(session.Command(any, new { now = NowMs }, ct)) == 0) return ids;

        var now = NowMs;
        var ofReceiver = running.CountBy(one => one.Receiver).ToDictionary();
        var ofParty = running.CountBy(one => one.Party).ToDictionary();
        foreach (var due in (await session.Connection.QueryAsync<DueReceiver>(session.Command(Waiting(session.Kind), null, ct))).Where(due => due.Since <= now).OrderBy(due => due.Since))
        {
            var room = limits.AtOnce - running.Count - ids.Count;
            if (room <= 0) break;
            room = Math.Min(room, Math.Min(limits.PerReceiver - ofReceiver.GetValueOrDefault(due.Receiver), limits.PerParty - ofParty.GetValueOrDefault(due.Party)));
            if (room <= 0) continue;
            var found = await FirstOfAsync(session, due.Receiver, room, ct);
            ids.AddRange(found);
            ofParty[due.Party] = ofParty.GetValueOrDefault(due.Party) + found.Count;
        }

        return ids;
    }

    private async Task<IReadOnlyList<string>> FirstOfAsync(DbSession session, string receiver, int limit, CancellationToken ct) => (await session.Connection.QueryAsync<string>(session.Command(
        $"SELECT d.id FROM deliveries d {By(session.Kind, "deliveries_receiver")} WHERE d.receiver = @receiver AND {IsDue} AND {IsFirst} ORDER BY d.next_attempt, d.id LIMIT @limit",
        new { receiver, now = NowMs, limit = (long)limit }, ct))).AsList();

    private async Task<IReadOnlyList<DeliveryRow>> LeaseAsync(string lease, TimeSpan length, IReadOnlyList<string> ids, int limit, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        return await database.WriteAsync(async (session, token) =>
        {
            var now = NowMs;
            var parameters = new DynamicParameters(new { now, lease, until = now + (long)length.TotalMilliseconds, limit = (long)limit });
            for (var i = 0; i < ids.Count; i++) parameters.Add($"i{i}", ids[i]);
            var locking = session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";
            var found = $"d.id IN ({string.Join(", ", ids.Select((_, i) => $"@i{i}"))})";
            var sql =
                $"UPDATE deliveries SET lease_owner = @lease, lease_until = @until WHERE id IN (SELECT d.id FROM deliveries d WHERE {found} AND {IsDue} ORDER BY d.next_attempt, d.id LIMIT @limit{locking})";
            if (await session.Connection.ExecuteAsync(session.Command(sql, parameters, token)) == 0) return [];
            return (await session.Connection.QueryAsync<DeliveryRow>(session.Command(
                $"SELECT {Columns}, {Party.Replace("r.receiver", "d.receiver", StringComparison.Ordinal)} AS Party FROM deliveries d WHERE {found} AND d.lease_owner = @lease ORDER BY d.next_attempt, d.id",
                parameters, token))).AsList();
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
            var disabled = await NoteAtWebhookAsync(session, delivery.Receiver, isFailure: attempt is { IsSuccess: false, WasAsked: true }, now, disable, token);
            await LogAsync(session, delivery.Id, delivery.Receiver, attempt, next is null ? 0 : Math.Max(0, delivery.GiveUpAt - now), token);
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

    /// <summary>Writes down a call by which a webhook was tried out.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="attempt">What happened.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task NoteTrialAsync(WebhookRow webhook, DeliveryAttempt attempt, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        await LogAsync(session, AttemptRow.Trial, webhook.Receiver, attempt, leftMs: 0, token);
        return 0;
    }, WriteLane.Foreground, ct);

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

    private Task LogAsync(DbSession session, string delivery, string receiver, DeliveryAttempt attempt, long leftMs, CancellationToken ct) => session.Connection.ExecuteAsync(session.Command("""
        INSERT INTO delivery_attempts (id, delivery, receiver, time, is_success, code, reason, elapsed_ms, left_ms)
        VALUES (@id, @delivery, @receiver, @now, @success, @code, @reason, @elapsed, @left)
        """,
        new
        {
            id = TimeOrderedId.New(clock.GetUtcNow()), delivery, receiver, now = NowMs, success = Flag.Of(attempt.IsSuccess),
            code = (long?)attempt.Code, reason = attempt.Reason, elapsed = attempt.ElapsedMs, left = leftMs,
        }, ct));

    private static async Task<string?> NoteAtWebhookAsync(
        DbSession session, string receiver, bool isFailure, long now, Func<DateTimeOffset, string?> disable, CancellationToken ct)
    {
        if (WebhookRow.IdOf(receiver) is not { } id) return null;
        if (!isFailure)
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

    private sealed class DueReceiver
    {
        public required string Receiver { get; init; }

        public required string Party { get; init; }

        public long Since { get; init; }
    }
}
