using Ocarina.Core.Ledger;

namespace Ocarina.Core.Lifecycle;

/// <summary>What becomes of numbers whose time has come (numbers.md 5.7). The timers act as the system.</summary>
public static class TimerRules
{
    /// <summary>The change that a due number makes; <see langword="null"/> when it is not due or has no timer.</summary>
    public static NumberChange? Decide(NumberRecord number, LifecyclePolicy policy, DateTimeOffset now)
    {
        if (number.DueAt is not { } due || due > now) return null;
        switch (number.State)
        {
            case NumberState.Aging or NumberState.Released:
                var after = NumberLifecycle.Enter(number, NumberState.Available, policy, now) with { AuthorizedBy = "system" };
                return new NumberChange(number, after, NumberActions.Aged, Actor.System, null, now);
            case NumberState.Discovery:
                return new NumberChange(number, null, NumberActions.Expired, Actor.System, null, now);
            default:
                return null;
        }
    }

    /// <summary>The change that a new period makes of a waiting number: its date moves with the period (design.md 11, timers).</summary>
    public static NumberChange? Reschedule(NumberRecord number, LifecyclePolicy policy, DateTimeOffset now)
    {
        var due = policy.DueAt(number.State, number.StateSince);
        return due == number.DueAt ? null : new NumberChange(number, number with { DueAt = due }, NumberActions.Rescheduled, Actor.System, null, now);
    }
}
