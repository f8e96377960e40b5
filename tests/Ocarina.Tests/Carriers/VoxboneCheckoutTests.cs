using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>The checkout is a GET that spends money: every reply it can get, and what recovery makes of it (the table of carriers.md 5.8).</summary>
public sealed class VoxboneCheckoutTests
{
    private const string Number = "+12055551234";
    private const string Checkout = "GET ordering/cart/3312757/checkout";

    [Fact]
    public async Task A_checkout_that_books_and_hangs_up_is_seen_once_and_found_by_our_reference()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            stub.Book("3312757");
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(Number);

        var lost = Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(order));
        var found = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(order, lost)));

        Assert.Equal("50898DS1", found.CarrierOrderId);
        Assert.Equal("0", Assert.Single(stub.At(Checkout)).Headers["Content-Length"]); // an empty content: without one the framework repeats by itself
        Assert.Empty(stub.At("DELETE"));
        Assert.Single(stub.Dids);
    }

    [Fact]
    public async Task A_checkout_that_was_lost_on_the_way_is_never_repeated_and_its_cart_goes_once_lists_cannot_lag()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.HangUp);
        var order = bench.Buy(Number);
        var lost = Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(order));
        order = bench.After(order, lost);

        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));
        Assert.Single(stub.Carts); // too early to be sure
        bench.Clock.Shift = TimeSpan.FromSeconds(7);
        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));
        Assert.Empty(stub.Carts);
        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));

        Assert.Single(stub.At(Checkout));
        Assert.Single(stub.At("DELETE"));
        Assert.False(bench.Carrier.Info.Can(CarrierCapabilities.MayResend));
    }

    [Theory]
    [InlineData("""{"status":"SUCCESS","productCheckoutList":[]}""", 200)]
    [InlineData("""{"status":"WARNING","productCheckoutList":[{"productType":"DID","status":"WARNING","orderReference":null,"message":"Balance"}]}""", 200)]
    [InlineData("", 200)]
    [InlineData("<html>Welcome</html>", 200)]
    [InlineData("""{"status":"SUCCESS"}""", 500)]
    [InlineData("<html>Bad gateway</html>", 502)]
    [InlineData("<html>Not here</html>", 404)]
    [InlineData("", 302)]
    [InlineData("", 408)]
    public async Task What_proves_nothing_is_not_known_and_touches_nothing(string body, int status)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.Json(body, status));

        Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Single(stub.At(Checkout));
        Assert.Single(stub.Carts);
        Assert.Empty(stub.At("DELETE"));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(404)]
    [InlineData(425)]
    public async Task A_refusal_in_the_carriers_words_ends_the_purchase_and_its_cart(int code)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.Error(code));

        Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Empty(stub.Carts);
        Assert.Single(stub.At("DELETE ordering/cart/3312757"));
    }

    [Theory]
    [InlineData("""{"status":"ERROR","productCheckoutList":[]}""")]
    [InlineData("""{"status":"PARTIAL","productCheckoutList":[{"productType":"DID","status":"ERROR","orderReference":null,"message":"Sold out"}]}""")]
    public async Task An_error_with_status_200_is_a_refusal(string body)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.Json(body));

        Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Empty(stub.Carts);
    }

    [Theory]
    [InlineData("WARNING")]
    [InlineData("PARTIAL")]
    public async Task A_reference_counts_whatever_the_word_beside_it(string word)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.Json($$"""{"status":"{{word}}","productCheckoutList":[{"productType":"DID","status":"{{word}}","orderReference":"{{stub.Book("3312757")}}"}]}"""));

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(509)]
    public async Task Too_many_requests_send_the_order_back_and_the_deleted_cart_proves_it(int status)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Groups.Add(VoxboneSearchTests.Group(1196, 5)); // looked at again
        stub.On(Checkout, _ => VoxboneAnswer.Json("too many", status));
        var order = bench.Buy(Number);

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(order));
        var again = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.After(order, refused)));

        Assert.Equal(CarrierErrorKind.RateLimited, refused.Error.Kind);
        Assert.Equal("50898DS1", again.CarrierOrderId);
        Assert.Single(stub.At(Checkout));
        Assert.Equal(2, stub.Writes.Count(request => request.Path.EndsWith("/checkout", StringComparison.Ordinal))); // another cart
        Assert.Single(stub.Orders);
    }

    [Fact]
    public async Task Too_many_requests_for_an_order_that_was_booked_all_the_same_do_not_buy_twice()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            stub.Book("3312757");
            return VoxboneAnswer.Json("", 509);
        });

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Single(stub.Orders);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chosen_number_that_came_by_another_order_was_not_bought_by_this_one(bool isOurs)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            stub.Carts.Clear();
            stub.Orders.Add(new JsonObject { ["reference"] = "OTHER", ["customerReference"] = isOurs ? OrderKey.New(bench.Clock).ToString() : "bought by hand", ["status"] = "FULFILLED" });
            stub.AddDid(Number, "OTHER");
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(Number);
        order = bench.After(order, await bench.AcquireAsync(order));
        bench.Clock.Shift = TimeSpan.FromSeconds(7);

        var outcome = await bench.RecoverAsync(order);

        if (isOurs) Assert.IsType<CarrierOutcome.Absent>(outcome);
        else Assert.IsType<CarrierOutcome.NeedsOperator>(outcome);
        Assert.Equal("OTHER", (string?)Assert.Single(stub.Dids)["orderReference"]);
    }

    [Fact]
    public async Task An_order_that_the_list_does_not_show_yet_is_not_sent_again()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var isListed = false;
        stub.On("GET ordering/order", _ => isListed ? null : VoxboneAnswer.Json("""{"orders":[],"resultCount":0}"""));
        stub.On(Checkout, _ =>
        {
            stub.Book("3312757");
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(null);
        order = bench.After(order, await bench.AcquireAsync(order));

        Assert.IsType<CarrierOutcome.Unknown>(await bench.RecoverAsync(order));
        bench.Clock.Shift = TimeSpan.FromSeconds(7);
        // The number is there, and nobody can say by which order: a person's business, unless the list catches up.
        Assert.IsType<CarrierOutcome.NeedsOperator>(await bench.RecoverAsync(order));
        isListed = true;
        bench.Clock.Shift = TimeSpan.FromSeconds(8);
        Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order));

        Assert.Single(stub.At(Checkout));
    }

    [Fact]
    public async Task A_cart_that_is_gone_without_an_order_was_not_bought_when_all_numbers_are_explained()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.Error(400));
        stub.Orders.Add(new System.Text.Json.Nodes.JsonObject { ["reference"] = "R9", ["customerReference"] = "01JQXSOMEBODYELSE00000000AA", ["status"] = "FULFILLED" });
        stub.AddDid("+12055550001", "R9");
        var order = bench.Buy(null);

        // The cart was there a moment ago, so "no such cart" may mean that it was bought.
        order = bench.After(order, Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(order)));
        stub.Carts.Clear();

        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));
    }

    [Fact]
    public async Task An_order_that_ended_before_its_checkout_was_noted_is_over()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var order = bench.Buy(Number) with { Phase = OrderPhase.Unclear };
        stub.Carts.Add(new System.Text.Json.Nodes.JsonObject { ["cartIdentifier"] = 71, ["customerReference"] = order.Key.ToString(), ["orderProducts"] = null });

        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));

        Assert.Empty(stub.Carts);
    }

    [Fact]
    public async Task A_carrier_that_cannot_be_asked_leaves_an_order_as_it_is()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ => VoxboneAnswer.HangUp);
        var order = bench.Buy(Number);
        order = bench.After(order, await bench.AcquireAsync(order));
        stub.On("GET ordering/order", _ => VoxboneAnswer.Json("<html/>", 502));

        Assert.IsType<CarrierOutcome.Unknown>(await bench.RecoverAsync(order));
        Assert.IsType<CarrierOutcome.Pending>(await bench.RecoverAsync(order with { CarrierOrderId = "50898DS1" }));

        Assert.Single(stub.Carts);
    }
}
