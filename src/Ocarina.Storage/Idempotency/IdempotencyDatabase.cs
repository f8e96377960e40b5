using System.Collections.Concurrent;

namespace Ocarina.Storage.Idempotency;

/// <summary>Calls with an <c>Idempotency-Key</c>, and what became of them (numbers.md 7.12).</summary>
public sealed class IdempotencyDatabase(IDatabase database, TimeProvider clock)
{
    /// <summary>How long a run is believed to go on without a sign of life.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const string Insert =
        "INSERT INTO idempotency_keys (id, account, fingerprint, owner, lease_until, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";

    private const string Reset =
        "UPDATE idempotency_keys SET fingerprint = $1, owner = $2, lease_until = $3, effects = '', reply = NULL, created = $4, expires = $5 WHERE id = $6";

    private const string TakeOver = "UPDATE idempotency_keys SET owner = $1, lease_until = $2 WHERE id = $3";

    // Runs of this process. On SQLite there is no other process: a lease that is not in here died with the one before.
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);

    /// <summary>Claims a call for this run, or says what became of it.</summary>
    public async Task<CallClaim> ClaimAsync(CallIdentity call, CancellationToken ct)
    {
        var owner = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        _running[owner] = true;
        CallClaim? claim = null;
        try
        {
            return claim = await database.WriteAsync((session, token) => ClaimAsync(session, call, owner, token), WriteLane.Foreground, ct);
        }
        finally
        {
            if (claim is not CallClaim.Mine) _running.TryRemove(owner, out _);
        }
    }

    /// <summary>A sign of life.</summary>
    public Task RenewAsync(CommitMark mark, CancellationToken ct) => database.WriteAsync((session, token) => session.Hot(
        "UPDATE idempotency_keys SET lease_until = $1 WHERE id = $2 AND owner = $3 AND reply IS NULL", Milliseconds(Lease), mark.Id, mark.Owner).ExecuteNonQueryAsync(token),
        WriteLane.Foreground, ct);

    /// <summary>Ends a run with its reply. A failure that has committed nothing is forgotten: the same key may be tried again.</summary>
    public async Task KeepAsync(CommitMark mark, string reply, bool isSuccess, CancellationToken ct)
    {
        mark.End();
        await database.WriteAsync(async (session, token) =>
        {
            var kept = await session.Hot(
                "UPDATE idempotency_keys SET reply = $1, lease_until = 0 WHERE id = $2 AND owner = $3 AND (effects <> '' OR $4 = 1)",
                reply, mark.Id, mark.Owner, isSuccess ? 1L : 0L).ExecuteNonQueryAsync(token);
            return kept > 0 ? kept : await LeaveAsync(session, mark, token);
        }, WriteLane.Foreground, ct);
        _running.TryRemove(mark.Owner, out _);
    }

    /// <summary>Ends a run without a reply: a repeat goes on where it ended.</summary>
    public async Task LeaveAsync(CommitMark mark, CancellationToken ct)
    {
        mark.End();
        await database.WriteAsync((session, token) => LeaveAsync(session, mark, token), WriteLane.Foreground, ct);
        _running.TryRemove(mark.Owner, out _);
    }

    /// <summary>Forgets keys whose time is over, in the background lane.</summary>
    /// <returns>How many; less than <paramref name="limit"/> when there are no more.</returns>
    public static Task<int> ExpireAsync(IDatabase database, DateTimeOffset now, int limit, CancellationToken ct) => database.WriteAsync((session, token) => session.Hot(
        "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE expires <= $1 ORDER BY expires LIMIT $2"
        + (session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED)" : ")"),
        now.ToUnixTimeMilliseconds(), (long)limit).ExecuteNonQueryAsync(token), WriteLane.Background, ct);

    private async Task<CallClaim> ClaimAsync(DbSession session, CallIdentity call, string owner, CancellationToken ct)
    {
        var (now, lease, expires) = (Milliseconds(TimeSpan.Zero), Milliseconds(Lease), Milliseconds(Kept));
        if (await session.Hot(Insert, call.Id, call.Account, call.Fingerprint, owner, lease, now, expires).ExecuteNonQueryAsync(ct) > 0) return Mine([]);
        if (await ReadAsync(session, call.Id, ct) is not { } row) return new CallClaim.Running(); // it ended between the two statements; the caller comes again

        var isLive = row.LeaseUntil > now && (session.Kind == DatabaseKind.PostgreSql || _running.ContainsKey(row.Owner));
        // What has expired, or has ended without having done anything, was never there.
        if (row.Expires <= now || (row is { Reply: null, Effects: "" } && !isLive))
        {
            await session.Hot(Reset, call.Fingerprint, owner, lease, now, expires, call.Id).ExecuteNonQueryAsync(ct);
            return Mine([]);
        }

        if (row.Fingerprint != call.Fingerprint) return new CallClaim.Reused();
        if (row.Reply is not null) return new CallClaim.Answered(row.Reply);
        if (isLive) return new CallClaim.Running();
        await session.Hot(TakeOver, owner, lease, call.Id).ExecuteNonQueryAsync(ct);
        return Mine(CallEffect.Read(row.Effects));

        CallClaim.Mine Mine(IReadOnlyList<CallEffect> earlier) => new(new CommitMark(call.Id, owner, earlier, clock));
    }

    private static async Task<Row?> ReadAsync(DbSession session, string id, CancellationToken ct)
    {
        // Locked to the end of the transaction: of two repeats one takes over.
        var sql = "SELECT fingerprint, owner, lease_until, effects, reply, expires FROM idempotency_keys WHERE id = $1"
            + (session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE" : "");
        await using var reader = await session.Hot(sql, id).ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new Row(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetInt64(5))
            : null;
    }

    private static async Task<int> LeaveAsync(DbSession session, CommitMark mark, CancellationToken ct)
    {
        var gone = await session.Hot(
            "DELETE FROM idempotency_keys WHERE id = $1 AND owner = $2 AND effects = '' AND reply IS NULL", mark.Id, mark.Owner).ExecuteNonQueryAsync(ct);
        return gone > 0 ? gone : await session.Hot(
            "UPDATE idempotency_keys SET lease_until = 0 WHERE id = $1 AND owner = $2", mark.Id, mark.Owner).ExecuteNonQueryAsync(ct);
    }

    private long Milliseconds(TimeSpan fromNow) => (clock.GetUtcNow() + fromNow).ToUnixTimeMilliseconds();

    private sealed record Row(string Fingerprint, string Owner, long LeaseUntil, string Effects, string? Reply, long Expires);
}
