using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>The module against the sandbox, which is as strict as the carrier and counts what was spent.</summary>
public sealed class VoxboneSandboxTests
{
    [Fact]
    public async Task Searches_find_numbers_and_groups_and_spend_nothing()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);

        var belgium = await bench.FindAsync("+32", "BE", quantity: 50);
        var alabama = await bench.FindAsync("+1205", quantity: 500);
        var tollfree = await bench.FindAsync("+18**", isTollfree: true, quantity: 20);
        var narrow = await bench.FindAsync(belgium.Numbers[0].Number.ToString()[..6], "BE");
        var leuven = await bench.FindAsync("+321", "BE", quantity: 5);

        Assert.All([belgium, alabama, tollfree, narrow, leuven], reply => Assert.Null(reply.Error));
        Assert.Equal(50, belgium.Numbers.Count);
        Assert.All(belgium.Numbers, hit => Assert.Equal(("BE", "geographic", """{"address":"LOCAL","proof":false}"""), (hit.Country, hit.NumberType, hit.Restrictions.ToString())));
        Assert.NotEmpty(alabama.Numbers);
        Assert.All(alabama.Numbers, hit => Assert.Equal(("AL", "USD"), (hit.RateCenter!.State, hit.Price!.Currency)));
        Assert.Equal(alabama.Numbers.Count, alabama.Numbers.DistinctBy(hit => hit.Number).Count());
        Assert.All(tollfree.Numbers, hit => Assert.Equal("tollfree", hit.NumberType));
        Assert.NotEmpty(tollfree.Numbers);
        Assert.Contains(narrow.Numbers, hit => hit.Number == belgium.Numbers[0].Number);
        Assert.All(leuven.Numbers, hit => Assert.StartsWith("+321", hit.Number.ToString(), StringComparison.Ordinal));
        Assert.NotEmpty(leuven.Numbers);
        Assert.Empty(await lab.HeldAsync());
        Assert.Equal(0, await CountAsync(lab, "cart_create") + await CountAsync(lab, "checkout"));
    }

    [Theory]
    [InlineData("/vox/ws-voxbone/services/rest/", false)]
    [InlineData("/vox/v1", true)]
    public async Task A_number_is_bought_and_given_back_over_both_families_of_addresses(string path, bool usesKey)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        bench.Settings["base_url"] = new Uri(lab.Host.Address, path).ToString();
        if (usesKey) bench.Settings["auth_scheme"] = "apikey";
        var hit = (await bench.FindAsync("+1205")).Numbers[0];
        var order = bench.BuyFound(hit);

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));

        Assert.Equal([("voxbone", hit.Number.ToString(), order.Key.ToString())], (await lab.HeldAsync()).Select(held => (held.Carrier, held.Number, held.Reference!)));
        Assert.Equal(hit.Price!.MonthlyMinor + hit.Price.SetupMinor, (long)(await lab.AskAsync("/ledger"))["money"]!["voxbone"]!["spent_minor"]!);
        var owned = await bench.Carrier.ListOwnedAsync(null, bench.Context(), CancellationToken.None);
        Assert.Equal(hit.Number, Assert.Single(owned.Numbers).Number);

        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(hit.Number.ToString(), done.CarrierData.ToString())));
        Assert.Empty(await lab.HeldAsync());
        var again = Assert.IsType<CarrierOutcome.Refused>(await bench.DisconnectAsync(bench.Release(hit.Number.ToString(), done.CarrierData.ToString())));
        Assert.Equal(CarrierErrorKind.NotOwned, again.Error.Kind);
    }

    [Fact]
    public async Task An_offer_sells_some_number_of_its_group()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        bench.Settings["search_mode"] = "offers";
        var offer = (await bench.FindAsync("+1205")).Offers[0];

        var one = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(offer.Like)));
        var two = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(offer.Like)));

        Assert.NotEqual(one.Delivered, two.Delivered);
        Assert.Equal(new[] { one.Delivered.ToString()!, two.Delivered.ToString()! }.Order(), (await lab.HeldAsync()).Select(held => held.Number).Order());
    }

    [Fact]
    public async Task A_typed_in_number_and_the_second_buyer_of_one_are_told_the_truth()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        var hit = (await bench.FindAsync("+1205")).Numbers[0];

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(hit.Number.ToString()) with { CarrierData = DocumentText.Empty }));
        var ours = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(hit.Number.ToString()) with { CarrierData = DocumentText.Empty }));
        var second = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.BuyFound(hit)));

        Assert.All([ours, second], refused => Assert.Equal(CarrierErrorKind.NumberUnavailable, refused.Error.Kind));
        Assert.Contains("in our account", ours.Error.Detail, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(lab, "checkout"));
    }

    [Theory]
    [InlineData("drop_after_booking", true)]
    [InlineData("book_then_500", true)]
    [InlineData("book_then_nonsense", true)]
    [InlineData("drop_after_headers", false)]
    [InlineData("empty_200", false)]
    [InlineData("html_200", false)]
    public async Task A_checkout_whose_reply_is_lost_is_sent_once_and_settled_by_asking(string action, bool isBooked)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        await FaultAsync(lab, "checkout", action);
        var order = bench.BuyFound((await bench.FindAsync("+1205")).Numbers[0]);

        var lost = Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(order));
        order = bench.After(order, lost);
        var outcome = await bench.RecoverAsync(order);

        if (isBooked) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.IsType<CarrierOutcome.Absent>(outcome);
        Assert.Equal(isBooked ? 1 : 0, (await lab.HeldAsync()).Count);
        Assert.Equal(1, await CountAsync(lab, "checkout"));
        bench.Clock.Shift = TimeSpan.FromSeconds(7);
        if (!isBooked) Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));
        Assert.Equal(isBooked ? 0 : 1, await CountAsync(lab, "cart_delete"));
        Assert.Equal(1, await CountAsync(lab, "checkout"));
    }

    [Theory]
    [InlineData("cart_create")]
    [InlineData("cart_add")]
    [InlineData("uri_save")]
    [InlineData("did_configure")]
    [InlineData("address_link")]
    [InlineData("cancel")]
    [InlineData("cart_delete")]
    public async Task Every_write_that_books_and_hangs_up_is_seen_once(string operation)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        bench.Settings["voice_uri"] = "{E164}@sip.example.net";
        bench.Settings["regulation_address_id"] = await AddressAsync(lab);
        await FaultAsync(lab, operation, "drop_after_booking");
        if (operation == "cart_delete") await FaultAsync(lab, "checkout", "order_failed");
        var hit = (await bench.FindAsync("+322", "BE")).Numbers[0];
        var order = bench.BuyFound(hit);

        var outcome = await bench.AcquireAsync(order);

        if (operation == "cart_delete")
        {
            Assert.IsType<CarrierOutcome.Refused>(outcome);
        }
        else
        {
            order = bench.After(order, Assert.IsType<CarrierOutcome.Done>(outcome));
            // What was only lost on the way back is seen on the number, and asked for once.
            Assert.False(Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order)).NeedsFollowUp);
        }

        if (operation == "cancel")
        {
            var release = bench.Release(hit.Number.ToString(), order.CarrierData.ToString());
            bench.Notes.Notes.Clear();
            var lost = Assert.IsType<CarrierOutcome.Unknown>(await bench.DisconnectAsync(release));
            Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(release, lost)));
        }

        Assert.Equal(1, await CountAsync(lab, operation));
        Assert.Equal(operation is "cancel" or "cart_delete" ? 0 : 1, (await lab.HeldAsync()).Count);
        Assert.Empty((await CartsAsync(lab))["carts"]!.AsArray());
    }

    [Fact]
    public async Task A_checkout_that_is_refused_leaves_no_cart()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        await FaultAsync(lab, "checkout", "order_failed");

        Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.BuyFound((await bench.FindAsync("+1205")).Numbers[0])));

        Assert.Equal(1, await CountAsync(lab, "cart_delete"));
        Assert.Empty((await CartsAsync(lab))["carts"]!.AsArray());
        Assert.Empty(await lab.HeldAsync());
    }

    [Fact]
    public async Task A_balance_that_does_not_reach_buys_nothing_and_one_that_just_reaches_does()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        var hit = (await bench.FindAsync("+1205")).Numbers[0];
        var price = hit.Price!.SetupMinor + hit.Price.MonthlyMinor;

        await lab.TellAsync("/carriers/voxbone/account", $$"""{"balance_minor":{{price - 1}}}""");
        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.BuyFound(hit)));
        await lab.TellAsync("/carriers/voxbone/account", $$"""{"balance_minor":{{price}}}""");
        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(hit)));

        Assert.Equal(CarrierErrorKind.InsufficientFunds, refused.Error.Kind);
        Assert.Equal(1, await CountAsync(lab, "cart_create"));
    }

    [Theory]
    [InlineData("deliver_more", true)]
    [InlineData("deliver_wrong", false)]
    public async Task What_was_not_ordered_is_given_back(string behaviour, bool isOurs)
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        await FaultAsync(lab, "checkout", behaviour);
        var hit = (await bench.FindAsync("+1205")).Numbers[0];
        var order = bench.BuyFound(hit);

        var outcome = await bench.AcquireAsync(order);
        if (!isOurs) outcome = await bench.RecoverAsync(bench.After(order, Assert.IsType<CarrierOutcome.Pending>(outcome)));

        if (isOurs) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.IsType<CarrierOutcome.Refused>(outcome);
        Assert.Equal(isOurs ? [hit.Number.ToString()] : [], (await lab.HeldAsync()).Select(held => held.Number));
        Assert.Equal(1, await CountAsync(lab, "cancel"));
    }

    [Fact]
    public async Task A_release_within_the_minimum_term_is_put_off_to_its_date()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        var hit = (await bench.FindAsync("+1205")).Numbers[0];
        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(hit)));
        await FaultAsync(lab, "cancel", "cancel_later");

        var scheduled = Assert.IsType<CarrierOutcome.Scheduled>(await bench.DisconnectAsync(bench.Release(hit.Number.ToString(), done.CarrierData.ToString())));

        Assert.InRange(scheduled.At, bench.Clock.GetUtcNow().AddDays(29), bench.Clock.GetUtcNow().AddDays(31));
        Assert.Single(await lab.HeldAsync());
    }

    [Fact]
    public async Task A_filter_that_the_carrier_ignores_releases_nothing_else()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var bench = Bench(lab);
        var hits = (await bench.FindAsync("+1205")).Numbers;
        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(hits[0])));
        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.BuyFound(hits[1])));
        await FaultAsync(lab, "did_list", "filter_ignored", times: 100);

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.DisconnectAsync(bench.Release(hits[2].Number.ToString())));
        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(hits[1].Number.ToString())));

        Assert.Equal(CarrierErrorKind.NotOwned, refused.Error.Kind);
        Assert.Equal(hits[0].Number.ToString(), Assert.Single(await lab.HeldAsync()).Number);
    }

    private static VoxboneBench Bench(SandboxLab lab)
    {
        var bench = new VoxboneBench(lab.Host.Voxbone);
        var known = new SandboxCredentials();
        bench.Settings["username"] = known.VoxboneUsername;
        bench.Settings["password"] = known.VoxbonePassword;
        bench.Settings["api_key"] = known.VoxboneApiKey;
        bench.Settings["rate_limit_per_s"] = 18;
        bench.Settings["page_size"] = 100;
        return bench;
    }

    private static Task<int> CountAsync(SandboxLab lab, string operation) => lab.CountAsync($"carrier=voxbone&operation={operation}");

    private static Task FaultAsync(SandboxLab lab, string operation, string action, int times = 1) =>
        lab.TellAsync("/faults", $$"""{"carrier":"voxbone","operation":"{{operation}}","times":{{times}},"action":"{{action}}"}""");

    private static async Task<JsonNode> CartsAsync(SandboxLab lab)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/vox/v1/ordering/cart?pageNumber=0&pageSize=100");
        request.Headers.TryAddWithoutValidation("apikey", new SandboxCredentials().VoxboneApiKey);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var reply = await lab.Client.SendAsync(request);
        return JsonNode.Parse(await reply.Content.ReadAsStringAsync())!;
    }

    private static async Task<int> AddressAsync(SandboxLab lab)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/vox/v1/regulation/address")
        {
            Content = new StringContent(
                """{"address":{"salutation":"COMPANY","companyName":"A","streetName":"B","buildingNumber":"1","zipCode":"1000","city":"Brussels","countryCodeA3":"BEL","destinationCountryCodeA3":"BEL","didType":"GEOGRAPHIC"}}""",
                System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("apikey", new SandboxCredentials().VoxboneApiKey);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var reply = await lab.Client.SendAsync(request);
        var id = (int)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["address"]!["addressId"]!;
        await lab.TellAsync("/carriers/voxbone/address", $$"""{"id":{{id}},"status":"VERIFIED"}""");
        return id;
    }
}
