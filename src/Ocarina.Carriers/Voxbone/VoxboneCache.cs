using System.Collections.Concurrent;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What seldom changes at the carrier: currency, states, ids of voice URIs. Can be dropped at any time.</summary>
/// <remarks>Kept by address and credentials, so that two accounts never see each other's. Failures are not kept.</remarks>
internal sealed class VoxboneCache(TimeProvider clock)
{
    private const int EntriesMax = 2000;

    private readonly ConcurrentDictionary<string, (long At, object? Value)> _entries = new(StringComparer.Ordinal);

    /// <summary>A value, asked for when it is older than its life.</summary>
    public async Task<T> GetAsync<T>(string key, TimeSpan life, Func<Task<T>> ask)
    {
        if (_entries.TryGetValue(key, out var kept) && clock.GetElapsedTime(kept.At) < life && kept.Value is T known) return known;
        var value = await ask();
        Keep(key, value);
        return value;
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
