using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Lifecycle;

/// <summary>Who wants to move a number where, and by which rules. Everything a decision may look at besides the number itself.</summary>
/// <param name="Actor">Who acts: the account of the token.</param>
/// <param name="Target">The account the number shall belong to: that of the path.</param>
/// <param name="Tree">The accounts as they stand.</param>
/// <param name="Policy">The settings in force.</param>
/// <param name="Now">The time of the decision.</param>
public sealed record MoveRequest(Actor Actor, AccountId? Target, IAccountTree Tree, LifecyclePolicy Policy, DateTimeOffset Now)
{
    /// <summary>True when mobile numbers, and only those, are meant (numbers.md 7.2, <c>mdn_run</c>).</summary>
    public bool MdnRun { get; init; }
}

/// <summary>What a move would do. Closed.</summary>
public abstract record TransitionDecision
{
    private TransitionDecision() { }

    /// <summary>The number may move.</summary>
    /// <param name="After">The record afterwards.</param>
    /// <param name="CarrierMustSell">True when the number is not ours yet: a carrier has to be asked first.</param>
    public sealed record Allowed(NumberRecord After, bool CarrierMustSell) : TransitionDecision;

    /// <summary>The number already is what was asked for; nothing is written and nothing is charged.</summary>
    public sealed record Unchanged(NumberRecord Record) : TransitionDecision;

    /// <summary>The number may not move.</summary>
    public sealed record Denied(NumberError Error) : TransitionDecision;
}
