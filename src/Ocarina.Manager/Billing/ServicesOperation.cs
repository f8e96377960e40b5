using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Billing;

/// <summary>What became of a change of plans or services. Closed.</summary>
public abstract record ServicesOutcome
{
    private ServicesOutcome() { }

    /// <summary>Done, or nothing had to be.</summary>
    public sealed record Done(AccountServices Services) : ServicesOutcome;

    /// <summary>There is no such plan among those that the account's reseller sells.</summary>
    public sealed record UnknownPlan(string Id) : ServicesOutcome;

    /// <summary>The plan is not one of the account's.</summary>
    public sealed record NotAssigned(string Id) : ServicesOutcome;

    /// <summary>Only the account's reseller and those above may.</summary>
    public sealed record Forbidden : ServicesOutcome;

    /// <summary>What was sent cannot be stored.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : ServicesOutcome;
}

/// <summary>A bill as it stands, or would stand.</summary>
/// <param name="Services">What the account is billed by.</param>
/// <param name="Plans">Its plans.</param>
/// <param name="Books">What it has and may spend.</param>
/// <param name="Invoices">All lines.</param>
/// <param name="Balance">Minus the sum of its charges.</param>
/// <param name="Held">What of it is held for open orders.</param>
public sealed record Bill(
    AccountServices Services, IReadOnlyList<PlanDocument> Plans, PayerBooks Books, IReadOnlyList<Invoice> Invoices, decimal Balance, decimal Held);

/// <summary>What accounts are billed by: plans, own prices, quantities by hand, limits (numbers.md 13; `http-api.md` 6).</summary>
public sealed class ServicesOperation(BillingDatabase billing, NumberDesk desk)
{
    /// <summary>True when the actor sells to the account, or stands above who does.</summary>
    public bool MaySell(Actor actor, AccountId account) => desk.Tree.MaySell(actor, account);

    /// <summary>The plans that an account's reseller sells.</summary>
    public Task<IReadOnlyList<PlanDocument>> AvailableAsync(AccountId account, CancellationToken ct) => billing.PlansOfAsync(desk.Tree.ResellerOf(account), ct);

    /// <summary>The account's bill.</summary>
    /// <param name="account">The account.</param>
    /// <param name="more">Plans to be added for the question's sake; unknown ones are left out.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<Bill> BillAsync(AccountId account, IReadOnlyList<string> more, CancellationToken ct)
    {
        var services = await billing.ServicesOfAsync(account, ct);
        if (more.Count > 0)
        {
            var document = (JsonObject)services.Document.DeepClone();
            foreach (var plan in await SoldAsync(account, more, ct)) Assign(document, plan);
            services = new AccountServices(document);
        }

        var scope = desk.BillingScope;
        var books = await billing.BooksAsync(account, services, scope, ct);
        var plans = await billing.PlansAsync(services.Plans, ct);
        var (balance, held) = await billing.BalanceAsync(account, ct);
        return new Bill(services, [.. services.Plans.Select(plans.GetValueOrDefault).OfType<PlanDocument>()], books, new BillingRun([books], scope).AllInvoices(), balance, held);
    }

