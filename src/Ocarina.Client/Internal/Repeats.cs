namespace Ocarina.Client.Internal;

/// <summary>Whether a call that carries a key is sent again after a failure, and when.</summary>
internal sealed class Repeats(TimeProvider clock, TimeSpan timeMax)
{
    private static readonly TimeSpan[] AfterBreak = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan WhileRunning = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetTimestamp();
    private int _breaks;

    /// <summary>True when the same call may be sent again, after <paramref name="pause"/>.</summary>
    public bool MayFollow(Exception failure, out TimeSpan pause)
    {
        pause = WhileRunning;
        if (clock.GetElapsedTime(_started) >= timeMax) return false;
        if (failure is OcarinaApiException { Status: 409, Error: "request_in_progress" }) return true;
        if (!IsBreak(failure) || _breaks >= AfterBreak.Length) return false;
        pause = AfterBreak[_breaks++];
        return true;
    }

    // A connection that was there and broke. One that never came about is for the caller to hear at once.
    private static bool IsBreak(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } => false,
        HttpRequestException or IOException => true,
        _ => false,
    };
}
