using System.Collections.Immutable;

namespace Ocarina.Storage;

/// <summary>How far a verification has come.</summary>
/// <param name="Numbers">Numbers looked at.</param>
/// <param name="Events">Events looked at.</param>
public sealed record LedgerProgress(long Numbers, long Events);

/// <summary>Something that a verification found.</summary>
/// <param name="Number">The number, as stored.</param>
/// <param name="Revision">The event's revision, when it is about one.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record LedgerFault(string Number, long? Revision, string Message);

/// <summary>Result of a verification of the whole ledger.</summary>
/// <param name="Numbers">Numbers looked at: rows, erased ones, and those of which only events are left.</param>
/// <param name="Events">Events looked at.</param>
/// <param name="BrokenCount">Faults of chains in all: a text or hash changed, a gap, an end cut off.</param>
/// <param name="Broken">The first of them; at most <see cref="ListedMax"/>.</param>
/// <param name="DifferentCount">Rows that differ from what their last event says.</param>
/// <param name="Different">The first of them; at most <see cref="ListedMax"/>.</param>
public sealed record LedgerReport(
    long Numbers, long Events, long BrokenCount, ImmutableArray<LedgerFault> Broken, long DifferentCount, ImmutableArray<LedgerFault> Different)
{
    /// <summary>Most faults of a kind that are listed; the rest are counted.</summary>
    public const int ListedMax = 100;

    /// <summary>True when nothing was found.</summary>
    public bool IsSound => BrokenCount == 0 && DifferentCount == 0;
}
