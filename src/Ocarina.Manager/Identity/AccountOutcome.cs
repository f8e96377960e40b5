using System.Text.Json.Nodes;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Identity;

/// <summary>An account as it is shown.</summary>
/// <param name="Node">Place and flags.</param>
/// <param name="Data">The document of `http-api.md` 7.2; its caller's to keep.</param>
/// <param name="Metadata">What stands beside it in the envelope.</param>
/// <param name="Revision">Counts writes.</param>
public sealed record AccountView(AccountNode Node, JsonObject Data, JsonObject Metadata, long Revision);

/// <summary>How an operation on an account ended. Closed: nobody outside can add a case.</summary>
public abstract record AccountOutcome
{
    private AccountOutcome() { }

    /// <summary>Done; the account as it stands now (for a deletion: as it stood).</summary>
    public sealed record Done(AccountView Account) : AccountOutcome;

    /// <summary>The body was refused; nothing has changed.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : AccountOutcome;

    /// <summary>No such account (any more), or the account named inside the body is unknown.</summary>
    public sealed record NotFound(string Id) : AccountOutcome;

    /// <summary>The actor may not do this.</summary>
    public sealed record Forbidden : AccountOutcome;

    /// <summary>It cannot go, or move there, while accounts are below it.</summary>
    public sealed record HasDescendants : AccountOutcome;

    /// <summary>The master account stays where and what it is.</summary>
    public sealed record IsMaster : AccountOutcome;

    /// <summary>The account still owns numbers, for others kept giving it some while it was emptied.</summary>
    public sealed record OwnsNumbers(long Count) : AccountOutcome;

    /// <summary>The caller named a revision, and it is not the stored one.</summary>
    public sealed record RevisionMismatch(long Revision) : AccountOutcome;
}
