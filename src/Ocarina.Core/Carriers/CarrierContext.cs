namespace Ocarina.Core.Carriers;

/// <summary>What a module is given with each call: its settings as they stand, the rules for numbers, the time that is left.</summary>
/// <param name="Settings">Snapshot of the carrier's configuration: a call in flight keeps its own.</param>
/// <param name="Normalise">Passes an E.164 text through the installation's converters once: the stored form, or none when it is no number here.</param>
/// <param name="Clock">Monotonic for deadlines, wall clock for records.</param>
public sealed record CarrierContext(CarrierSettings Settings, Func<string, PhoneNumber?> Normalise, TimeProvider Clock)
{
    private readonly long _made = Clock.GetTimestamp();

    /// <summary>How long the caller waits, from the making of the context; none for work in the background.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Where a module that writes in several steps notes each one.</summary>
    public IOrderNotes Notes { get; init; } = NoNotes.Instance;

    /// <summary>What is left of the budget; never below zero. Without budget: the longest time there is.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            if (Budget is not { } budget) return TimeSpan.MaxValue;
            var left = budget - Clock.GetElapsedTime(_made);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private sealed class NoNotes : IOrderNotes
    {
        internal static readonly NoNotes Instance = new();

        public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct) => Task.CompletedTask;
    }
}

/// <summary>The journal of one order (carriers.md 1.1 f).</summary>
public interface IOrderNotes
{
    /// <summary>Keeps where the order is. Durable when it returns; a module never writes to the carrier before that.</summary>
    /// <param name="phase"><see cref="OrderPhase.Prepared"/> while nothing was spent, <see cref="OrderPhase.Sending"/> right before the write that spends.</param>
    /// <param name="facts">All that recovery needs; takes the place of earlier facts.</param>
    /// <param name="ct">Ends the waiting; then the write must not happen.</param>
    /// <exception cref="OperationCanceledException">The order is no longer this worker's; stop.</exception>
    Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct);
}
