namespace Ocarina.Client;

/// <summary>Which rows of a list are wanted (http-api.md 1.8). Absent means all; what is given is combined with AND.</summary>
public sealed record NumberFilter
{
    /// <summary>All rows.</summary>
    public static NumberFilter None { get; } = new();

    /// <summary>In this state.</summary>
    public string? State { get; init; }

    /// <summary>Used by this application.</summary>
    public string? UsedBy { get; init; }

    /// <summary>With this feature active.</summary>
    public string? Feature { get; init; }

    /// <summary>Any other filter, by the dotted path of the field.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Others { get; init; } = [];

    internal IEnumerable<(string Name, string? Value)> Parameters()
    {
        yield return ("filter_state", State);
        yield return ("filter_used_by", UsedBy);
        yield return ("filter_features", Feature);
        foreach (var (name, value) in Others) yield return ($"filter_{name}", value);
    }
}

/// <summary>Which orders are wanted. Absent means all; what is given is combined with AND.</summary>
public sealed record OrderFilter
{
    /// <summary>In this state.</summary>
    public string? State { get; init; }

    /// <summary>With this outcome.</summary>
    public string? Outcome { get; init; }

    /// <summary><c>acquire</c> or <c>disconnect</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Of this number.</summary>
    public string? Number { get; init; }

    /// <summary>True: open ones only; false: ended ones only.</summary>
    public bool? IsOpen { get; init; }

    internal IEnumerable<(string Name, string? Value)> Parameters() =>
        [("state", State), ("outcome", Outcome), ("kind", Kind), ("number", Number), ("open", IsOpen switch { true => "true", false => "false", null => null })];
}

/// <summary>Which charges are wanted. Absent means all; what is given is combined with AND.</summary>
public sealed record ChargeFilter
{
    /// <summary>About this number.</summary>
    public string? Number { get; init; }

    /// <summary><c>activation</c>, <c>recurring</c>, <c>top_up</c> or <c>reversal</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Of this month, such as <c>2026-11</c>.</summary>
    public string? Period { get; init; }

    internal IEnumerable<(string Name, string? Value)> Parameters() => [("number", Number), ("kind", Kind), ("period", Period)];
}

/// <summary>Which changes of an account's billing are wanted. Absent means all.</summary>
public sealed record AuditFilter
{
    /// <summary>What was changed: <c>plans</c>, <c>overrides</c>, <c>manual</c>, <c>limits</c>, <c>topup</c>, <c>service_plans</c> or <c>account</c>.</summary>
    public string? Source { get; init; }

    internal IEnumerable<(string Name, string? Value)> Parameters() => [("filter_source", Source)];
}

/// <summary>A search (http-api.md 2.4).</summary>
/// <param name="Prefix">Leading digits, 3 to 10, with or without country code.</param>
/// <param name="Quantity">How many at most; the server has a maximum of its own, 500 by default.</param>
public sealed record NumberSearch(string Prefix, int Quantity)
{
    /// <summary>Rows to skip: 0 starts a new search, anything else pages the last one.</summary>
    public int Offset { get; init; }

    /// <summary>ISO 3166 alpha-2; the server's default is US.</summary>
    public string? Country { get; init; }

    /// <summary>Size of the blocks wanted; absent for single numbers.</summary>
    public int? Blocks { get; init; }

    /// <summary>True asks for tollfree numbers; a prefix such as <c>8**</c> or <c>800</c> says so by itself.</summary>
    public bool Tollfree { get; init; }
}

/// <summary>How much of an export has been written.</summary>
/// <param name="Bytes">Bytes, the header among them.</param>
/// <param name="Rows">Numbers, the header not counted.</param>
public readonly record struct ExportTally(long Bytes, long Rows);

/// <summary>What became of one row of an import.</summary>
/// <param name="Row">The row, counted from 1 without header and empty lines.</param>
/// <param name="Number">The number as the server names it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Source">The row as it stood in the file; empty when the reply could not be matched to one.</param>
/// <param name="SourceBytes">Bytes of the file this result settles.</param>
public readonly record struct ImportResult(long Row, string Number, ImportOutcome Outcome, string? Error, string Source, int SourceBytes);

/// <summary>What can become of a row of an import.</summary>
public enum ImportOutcome
{
    /// <summary>The number was not there and is now.</summary>
    Created,

    /// <summary>The same row was there already, so that a repeated import is harmless.</summary>
    Unchanged,

    /// <summary>Refused; the number is as it was.</summary>
    Failed,
}
