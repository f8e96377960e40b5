using System.Collections.Concurrent;

namespace Ocarina.Manager.Identity;

/// <summary>Limits failed log-ins to <see cref="Max"/> a minute per client address and account (`http-api.md` 1.16), in this process.</summary>
/// <remarks>
/// Only failures count. Attempts at the same moment wait for each other as far as they could exceed the limit together, so that many at once
/// neither slip through nor hurt those that know the password. What attackers can make it remember is bounded.
/// </remarks>
public sealed class FailedLogins(TimeProvider clock)
{
    /// <summary>Failures a minute that are answered; the next is refused unseen.</summary>
    public const int Max = 10;

    internal const int EntriesMax = 50_000;

    private const int WaitingMax = 256;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Address, string Account), Tally> _tallies = new();
    private readonly Lock _sweeping = new();

    /// <summary>Begins an attempt, which its caller ends by disposing it.</summary>
    /// <returns><see langword="null"/> when there were too many failures; the attempt must not be looked at.</returns>
    public async Task<LoginAttempt?> BeginAsync(string address, string account, CancellationToken ct)
    {
        var tally = TallyOf(address, account);
        return await tally.BeginAsync(clock, ct) ? new LoginAttempt(tally, clock) : null;
    }

    /// <summary>Counts a failure of a credential that cannot be guessed, so that it may be looked at before the limit is.</summary>
    /// <returns><see langword="false"/> when it was one too many.</returns>
    public bool CountFailure(string address, string account) => TallyOf(address, account).CountFailure(clock);

    private Tally TallyOf(string address, string account)
    {
        if (_tallies.Count >= EntriesMax) Sweep();
        return _tallies.GetOrAdd((address, account), static _ => new Tally());
    }

    private void Sweep()
    {
        lock (_sweeping)
        {
            foreach (var (key, tally) in _tallies)
                if (tally.IsIdle(clock)) _tallies.TryRemove(key, out _);

            // All within one minute: an attack from many addresses. Forgetting some is better than growing without end.
            var surplus = _tallies.Count - (EntriesMax / 2);
            foreach (var key in surplus > 0 ? _tallies.Keys.Take(surplus) : []) _tallies.TryRemove(key, out _);
        }
    }

    /// <summary>The failures of one address on one account, and who is being looked at.</summary>
    internal sealed class Tally
    {
        private readonly Lock _gate = new();
        private readonly Queue<long> _failures = new();
        private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
        private int _begun;

        internal async Task<bool> BeginAsync(TimeProvider clock, CancellationToken ct)
        {
            TaskCompletionSource<bool> turn;
            lock (_gate)
            {
                DropOld(clock);
                if (_failures.Count >= Max || _waiting.Count >= WaitingMax) return false;
                if (_failures.Count + _begun < Max)
                {
                    _begun++;
                    return true;
                }

                turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
            }

            await using var cancelled = ct.Register(() => turn.TrySetCanceled(ct));
            return await turn.Task;
        }

        internal void End(bool hasFailed, TimeProvider clock)
        {
            lock (_gate)
            {
                _begun--;
                DropOld(clock);
                if (hasFailed) _failures.Enqueue(clock.GetTimestamp());
                while (_waiting.Count > 0 && (_failures.Count >= Max || _failures.Count + _begun < Max))
                {
                    var mayBegin = _failures.Count < Max;
                    if (_waiting.Dequeue().TrySetResult(mayBegin) && mayBegin) _begun++;
                }
            }
        }

        internal bool CountFailure(TimeProvider clock)
        {
            lock (_gate)
            {
                DropOld(clock);
                if (_failures.Count >= Max) return false;
                _failures.Enqueue(clock.GetTimestamp());
                return true;
            }
        }

        internal bool IsIdle(TimeProvider clock)
        {
            lock (_gate)
            {
                DropOld(clock);
                return _failures.Count == 0 && _begun == 0;
            }
        }

        private void DropOld(TimeProvider clock)
        {
            while (_failures.TryPeek(out var first) && clock.GetElapsedTime(first) >= Window) _failures.Dequeue();
        }
    }
}

/// <summary>One attempt to log in. It counts only when it failed.</summary>
public sealed class LoginAttempt : IDisposable
{
    private readonly FailedLogins.Tally _tally;
    private readonly TimeProvider _clock;
    private bool _hasFailed;
    private bool _isOver;

    internal LoginAttempt(FailedLogins.Tally tally, TimeProvider clock) => (_tally, _clock) = (tally, clock);

    /// <summary>The credential was wrong.</summary>
    public void Fail() => _hasFailed = true;

    /// <summary>Ends the attempt and lets the next one begin.</summary>
    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        _tally.End(_hasFailed, _clock);
    }
}
