using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>What an account is billed by: its plans, its own prices, quantities set by hand, and how far it may go into debt. One document (`http-api.md` 6.2).</summary>
/// <remarks>Members: <c>plans</c> (plan id to <c>{"vendor_id"}</c>), <c>overrides</c> (prices as in a plan, for all its plans), <c>manual</c> (category to item to count), <c>limits</c>.</remarks>
/// <param name="document">The document; not changed.</param>
public sealed class AccountServices(JsonObject document)
{
    /// <summary>Largest quantity that can be set by hand.</summary>
    public const int ManualMax = 1_000_000;

    /// <summary>No plan, no charge.</summary>
    public static AccountServices None { get; } = new([]);

    /// <summary>The members as stored. Do not change them.</summary>
    public JsonObject Document => document;

    /// <summary>Ids of the plans, as they were assigned.</summary>
    public IReadOnlyList<string> Plans => [.. Part("plans").Select(plan => plan.Key)];

    /// <summary>Prices that win over those of the plans.</summary>
    public JsonObject Overrides => Part("overrides");

    /// <summary>Quantities that win over those counted.</summary>
    public Quantities Manual => Quantities.Of(
        from category in Part("manual")
        where category.Value is JsonObject
        from item in (JsonObject)category.Value!
        where Money.Read(item.Value) is >= 0 and <= ManualMax
        select KeyValuePair.Create(new ChargeItem(category.Key, item.Key), (long)(Money.Read(item.Value) ?? 0)));

    /// <summary>How deep the account may go into debt; 0 unless <c>limits.allow_postpay</c> is on, then <c>limits.max_postpay_amount</c>.</summary>
    public decimal MayOwe => IsOn(Part("limits")["allow_postpay"]) ? Math.Max(0, Money.Read(Part("limits")["max_postpay_amount"]) ?? 0) : 0;

    /// <summary>The plans of each vendor and bookkeeper as one, with the account's own prices.</summary>
    /// <param name="find">A plan by its id; none when it is gone.</param>
    public IReadOnlyList<AccountPlan> Merge(Func<string, PlanDocument?> find)
    {
        var groups = Plans.Select(find).OfType<PlanDocument>()
            .GroupBy(plan => (plan.Vendor, Bookkeeper: plan.Bookkeeper.ToJsonString()));
        return [.. groups.Select(group =>
        {
            var sorted = group.OrderBy(plan => plan.Priority).Select(plan => (plan.Body, plan.Strategy)).ToList();
            if (Overrides.Count > 0) sorted.Add((Overrides, PlanStrategy.Recursive));
            return new AccountPlan(group.Key.Vendor, group.First().Bookkeeper, new ServicePlan(PlanMerge.Of(sorted)));
        })];
    }

    private JsonObject Part(string name) => document[name] as JsonObject ?? [];

    private static bool IsOn(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;
}
