using System.Runtime.CompilerServices;
using Xunit;

namespace Ocarina.Tests.Support;

/// <summary>Waiting for what must happen. How long it may take is said once, and far above what any machine needs: a test that is right does not depend on speed.</summary>
internal static class Patience
{
    /// <summary>Nothing is waited for longer than this; only what never happens takes so long.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until there is something to see.</summary>
    /// <param name="look">Gives what is waited for, or nothing yet.</param>
    /// <param name="what">What is waited for, in the failure's words; the expression itself when nobody says it better.</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, [CallerArgumentExpression(nameof(look))] string what = "") where T : class
    {
        var limit = DateTime.UtcNow + Max;
        while (true)
        {
            if (await look() is { } found) return found;
            Assert.True(DateTime.UtcNow < limit, $"Not within {Max.TotalMinutes} minutes: {what}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
