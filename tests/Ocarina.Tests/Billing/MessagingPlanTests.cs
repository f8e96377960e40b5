using System.Text.Json.Nodes;
using Ocarina.Core.Billing;
using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Billing;

/// <summary>Messaging is there where the account's plan enables it as well (numbers.md 9.3).</summary>
public sealed class MessagingPlanTests
{
    private const string Plan = """{"name":"Retail","plan":{"phone_numbers":{"tollfree_us":{"rate":1}}},"bookkeeper":{"type":"ledger"}}""";
    private const string Both = """{"sms":{"enabled":true},"mms":{"enabled":true}}""";

    public static TheoryData<DatabaseKind> Databases => TestDatabases.Both;

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"phone_numbers":{"_all":{"rate":1}}}""", false)]
    [InlineData("""{"im":{"sms":{"enabled":true}}}""", true)]
    [InlineData("""{"im":{"mms":{"enabled":true}}}""", false)]
    [InlineData("""{"im":{"sms":{"enabled":false}},"number_services":{"sms":{"rate":1}}}""", false)]
    [InlineData("""{"im":{"sms":{}},"number_services":{"sms":{"rate":0}}}""", true)]
    [InlineData("""{"number_services":{"sms":{"rate":1}}}""", true)]
    [InlineData("""{"number_services":{"_all":{"rate":1}}}""", true)]
    [InlineData("""{"number_services":{"_all":{"rate":1,"exceptions":["sms"]}}}""", false)]
    public void A_plan_enables_what_it_says_or_has_a_price_for(string plan, bool isEnabled) =>
        Assert.Equal(isEnabled, new ServicePlan(JsonNode.Parse(plan)!.AsObject()).EnablesMessaging("sms"));

    [Theory, MemberData(nameof(Databases))]
    public async Task Messaging_comes_and_goes_with_the_plan(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 10, assigns: false);
        var (lab, services) = (shop.Lab, $"/v2/accounts/{shop.Lab.Alice}/services");
        var number = await ReadyAsync(lab);

        // Nobody sells to her: what the carrier has is there.
        Assert.Equal(["mms", "sms"], await OfferedAsync(lab, number));
        await shop.AssignAsync();
        Assert.Empty(await OfferedAsync(lab, number));
        Assert.Empty((await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), Both)).IsNumber(200, number, "in_service")["features"].Names());

        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "PATCH", $"{services}/overrides", """{"im":{"sms":{"enabled":true}}}""")).Status);
        Assert.Equal(["sms"], await OfferedAsync(lab, number));
        Assert.Equal(["sms"], (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), Both)).IsNumber(200, number, "in_service")["features"].Names());

        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "POST", $"{services}/overrides", "{}")).Status);
        var priced = Plan.Replace("\"plan\":{", "\"plan\":{\"number_services\":{\"mms\":{\"rate\":0}},", StringComparison.Ordinal);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Reseller}/service_plans/{shop.PlanId}", priced)).Status);
        Assert.Equal(["mms"], await OfferedAsync(lab, number));
        // What was active and is no longer enabled goes with the next change.
        Assert.Equal(["mms"], (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"note":1}""")).IsNumber(200, number, "in_service")["features"].Names());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Without_a_back_end_plans_close_nothing(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        var number = await ReadyAsync(shop.Lab);
        Assert.Empty(await OfferedAsync(shop.Lab, number));

        Assert.Equal(200, (await shop.Lab.Server.SendAsync("PATCH", "/v2/system_configs/billing/default", """{"data":{"back_end":"none"}}""")).Status);

        Assert.Equal(["mms", "sms"], await OfferedAsync(shop.Lab, number));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_switch_is_on_or_off(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);

        var refused = await shop.Lab.CallAsync(shop.Lab.Reseller, "PATCH", $"/v2/accounts/{shop.Lab.Alice}/services/overrides", """{"im":{"sms":{"enabled":"yes"}}}""");

        Assert.Equal((400, "im.sms.enabled"), (refused.Status, Assert.Single(refused.Data!.AsObject()).Key));
    }

    private static async Task<string> ReadyAsync(NumberLab lab)
    {
        const string path = "/v2/system_configs/number_manager.bandwidth2/default";
        Assert.Equal(200, (await lab.Server.SendAsync("PATCH", path, """{"data":{"features":{"sms":{"enabled":true},"mms":{"enabled":true}}}}""")).Status);
        return await lab.HaveAsync("in_service", lab.Alice, "bandwidth2");
    }

    private static async Task<string[]> OfferedAsync(NumberLab lab, string number) =>
        [.. (await lab.GetAsync(lab.Alice, number)).Data!["_read_only"]!["features"]!["available"].Names().Where(name => name is "sms" or "mms")];
}
