namespace Ocarina.Core.Telling;

/// <summary>When a message that was not taken is tried again: at growing intervals, spread a little, until it is given up.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8),
    ];

    /// <summary>The next attempt.</summary>
    /// <param name="delivery">Id of the delivery: it spreads those that failed together, a fifth more or less, and a test can repeat it.</param>
    /// <param name="attempts">How often it was tried, this time included. 1 or more.</param>
    /// <param name="now">This moment.</param>
    /// <param name="giveUpAt">No attempt after this.</param>
    /// <returns>When; none to give up.</returns>
    public static DateTimeOffset? Next(string delivery, int attempts, DateTimeOffset now, DateTimeOffset giveUpAt)
    {
        var hash = 2166136261u; // FNV-1a
        foreach (var letter in delivery) hash = (hash ^ letter) * 16777619u;
        hash = (hash ^ (uint)attempts) * 16777619u;
        var next = now + Waits[Math.Min(attempts, Waits.Length) - 1] * (0.8 + (hash % 1000 / 2500.0));
        return next <= giveUpAt ? next : null;
    }
}
