using System.Data.Common;

namespace Ocarina.Server.Crossbar;

/// <summary>Asks the database, before something is called unknown, whether another process wrote it a moment ago.</summary>
/// <remarks>At most ten times a second, whoever knocks.</remarks>
/// <param name="hasOthers">False where this is the only process: then there is no news.</param>
/// <param name="refresh">Obeys what others wrote.</param>
/// <param name="clock">Counts the pause.</param>
internal sealed class LateNews(bool hasOthers, Func<CancellationToken, Task> refresh, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _asked = clock.GetTimestamp();

    /// <summary>Refreshes what is in memory.</summary>
    /// <returns><see langword="true"/> when it is worth looking again.</returns>
    public async Task<bool> AskAsync(CancellationToken ct)
    {
        if (!hasOthers) return false;

        var last = Interlocked.Read(ref _asked);
        if (clock.GetElapsedTime(last) < Pause || Interlocked.CompareExchange(ref _asked, clock.GetTimestamp(), last) != last) return false;
        try
        {
            await refresh(ct);
            return true;
        }
        catch (DbException)
        {
            return false; // what is in memory goes on
        }
    }
}
