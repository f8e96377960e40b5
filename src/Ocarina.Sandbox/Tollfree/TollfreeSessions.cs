using System.Globalization;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Tollfree;

/// <summary>Who is logged in. Tokens live ten minutes of the sandbox's time and hold what XML must escape.</summary>
internal sealed class TollfreeSessions(SandboxWorld world)
{
    private static readonly TimeSpan LifeTime = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Lets somebody in.</summary>
    public string Open()
    {
        lock (_lock)
        {
            var now = world.Now;
            foreach (var (token, since) in _tokens.ToList())
                if (now - since >= LifeTime) _tokens.Remove(token);

            var serial = (++_last).ToString(CultureInfo.InvariantCulture);
            var fresh = $"{world.Draws.Stream("token/" + serial).Identifier():N}&<{serial}>";
            _tokens[fresh] = now;
            return fresh;
        }
    }

    /// <summary>True while a token is good.</summary>
    public bool Knows(string token)
    {
        lock (_lock) return _tokens.TryGetValue(token, out var since) && world.Now - since < LifeTime;
    }

    /// <summary>Throws everybody out; answers how many.</summary>
    public int ExpireAll()
    {
        lock (_lock)
        {
            var count = _tokens.Count;
            _tokens.Clear();
            return count;
        }
    }
}
