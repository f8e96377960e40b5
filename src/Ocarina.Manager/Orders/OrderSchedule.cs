using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>When an order is looked at again (carriers.md 1.9 rule 3, 1.10).</summary>
internal static class OrderSchedule
{
    /// <summary>How long a carrier may let nothing through before an order that was not sent is given up.</summary>
    internal static readonly TimeSpan LimitedMax = TimeSpan.FromMinutes(15);

    private static readonly double[] UnclearSeconds = [2, 5, 15, 60, 300, 900];
    private static readonly double[] PollSeconds = [0.5, 1, 2, 4, 8, 15, 30];
    private static readonly double[] LimitedSeconds = [1, 2, 4, 8, 15, 30, 60];
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);

    /// <summary>After a lost answer.</summary>
    internal static DateTimeOffset Unclear(OrderRow order, TimeSpan max, DateTimeOffset now) => now + Jittered(order, UnclearSeconds[Math.Min(order.Data.Asked, UnclearSeconds.Length - 1)], max);

    /// <summary>While the carrier works on it, or a person has it.</summary>
    internal static DateTimeOffset Poll(OrderRow order, TimeSpan max, DateTimeOffset now)
    {
        var seconds = order.Phase != OrderPhase.NeedsOperator && order.Data.Asked < PollSeconds.Length ? PollSeconds[order.Data.Asked]
            : now - order.Created < TimeSpan.FromMinutes(15) ? 60 : 300;
        return now + Jittered(order, seconds, max);
    }

    /// <summary>While the carrier lets nothing through, or cannot be reached with something that may be sent again.</summary>
    internal static DateTimeOffset Limited(OrderRow order, TimeSpan max, DateTimeOffset now) => now + Jittered(order, LimitedSeconds[Math.Min(order.Data.Asked, LimitedSeconds.Length - 1)], max);

    /// <summary>Not before the carrier's own hint.</summary>
    internal static DateTimeOffset NotBefore(DateTimeOffset at, TimeSpan? hint, DateTimeOffset now)
    {
        if (hint is not { } wait) return at;
        var earliest = now + (wait < RetryAfterMax ? wait : RetryAfterMax);
        return at > earliest ? at : earliest;
    }

    // A fifth more or less, by the order's own key: those of one moment spread, and a test can repeat it.
    private static TimeSpan Jittered(OrderRow order, double seconds, TimeSpan max)
    {
        var hash = 2166136261u;
        foreach (var letter in order.Id.ToString()) hash = (hash ^ letter) * 16777619u;
        hash = (hash ^ (uint)order.Data.Asked) * 16777619u;
        var wait = TimeSpan.FromSeconds(seconds * (0.8 + (hash % 1000 / 2500.0)));
        return wait < max ? wait : max;
    }
}
