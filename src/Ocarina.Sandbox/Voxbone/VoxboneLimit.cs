using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>A bucket of tokens per client address, shared by both URL families. By real time: it protects a service, not a calendar.</summary>
internal sealed class VoxboneLimit
{
    private const double PerSecondDefault = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Tokens, long At)> _buckets = new(StringComparer.Ordinal);
    private double _perSecond = PerSecondDefault;
    private bool _saysBandwidthExceeded;

    /// <summary>The refusal of a request that comes too fast: 509 and 429 in turn.</summary>
    public SandboxReply? Check(SandboxCall call)
    {
        var client = call.Http.Connection.RemoteIpAddress?.ToString() ?? "";
        lock (_lock)
        {
            if (_perSecond <= 0) return null;
            var now = TimeProvider.System.GetTimestamp();
            var (tokens, at) = _buckets.GetValueOrDefault(client, (_perSecond, now));
            tokens = Math.Min(_perSecond, tokens + (TimeProvider.System.GetElapsedTime(at, now).TotalSeconds * _perSecond));
            var isServed = tokens >= 1;
            _buckets[client] = (isServed ? tokens - 1 : tokens, now);
            if (isServed) return null;

            _saysBandwidthExceeded = !_saysBandwidthExceeded;
            return _saysBandwidthExceeded ? SandboxReply.Plain(509, "text/html", "<html><body>Bandwidth Limit Exceeded</body></html>") : SandboxReply.Empty(429);
        }
    }

    /// <summary>Sets how many requests a second are served: <c>{"per_second":20}</c>; 0 lifts the limit.</summary>
    public JsonNode Configure(JsonObject body)
    {
        lock (_lock)
        {
            _perSecond = double.TryParse(body["per_second"]?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : PerSecondDefault;
            _buckets.Clear();
            return new JsonObject { ["per_second"] = _perSecond };
        }
    }
}
