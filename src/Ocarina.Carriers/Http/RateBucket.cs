using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>A token bucket (carriers.md 1.12). Who waits keeps his place; who cannot have a token in time learns it at once.</summary>
/// <remarks>It holds a quarter of a second's tokens, at least one, so that no second sees much more than the rate.</remarks>
internal sealed class RateBucket(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Penalty = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _turn = new(1); // waiters are served in order
    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private double _tokens = 1;
    private TimeSpan _filledAt;
    private TimeSpan _blockedUntil;
    private TimeSpan _slowUntil;

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Takes a token.</summary>
    /// <exception cref="CarrierException">There will be none within <paramref name="patience"/>: nothing was taken, nothing may be sent.</exception>
    public async Task TakeAsync(double perSecond, TimeSpan patience, CancellationToken ct)
    {
        var from = Now;
        if (!await _turn.WaitAsync(patience, ct)) throw TooMany(HttpErrors.HintMin);
        try
        {
            while (true)
            {
                var wait = TryTake(perSecond);
                if (wait == TimeSpan.Zero) return;
                if (Now - from + wait > patience) throw TooMany(wait);
                await Task.Delay(wait, clock, ct);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The carrier said that it was too much: nothing for so long, and half the rate for a minute.</summary>
    public void Slow(TimeSpan wait)
    {
        lock (_lock)
        {
            var now = Now;
            if (now + wait > _blockedUntil) _blockedUntil = now + wait;
            _slowUntil = now + Penalty;
            _tokens = Math.Min(_tokens, 1);
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <returns>How long to wait before asking again; zero when a token was taken.</returns>
    private TimeSpan TryTake(double perSecond)
    {
        lock (_lock)
        {
            var now = Now;
            if (now < _blockedUntil) return _blockedUntil - now + TimeSpan.FromMilliseconds(1);
            var rate = now < _slowUntil ? perSecond / 2 : perSecond;
            _tokens = Math.Min(Math.Max(1, rate / 4), _tokens + (now - _filledAt).TotalSeconds * rate);
            _filledAt = now;
            if (_tokens >= 1)
            {
                _tokens -= 1;
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds((1 - _tokens) / rate) + TimeSpan.FromMilliseconds(1); // rounded up, or it would be asked in vain
        }
    }

    private static CarrierException TooMany(TimeSpan wait) =>
        new(new CarrierError(CarrierErrorKind.RateLimited, "The rate for this carrier is used up") { RetryAfter = wait });
}
