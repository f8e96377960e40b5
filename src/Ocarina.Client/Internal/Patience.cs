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

    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> wait)
    {
        try
        {
            return await wait(Token);
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw new TimeoutException($"The server did not answer within {_silenceMax.TotalSeconds:0.###} seconds.", e);
        }
    }

    // A cancellation that the caller did not ask for is the timer's, or that of a connection that could not be made in time.
    private bool IsOurs(Exception e) => !_caller.IsCancellationRequested
        && (e is OperationCanceledException || (_timer.IsCancellationRequested && e is (IOException or HttpRequestException)));

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
