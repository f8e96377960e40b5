namespace Ocarina.Storage.Queries;

/// <summary>How a statement compares and sorts numbers so that the index meant for it answers, and no other.</summary>
/// <remarks>
/// Both forms compare byte by byte. On PostgreSQL the primary key must not tempt the planner: it takes matching rows to be spread evenly and
/// would walk the key and throw rows away, through a whole area code when it is sold out. The operators of <c>text_pattern_ops</c> are
/// known to the partial indexes only.
/// </remarks>
internal sealed record NumberOrder(string From, string After, string UpTo, string Before, string Ascending, string Descending)
{
    /// <summary>Served by the primary key.</summary>
    internal static NumberOrder OfKey { get; } = new(">=", ">", "<=", "<", "number", "number DESC");

    private static readonly NumberOrder OfPatternIndex = new("~>=~", "~>~", "~<=~", "~<~", "number USING ~<~", "number USING ~>~");

    /// <summary>Served by the partial indexes.</summary>
    internal static NumberOrder OfIndex(DatabaseKind kind) => kind == DatabaseKind.PostgreSql ? OfPatternIndex : OfKey;
}
