using System.Collections.Concurrent;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>The circuits of a process: per carrier and address, and per settings, so that a change of the settings closes it.</summary>
internal sealed class Circuits(TimeProvider clock)
{
    private const int CountMax = 256;

    private readonly ConcurrentDictionary<(CarrierName, string, string, string), Circuit> _all = new();

    public Circuit For(CarrierName carrier, Uri address, string name, string settings)
    {
        if (_all.Count > CountMax) _all.Clear(); // settings of long ago; the circuits in use start closed, which costs a few requests
        return _all.GetOrAdd((carrier, address.GetLeftPart(UriPartial.Path), name, settings), _ => new Circuit(clock));
    }
}

/// <summary>Stops asking a carrier that does not answer (carriers.md 1.12): open after five failures in a row, then one request as a trial.</summary>
internal sealed class Circuit(TimeProvider clock)
{
    private const int FailuresMax = 5;

    private static readonly TimeSpan OpenFirst = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OpenMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OpenUnauthenticated = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly long _origin = clock.GetTimestamp();
    private int _failures;
    private int _unreadable;
    private CarrierErrorKind _why;
    private TimeSpan _openFor;
    private TimeSpan? _openUntil;
    private TimeSpan? _passedAt;
    private bool _isTrying;

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Asks to pass. Every pass is followed by exactly one of <see cref="Succeeded"/>, <see cref="Failed"/>, <see cref="Left"/>.</summary>
    /// <param name="bypass">How often a question about an open order may pass an open circuit; none does not pass.</param>
    /// <returns>Why not, and for how long; <see langword="null"/> when it may.</returns>
    public (CarrierErrorKind Why, TimeSpan Wait)? TryPass(TimeSpan? bypass)
    {
        lock (_lock)
        {
            if (_openUntil is not { } until) return null;
            var now = Now;
            if (now >= until && !_isTrying)
            {
                // A purchase may be the trial as well: where only purchases come, nothing else would ever close it, and its outcome is settled like any other's.
                _isTrying = true;
                return null;
            }

            if (bypass is { } pause && (_passedAt is not { } last || now - last >= pause))
            {
                _passedAt = now;
                return null;
            }

            return (_why, until > now ? until - now : TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>The carrier answered something that shows it works.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
            if (_why == CarrierErrorKind.BadReply && _openUntil is not null && !_isTrying) return; // answers that cannot be read are no success
            Close();
        }
    }

    /// <summary>Unreachable, too late, at fault, or our credentials are refused.</summary>
    /// <returns>How long it is open from now on; none when it did not open by this.</returns>
    public TimeSpan? Failed(CarrierErrorKind kind)
    {
        lock (_lock)
        {
            var wasTrying = _isTrying;
            _isTrying = false;
            if (kind == CarrierErrorKind.Unauthenticated) return Open(kind, OpenUnauthenticated);
            _failures++;
            return wasTrying || (_failures >= FailuresMax && _openUntil is null) ? Open(kind, Longer()) : null;
        }
    }

    /// <summary>Told by the readers: a body was understood, or it was not.</summary>
    public TimeSpan? Read(bool isReadable)
    {
        lock (_lock)
        {
            _unreadable = isReadable ? 0 : _unreadable + 1;
            return _unreadable >= FailuresMax && _openUntil is null ? Open(CarrierErrorKind.BadReply, Longer()) : null;
        }
    }

    /// <summary>Nothing was learnt: the caller gave up.</summary>
    public void Left()
    {
        lock (_lock) _isTrying = false;
    }

    private TimeSpan Longer() => _openFor == TimeSpan.Zero ? OpenFirst : _openFor * 2 < OpenMax ? _openFor * 2 : OpenMax;

    private TimeSpan Open(CarrierErrorKind kind, TimeSpan time)
    {
        (_why, _openUntil) = (kind, Now + time);
        if (kind != CarrierErrorKind.Unauthenticated) _openFor = time;
        return time;
    }

    private void Close() => (_openUntil, _openFor, _isTrying, _passedAt) = (null, TimeSpan.Zero, false, null);
}
