using System.Collections.Concurrent;

namespace Ocarina.Server.Crossbar;

/// <summary>How buckets of the rate limit are filled (system configuration <c>token_buckets</c>).</summary>
/// <param name="TokensMax">Tokens in a full bucket.</param>
/// <param name="FillPerS">Tokens that come back each second.</param>
/// <param name="IdleTimeout">A bucket not used for so long is forgotten.</param>
internal sealed record RateLimitSettings(int TokensMax, double FillPerS, TimeSpan IdleTimeout);

/// <summary>Token buckets for each caller's address and account (`http-api.md` 1.16). Off until the operator stores a document.</summary>
/// <remarks>Kept by each process for itself.</remarks>
internal sealed class RateLimits(Func<RateLimitSettings?> settings, TimeProvider clock)
{
    private const int LoginCost = 35;
    private const int BucketsBeforeCleaning = 10_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes what this request costs; a reply when the bucket is empty.</summary>
    public CrossbarReply? Take(CrossbarRequest request)
    {
        if (settings() is not { } limits) return null;

        var account = (request.Target ?? request.SignedIn?.Account)?.Id.ToString() ?? "";
        var cost = request.Segments is ["user_auth" or "api_auth", ..] ? LoginCost : 1;
        var isLeft = TryTake($"{request.Http.Connection.RemoteIpAddress}/{account}", cost, limits, out var remaining);
        if (request.IsAuthenticated) request.Tokens = new TokenCount(isLeft ? cost : 0, remaining);
        if (!isLeft) return CrossbarReply.TooMany(WaitS(cost, limits));

        // One more from a bucket that all callers of the account share: buying is what must not run away.
        var isPurchase = request is { Method: "PUT", Segments: [.., "activate"] };
        return !isPurchase || TryTake($"activate/{account}", 1, limits, out _) ? null : CrossbarReply.TooMany(WaitS(1, limits));
    }

    private static int WaitS(int cost, RateLimitSettings limits) => Math.Max(1, (int)Math.Ceiling(cost / Math.Max(limits.FillPerS, 0.001)));

    private bool TryTake(string key, int cost, RateLimitSettings limits, out int remaining)
    {
        var now = clock.GetTimestamp();
        if (_buckets.Count > BucketsBeforeCleaning) ForgetIdle(now, limits);
        return _buckets.GetOrAdd(key, _ => new Bucket(limits.TokensMax, now)).TryTake(cost, limits, now, clock, out remaining);
    }

    private void ForgetIdle(long now, RateLimitSettings limits)
    {
        foreach (var (key, bucket) in _buckets)
            if (bucket.IdleFor(now, clock) > limits.IdleTimeout) _buckets.TryRemove(key, out _);
    }

    private sealed class Bucket(double tokens, long at)
    {
        private readonly Lock _lock = new();
        private double _tokens = tokens;
        private long _at = at;

        public TimeSpan IdleFor(long now, TimeProvider clock)
        {
            lock (_lock) return clock.GetElapsedTime(_at, now);
        }

        public bool TryTake(int cost, RateLimitSettings limits, long now, TimeProvider clock, out int remaining)
        {
            lock (_lock)
            {
                if (now > _at)
                {
                    _tokens = Math.Min(limits.TokensMax, _tokens + (clock.GetElapsedTime(_at, now).TotalSeconds * limits.FillPerS));
                    _at = now;
                }
                var isEnough = _tokens >= cost;
                if (isEnough) _tokens -= cost;
                remaining = (int)_tokens;
                return isEnough;
            }
        }
    }
}
