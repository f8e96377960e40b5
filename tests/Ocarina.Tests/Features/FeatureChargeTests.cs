using Ocarina.Storage;
using Ocarina.Tests.Billing;
using Ocarina.Tests.Sandbox;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Features;

/// <summary>What an emergency address costs, when, and that a refused one costs nothing (numbers.md 7.12, 9.2, 13).</summary>
public sealed class FeatureChargeTests : IAsyncLifetime
{
    private const string Plan = """{"name":"Retail","plan":{"number_services":{"e911":{"rate":2,"activation_charge":5}}},"bookkeeper":{"type":"ledger"}}""";
    private const string Address = """{"e911":{"street_address":"1855 Blake Street","locality":"Denver","region":"CO","postal_code":"80202"}}""";

    private SandboxLab _sandbox = null!; // set before each test

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _sandbox.DisposeAsync();

    [Theory, MemberData(nameof(Both))]
    public async Task Who_has_not_agreed_is_told_the_price_and_who_has_pays_once(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 100);
        var number = await shop.Lab.HaveAsync("in_service", shop.Lab.Alice);

        var told = await PatchAsync(shop, number, accept: false);
        Assert.Equal((402, "accept charges"), (told.Status, (string?)told.Json["message"]));
        Assert.Equal((5m, 2m), ((decimal)told.Data![0]!["summary"]!["today"]!, (decimal)told.Data[0]!["summary"]!["recurring"]!));
        Assert.Equal(1, await _sandbox.CountAsync("carrier=dash")); // the address was looked at, and nothing else

        Assert.Equal(200, (await PatchAsync(shop, number, accept: true)).Status);
        Assert.Equal([("activation", 5m), ("recurring", 2m)], (await shop.ChargesAsync()).Order());
        Assert.Equal(200, (await PatchAsync(shop, number, accept: false)).Status); // the same address
        Assert.Equal(93, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_wrong_address_is_told_before_its_price(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 100);
        var number = await shop.Lab.HaveAsync("in_service", shop.Lab.Alice);

        var reply = await shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number), Address.Replace("1855 Blake Street", "Nowhere", StringComparison.Ordinal));

        Assert.Equal((400, "invalid data"), (reply.Status, (string?)reply.Json["message"]));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_provider_refuses_at_last_costs_nothing_and_holds_nothing(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 7);
        var number = await shop.Lab.HaveAsync("in_service", shop.Lab.Alice);
        await _sandbox.TellAsync("/faults", """{"carrier":"dash","operation":"addlocation","action":"status","status":400,"code":"ParseException","times":1}""");

        Assert.Equal(400, (await PatchAsync(shop, number, accept: true)).Status);
        Assert.Equal(7, await shop.BalanceAsync());
        Assert.Equal(200, (await PatchAsync(shop, number, accept: true)).Status); // all of it is free again
        Assert.Equal(0, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_cannot_pay_has_nothing_set_up(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 6);
        var number = await shop.Lab.HaveAsync("in_service", shop.Lab.Alice);

        var refused = await PatchAsync(shop, number, accept: true);

        Assert.Equal((402, "not_enough_credit"), (refused.Status, (string?)refused.Json["message"]));
        Assert.Empty((await _sandbox.AskAsync("/ledger"))["located"]!.AsArray());
        Assert.Equal(0, await _sandbox.CountAsync("carrier=dash&operation=addlocation"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Bought_with_a_number_it_is_quoted_with_it_and_charged_when_it_is_set_up(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 100);
        var (good, bad) = (await shop.Lab.HaveAsync("available"), await shop.Lab.HaveAsync("available"));

        Assert.Equal(402, (await shop.Lab.BuyAsync(shop.Lab.Alice, good, data: Address)).Status);
        Assert.Equal(201, (await BuyAsync(shop, good)).Status);
        Assert.Equal(93, await shop.BalanceAsync());
        await _sandbox.TellAsync("/faults", """{"carrier":"dash","operation":"addlocation","action":"status","status":400,"code":"ParseException"}""");
        var without = await BuyAsync(shop, bad);

        Assert.Equal(["e911"], PhoneNumbers.NumberReplyChecks.Names(without.Data!["_read_only"]!["features_failed"]));
        Assert.Equal(93, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    // The credit reaches for none, or for one of two: what cannot be paid is not set up, and the number is there all the same.
    [Theory, MemberData(nameof(Both))]
    public async Task Bought_with_a_number_it_is_set_up_only_as_far_as_the_credit_reaches(DatabaseKind kind)
    {
        await using var shop = await OpenAsync(kind, 13);
        string[] numbers = [await shop.Lab.HaveAsync("available"), await shop.Lab.HaveAsync("available")];

        var bought = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true",
            $$"""{"numbers":["{{numbers[0]}}","{{numbers[1]}}"],{{Address[1..]}}""");

        Assert.True(bought.Status == 201, bought.Text);
        var documents = numbers.Select(number => bought.Data!["success"]![number]!).ToList();
        Assert.All(documents, document => Assert.Equal("in_service", (string?)document["state"]));
        var without = Assert.Single(documents, document => document["features"]!.AsArray().Count == 0);
        Assert.Equal(["e911"], PhoneNumbers.NumberReplyChecks.Names(without["_read_only"]!["features_failed"]));
        Assert.Equal(6, await shop.BalanceAsync());
        Assert.Single((await _sandbox.AskAsync("/ledger"))["located"]!.AsArray());
        var orders = (await shop.Lab.CallAsync(shop.Lab.Alice, "GET", $"/v2/accounts/{shop.Lab.Alice}/orders?kind=feature")).Data!.AsArray();
        Assert.Equal(["not_enough_credit"], orders.Select(order => (string?)order!["error"]).OfType<string>());
        await shop.MustBalanceAsync();
    }

    private async Task<BillingShop> OpenAsync(DatabaseKind kind, decimal credit)
    {
        var shop = await BillingShop.OpenAsync(kind, Plan, credit);
        await DashBench.ConfigureAsync(shop.Lab, _sandbox);
        return shop;
    }

    private static Task<Reply> PatchAsync(BillingShop shop, string number, bool accept) =>
        shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number) + (accept ? "?accept_charges=true" : ""), Address);

    private static Task<Reply> BuyAsync(BillingShop shop, string number) =>
        shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, number, "activate") + "?accept_charges=true", Address);
}
