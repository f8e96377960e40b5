using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Billing;

/// <summary>What numbers cost, as a client sees it (numbers.md 7.12, 13; `http-api.md` 2.7, 6). Alice is billed by her reseller's plan, through a ledger.</summary>
public sealed class ChargeTests
{
    private const string Plan = """{"name":"Retail","plan":{"phone_numbers":{"did_us":{"name":"US DID","rate":1.5,"activation_charge":2.5}},"number_services":{"prepend":{"rate":0.25}}},"bookkeeper":{"type":"ledger"}}""";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Who_has_not_agreed_is_told_the_price_and_nothing_changes(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var number = await shop.Lab.HaveAsync("available");
        var before = await shop.StateAsync(number);

        var told = await shop.Lab.BuyAsync(shop.Lab.Alice, number);

        Assert.Equal((402, "402", "accept charges"), (told.Status, (string?)told.Json["error"], (string?)told.Json["message"]));
        var invoice = Assert.Single(told.Data!.AsArray())!;
        Assert.Equal(("ledger", shop.Lab.Reseller), ((string?)invoice["bookkeeper"]!["type"], (string?)invoice["bookkeeper"]!["vendor_id"]));
        Assert.Equal((2.5m, 1.5m), ((decimal)invoice["summary"]!["today"]!, (decimal)invoice["summary"]!["recurring"]!));
        Assert.Equal("created", (string?)Assert.Single(invoice["items"]!.AsArray())!["changes"]!["type"]);
        Assert.Equal(before, await shop.StateAsync(number));

        var bought = await shop.BuyAsync(number);
        Assert.Equal(201, bought.Status);
        Assert.Equal([("activation", 2.5m), ("recurring", 1.5m)], (await shop.ChargesAsync()).Order());
        Assert.Equal(96, await shop.BalanceAsync());
        await shop.MustBalanceAsync();

        // What is his already costs nothing, so nothing has to be agreed on.
        Assert.Equal(201, (await shop.Lab.BuyAsync(shop.Lab.Alice, number)).Status);
        Assert.Equal(96, await shop.BalanceAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Older_clients_are_told_the_price_in_their_shape(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        Assert.Equal(200, (await shop.Lab.Server.SendAsync("PATCH", "/v2/system_configs/billing", """{"data":{"default":{"profile":"wnm"}}}""")).Status);
        var number = await shop.Lab.HaveAsync("available", carrier: "other"); // stock of inventory costs nothing there

        var told = await shop.Lab.BuyAsync(shop.Lab.Alice, number);
        var free = await shop.Lab.CallAsync(shop.Lab.Bob, "PUT", At(shop.Lab.Bob, number, "activate") + "?dry_run=true");

        Assert.Equal((402, 1.5m, 2.5m), (told.Status, (decimal)told.Data!["phone_numbers"]!["did_us"]!["rate"]!, (decimal)told.Data["activation_charges"]!));
        Assert.Equal((200, "{}"), (free.Status, free.Data!.ToJsonString()));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_dry_run_answers_the_invoices_and_does_nothing(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var number = await shop.Lab.HaveAsync("available");
        var before = await shop.StateAsync(number);

        var asked = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, number, "activate") + "?dry_run=true&accept_charges=true");
        var free = await shop.Lab.CallAsync(shop.Lab.Bob, "PUT", At(shop.Lab.Bob, number, "activate") + "?dry_run=true");
        var unknown = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, shop.Lab.Fresh(), "activate") + "?dry_run=true");

