using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Features;
using Ocarina.Storage;
using Ocarina.Tests.Features;
using Ocarina.Tests.Sandbox;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Billing;

/// <summary>The field <c>billing</c> counts what its owner pays, so it is not his to write (numbers.md 4.3, 13.1).</summary>
public sealed class BillingFieldTests
{
    private const string Plan = """{"name":"Retail","plan":{"billing":{"premium_line":{"rate":3}},"number_services":{"e911":{"rate":0}}},"bookkeeper":{"type":"ledger"}}""";
    private const string Two = """{"premium_line":2}""";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory]
    [InlineData("""{"a":1,"billing":{"x":0},"b":2}""", """{"billing":{"x":5},"c":3}""", """{"a":1,"billing":{"x":5},"b":2}""")]
    [InlineData("""{"a":1}""", """{"billing":{"x":5}}""", """{"a":1,"billing":{"x":5}}""")]
    [InlineData("""{"billing":{"x":0}}""", "{}", "{}")]
    [InlineData("""{"billing":null,"a":1}""", """{"billing":{"x":5}}""", """{"billing":{"x":5},"a":1}""")]
    public void What_is_stored_stays_in_its_place(string fields, string stored, string expected) =>
        Assert.Equal(expected, PublicFields.KeepBilling(JsonNode.Parse(fields)!.AsObject(), DocumentText.FromStorage(stored)).ToJsonString());

    [Theory, MemberData(nameof(Both))]
    public async Task Who_sells_writes_it_and_who_pays_does_not(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var lab = shop.Lab;
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var path = At(lab.Alice, number);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "PATCH", $"{path}?accept_charges=true", $$"""{"billing":{{Two}},"note":1}""")).Status);
        Assert.Equal(94, await shop.BalanceAsync());

        foreach (var (verb, body) in ((string, string)[])[
            ("PATCH", """{"billing":{"premium_line":0}}"""), ("PATCH", """{"billing":null}"""), ("PATCH", """{"billing":{"premium_line":9}}"""),
            ("POST", "{}"), ("POST", """{"billing":{},"note":2}"""), ("PATCH", """{"billing":7}""")])
        {
            var reply = await lab.CallAsync(lab.Alice, verb, path, body);
            Assert.True(reply.Status == 200, reply.Text);
            Assert.Equal(Two, reply.Data!["billing"]!.ToJsonString());
        }

        Assert.Equal(94, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
        Assert.Null((await lab.CallAsync(lab.Reseller, "PATCH", path, """{"billing":null}""")).Data!["billing"]);
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task It_cannot_be_written_with_a_purchase_either(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var lab = shop.Lab;
        var body = $$"""{"billing":{{Two}},"note":1}""";

        var bought = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, await lab.HaveAsync("available"), "activate"), body);
        var made = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, lab.Fresh()), body);
        var marked = await lab.HaveAsync("available", fields: $"\"billing\":{Two}");
        var sold = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, marked, "activate") + "?accept_charges=true", """{"billing":{}}""");

        Assert.Equal((201, 201, 201), (bought.Status, made.Status, sold.Status));
        Assert.All([bought, made], reply => Assert.True(reply.Data!["billing"] is null && (int)reply.Data["note"]! == 1, reply.Text));
        Assert.Equal(Two, sold.Data!["billing"]!.ToJsonString());
        Assert.Equal(94, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Nor_with_a_feature_that_a_provider_sets_up(DatabaseKind kind)
    {
        await using var sandbox = await SandboxLab.StartAsync();
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var lab = shop.Lab;
        await DashBench.ConfigureAsync(lab, sandbox);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "PATCH", At(lab.Alice, number) + "?accept_charges=true", $$"""{"billing":{{Two}}}""")).Status);

        foreach (var verb in (string[])["PATCH", "POST"])
        {
            var street = verb == "PATCH" ? "1855 Blake Street" : "1801 Wewatta Street";
            var reply = await lab.CallAsync(
                lab.Alice, verb, At(lab.Alice, number) + "?accept_charges=true",
                $$$"""{"billing":{},"e911":{"street_address":"{{{street}}}","locality":"Denver","region":"CO","postal_code":"80202"}}""");
            Assert.True(reply.Status == 200, reply.Text);
            Assert.Equal((Two, "PROVISIONED"), (reply.Data!["billing"]!.ToJsonString(), (string?)reply.Data["e911"]!["status"]));
        }

        await shop.MustBalanceAsync();
    }
}
