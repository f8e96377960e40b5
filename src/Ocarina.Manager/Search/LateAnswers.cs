using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Search;

/// <summary>Waits in the background for carriers that had not answered at the deadline. Bounded; ended with the process.</summary>
/// <remarks>What it would have found is lost with the process; nothing else is.</remarks>
public sealed class LateAnswers(ILogger<LateAnswers> logger) : IAsyncDisposable
{
    /// <summary>Most searches that are waited for at a time. Beyond that late carriers are told to stop at the deadline.</summary>
    public const int SearchesMax = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Runs something in the background.</summary>
    /// <returns>False when there is no room; then it is not run.</returns>
    internal bool TryKeep(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_running.Count >= SearchesMax || _stop.IsCancellationRequested) return false;
            var task = Task.Run(() => RunAsync(work));
            _running.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return true;
        }
    }

    /// <summary>Ends when nothing is waited for any more.</summary>
    internal Task IdleAsync()
    {
        lock (_gate) return Task.WhenAll(_running);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await IdleAsync();
        _stop.Dispose();
    }

    private void Forget(Task task)
    {
        lock (_gate) _running.Remove(task);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception e)
        {
            logger.LateAnswersLost(e);
        }
    }
}
