using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ocarina.Carriers.Http;
using Ocarina.Core;

namespace Ocarina.Carriers.Bandwidth.Tollfree;

/// <summary>What is kept of the toll-free service, in memory only: log-ins for ten minutes, results for one, both only for the settings they came by (carriers.md 3.2, 3.5).</summary>
internal sealed class TollfreeMemory(TimeProvider clock)
{
    private const int CountMax = 256;

    private static readonly TimeSpan LoginLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ResultLife = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Settings, string Key), (IReadOnlyList<TollfreeNumber> Numbers, long At)> _results = new();
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    /// <summary>A token: the one that is known, or a new one. Only one log-in is under way at a time.</summary>
    /// <param name="settings">Fingerprint of the settings.</param>
    /// <param name="stale">A token that was refused.</param>
    /// <param name="login">Logs in.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<string> TokenAsync(string settings, string? stale, Func<Task<string>> login, CancellationToken ct)
    {
        if (_sessions.Count > CountMax) _sessions.Clear();
        var session = _sessions.GetOrAdd(settings, _ => new Session());
        await session.Turn.WaitAsync(ct);
        try
        {
            if (session.Token is { } known && known != stale && clock.GetElapsedTime(session.At) < LoginLife) return known;
            session.Token = null;
            var at = clock.GetTimestamp();
            var token = await login();
            (session.Token, session.At) = (token, at);
            return token;
        }
        finally
        {
            session.Turn.Release();
        }
    }

    public IReadOnlyList<TollfreeNumber>? Find(string settings, string key) =>
        _results.TryGetValue((settings, key), out var kept) && clock.GetElapsedTime(kept.At) < ResultLife ? kept.Numbers : null;

    public void Keep(string settings, string key, IReadOnlyList<TollfreeNumber> numbers)
    {
        if (_results.Count > CountMax) _results.Clear();
        _results[(settings, key)] = (numbers, clock.GetTimestamp());
    }

    /// <summary>Says once per configuration that toll-free numbers were looked for in vain.</summary>
    public void WarnOnce(ILogger logger, string settings)
    {
        if (_warned.Count > CountMax) _warned.Clear();
        if (_warned.TryAdd(settings, true))
            logger.CarrierWarns(CarrierName.Parse("bandwidth"), "toll-free numbers are searched for, and tollfree_login and tollfree_password are not set");
    }

    /// <summary>Not disposed: it may be waited for when the dictionary forgets it, and holds nothing of the system.</summary>
    private sealed class Session
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public string? Token { get; set; }

        public long At { get; set; }
    }
}