    /// <summary>Assigns and unassigns plans, and sets own prices.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="account">The account.</param>
    /// <param name="add">Plans to assign; one that is there already stays.</param>
    /// <param name="remove">Plans to take away.</param>
    /// <param name="overrides">Own prices to merge in; null members remove.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<ServicesOutcome> ChangeAsync(
        Actor actor, AccountId account, IReadOnlyList<string> add, IReadOnlyList<string> remove, JsonObject? overrides, CancellationToken ct)
    {
        if (!MaySell(actor, account)) return new ServicesOutcome.Forbidden();
        var sold = await SoldAsync(account, add, ct);
        if (add.FirstOrDefault(id => sold.All(plan => plan.Id != id)) is { } unknown) return new ServicesOutcome.UnknownPlan(unknown);
        var known = await billing.ServicesOfAsync(account, ct);
        if (remove.FirstOrDefault(id => !known.Plans.Contains(id)) is { } missing) return new ServicesOutcome.NotAssigned(missing);
        if (overrides is not null && ProblemsOf(overrides) is { Count: > 0 } problems) return new ServicesOutcome.Invalid(problems);

        return await ObeyedAsync(billing.ChangeServicesAsync(account, document =>
        {
            foreach (var plan in sold) Assign(document, plan);
            foreach (var id in remove) (document["plans"] as JsonObject)?.Remove(id);
            if (overrides is not null) document["overrides"] = ConfigMergeOf(document["overrides"] as JsonObject ?? [], overrides);
        }, desk.BillingScope, By(actor, account), ct));
    }

    /// <summary>Sets one part of what the account is billed by: <c>overrides</c>, <c>manual</c> or <c>limits</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="account">The account.</param>
    /// <param name="part">Which.</param>
    /// <param name="value">Its members.</param>
    /// <param name="merge">True keeps members that are not named.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<ServicesOutcome> SetAsync(Actor actor, AccountId account, string part, JsonObject value, bool merge, CancellationToken ct)
    {
        if (!MaySell(actor, account)) return new ServicesOutcome.Forbidden();
        var problems = part switch
        {
            "overrides" => ProblemsOf(value),
            "limits" => LimitsRules.Validate(value),
            _ => ManualRules.Validate(value),
        };
        if (problems.Count > 0) return new ServicesOutcome.Invalid(problems);
        return await ObeyedAsync(billing.ChangeServicesAsync(
            account, document => document[part] = merge ? ConfigMergeOf(document[part] as JsonObject ?? [], value) : value.DeepClone(), desk.BillingScope, By(actor, account), ct));
    }

    /// <summary>Stores a plan of a vendor. Whether the actor may was asked before.</summary>
    /// <returns>False when another vendor has a plan of this id.</returns>
    public async Task<bool> SavePlanAsync(Actor actor, PlanDocument plan, CancellationToken ct)
    {
        var isSaved = await billing.SavePlanAsync(plan, By(actor, plan.Vendor), ct);
        await desk.RefreshAsync(CancellationToken.None);
        return isSaved;
    }

    /// <summary>Erases a plan of a vendor that nobody is billed by. Whether the actor may was asked before.</summary>
    /// <returns>The accounts that are billed by it: then it stays.</returns>
    public Task<IReadOnlyList<AccountId>> DeletePlanAsync(Actor actor, PlanDocument plan, CancellationToken ct) => billing.DeletePlanAsync(plan, By(actor, plan.Vendor), ct);

    /// <summary>Writes down money that an account paid in.</summary>
    /// <returns>The charge; none when the actor does not sell to the account. One that could pay in for itself would have as much as it likes.</returns>
    public async Task<ChargeRow?> TopUpAsync(Actor actor, AccountId account, decimal amount, CancellationToken ct) =>
        MaySell(actor, account) ? await billing.TopUpAsync(account, desk.Tree.ResellerOf(account), amount, By(actor, account), ct) : null;

    /// <summary>What of the log of changes an actor may see, of an account that he reaches.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="account">Whose log.</param>
    /// <param name="only">The one source that he may see; none when he may see all.</param>
    /// <returns>False when he may see nothing.</returns>
    public bool MaySeeAudit(Actor actor, AccountId account, out string? only)
    {
        only = null;
        if (MaySell(actor, account)) return true;
        // What he sells by is the reseller's own; what he is billed by is his seller's business.
        only = AuditSources.ServicePlans;
        return desk.Tree.Find(account) is { IsReseller: true };
    }

    // What is committed is obeyed before it is answered, whoever hangs up.
    private async Task<ServicesOutcome> ObeyedAsync(Task<AccountServices> change)
    {
        var services = await change;
        await desk.RefreshAsync(CancellationToken.None);
        return new ServicesOutcome.Done(services);
    }

    private AuditContext By(Actor actor, AccountId account) => AuditContext.Of(desk.Tree, actor, account);

    private async Task<IReadOnlyList<PlanDocument>> SoldAsync(AccountId account, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var seller = desk.Tree.ResellerOf(account);
        var plans = await billing.PlansAsync(ids, ct);
        return [.. ids.Distinct().Select(plans.GetValueOrDefault).OfType<PlanDocument>().Where(plan => plan.Vendor == seller)];
    }

    private static void Assign(JsonObject document, PlanDocument plan)
    {
        if (document["plans"] is not JsonObject plans) document["plans"] = plans = [];
        if (!plans.ContainsKey(plan.Id)) plans[plan.Id] = new JsonObject { ["vendor_id"] = plan.Vendor.ToString() };
    }

    private static IReadOnlyList<ConfigProblem> ProblemsOf(JsonObject prices)
    {
        // Members that are null remove; they have no price to be wrong.
        var some = new JsonObject { ["name"] = "overrides", ["plan"] = ConfigMergeOf([], prices) };
        return [.. PlanDocument.Validate(some).Select(problem => problem with { Path = problem.Path.Replace("plan.", "", StringComparison.Ordinal) })];
    }

    private static JsonObject ConfigMergeOf(JsonObject target, JsonObject change)
    {
        var merged = (JsonObject)target.DeepClone();
        foreach (var (name, value) in change)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject below) merged[name] = ConfigMergeOf(merged[name] as JsonObject ?? [], below);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }
}
