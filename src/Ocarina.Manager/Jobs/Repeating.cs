namespace Ocarina.Manager.Jobs;

/// <summary>Work in the background that is done again and again for as long as the host runs.</summary>
internal static class Repeating
{
    /// <summary>Does something at once, and again after every interval.</summary>
    /// <param name="interval">From one beginning to the next, when the work takes no longer.</param>
    /// <param name="clock">Whose time.</param>
    /// <param name="pass">The work.</param>
    /// <param name="failed">Told of a pass that failed; the next one finds the same work still to do. An exception that left here would end the server.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task EveryAsync(TimeSpan interval, TimeProvider clock, Func<CancellationToken, Task> pass, Action<Exception> failed, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do
            {
                try
                {
                    await pass(ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    failed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
