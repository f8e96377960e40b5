using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Ledger;

/// <summary>An event as stored, unread.</summary>
internal readonly record struct StoredEvent(long Revision, long Time, string Body, ImmutableArray<byte> Hash);

/// <summary>The end of a chain as the row or the tombstone states it. A row also gives its columns, raw, for what was tampered with may not be readable.</summary>
internal sealed record StoredEnd(long Revision, ImmutableArray<byte> Hash, object?[]? Columns);

/// <summary>Follows the chain of one number from its first event to its end.</summary>
internal sealed class ChainCheck(string number, LedgerFindings findings)
{
    private StoredEvent? _last;
    private bool _lastIsWhole;

    internal void Follow(StoredEvent next)
    {
        findings.Events++;
        var before = _last;
        var expected = (before?.Revision ?? 0) + 1;
        if (next.Revision != expected)
            findings.Broken(number, next.Revision, $"revision {expected} is missing");

        var previous = before?.Hash ?? NumberEvent.FirstPrevious;
        _lastIsWhole = NumberEvent.Hash(previous.AsSpan(), next.Body).AsSpan().SequenceEqual(next.Hash.AsSpan());
        if (!_lastIsWhole) findings.Broken(number, next.Revision, "the text does not have the hash that the chain gives it");
        if (!HeadMatches(next)) findings.Broken(number, next.Revision, "the text names another number, revision or time than the event's row");
        if (before is { } earlier && next.Time < earlier.Time) findings.Broken(number, next.Revision, "its time lies before that of the event before it");
        _last = next;
    }

    internal void Finish(StoredEnd? row, StoredEnd? tombstone)
    {
        findings.Numbers++;
        if (_last is not { } last)
        {
            findings.Broken(number, null, "it has no events");
            return;
        }

        if (row is not null && tombstone is not null) findings.Broken(number, last.Revision, "it is there and erased at once");
        if ((row ?? tombstone) is { } end && (end.Revision != last.Revision || !end.Hash.AsSpan().SequenceEqual(last.Hash.AsSpan())))
        {
            findings.Broken(number, last.Revision, $"the chain was cut or forked: its end should be revision {end.Revision} with the hash stated there");
            return;
        }

        if (_lastIsWhole) Compare(last, row, tombstone);
    }

    private void Compare(StoredEvent last, StoredEnd? row, StoredEnd? tombstone)
    {
        NumberEventBody body;
        try
        {
            body = NumberEvent.Read(last.Body);
        }
        catch (JsonException)
        {
            findings.Broken(number, last.Revision, "the text cannot be read");
            return;
        }

        switch (body.Record, row?.Columns)
        {
            case (null, null):
                if (tombstone is null) findings.Broken(number, last.Revision, "the end of an erased number's chain is not kept");
                break;
            case (null, not null):
                findings.Different(number, last.Revision, "its row is there, but its last event erased it");
                break;
            case (not null, null):
                findings.Different(number, last.Revision, "its row is missing");
                break;
            case ({ } record, { } columns):
                var wrong = NumberColumns.All.Where((column, i) => !Same(column.Value(record with { LastHash = last.Hash }), columns[i])).ToList();
                if (wrong.Count > 0)
                    findings.Different(number, last.Revision, $"its row differs in {string.Join(", ", wrong.Select(column => column.Name))}");
                break;
        }
    }

    private static bool Same(object? expected, object? stored) => (expected, stored) switch
    {
        (null, null) => true,
        (string text, string other) => text == other,
        (byte[] bytes, byte[] other) => bytes.AsSpan().SequenceEqual(other),
        (long or short, long or int or short) => Convert.ToInt64(expected, null) == Convert.ToInt64(stored, null),
        _ => false,
    };

    // The first three members, in their fixed order: cheap enough for every event, where reading all of it is not.
    private bool HeadMatches(StoredEvent stored)
    {
        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(stored.Body));
            return json.Read()
                && Next(ref json, "number"u8) && json.ValueTextEquals(number)
                && Next(ref json, "revision"u8) && json.TryGetInt64(out var revision) && revision == stored.Revision
                && Next(ref json, "time"u8) && json.TryGetInt64(out var time) && time == stored.Time;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Next(ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name) && json.Read();
}
