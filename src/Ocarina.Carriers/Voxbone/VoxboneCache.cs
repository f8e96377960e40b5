using System.Collections.Concurrent;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What seldom changes at the carrier: currency, states, ids of voice URIs. Can be dropped at any time.</summary>
/// <remarks>Kept by address and credentials, so that two accounts never see each other's. Failures are not kept.</remarks>
internal sealed class VoxboneCache(TimeProvider clock)
{
    private const int EntriesMax = 2000;

    private readonly Dictionary<string, (long At, Task Task)> _shared = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, object? Value)> _entries = new(StringComparer.Ordinal);

    /// <summary>A value, asked for when it is older than its life.</summary>
    public async Task<T> GetAsync<T>(string key, TimeSpan life, Func<Task<T>> ask)
    {
        if (_entries.TryGetValue(key, out var kept) && clock.GetElapsedTime(kept.At) < life && kept.Value is T known) return known;
        var value = await ask();
        Keep(key, value);
        return value;
    }

    /// <summary>A value that several callers want at the same time, asked for once for all of them.</summary>
    /// <param name="key">What.</param>
    /// <param name="moment">Who asks takes a value whose asking began so long ago at most.</param>
    /// <param name="ask">Asks; goes on when one of the callers leaves.</param>
    /// <param name="ct">Ends the waiting of this caller.</param>
    public async Task<T> ShareAsync<T>(string key, TimeSpan moment, Func<Task<T>> ask, CancellationToken ct)
    {
        Task<T> shared;
        lock (_shared)
        {
            if (_shared.TryGetValue(key, out var running) && clock.GetElapsedTime(running.At) <= moment && running.Task is Task<T> { IsFaulted: false, IsCanceled: false } known)
            {
                shared = known;
            }
            else
            {
                if (_shared.Count >= EntriesMax) _shared.Clear();
                var at = clock.GetTimestamp();
                shared = Task.Run(ask, CancellationToken.None);
                _shared[key] = (at, shared);
            }
        }

        return await shared.WaitAsync(ct);
    }

    /// <summary>Keeps a value that was seen anyway.</summary>
    public void Keep(string key, object? value)
    {
        if (_entries.Count >= EntriesMax) _entries.Clear();
        _entries[key] = (clock.GetTimestamp(), value);
    }

    /// <summary>Forgets a value that turned out to be wrong.</summary>
    public void Forget(string key) => _entries.TryRemove(key, out _);
}
