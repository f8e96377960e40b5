using System.Collections.Frozen;

namespace Ocarina.Core;

/// <summary>Where a number is in its life (numbers.md 5.1). The stored and sent form is <see cref="NumberStates.Name"/>.</summary>
public enum NumberState
{
    /// <summary>Seen in a carrier's search result, not ours yet.</summary>
    Discovery,

    /// <summary>Owned by the platform, for sale.</summary>
    Available,

    /// <summary>Held by an account for itself or the accounts below it.</summary>
    Reserved,

    /// <summary>Assigned and routable.</summary>
    InService,

    /// <summary>Given back and cooling; the older form of <see cref="Aging"/>.</summary>
    Released,

    /// <summary>In quarantine after a release, until it becomes <see cref="Available"/>.</summary>
    Aging,

    /// <summary>A port was requested; the number has not arrived yet.</summary>
    PortIn,

    /// <summary>Leaving to another carrier.</summary>
    PortOut,

    /// <summary>Erased, or marked for erasure.</summary>
    Deleted,

    /// <summary>Given back to the carrier (first generation).</summary>
    Disconnected,

    /// <summary>Given back to the carrier before it was used (first generation).</summary>
    Cancelled,
}

/// <summary>Names of the states as they are stored, sent and written in configuration.</summary>
public static class NumberStates
{
    private static readonly string[] Names =
        ["discovery", "available", "reserved", "in_service", "released", "aging", "port_in", "port_out", "deleted", "disconnected", "cancelled"];

    private static readonly FrozenDictionary<string, NumberState> ByName =
        Names.Select((name, index) => KeyValuePair.Create(name, (NumberState)index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All states, in the order of the enumeration.</summary>
    public static IReadOnlyList<NumberState> All { get; } = Enum.GetValues<NumberState>();

    /// <summary>The state's wire name, such as <c>in_service</c>.</summary>
    public static string Name(this NumberState state) => Names[(int)state];

    /// <summary>Reads a wire name. Exact: case and blanks matter.</summary>
    public static bool TryParse(string? name, out NumberState state)
    {
        state = default;
        return name is not null && ByName.TryGetValue(name, out state);
    }

    /// <summary>Reads a name our own storage wrote.</summary>
    /// <exception cref="InvalidDataException">The stored text is no state.</exception>
    public static NumberState FromStorage(string name) =>
        ByName.TryGetValue(name, out var state) ? state : throw new InvalidDataException($"Storage holds the unknown state '{name}'.");
}
