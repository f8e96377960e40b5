namespace Ocarina.Storage.Idempotency;

/// <summary>One run of a call that carries an <c>Idempotency-Key</c>: what it commits is written to the key's row in the same transaction.</summary>
/// <remarks>So a repeat after a crash knows what was done, does none of it again, and makes its reply from it (numbers.md 7.12).</remarks>
public sealed class CommitMark
{
    private readonly TimeProvider _clock;
    private volatile bool _isOver;

    internal CommitMark(string id, string owner, IReadOnlyList<CallEffect> earlier, TimeProvider clock) =>
        (Id, Owner, Earlier, _clock) = (id, owner, earlier, clock);

    /// <summary>What runs of this call before this one have committed; empty as a rule.</summary>
    public IReadOnlyList<CallEffect> Earlier { get; }

    internal string Id { get; }

    internal string Owner { get; }

    internal bool IsOver => _isOver;

    /// <summary>The call is answered. What its tasks write from here on is no part of it.</summary>
    internal void End() => _isOver = true;

    /// <summary>Adds effects, and keeps the lease. Undoes the whole transaction when somebody else runs the call by now.</summary>
    /// <exception cref="CallTakenOverException">The lease ran out, and another run has begun.</exception>
    internal async Task WriteAsync(DbSession session, IReadOnlyList<CallEffect> effects, CancellationToken ct)
    {
        // Appended by the database: two transactions of one call may commit side by side.
        var written = await session.Hot(
            "UPDATE idempotency_keys SET effects = effects || $1, lease_until = $2 WHERE id = $3 AND owner = $4",
            CallEffect.Write(effects), (_clock.GetUtcNow() + IdempotencyDatabase.Lease).ToUnixTimeMilliseconds(), Id, Owner).ExecuteNonQueryAsync(ct);
        if (written == 0) throw new CallTakenOverException();
    }
}

/// <summary>The call of the running request, wherever its code writes.</summary>
/// <remarks>
/// Ambient, because the mark belongs to every transaction of a request and to no signature: an operation that forgot to hand it on would commit
/// without it, and a repeat would do its work twice. It is taken up where a write is asked for, in <see cref="IDatabase.WriteAsync"/>; inside the
/// delegate it travels with the session, for SQLite runs delegates on another thread.
/// </remarks>
public static class CommitMarks
{
    private static readonly AsyncLocal<CommitMark?> Ambient = new();

    /// <summary>The call that runs here; none outside of calls with a key.</summary>
    public static CommitMark? Current => Ambient.Value is { IsOver: false } mark ? mark : null;

    /// <summary>Makes what follows part of a call; nothing makes it part of none, as work must be that outlives the request which started it.</summary>
    /// <returns>Puts back what was there.</returns>
    public static IDisposable Enter(CommitMark? mark)
    {
        var before = Ambient.Value;
        Ambient.Value = mark;
        return new Restore(before);
    }

    /// <summary>The delegate as it is to run: where it notes effects, they are written in its transaction.</summary>
    internal static Func<DbSession, CancellationToken, Task<T>> Marked<T>(Func<DbSession, CancellationToken, Task<T>> write)
    {
        if (Current is not { } mark) return write;
        return async (session, ct) =>
        {
            var effects = new List<CallEffect>();
            var result = await write(session.Noting(effects), ct);
            if (effects.Count > 0 && !mark.IsOver) await mark.WriteAsync(session, effects, ct);
            return result;
        };
    }

    private sealed class Restore(CommitMark? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}

/// <summary>Another run of the same call has begun since this one was last heard of. Nothing was written.</summary>
public sealed class CallTakenOverException : Exception
{
    /// <summary>The lease is another run's.</summary>
    public CallTakenOverException() : base("The call was taken over by a repeat of it.") { }
}
