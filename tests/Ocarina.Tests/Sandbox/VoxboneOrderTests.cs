using System.Net;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class VoxboneOrderTests
{
    private const int Alabaster = 1196;

    [Fact]
    public async Task A_cart_becomes_an_order_by_a_get_and_is_gone()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var before = (decimal)(await talk.GetAsync("ordering/accountbalance")).Json["accountBalance"]!["balance"]!;

        var cart = await talk.CartAsync("ref-1");
        await talk.AddAsync(cart, Alabaster, 2);
        var listed = (await talk.GetAsync($"ordering/cart?reference=ref-1&{VoxboneTalk.Paging}")).Json["carts"]![0]!;
        var checkout = await talk.CheckoutAsync(cart);
        var second = await talk.CheckoutAsync(cart);
        var dids = await talk.DidsAsync($"orderReference={checkout.OrderReference}");
        var order = (await talk.GetAsync($"ordering/order?reference={checkout.OrderReference}&{VoxboneTalk.Paging}")).Json["orders"]![0]!;
        var after = (decimal)(await talk.GetAsync("ordering/accountbalance")).Json["accountBalance"]!["balance"]!;

        Assert.Equal(Alabaster, (int)listed["orderProducts"]![0]!["didgroupId"]!); // with their small g
        Assert.Equal("SUCCESS", checkout.Outcome);
        Assert.Equal("400", second.Code);
        Assert.Equal(2, dids.Count);
        Assert.All(dids, did => Assert.Equal(Alabaster, (int)did["didGroupId"]!));
        Assert.Equal(("FULFILLED", "ref-1"), ((string)order["status"]!, (string)order["customerReference"]!));
        Assert.Equal(2.00m, before - after);
        Assert.Equal(15, (int)(await talk.GroupAsync(Alabaster, "USA"))["stock"]!);
        Assert.Equal(dids.Select(did => ("voxbone", (string)did["e164"]!, (string?)"ref-1")).Order(), (await lab.HeldAsync()).Order());
        Assert.Equal(200, (long)(await lab.AskAsync("/ledger"))["money"]!["voxbone"]!["spent_minor"]!);
    }

    [Theory]
    [InlineData("""{"didCartItem":{"didGroupId":1,"quantity":1}}""", "403")]
    [InlineData("""{"didCartItem":{"didGroupId":1196,"quantity":0}}""", "405")]
    [InlineData("""{"didCartItem":{"didGroupId":1196,"quantity":100000}}""", "419")]
    [InlineData("""{"didCartItem":{"didGroupId":1196}}""", "500")]
    [InlineData("""{"didCartItem":{"didGroupId":1005,"quantity":1}}""", "404")]
    [InlineData("""{"phoneNumbers":[{"phoneNumber":"+15005550142"}]}""", "404")]
    [InlineData("""{"phoneNumbers":[{"phoneNumber":"12055550142"}]}""", "14")]
    [InlineData("""{"phoneNumbers":[]}""", "14")]
    [InlineData("""{}""", "401")]
    [InlineData("""{"didCartItem":{"didGroupId":1196,"quantity":1},"phoneNumbers":[]}""", "401")]
    [InlineData("""{"somethingElse":{}}""", "402")]
    public async Task A_wrong_product_is_refused(string body, string code)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var cart = await talk.CartAsync("wrong");

        var reply = await talk.PostAsync($"ordering/cart/{cart}/product", body);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(code, reply.Code);
        Assert.Equal("408", (await talk.CheckoutAsync(cart)).Code); // nothing in it
        Assert.Empty(await lab.HeldAsync());
    }

    [Fact]
    public async Task Picked_numbers_are_held_ten_minutes_for_their_cart()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var number = await NumberAsync(talk);
        var mine = await talk.CartAsync("mine");
        var theirs = await talk.CartAsync("theirs");

        var picked = await talk.PickAsync(mine, number);
        var refused = await talk.PickAsync(theirs, number);
        var mixed = await talk.AddAsync(mine, Alabaster, 1);
        await lab.TellAsync("/clock", """{"advance_s":601}""");
        var late = await talk.PickAsync(theirs, number);
        var empty = await talk.CheckoutAsync(mine);
        var bought = await talk.CheckoutAsync(theirs);

        Assert.Equal("SUCCESS", picked.Outcome);
        Assert.Equal("404", refused.Code);
        Assert.Equal("406", mixed.Code);
        Assert.Equal("SUCCESS", late.Outcome);
        Assert.Equal("408", empty.Code);
        Assert.Equal([("voxbone", number, (string?)"theirs")], await lab.HeldAsync());
        Assert.NotNull(bought.OrderReference);
    }

    [Fact]
    public async Task Of_32_buyers_of_the_last_17_numbers_17_get_one_and_the_others_wait_for_stock()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);

        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(buyer => talk.BuyAsync($"b{buyer}", Alabaster)));
        var early = await lab.HeldAsync();
        await lab.TellAsync("/carriers/voxbone/restock", """{"group":1196,"count":40}""");
        var late = await lab.HeldAsync();

        Assert.All(replies, reply => Assert.Equal("SUCCESS", reply.Outcome));
        Assert.Equal(32, replies.Select(reply => reply.OrderReference).Distinct().Count());
        Assert.Equal(17, early.Select(held => held.Number).Distinct().Count());
        Assert.Equal(32, late.Select(held => held.Number).Distinct().Count());
        Assert.Equal(3200, (long)(await lab.AskAsync("/ledger"))["money"]!["voxbone"]!["spent_minor"]!); // paid at the checkout
    }

    [Fact]
    public async Task Of_32_buyers_who_pick_one_number_one_gets_it()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var number = await NumberAsync(talk);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(async buyer =>
        {
            var cart = await talk.CartAsync($"b{buyer}");
            return (await talk.PickAsync(cart, number)).Outcome == "SUCCESS" && (await talk.CheckoutAsync(cart)).Outcome == "SUCCESS";
        }));

        Assert.Single(outcomes, won => won);
        Assert.Single(await lab.HeldAsync());
    }

    [Fact]
    public async Task Too_little_money_is_an_error_with_status_200()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        await lab.TellAsync("/carriers/voxbone/account", """{"balance_minor":99}""");

        var reply = await talk.BuyAsync("poor", Alabaster);
        talk.Headers["X-Sandbox-Fault"] = "balance_warning";
        var warned = await talk.CheckoutAsync((int)(await talk.GetAsync($"ordering/cart?reference=poor&{VoxboneTalk.Paging}")).Json["carts"]![0]!["cartIdentifier"]!);
        talk.Headers.Clear();
        var order = (await talk.GetAsync($"ordering/order?reference={warned.OrderReference}&{VoxboneTalk.Paging}")).Json["orders"]![0]!;

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("ERROR", reply.Outcome);
        Assert.Null(reply.OrderReference);
        Assert.Equal("WARNING", warned.Outcome);
        Assert.Equal("CANCELED_PAYMENT", (string?)order["status"]);
        Assert.Empty(await lab.HeldAsync());
    }

    [Theory]
    [InlineData("order_failed", "ERROR", 0)]
    [InlineData("order_failed;code=409", null, 0)]
    [InlineData("deliver_never", "SUCCESS", 0)]
    [InlineData("deliver_more", "SUCCESS", 2)]
    [InlineData("deliver_wrong", "SUCCESS", 1)]
    [InlineData("order_partial", "PARTIAL", 0)]
    [InlineData("price_up", "SUCCESS", 1)]
    public async Task A_checkout_can_be_made_to_go_wrong(string fault, string? outcome, int delivered)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var cart = await talk.CartAsync("wrong");
        await talk.AddAsync(cart, Alabaster, 1);

        talk.Headers["X-Sandbox-Fault"] = fault;
        var reply = await talk.CheckoutAsync(cart);
        talk.Headers.Clear();
        var held = await lab.HeldAsync();

        Assert.Equal(outcome, reply.Status == HttpStatusCode.OK ? reply.Outcome : null);
        Assert.Equal(delivered, held.Count);
        if (outcome is null) Assert.Equal("409", reply.Code);
        if (fault == "deliver_wrong") Assert.NotEqual(Alabaster, (int)(await talk.DidsAsync($"orderReference={reply.OrderReference}"))[0]["didGroupId"]!);
        if (fault == "price_up") Assert.Equal(110, (long)(await lab.AskAsync("/ledger"))["money"]!["voxbone"]!["spent_minor"]!);
    }

    [Fact]
    public async Task Delivery_and_the_list_of_orders_may_come_late()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        await lab.TellAsync("/clock", """{"freeze":true}""");
        await lab.TellAsync("/faults", """[{"carrier":"voxbone","action":"deliver_late","delay_ms":10000},{"carrier":"voxbone","action":"order_lag","delay_ms":5000}]""");

        var reference = (await talk.BuyAsync("late", Alabaster, 2)).OrderReference;
        async Task<(int Orders, string? Status, int Dids)> Look()
        {
            var orders = (await talk.GetAsync($"ordering/order?reference={reference}&{VoxboneTalk.Paging}")).Json["orders"]!.AsArray();
            return (orders.Count, (string?)orders.FirstOrDefault()?["status"], (await talk.DidsAsync($"orderReference={reference}")).Count);
        }

        Assert.Equal((0, null, 0), await Look());
        await lab.TellAsync("/clock", """{"advance_s":6}""");
        Assert.Equal((1, "CONFIRMED", 0), await Look());
        await lab.TellAsync("/clock", """{"advance_s":5}""");
        Assert.Equal((1, "CONFIRMED", 1), await Look());
        await lab.TellAsync("/clock", """{"advance_s":10}""");
        Assert.Equal((1, "FULFILLED", 2), await Look());
    }

    [Fact]
    public async Task A_rule_can_make_a_stray_second_checkout_buy_again()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        await lab.TellAsync("/faults", """{"carrier":"voxbone","operation":"checkout","action":"second_checkout","nth":1}""");
        var cart = await talk.CartAsync("twice");
        await talk.AddAsync(cart, Alabaster, 1);

        await talk.CheckoutAsync(cart);
        await talk.CheckoutAsync(cart);
        var third = await talk.CheckoutAsync(cart);

        Assert.Equal(2, (await lab.HeldAsync()).Count);
        Assert.Equal("400", third.Code);
    }

    [Fact]
    public async Task A_checkout_counts_as_a_write_for_faults_although_it_is_a_get()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var cart = await talk.CartAsync("lost");
        await talk.AddAsync(cart, Alabaster, 1);
        await lab.TellAsync("/faults", """{"carrier":"voxbone","operation":"writes","action":"drop_after_booking","times":1}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => talk.CheckoutAsync(cart));

        Assert.Equal("lost", Assert.Single(await lab.HeldAsync()).Reference);
        Assert.Equal("lost", (string?)(await talk.GetAsync($"ordering/order?{VoxboneTalk.Paging}")).Json["orders"]![0]!["customerReference"]);
    }

    [Fact]
    public async Task A_product_and_a_cart_can_be_taken_back()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var cart = await talk.CartAsync("undo");
        await talk.AddAsync(cart, Alabaster, 3);
        var product = (int)(await talk.GetAsync($"ordering/cart?cartIdentifier={cart}&{VoxboneTalk.Paging}")).Json["carts"]![0]!["orderProducts"]![0]!["orderProductId"]!;

        var less = await talk.PostAsync($"ordering/cart/{cart}/product/{product}", """{"quantity":2}""");
        var left = (int)(await talk.GetAsync($"ordering/cart?cartIdentifier={cart}&{VoxboneTalk.Paging}")).Json["carts"]![0]!["orderProducts"]![0]!["quantity"]!;
        var deleted = await talk.SendAsync(HttpMethod.Delete, $"ordering/cart/{cart}", null);
        var twice = await talk.SendAsync(HttpMethod.Delete, $"ordering/cart/{cart}", null);

        Assert.Equal(("SUCCESS", 1, "SUCCESS", "400"), (less.Outcome, left, deleted.Outcome, twice.Code));
        Assert.Equal("400", (await talk.CheckoutAsync(cart)).Code);
    }

    [Fact]
    public async Task Everything_is_still_true_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        string? reference;
        int waiting, cancelled;
        await using (var lab = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path, Seed = 9 }))
        {
            var talk = await VoxboneTalk.UnlimitedAsync(lab);
            reference = (await talk.BuyAsync("keep", Alabaster, 2)).OrderReference;
            cancelled = (int)(await talk.DidsAsync($"orderReference={reference}"))[0]["didId"]!;
            await talk.PostAsync("ordering/cancel", $$"""{"didIds":[{{cancelled}}]}""");
            waiting = await talk.CartAsync("waiting");
            await talk.AddAsync(waiting, Alabaster, 1);
        }

        await using var again = await SandboxLab.StartAsync(new SandboxOptions { DataFolder = folder.Path });
        var after = await VoxboneTalk.UnlimitedAsync(again);
        var kept = Assert.Single(await after.DidsAsync($"orderReference={reference}"));
        var bought = await after.CheckoutAsync(waiting);

        Assert.NotEqual(cancelled, (int)kept["didId"]!);
        Assert.Equal("SUCCESS", bought.Outcome);
        Assert.NotEqual(reference, bought.OrderReference);
        Assert.Equal([(string)kept["e164"]!], (await again.HeldAsync()).Where(held => held.Reference == "keep").Select(held => held.Number));
        Assert.Equal(2, (await again.HeldAsync()).Count);
        Assert.Equal(9_999_997_00, await BalanceAsync(after));
    }

    private static async Task<long> BalanceAsync(VoxboneTalk talk) =>
        (long)((decimal)(await talk.GetAsync("ordering/accountbalance")).Json["accountBalance"]!["balance"]! * 100);

    private static async Task<string> NumberAsync(VoxboneTalk talk) =>
        (string)(await talk.GroupAsync(Alabaster, "USA", "&quantity=1"))["phoneNumbers"]![0]!["phoneNumber"]!; // the group has stock
}
