using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Manager.Search;

/// <summary>Asks many sources at once, and gives their answers as they come. A source that hangs costs nothing but its own answer.</summary>
internal sealed class FanOut(TimeProvider clock, ILogger<FanOut> logger)
{
    /// <summary>Calls of one carrier that may hang for good before it is no longer asked: a module that never ends must not eat the process.</summary>
    internal const int StuckCallsMax = 8;

    private readonly ConcurrentDictionary<CarrierName, int> _stuck = new();

    /// <summary>Begins to ask all.</summary>
    internal FanOutRun Start(IReadOnlyList<SearchSource> sources) => new(sources, AskAsync, clock);

    // Ends when the token does, whatever the source does, and never throws.
    private async Task<SourceReply> AskAsync(SearchSource source, CancellationToken ct)
    {
        if (_stuck.GetValueOrDefault(source.Name) >= StuckCallsMax)
            return SourceReply.Failed(new CarrierError(CarrierErrorKind.Timeout, $"{StuckCallsMax} earlier searches hang in this module"));
        try
        {
            var call = Begin(source, ct);
            await ((Task)call).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.IsCompleted) return await call;
            Watch(source.Name, call);
            return SourceReply.Silent;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return SourceReply.Silent;
        }
        catch (CarrierException e)
        {
            return SourceReply.Failed(e.Error);
        }
        catch (Exception e)
        {
            // A fault of the module, or of whoever wrote it, costs its own results.
            logger.SearchFault(source.Name.ToString(), e);
            return SourceReply.Failed(new CarrierError(CarrierErrorKind.CarrierFault, e.GetType().Name));
        }
    }

    // A thread of its own: a module that blocks where it should wait must not take those that serve requests.
    private static Task<SourceReply> Begin(SearchSource source, CancellationToken ct) => source.IsRemote
        ? Task.Factory.StartNew(() => source.AskAsync(ct), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap()
        : source.AskAsync(ct);

    private void Watch(CarrierName name, Task call)
    {
        var stuck = _stuck.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (stuck == StuckCallsMax) logger.CarrierHangs(name.ToString(), stuck);
        _ = call.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // seen: nobody waits for it any more
                _stuck.AddOrUpdate(name, 0, (_, count) => count - 1);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}

/// <summary>The questions of one search, under way.</summary>
internal sealed class FanOutRun : IDisposable
{
    private readonly Channel<SourceAnswer> _answers = Channel.CreateUnbounded<SourceAnswer>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _patience = new();
    private readonly List<SearchSource> _silent;
    private readonly TimeProvider _clock;
    private readonly long _started;

    internal FanOutRun(IReadOnlyList<SearchSource> sources, Func<SearchSource, CancellationToken, Task<SourceReply>> ask, TimeProvider clock)
    {
        (_silent, _clock, _started) = ([.. sources], clock, clock.GetTimestamp());
        foreach (var source in sources) _ = AskAsync(source, ask, _patience.Token);
    }

    /// <summary>Those who have not answered yet.</summary>
    internal IReadOnlyList<SearchSource> Silent => _silent;

    /// <summary>How long it has been going on.</summary>
    internal TimeSpan Elapsed => _clock.GetElapsedTime(_started);

    /// <summary>The answers as they come, until all are there or the time is over.</summary>
    /// <param name="time">From now on.</param>
    /// <param name="ct">Ends it with an exception.</param>
    internal async IAsyncEnumerable<SourceAnswer> ReadAsync(TimeSpan time, [EnumeratorCancellation] CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(time, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        while (_silent.Count > 0)
        {
            if (!_answers.Reader.TryRead(out var answer))
            {
                try
                {
                    answer = await _answers.Reader.ReadAsync(either.Token);
                }
                catch (OperationCanceledException) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
                {
                    yield break;
                }
            }

            _silent.Remove(answer.Source);
            yield return answer;
        }
    }

    /// <summary>Gives those who are silent so much time more; then they are told to stop, and are given up.</summary>
    internal async Task EndAfterAsync(TimeSpan time, CancellationToken ct)
    {
        await Task.Delay(time, _clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    /// <summary>Tells everybody to stop.</summary>
    /// <remarks>The source of the token is not disposed, for modules may still hold the token. What they hang on it runs elsewhere: it may block or throw.</remarks>
    public void Dispose() => _ = _patience.CancelAsync().ContinueWith(
        told => told.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task AskAsync(SearchSource source, Func<SearchSource, CancellationToken, Task<SourceReply>> ask, CancellationToken ct) =>
        _answers.Writer.TryWrite(new SourceAnswer(source, await ask(source, ct), Elapsed));
}
