namespace Ocarina.Client.Internal;

/// <summary>How long a call may hear nothing. Renewed by whatever arrives, so that a long stream may last as long as it moves.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _silenceMax;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public Patience(TimeSpan silenceMax, TimeProvider clock, CancellationToken ct)
    {
        _silenceMax = silenceMax;
        _caller = ct;
        _timer = new CancellationTokenSource(silenceMax, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, ct);
    }

    public CancellationToken Token => _either.Token;

    public void Renew() => _timer.CancelAfter(_silenceMax);

    /// <summary>Whether a cancellation was ours and not the caller's.</summary>
    public bool IsOver => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> wait)
    {
        try
        {
            return await wait(Token);
        }
        catch (Exception e) when (IsOver && e is (OperationCanceledException or IOException or HttpRequestException))
        {
            throw new TimeoutException($"The server did not answer within {_silenceMax.TotalSeconds:0.###} seconds.", e);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
