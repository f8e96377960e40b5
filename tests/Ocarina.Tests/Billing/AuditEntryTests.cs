using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>What the log of changes says of two documents.</summary>
public sealed class AuditEntryTests
{
    private static readonly AccountId Vendor = AccountId.Parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    [Theory]
    [InlineData("{}", """{"plans":{"a":{"vendor_id":"x"}}}""", """plans plans_assigned {"before":{},"after":{"a":{"vendor_id":"x"}}}""")]
    [InlineData("""{"plans":{"a":{},"b":{}}}""", """{"plans":{"b":{}}}""", """plans plans_unassigned {"before":{"a":{}},"after":{}}""")]
    [InlineData("""{"plans":{"a":{}}}""", """{"plans":{"b":{}}}""", """plans plans_changed {"before":{"a":{}},"after":{"b":{}}}""")]
    [InlineData(
        """{"overrides":{"p":{"x":{"rate":1}},"q":{}}}""", """{"overrides":{"p":{"x":{"rate":2}},"q":{}}}""",
        """overrides overrides_changed {"before":{"p":{"x":{"rate":1}}},"after":{"p":{"x":{"rate":2}}}}""")]
    [InlineData("""{"manual":{"p":{"x":1}}}""", """{"manual":{}}""", """manual manual_changed {"before":{"p":{"x":1}},"after":{}}""")]
    [InlineData("""{"limits":{"a":true}}""", """{"limits":{"a":false}}""", """limits limits_changed {"before":{"a":true},"after":{"a":false}}""")]
    [InlineData("""{"limits":{"a":1}}""", """{"limits":{"a":1.0}}""", "")]
    [InlineData("{}", """{"limits":{}}""", "")]
    public void Only_the_members_that_differ_are_logged(string before, string after, string expected) =>
        Assert.Equal(expected, Print(AuditEntry.OfServices(Json(before), Json(after))));

    [Fact]
    public void A_change_of_several_parts_is_an_entry_for_each() => Assert.Equal(
        ["plans", "overrides", "limits"],
        AuditEntry.OfServices([], Json("""{"limits":{"a":1},"overrides":{"p":{}},"plans":{"a":{}}}""")).Select(entry => entry.Source));

    [Fact]
    public void A_plan_is_made_changed_and_deleted()
    {
        var (one, two) = (new PlanDocument("p", Vendor, Json("""{"name":"A","plan":{}}""")), new PlanDocument("p", Vendor, Json("""{"name":"B","plan":{}}""")));

        Assert.Equal("""service_plans plan_created {"plan_id":"p","before":{},"after":{"name":"A","plan":{}}}""", Print([AuditEntry.OfPlan(null, one)!]));
        Assert.Equal("""service_plans plan_changed {"plan_id":"p","before":{"name":"A"},"after":{"name":"B"}}""", Print([AuditEntry.OfPlan(one, two)!]));
        Assert.Equal("""service_plans plan_deleted {"plan_id":"p","before":{"name":"B","plan":{}},"after":{}}""", Print([AuditEntry.OfPlan(two, null)!]));
        Assert.Null(AuditEntry.OfPlan(one, one));
    }

    private static string Print(IEnumerable<AuditEntry> entries) => string.Join('\n', entries.Select(entry => $"{entry.Source} {entry.Reason} {entry.Change.ToJsonString()}"));

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
