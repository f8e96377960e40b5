using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Storage;

namespace Ocarina.Manager.Identity;

/// <summary>Keeps the directories current: each second, and at once when another process tells of a change (design.md 11).</summary>
public sealed class DirectoryLoop(IDatabase database, Directories directories, TimeProvider clock, ILogger<DirectoryLoop> logger) : BackgroundService
{
    /// <summary>Longest time a change of another process goes unseen while the database answers.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var woken = new SemaphoreSlim(0, 1);
        var listening = ListenAsync(Wake, stoppingToken);
        using var timer = new Timer(Wake, clock);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await woken.WaitAsync(stoppingToken);
                await TurnAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }

        await listening;

        void Wake()
        {
            try
            {
                if (woken.CurrentCount == 0) woken.Release();
            }
            catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
            {
                // Woken by both at the same moment, or stopping: either way nobody needs this one.
            }
        }
    }

    /// <summary>Hears of changes until the host stops. Without it the timer alone wakes the loop: later, never not at all.</summary>
    private async Task ListenAsync(Action heard, CancellationToken ct)
    {
        try
        {
            await Versions.ListenAsync(database, heard, clock, logger, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception e)
        {
            logger.ListeningEnded(e);
        }
    }

    /// <summary>One pass: what was read is listed, what was written elsewhere is obeyed. A database that does not answer is asked again next time.</summary>
    internal async Task TurnAsync(CancellationToken ct)
    {
        try
        {
            await directories.Configuration.ListWhatWasReadAsync(ct);
            await directories.RefreshAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.RefreshFailed(e);
        }
    }

    private sealed class Timer(Action wake, TimeProvider clock) : IDisposable
    {
        private readonly ITimer _timer = clock.CreateTimer(_ => wake(), null, Period, Period);

        public void Dispose() => _timer.Dispose();
    }
}

internal static partial class IdentityLog // events 2100-2199; an id is never given to another message
{
    [LoggerMessage(2101, LogLevel.Warning, "Accounts and configuration could not be refreshed; what is in memory goes on")]
    public static partial void RefreshFailed(this ILogger logger, Exception reason);

    [LoggerMessage(2103, LogLevel.Warning, "Changes of other processes are no longer heard at once, only within a second")]
    public static partial void ListeningEnded(this ILogger logger, Exception reason);

    [LoggerMessage(2102, LogLevel.Error, "A secret in configuration document {Document} cannot be decrypted and counts as absent; write it again")]
    public static partial void SecretUnreadable(this ILogger logger, string document);
}
