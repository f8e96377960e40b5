namespace Ocarina.Sandbox.State;

/// <summary>The time the carriers live in: the real one until somebody freezes or advances it.</summary>
internal sealed class SandboxClock : TimeProvider
{
    private readonly Lock _lock = new();
    private TimeSpan _ahead;
    private DateTimeOffset? _frozenAt;

    /// <summary>True while time stands still.</summary>
    public bool IsFrozen
    {
        get { lock (_lock) return _frozenAt is not null; }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _frozenAt ?? DateTimeOffset.UtcNow + _ahead;
    }

    /// <summary>Stops time, or lets it go on from where it stood.</summary>
    public void Freeze(bool freeze)
    {
        lock (_lock)
        {
            if (freeze)
            {
                _frozenAt ??= DateTimeOffset.UtcNow + _ahead;
            }
            else if (_frozenAt is { } at)
            {
                _ahead = at - DateTimeOffset.UtcNow;
                _frozenAt = null;
            }
        }
    }

    /// <summary>Moves time forward, frozen or not. Negative spans move it back to nowhere and are refused.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_lock)
        {
            if (_frozenAt is not null) _frozenAt += by;
            else _ahead += by;
        }
    }
}
