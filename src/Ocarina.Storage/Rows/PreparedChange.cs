using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Ledger;

namespace Ocarina.Storage.Rows;

/// <summary>Where the chain of a number ends: what the next event continues.</summary>
internal readonly record struct ChainEnd(long Revision, ImmutableArray<byte> Hash, DateTimeOffset Time)
{
    /// <summary>Before a number's first event.</summary>
    internal static ChainEnd None { get; } = new(0, NumberEvent.FirstPrevious, DateTimeOffset.MinValue);
}

/// <summary>A change with everything computed that is to be written. Done outside the transaction wherever the chain's end is known beforehand.</summary>
/// <param name="Change">What was decided.</param>
/// <param name="Previous">The end of the chain it continues.</param>
/// <param name="Revision">Revision of its event.</param>
/// <param name="Time">Time of its event: never before the last one of the number.</param>
/// <param name="Body">Text of its event.</param>
/// <param name="Hash">Hash of its event.</param>
/// <param name="Row">The row afterwards; <see langword="null"/> when the number is erased.</param>
internal sealed record PreparedChange(
    NumberChange Change, ChainEnd Previous, long Revision, DateTimeOffset Time, string Body, ImmutableArray<byte> Hash, NumberRecord? Row)
{
    internal PhoneNumber Number => Change.Number;

    internal bool IsCreation => Change.Before is null;

    /// <summary>Computes a change whose chain's end is the record it was decided on; a creation as if the number had never been there.</summary>
    /// <exception cref="ArgumentException">The change cannot be stored: a state no row may have, or text that no database takes.</exception>
    internal static PreparedChange From(NumberChange change)
    {
        Check(change);
        return Behind(change, change.Before is { } before ? new ChainEnd(before.Revision, before.LastHash, before.Modified) : ChainEnd.None);
    }

    /// <summary>Computes a change behind a given end of the chain.</summary>
    internal static PreparedChange Behind(NumberChange change, ChainEnd end)
    {
        var revision = end.Revision + 1;
        var at = change.At.ToStoredGrain();
        var time = at > end.Time ? at : end.Time; // clocks of two processes differ; the times of one number never go back
        var after = change.After is null ? null : change.After with
        {
            Revision = revision,
            LastHash = [],
            Modified = time,
            StateSince = change.After.StateSince.ToStoredGrain(),
            DueAt = change.After.DueAt?.ToStoredGrain(),
            Created = change.After.Created.ToStoredGrain(),
        };
        var body = NumberEvent.Write(change.Number, revision, time, change.Actor, change.Action, change.Reason, after);
        var hash = NumberEvent.Hash(end.Hash.AsSpan(), body);
        return new PreparedChange(change, end, revision, time, body, hash, after is null ? null : after with { LastHash = hash });
    }

    /// <summary>What the change answers once it is written.</summary>
    internal ChangeOutcome.Written ToWritten() =>
        new(Row ?? (Change.Before ?? throw new InvalidOperationException("An erasure has a record before it."))
            with
        { Revision = Revision, LastHash = Hash, Modified = Time });

    private static void Check(NumberChange change)
    {
        if (change.Before is { } before && before.LastHash.Length != NumberEvent.FirstPrevious.Length)
            throw new ArgumentException("The record before a change must come from storage.", nameof(change));
        if (change is { Before: { } left, After: { } right } && left.Number != right.Number)
            throw new ArgumentException("A change does not rename a number.", nameof(change));
        if (change.After is not { } after) return;
        if (after.State == NumberState.Deleted) throw new ArgumentException("A deleted number has no row: erase it.", nameof(change));
        CheckText(after.Carrier.ToString());
        CheckText(after.UsedBy);
        CheckText(after.AuthorizedBy);
        CheckText(after.Region);
    }

    // PostgreSQL takes no NUL, and neither engine half a surrogate pair: one such row would fail its whole batch with an error nobody understands.
    private static void CheckText(string? text)
    {
        if (text is null) return;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !IsPair(text, ref i)))
                throw new ArgumentException("A text holds characters that cannot be stored.", nameof(text));
        }
    }

    private static bool IsPair(string text, ref int index)
    {
        if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1])) return false;
        index++;
        return true;
    }
}
