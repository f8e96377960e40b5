using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Requests per minute, account and request group. Generous until the control interface says otherwise; some groups are never limited.</summary>
internal sealed class Bandwidth2Limits(SandboxWorld world)
{
    private const int Unlimited = 0;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset Since, int Count)> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perMinute = new(StringComparer.Ordinal);
    private bool _saysRetryAfter;

    /// <summary>The refusal of a request that is one too many: 429, an empty body, and when the window ends.</summary>
    public SandboxReply? Check(SandboxCall call)
    {
        if (GroupOf(call.Operation.Name) is not { } group) return null;
        lock (_lock)
        {
            if (!_perMinute.TryGetValue(group, out var limit) || limit == Unlimited) return null;
            var now = world.Now;
            var (since, count) = _used.GetValueOrDefault(group, (now, 0));
            if (now - since >= Window) (since, count) = (now, 0);
            _used[group] = (since, count + 1);
            if (count < limit) return null;

            var end = since + Window;
            var refusal = SandboxReply.Empty(429).With("X-RateLimit-Reset", Math.Max(end.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + 1).ToString(CultureInfo.InvariantCulture));
            return _saysRetryAfter
                ? refusal.With("Retry-After", Math.Max(1, (int)Math.Ceiling((end - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture))
                : refusal;
        }
    }

    /// <summary>Sets limits: <c>{"group":"ORDER","per_minute":100,"retry_after":false}</c>; 0 lifts one, a missing group means all.</summary>
    public JsonNode Configure(JsonObject body)
    {
        var perMinute = (int?)body["per_minute"] ?? Unlimited;
        lock (_lock)
        {
            foreach (var group in (string?)body["group"] is { } one ? [one] : new[] { "ORDER", "SEARCH", "DISCONNECT", "PORT_IN" }) _perMinute[group] = perMinute;
            _saysRetryAfter = (bool?)body["retry_after"] ?? false;
            _used.Clear();
            return new JsonObject(_perMinute.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }
    }

    /// <summary>Begins all windows anew.</summary>
    public void Reset()
    {
        lock (_lock) _used.Clear();
    }

    private static string? GroupOf(string operation) => operation switch
    {
        "order_create" or "order_update" => "ORDER",
        "search" or "search_exchanges" or "inservice" or "disconnected" => "SEARCH",
        "disconnect_create" => "DISCONNECT",
        "portin_create" or "portability" => "PORT_IN",
        _ => null,
    };
}
