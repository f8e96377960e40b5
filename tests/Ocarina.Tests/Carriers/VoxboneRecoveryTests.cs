using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Orders that are open: states, late, wrong and surplus deliveries, and replies that belong to somebody else (carriers.md 5.8, 1.9).</summary>
public sealed class VoxboneRecoveryTests
{
    private const string Number = "+12055551234";
    private const string Checkout = "GET ordering/cart/3312757/checkout";

    [Theory]
    [InlineData("CREATED", 0, "pending")]
    [InlineData("CONFIRMED", 0, "pending")]
    [InlineData("FULFILLED", 0, "pending")]
    [InlineData("SOMETHING_NEW", 0, "pending")]
    [InlineData("CANCELED", 0, "number_unavailable")]
    [InlineData("CANCELED_PAYMENT", 0, "insufficient_funds")]
    [InlineData("FULFILLED", 20, "needs_operator")]
    [InlineData("CREATED", 20, "compensating")]
    public async Task Each_state_of_an_order_without_numbers_has_its_meaning(string status, int minutes, string meaning)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Delivers = 0;
        var order = bench.Buy(Number);
        var pending = Assert.IsType<CarrierOutcome.Pending>(await bench.AcquireAsync(order));
        order = bench.After(order, pending);
        stub.Orders[0]["status"] = status;
        bench.Clock.Shift = TimeSpan.FromMinutes(minutes);

        var outcome = await bench.RecoverAsync(order);

