using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core.Accounts;

namespace Ocarina.Core.Billing;

/// <summary>What of an account's billing is changed: names as the log of changes stores and shows them, so never renamed.</summary>
public static class AuditSources
{
    /// <summary>The plans it is billed by.</summary>
    public const string Plans = "plans";

    /// <summary>Its own prices.</summary>
    public const string Overrides = "overrides";

    /// <summary>Quantities set by hand.</summary>
    public const string Manual = "manual";

    /// <summary>How far it may go into debt, and the rest of its limits.</summary>
    public const string Limits = "limits";

    /// <summary>Money that was paid in.</summary>
    public const string TopUp = "topup";

    /// <summary>The plans that it sells by.</summary>
    public const string ServicePlans = "service_plans";

    /// <summary>The account itself: switched on or off.</summary>
    public const string Account = "account";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Plans, Overrides, Manual, Limits, TopUp, ServicePlans, Account];

    internal static ImmutableArray<string> OfServices { get; } = [Plans, Overrides, Manual, Limits];
}

/// <summary>Who changes what an account is billed by, with the names as they are at that moment.</summary>
/// <param name="Actor">Who acts.</param>
/// <param name="ActorName">Name of his account; none when the system acts.</param>
/// <param name="AccountName">Name of the account that is changed.</param>
/// <param name="Tree">The accounts above it, the master account first, and itself.</param>
public sealed record AuditContext(Actor Actor, string? ActorName, string AccountName, ImmutableArray<AccountId> Tree)
{
    /// <summary>Who changes an account, as the tree stands.</summary>
    public static AuditContext Of(IAccountTree tree, Actor actor, AccountId account)
    {
        var node = tree.Find(account);
        return new AuditContext(actor, actor.Account is { } who ? tree.Find(who)?.Name ?? "" : null, node?.Name ?? "", [.. node?.Ancestors ?? [], account]);
    }
}

/// <summary>One entry of the log of changes, before it is written.</summary>
/// <param name="Source">What was changed: one of <see cref="AuditSources"/>.</param>
/// <param name="Reason">What was done with it.</param>
/// <param name="Change">From what to what.</param>
public sealed record AuditEntry(string Source, string Reason, JsonObject Change)
{
    /// <summary>What differs between two documents of an account's services: an entry for each part.</summary>
    public static IEnumerable<AuditEntry> OfServices(JsonObject before, JsonObject after) =>
        from source in AuditSources.OfServices
        let change = Difference(before[source] as JsonObject, after[source] as JsonObject)
        where change is not null
        select new AuditEntry(source, source == AuditSources.Plans ? ReasonOf(change) : $"{source}_changed", change);

    /// <summary>What differs between two versions of a plan; none when nothing does.</summary>
    /// <param name="before">As it was; none for a new plan.</param>
    /// <param name="after">As it is; none for one that is gone.</param>
    public static AuditEntry? OfPlan(PlanDocument? before, PlanDocument? after)
    {
        if (Difference(before?.Document, after?.Document) is not { } change) return null;
        change.Insert(0, "plan_id", (after ?? before)?.Id);
        return new AuditEntry(AuditSources.ServicePlans, before is null ? "plan_created" : after is null ? "plan_deleted" : "plan_changed", change);
    }

    /// <summary>Money that was paid in.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="charge">Id of its row among the charges.</param>
    public static AuditEntry OfTopUp(decimal amount, string charge) =>
        new(AuditSources.TopUp, "paid_in", new JsonObject { ["amount"] = Money.Node(amount), ["charge_id"] = charge });

    /// <summary>An account that was switched on or off.</summary>
    public static AuditEntry OfSwitch(bool isEnabled) => new(
        AuditSources.Account, isEnabled ? "enabled" : "disabled",
        new JsonObject { ["before"] = new JsonObject { ["enabled"] = !isEnabled }, ["after"] = new JsonObject { ["enabled"] = isEnabled } });

    private static string ReasonOf(JsonObject plans) => (plans["before"] is JsonObject { Count: > 0 }, plans["after"] is JsonObject { Count: > 0 }) switch
    {
        (false, true) => "plans_assigned",
        (true, false) => "plans_unassigned",
        _ => "plans_changed",
    };

    // Only the members that differ: a log of whole documents would hide in each entry what it is about.
    private static JsonObject? Difference(JsonObject? before, JsonObject? after)
    {
        var (was, will) = (new JsonObject(), new JsonObject());
        foreach (var name in (before ?? []).Select(member => member.Key).Union((after ?? []).Select(member => member.Key)))
        {
            JsonNode? old = null, next = null;
            var isOld = before?.TryGetPropertyValue(name, out old) ?? false;
            var isNew = after?.TryGetPropertyValue(name, out next) ?? false;
            if (isOld == isNew && JsonNode.DeepEquals(old, next)) continue;
            if (isOld) was[name] = old?.DeepClone();
            if (isNew) will[name] = next?.DeepClone();
        }

        return was.Count + will.Count == 0 ? null : new JsonObject { ["before"] = was, ["after"] = will };
    }
}
