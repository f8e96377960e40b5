using System.Data.Common;
using Ocarina.Manager.Identity;
using Ocarina.Storage;

namespace Ocarina.Server.Crossbar;

/// <summary>Asks the database, before something is called unknown, whether another process wrote it a moment ago. At most ten times a second, whoever knocks.</summary>
internal sealed class LateNews(IDatabase database, Directories directories, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _asked = clock.GetTimestamp();

    /// <summary>Refreshes what is in memory.</summary>
    /// <returns><see langword="true"/> when it is worth looking again.</returns>
    public async Task<bool> AskAsync(CancellationToken ct)
    {
        if (database.Kind == DatabaseKind.Sqlite) return false; // there is no other process

        var last = Interlocked.Read(ref _asked);
        if (clock.GetElapsedTime(last) < Pause || Interlocked.CompareExchange(ref _asked, clock.GetTimestamp(), last) != last) return false;
        try
        {
            await directories.RefreshAsync(ct);
            return true;
        }
        catch (DbException)
        {
            return false; // what is in memory goes on
        }
    }
}