        Assert.Equal("50898DS1", pending.CarrierOrderId);
        Assert.Equal(meaning, outcome switch
        {
            CarrierOutcome.Pending { IsCompensating: true } => "compensating",
            CarrierOutcome.Pending => "pending",
            CarrierOutcome.Refused refused => refused.Error.Name,
            CarrierOutcome.NeedsOperator => "needs_operator",
            _ => outcome.ToString(),
        });
    }

    [Fact]
    public async Task An_empty_group_delivers_later_to_whoever_waits()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["allow_backorder"] = true;
        stub.Delivers = 0;
        var order = bench.Buy(null);
        order = bench.After(order, await bench.AcquireAsync(order));
        stub.Orders[0]["status"] = "CONFIRMED";
        bench.Clock.Shift = TimeSpan.FromHours(3);
        var waiting = Assert.IsType<CarrierOutcome.Pending>(await bench.RecoverAsync(order));
        stub.AddDid("+12055550077", "50898DS1");

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(order, waiting)));

        Assert.False(waiting.IsCompensating);
        Assert.Equal("+12055550077", done.Delivered.ToString());
    }

    [Fact]
    public async Task What_comes_when_nobody_waits_any_more_is_given_back()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Delivers = 0;
        stub.On(Checkout, _ =>
        {
            var reference = stub.Book("3312757");
            stub.Orders[0]["status"] = "CONFIRMED";
            return VoxboneAnswer.Json($$"""{"status":"SUCCESS","productCheckoutList":[{"productType":"DID","status":"SUCCESS","orderReference":"{{reference}}"}]}""");
        });
        var order = bench.Buy(null);
        order = bench.After(order, await bench.AcquireAsync(order));
        bench.Clock.Shift = TimeSpan.FromMinutes(20);
        order = bench.After(order, await bench.RecoverAsync(order));
        stub.AddDid("+12055550077", "50898DS1");

        Assert.IsType<CarrierOutcome.Refused>(await bench.RecoverAsync(order));

        Assert.Empty(stub.Dids);
    }

    [Fact]
    public async Task A_surplus_is_given_back_and_nothing_else()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Delivers = 3;
        stub.AddDid("+12055550001", "ANOTHER");

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Null(done.Surplus);
        Assert.Equal(["+12055550001", Number], stub.Dids.Select(did => did["e164"]!.ToString()));
        Assert.All(stub.At("POST ordering/cancel"), request => Assert.Single(request.Json["didIds"]!.AsArray()));
    }

    [Fact]
    public async Task A_surplus_that_cannot_be_given_back_is_kept_for_a_person()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Delivers = 2;
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.Error(420));

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        var left = Assert.Single(done.Surplus!.Value.ToObject()["dids"]!.AsArray());
        Assert.Equal(stub.Dids[1]["e164"]!.ToString(), left!["e164"]!.ToString());
    }

    [Fact]
    public async Task A_surplus_whose_return_is_lost_is_asked_about_again()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Delivers = 2;
        stub.On("POST ordering/cancel", request =>
        {
            stub.Dids.RemoveAll(did => did["didId"]!.ToString() == request.Json["didIds"]![0]!.ToString());
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(Number);

        var pending = Assert.IsType<CarrierOutcome.Pending>(await bench.AcquireAsync(order));
        Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(order, pending)));

        Assert.True(pending.IsCompensating);
        Assert.Single(stub.At("POST ordering/cancel"));
    }

    [Fact]
    public async Task A_wrong_number_is_given_back_and_the_purchase_fails()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.DeliversInstead = "+12055550666";
        var order = bench.Buy(Number);

        var pending = Assert.IsType<CarrierOutcome.Pending>(await bench.AcquireAsync(order));
        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.RecoverAsync(bench.After(order, pending)));

        Assert.True(pending.IsCompensating);
        Assert.Equal(CarrierErrorKind.NumberUnavailable, refused.Error.Kind);
        Assert.Empty(stub.Dids);
    }

    [Fact]
    public async Task A_number_of_another_group_is_not_what_an_offer_sold()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            var reference = stub.Book("3312757");
            stub.Dids[0]["didGroupId"] = 4711;
            return VoxboneAnswer.Json($$"""{"status":"SUCCESS","productCheckoutList":[{"productType":"DID","status":"SUCCESS","orderReference":"{{reference}}"}]}""");
        });
        var order = bench.Buy(null);

        var pending = Assert.IsType<CarrierOutcome.Pending>(await bench.AcquireAsync(order));
        Assert.IsType<CarrierOutcome.Refused>(await bench.RecoverAsync(bench.After(order, pending)));

        Assert.Empty(stub.Dids);
    }

    [Fact]
    public async Task A_reply_that_belongs_to_somebody_else_takes_and_returns_nothing_of_his()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Orders.Add(new JsonObject { ["reference"] = "HIS", ["customerReference"] = "somebody else", ["status"] = "FULFILLED" });
        stub.AddDid("+12055550001", "HIS");
        stub.On(Checkout, _ =>
        {
            stub.Book("3312757");
            return VoxboneAnswer.Json("""{"status":"SUCCESS","productCheckoutList":[{"productType":"DID","status":"SUCCESS","orderReference":"HIS"}]}""");
        });
        var order = bench.Buy(null);

        var unknown = Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(order));
        var done = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(order, unknown)));

        Assert.Equal("50898DS1", done.CarrierOrderId);
        Assert.NotEqual("+12055550001", done.Delivered.ToString());
        Assert.Equal(2, stub.Dids.Count);
    }

    [Fact]
    public async Task All_pages_of_a_delivery_are_read()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.IgnoresFilters = true;
        for (var at = 0; at < 1500; at++) stub.AddDid(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"+1205444{at:0000}"), "OLD");

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Equal(["0", "1"], stub.At("GET inventory/did").Select(request => request.Parameter("pageNumber")));
    }

    [Fact]
    public async Task Two_orders_with_one_reference_keep_one_number()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            stub.Carts.Add((JsonObject)stub.Carts[0].DeepClone());
            stub.Carts[1]["cartIdentifier"] = 9;
            stub.Book("9");
            stub.Book("3312757");
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(null);
        order = bench.After(order, await bench.AcquireAsync(order));

        Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order));

        Assert.Single(stub.Dids);
    }

    [Fact]
    public async Task An_order_of_another_account_is_not_taken_for_one_that_was_never_sent()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(Checkout, _ =>
        {
            stub.Book("3312757");
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(null);
        order = bench.After(order, await bench.AcquireAsync(order));
        var user = bench.Settings["username"]?.DeepClone();
        bench.Settings["username"] = "somebody else";

        var elsewhere = Assert.IsType<CarrierOutcome.Unknown>(await bench.RecoverAsync(order));
        bench.Settings["username"] = user;
        var done = await bench.RecoverAsync(order);

        Assert.Equal(CarrierErrorKind.InvalidConfig, elsewhere.Error.Kind);
        Assert.DoesNotContain(user!.ToString(), order.Facts.ToString(), StringComparison.Ordinal);
        Assert.IsType<CarrierOutcome.Done>(done);
    }

    [Fact]
    public async Task Many_orders_are_asked_about_with_one_list()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["recover_lag_s"] = 60;
        var orders = Enumerable.Range(0, 20).Select(_ => bench.Buy(Number) with
        {
            Phase = OrderPhase.Unclear,
            SentAt = bench.Clock.GetUtcNow().AddMinutes(-5),
            Facts = DocumentText.FromStorage("""{"did_group_id":1196,"has_cart":true}"""),
        }).ToList();

        var outcomes = await Task.WhenAll(orders.Select(bench.RecoverAsync));

        Assert.All(outcomes, outcome => Assert.IsType<CarrierOutcome.Absent>(outcome));
        Assert.Single(stub.At("GET ordering/order"));
    }
}