        Assert.Equal((200, 1), (asked.Status, asked.Data!.AsArray().Count));
        Assert.Equal((200, 0), (free.Status, free.Data!.AsArray().Count));
        Assert.Equal(404, unknown.Status);
        Assert.Equal(before, await shop.StateAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_list_gets_one_quote_and_what_cannot_be_had_stands_beside_it(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var (one, two, unknown) = (await shop.Lab.HaveAsync("available"), await shop.Lab.HaveAsync("available"), shop.Lab.Fresh());
        var body = $$"""{"numbers":["{{one}}","{{unknown}}","{{two}}"]}""";

        var told = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate"), body);

        Assert.Equal(402, told.Status);
        var invoice = Assert.Single(told.Data!.AsArray())!;
        Assert.Equal((5m, 2), ((decimal)invoice["summary"]!["today"]!, (int)invoice["items"]![0]!["quantity"]!));
        Assert.Equal(404, (int)told.Json["errors"]![unknown]!["code"]!);
        Assert.Null(await shop.Lab.OwnerAsync(one));

        var bought = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true", body);
        Assert.Equal((201, 2), (bought.Status, bought.Data!["success"]!.AsObject().Count));
        Assert.Equal(92, await shop.BalanceAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Credit_is_taken_number_by_number_in_the_order_given(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 8);
        var numbers = new[] { await shop.Lab.HaveAsync("available"), await shop.Lab.HaveAsync("available"), await shop.Lab.HaveAsync("available") };

        var bought = await shop.Lab.CallAsync(
            shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true", $$"""{"numbers":["{{numbers[2]}}","{{numbers[0]}}","{{numbers[1]}}"]}""");

        Assert.Equal(201, bought.Status);
        Assert.Equal([numbers[2], numbers[0]], bought.Data!["success"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal((402, "not_enough_credit"), ((int)bought.Data["error"]![numbers[1]]!["code"]!, (string?)bought.Data["error"]![numbers[1]]!["error"]));
        Assert.Equal(0, await shop.BalanceAsync());

        var alone = await shop.BuyAsync(numbers[1]);
        Assert.Equal((402, "not_enough_credit"), (alone.Status, (string?)alone.Data!["error"]));
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_may_owe_may_owe_so_much_and_no_more(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Reseller, "POST", $"/v2/accounts/{shop.Lab.Alice}/limits", """{"allow_postpay":true,"max_postpay_amount":4}""")).Status);

        Assert.Equal(201, (await shop.BuyAsync(await shop.Lab.HaveAsync("available"))).Status);
        Assert.Equal(402, (await shop.BuyAsync(await shop.Lab.HaveAsync("available"))).Status);
        Assert.Equal(-4, await shop.BalanceAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Features_cost_when_they_are_set_and_a_release_frees_the_number_and_its_quantities(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var number = await shop.Lab.HaveAsync("available");
        await shop.BuyAsync(number);
        const string fields = """{"prepend":{"enabled":true,"name":"Sales"}}""";

        Assert.Equal(402, (await shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number), fields)).Status);
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number) + "?accept_charges=true", fields)).Status);
        Assert.Equal(95.75m, await shop.BalanceAsync());
        // The same again changes nothing and costs nothing; the price of what is free is not asked.
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number), fields)).Status);
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "PATCH", At(shop.Lab.Alice, number), """{"note":"x"}""")).Status);

        Assert.Equal(200, (await shop.Lab.ReleaseAsync(shop.Lab.Alice, number)).Status);
        Assert.Equal(95.75m, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
        var summary = (await shop.Lab.CallAsync(shop.Lab.Alice, "GET", $"/v2/accounts/{shop.Lab.Alice}/services/summary")).Data!;
        Assert.Empty(summary["quantities"]!["account"]!.AsObject());
        Assert.True((bool)summary["status"]!["acceptable"]!);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_month_that_begins_is_charged_once_for_what_is_held(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        for (var i = 0; i < 3; i++) await shop.BuyAsync(await shop.Lab.HaveAsync("available"));
        Assert.Equal(88, await shop.BalanceAsync());

        Assert.Equal(0, await shop.ChargeMonthsAsync());
        shop.Lab.Clock.Advance(TimeSpan.FromDays(33));
        Assert.Equal(1, await shop.ChargeMonthsAsync());
        Assert.Equal(0, await shop.ChargeMonthsAsync());

        Assert.Equal(83.5m, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
        shop.Lab.Clock.Advance(TimeSpan.FromDays(62));
        Assert.Equal(2, await shop.ChargeMonthsAsync());
        Assert.Equal(74.5m, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_purchase_before_the_job_has_charged_the_new_month_is_not_charged_twice(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        await shop.BuyAsync(await shop.Lab.HaveAsync("available"));
        shop.Lab.Clock.Advance(TimeSpan.FromDays(33));
        shop.Lab.Server.ForgetTokens();

        await shop.BuyAsync(await shop.Lab.HaveAsync("available"));
        await shop.ChargeMonthsAsync();

        // 4, the new month of the first number, and 4 for the second one.
        Assert.Equal(90.5m, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_minimum_of_all_the_rest_is_charged_once_a_month_however_numbers_come_and_go(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(
            kind, """{"name":"Least","plan":{"phone_numbers":{"_all":{"rate":2,"minimum":3}}},"bookkeeper":{"type":"ledger"}}""", credit: 20);
        for (var i = 0; i < 2; i++)
        {
            var number = await shop.Lab.HaveAsync("available");
            Assert.Equal(201, (await shop.BuyAsync(number)).Status);
            Assert.Equal(200, (await shop.Lab.ReleaseAsync(shop.Lab.Alice, number)).Status);
            Assert.Equal(14, await shop.BalanceAsync());
            await shop.MustBalanceAsync();
        }

        // Nothing is held when the next month begins, and nothing owed.
        shop.Lab.Clock.Advance(TimeSpan.FromDays(33));
        shop.Lab.Server.ForgetTokens();
        await shop.ChargeMonthsAsync();
        Assert.Equal(14, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
        Assert.Equal(201, (await shop.BuyAsync(await shop.Lab.HaveAsync("available"))).Status);
        Assert.Equal(8, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Asking_what_a_release_would_cost_releases_nothing(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        var number = await shop.Lab.HaveAsync("available");
        await shop.BuyAsync(number);
        var before = await shop.StateAsync(number);

        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "DELETE", At(shop.Lab.Alice, number) + "?dry_run=true")).Status);
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "DELETE", At(shop.Lab.Alice, "collection") + "?dry_run=true", $$"""{"numbers":["{{number}}"]}""")).Status);

        Assert.Equal(before, await shop.StateAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_was_held_before_a_plan_came_costs_from_the_next_month_on(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0, assigns: false);
        await shop.Lab.HaveAsync("in_service", shop.Lab.Alice);

        await shop.AssignAsync();

        Assert.Equal(0, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
        shop.Lab.Clock.Advance(TimeSpan.FromDays(33));
        await shop.ChargeMonthsAsync();
        Assert.Equal(-1.5m, await shop.BalanceAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_charge_that_is_missing_is_reported(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 100);
        await shop.BuyAsync(await shop.Lab.HaveAsync("available"));

        await shop.ForgetChargesAsync();

        var found = Assert.Single(await shop.DifferencesAsync())!;
        Assert.Equal(("phone_numbers", "did_us", 1, 0), ((string?)found["category"], (string?)found["item"], (int)found["held"]!, (int)found["charged"]!));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Any_numbers_of_a_prefix_are_quoted_and_charged_as_well(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 4);
        for (var i = 0; i < 3; i++) await shop.Lab.HaveAsync("available", number: shop.Lab.Fresh("+1628555"));
        const string body = """{"prefix":"628555","quantity":2}""";

        var told = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate"), body);
        Assert.Equal((402, 5m), (told.Status, (decimal)told.Data![0]!["summary"]!["today"]!));
        Assert.Equal(4, await shop.BalanceAsync());

        var bought = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true", body);
        Assert.Equal((201, 1), (bought.Status, bought.Data!["success"]!.AsObject().Count));
        Assert.Equal(0, await shop.BalanceAsync());
        var none = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true", body);
        Assert.True(none.Status is 400 or 402, none.Text);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Plans_are_the_resellers_and_money_is_paid_in_by_who_takes_it(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 1);
        var (lab, services) = (shop.Lab, $"/v2/accounts/{shop.Lab.Alice}/services");

        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "POST", services, $$"""{"delete":["{{shop.PlanId}}"]}""")).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "POST", $"{services}/topup", """{"amount":20}""")).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "POST", $"{services}/overrides", """{"phone_numbers":{"did_us":{"rate":0}}}""")).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "PUT", $"/v2/accounts/{lab.Alice}/service_plans", Plan)).Status);
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Bob}/services/summary")).Status);
        Assert.Equal(400, (await lab.CallAsync(lab.Reseller, "POST", $"{services}/topup", """{"amount":0}""")).Status);
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "POST", services, """{"add":["nothing"]}""")).Status);
        Assert.Equal("plan_is_not_assigned", (string?)(await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Bob}/services", $$"""{"delete":["{{shop.PlanId}}"]}""")).Json["message"]);
        Assert.Equal(409, (await lab.CallAsync(lab.Reseller, "DELETE", $"/v2/accounts/{lab.Reseller}/service_plans/{shop.PlanId}")).Status);

        var bad = await lab.CallAsync(lab.Reseller, "PUT", $"/v2/accounts/{lab.Reseller}/service_plans", """{"plan":{"phone_numbers":{"did_us":{"rate":-1,"flat_rate":"much"}}}}""");
        Assert.Equal(400, bad.Status);
        Assert.Equal(["name", "plan.phone_numbers.did_us.flat_rate", "plan.phone_numbers.did_us.rate"], bad.Data!.AsObject().Select(field => field.Key).Order());

        var cheaper = await lab.CallAsync(lab.Reseller, "PATCH", $"{services}/overrides", """{"phone_numbers":{"did_us":{"rate":0.5,"activation_charge":0}}}""");
        Assert.Equal(200, cheaper.Status);
        Assert.Equal(201, (await shop.BuyAsync(await lab.HaveAsync("available"))).Status);
        Assert.Equal(0.5m, await shop.BalanceAsync());
        Assert.Equal(0.5m, (decimal)(await lab.CallAsync(lab.Alice, "GET", $"/v2/accounts/{lab.Alice}/ledgers/total")).Data!["amount"]!);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_plan_of_accounts_that_are_gone_can_be_deleted(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0, assigns: false);
        var (lab, plan) = (shop.Lab, $"/v2/accounts/{shop.Lab.Reseller}/service_plans/{shop.PlanId}");
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Bob}/services/{shop.PlanId}")).Status);

        Assert.Equal(409, (await lab.CallAsync(lab.Reseller, "DELETE", plan)).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "DELETE", $"/v2/accounts/{lab.Bob}")).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "DELETE", plan)).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Without_a_back_end_nobody_pays(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        Assert.Equal(200, (await shop.Lab.Server.SendAsync("PATCH", "/v2/system_configs/billing/default", """{"data":{"back_end":"none"}}""")).Status);

        Assert.Equal(201, (await shop.Lab.BuyAsync(shop.Lab.Alice, await shop.Lab.HaveAsync("available"))).Status);
        Assert.Empty(await shop.ChargesAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_import_is_written_down_and_costs_from_the_next_month_on(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        var number = shop.Lab.Fresh();

        var done = await shop.Lab.Server.SendAsync("PUT", $"{At(shop.Lab.Alice)}/import?action=import", $"e164,state\n{number},in_service\n", type: "text/csv");

        Assert.True(done.Status is 200 or 201, done.Text);
        Assert.Equal(shop.Lab.Alice, await shop.Lab.OwnerAsync(number));
        Assert.Equal(0, await shop.BalanceAsync());
        await shop.MustBalanceAsync();
    }
}
