using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Ledger;

namespace Ocarina.Storage;

/// <summary>A question for a page of a number's history, newest first.</summary>
/// <param name="StartAt">Revision the page begins with, inclusive: <see cref="EventPage.Next"/> of the page before; none begins with the newest.</param>
/// <param name="PageSize">Most events of the page. 1 or more.</param>
public sealed record EventQuery(long? StartAt = null, int PageSize = 50);

/// <summary>One event of a number, with the one before it: what it changed is the difference of the two records.</summary>
/// <param name="Seq">Place in the ledger of all numbers. Gaps mean nothing.</param>
/// <param name="Body">What the event says.</param>
/// <param name="Hash">Its hash, 32 bytes.</param>
/// <param name="Previous">What the number's event before it says; <see langword="null"/> for its first.</param>
public sealed record NumberEventRow(long Seq, NumberEventBody Body, ImmutableArray<byte> Hash, NumberEventBody? Previous)
{
    /// <summary>The record before the event; none when the number was not there.</summary>
    public NumberRecord? Before => Previous?.Record;

    /// <summary>The record after the event; none when it erased the number.</summary>
    public NumberRecord? After => Body.Record;
}

/// <summary>One page of a number's history.</summary>
/// <param name="Rows">The events, newest first.</param>
/// <param name="Next">Revision the next page begins with; <see langword="null"/> when this is the last.</param>
public sealed record EventPage(IReadOnlyList<NumberEventRow> Rows, long? Next);
