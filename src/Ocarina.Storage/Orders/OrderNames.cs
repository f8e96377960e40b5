using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Orders;

/// <summary>Names of kinds, phases and outcomes as they are stored and sent, such as <c>needs_operator</c>.</summary>
public static class OrderNames
{
    private static readonly string[] Kinds = ["acquire", "disconnect", "feature"];

    private static readonly string[] Phases =
        ["prepared", "sending", "accepted", "waiting", "unclear", "compensating", "needs_operator", "done", "failed", "pretended"];

    private static readonly string[] Outcomes = ["acquired", "released", "refused", "pretended", "stranded"];

    /// <summary>The name of a kind.</summary>
    public static string Name(this OrderKind kind) => Kinds[(int)kind];

    /// <summary>The name of a phase.</summary>
    public static string Name(this OrderPhase phase) => Phases[(int)phase];

    /// <summary>The name of an outcome.</summary>
    public static string Name(this OrderOutcome outcome) => Outcomes[(int)outcome];

    /// <summary>Reads the name of a kind.</summary>
    public static bool TryParse(string? name, out OrderKind kind) => TryParse(Kinds, name, out kind, index => (OrderKind)index);

    /// <summary>Reads the name of a phase.</summary>
    public static bool TryParse(string? name, out OrderPhase phase) => TryParse(Phases, name, out phase, index => (OrderPhase)index);

    /// <summary>Reads the name of an outcome.</summary>
    public static bool TryParse(string? name, out OrderOutcome outcome) => TryParse(Outcomes, name, out outcome, index => (OrderOutcome)index);

    private static bool TryParse<T>(string[] names, string? name, out T value, Func<int, T> cast)
    {
        var index = Array.IndexOf(names, name);
        value = cast(Math.Max(index, 0));
        return index >= 0;
    }
}
