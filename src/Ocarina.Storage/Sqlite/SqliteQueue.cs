namespace Ocarina.Storage.Sqlite;

/// <summary>What waits to be written: two lanes, people before machines, and neither starves.</summary>
/// <remarks>
/// A group takes either people's changes only, or one piece of background work and then the people's changes that came meanwhile:
/// nobody who came first waits for a machine, and the machine's commit serves both. The two kinds of groups take turns.
/// </remarks>
internal sealed class SqliteQueue
{
    private readonly object _gate = new(); // waited on, which a Lock cannot do
    private readonly Queue<SqliteWork> _foreground = new();
    private readonly Queue<SqliteWork> _background = new();
    private bool _backgroundsTurn;
    private bool _closed;

    /// <summary>Adds work.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    internal void Add(SqliteWork work, WriteLane lane)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteDatabase));
            (lane == WriteLane.Foreground ? _foreground : _background).Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for the first work of a group; <see langword="null"/> when the queue is closed and empty.</summary>
    internal SqliteWork? WaitForFirst()
    {
        lock (_gate)
        {
            while (_foreground.Count == 0 && _background.Count == 0)
            {
                if (_closed) return null;
                Monitor.Wait(_gate);
            }

            var takeBackground = _background.Count > 0 && (_backgroundsTurn || _foreground.Count == 0);
            _backgroundsTurn = !takeBackground;
            return (takeBackground ? _background : _foreground).Dequeue();
        }
    }

    /// <summary>More work for the group that is open; <see langword="null"/> when nobody waits.</summary>
    internal SqliteWork? TakeMore()
    {
        lock (_gate) return _foreground.TryDequeue(out var work) ? work : null;
    }

    /// <summary>Takes nothing more; what waits is still done.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
