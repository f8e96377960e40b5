using System.Collections.Concurrent;

namespace Ocarina.Sandbox.State;

/// <summary>One request that reached the carriers' port.</summary>
internal sealed class JournalEntry
{
    /// <summary>Counts from 1, without gaps.</summary>
    public long Seq { get; set; }

    /// <summary>When it arrived, by the sandbox's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The connection it came on: two requests with one id shared a socket.</summary>
    public string? Connection { get; init; }

    /// <summary>Name of the carrier, or <c>unknown</c>.</summary>
    public string Carrier { get; set; } = "unknown";

    /// <summary>Name of the operation, or <c>unknown</c>.</summary>
    public string Operation { get; set; } = "unknown";

    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query as sent.</summary>
    public required string Target { get; init; }

    /// <summary>True when the connection was encrypted.</summary>
    public bool Tls { get; init; }

    /// <summary>Headers; those that hold secrets are masked.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body as text, cut to 16 KiB. Secrets of bodies (developer key, password) are masked.</summary>
    public string Body { get; set; } = "";

    /// <summary>What was done to it on purpose: the action, and the rule's id.</summary>
    public string? Fault { get; set; }

    /// <summary>HTTP status of the reply; null while there is none, 0 when the connection was closed without one.</summary>
    public int? Status { get; set; }
}

/// <summary>Every request that reached the carriers' port, the last 100,000 in full.</summary>
internal sealed class Journal
{
    private const int Kept = 100_000;

    private readonly ConcurrentQueue<JournalEntry> _entries = new();
    private readonly Lock _lock = new();
    private long _seq;

    /// <summary>How many requests have arrived since the last reset.</summary>
    public long Total
    {
        get { lock (_lock) return _seq; }
    }

    /// <summary>How many of them have left the memory of this journal: a count over it is exact while this is 0.</summary>
    public long Forgotten => Total - _entries.Count;

    /// <summary>Takes a request in, before anything is done with it.</summary>
    public void Add(JournalEntry entry)
    {
        lock (_lock)
        {
            entry.Seq = ++_seq;
            _entries.Enqueue(entry);
            if (_entries.Count > Kept) _entries.TryDequeue(out _);
        }
    }

    /// <summary>The entries that match, oldest first. Null matches everything.</summary>
    public IEnumerable<JournalEntry> Find(string? carrier, string? operation, string? contains, long fromSeq) =>
        _entries.Where(entry => entry.Seq >= fromSeq
            && (carrier is null || entry.Carrier == carrier)
            && (operation is null || entry.Operation == operation)
            && (contains is null
                || entry.Target.Contains(contains, StringComparison.Ordinal)
                || entry.Body.Contains(contains, StringComparison.Ordinal)));

    /// <summary>The largest number of requests within any one second: what a customer who keeps to a rate keeps low.</summary>
    public static int MostInOneSecond(IReadOnlyList<JournalEntry> entries)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < entries.Count; last++)
        {
            while (entries[last].At - entries[first].At >= TimeSpan.FromSeconds(1)) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _seq = 0;
        }
    }
}
