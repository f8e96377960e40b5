using System.Collections.Concurrent;

namespace Ocarina.Manager.Identity;

/// <summary>Counts failed log-ins of the last minute per client address and account (`http-api.md` 1.16), in this process.</summary>
/// <remarks>
/// An attempt counts when it begins and is taken back when it succeeds, so that many at the same moment do not slip through together.
/// What attackers can make it remember is bounded.
/// </remarks>
public sealed class FailedLogins(TimeProvider clock)
{
    /// <summary>Failures a minute that are answered; the next is refused unseen.</summary>
    public const int Max = 10;

    internal const int EntriesMax = 50_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Address, string Account), Queue<long>> _attempts = new();
    private readonly Lock _sweeping = new();

    /// <summary>Begins an attempt.</summary>
    /// <returns><see langword="false"/> when there were too many failures; the attempt must not be looked at.</returns>
    public bool TryBegin(string address, string account)
    {
        if (_attempts.Count >= EntriesMax) Sweep();
        var key = (address, account);
        var queue = _attempts.GetOrAdd(key, static _ => new Queue<long>());
        lock (queue)
        {
            DropOld(queue);
            if (queue.Count >= Max) return false;
            queue.Enqueue(clock.GetTimestamp());
            return true;
        }
    }

    /// <summary>Takes the attempt back: it succeeded.</summary>
    public void Succeeded(string address, string account)
    {
        if (!_attempts.TryGetValue((address, account), out var queue)) return;
        lock (queue)
        {
            if (queue.Count > 0) queue.Dequeue(); // the oldest: kinder by less than a minute, and no need to tell attempts apart
        }
    }

    private void DropOld(Queue<long> queue)
    {
        while (queue.TryPeek(out var first) && clock.GetElapsedTime(first) >= Window) queue.Dequeue();
    }

    private void Sweep()
    {
        lock (_sweeping)
        {
            foreach (var (key, queue) in _attempts)
            {
                lock (queue)
                {
                    DropOld(queue);
                    if (queue.Count == 0) _attempts.TryRemove(key, out _);
                }
            }

            // All within one minute: an attack from many addresses. Forgetting some is better than growing without end.
            var surplus = _attempts.Count - (EntriesMax / 2);
            foreach (var key in surplus > 0 ? _attempts.Keys.Take(surplus) : []) _attempts.TryRemove(key, out _);
        }
    }
}
