using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Buying: cart, product, a look at both, and one checkout (carriers.md 5.7, 5.8).</summary>
public sealed class VoxbonePurchaseTests
{
    private const string Number = "+12055551234";

    [Fact]
    public async Task A_chosen_number_is_bought_in_the_documented_steps()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var order = bench.Buy(Number);

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));

        Assert.Equal(
            ["GET ordering/accountbalance", "PUT ordering/cart", "POST ordering/cart/3312757/product", "GET ordering/cart", "GET ordering/cart/3312757/checkout", "GET inventory/did"],
            stub.Seen.Select(request => request.Door));
        Assert.Equal($$"""{"customerReference":"{{order.Key}}","description":"Kazoo"}""", stub.Seen[1].Body);
        Assert.Equal($$"""{"phoneNumbers":[{"phoneNumber":"{{Number}}"}]}""", System.Text.RegularExpressions.Regex.Unescape(stub.Seen[2].Body));
        Assert.Equal("50898DS1", done.CarrierOrderId);
        Assert.Null(done.Delivered);
        Assert.False(done.NeedsFollowUp);
        var data = done.CarrierData.ToObject();
        Assert.Equal((5666963, 1196, "50898DS1", 3312757), ((int)data["did_id"]!, (int)data["did_group_id"]!, (string)data["order_reference"]!, (int)data["cart_identifier"]!));
        Assert.Equal((order.Key.ToString(), Number, "GEOGRAPHIC", "USA", 100), ((string)data["customer_reference"]!, (string)data["e164"]!, (string)data["type"]!, (string)data["country_a3"]!, (int)data["monthly100"]!));
    }

    [Fact]
    public async Task An_offer_names_its_number_afterwards()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(null)));

        Assert.Equal("""{"didCartItem":{"didGroupId":1196,"quantity":1}}""", Assert.Single(stub.At("POST ordering/cart")).Body);
        Assert.Equal(stub.Dids.Single()["e164"]!.ToString(), done.Delivered!.Value.ToString());
    }

    [Fact]
    public async Task Each_step_is_noted_before_it_is_taken()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var seen = new List<(OrderPhase, int Writes)>();
        bench.Notes.BeforeNote = phase => seen.Add((phase, stub.Writes.Count));

        await bench.AcquireAsync(bench.Buy(Number));

        // Nothing; then cart and product; then the checkout, whose reference is kept at once.
        Assert.Equal([(OrderPhase.Prepared, 0), (OrderPhase.Sending, 2), (OrderPhase.Sending, 3)], seen);
        Assert.Equal("50898DS1", bench.Notes.Notes[^1].Facts.ToObject()["order_references"]![0]!.ToString());
    }

    [Fact]
    public async Task A_note_that_cannot_be_taken_stops_the_purchase_before_its_checkout()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Notes.BeforeNote = phase =>
        {
            if (phase == OrderPhase.Sending) throw new OperationCanceledException();
        };

        Assert.IsType<CarrierOutcome.Unknown>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Empty(stub.At("GET ordering/cart/3312757/checkout"));
    }

    [Theory]
    [InlineData("0.30", 10, 20, true)]
    [InlineData("0.29", 10, 20, false)]
    [InlineData("1", 0, 100, true)]
    [InlineData("0.99", 0, 100, false)]
    public async Task The_balance_is_compared_to_the_hundredth(string balance, int setup, int monthly, bool isBought)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Balance = balance;

        var outcome = await bench.AcquireAsync(bench.Buy(Number, $$"""{"did_group_id":1196,"country_a3":"USA","setup100":{{setup}},"monthly100":{{monthly}}}"""));

        if (isBought) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.Equal(CarrierErrorKind.InsufficientFunds, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind);
        if (!isBought) Assert.Empty(stub.Writes);
    }

    [Fact]
    public async Task An_account_that_pays_later_is_not_asked_for_its_balance()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["check_balance"] = false;

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Empty(stub.At("GET ordering/accountbalance"));
    }

    [Theory]
    [InlineData(100, 17, true, null)]
    [InlineData(101, 17, true, CarrierErrorKind.InvalidRequest)]
    [InlineData(100, 0, true, CarrierErrorKind.NumberUnavailable)]
    [InlineData(100, 17, false, CarrierErrorKind.NumberUnavailable)]
    public async Task An_old_search_is_compared_with_the_group_as_it_is_now(int monthly, int stock, bool isAvailable, CarrierErrorKind? kind)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var group = VoxboneSearchTests.Group(1196, stock, isAvailable);
        group["monthly100"] = monthly;
        stub.Groups.Add(group);
        var order = bench.Buy(Number);
        bench.Clock.Shift = TimeSpan.FromMinutes(11);

        var outcome = await bench.AcquireAsync(order);

        Assert.Equal(kind, (outcome as CarrierOutcome.Refused)?.Error.Kind);
        Assert.Equal(kind is null, stub.Writes.Count > 0);
        if (monthly > 100) Assert.Equal("price_changed", ((CarrierOutcome.Refused)outcome).Error.Detail);
    }

    [Fact]
    public async Task A_missing_address_is_told_before_money_is_spent()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        const string data = """{"did_group_id":1073,"country_a3":"NLD","setup100":0,"monthly100":110,"restrictions":{"address":"LOCAL","proof":false}}""";

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy("+31208908115", data)));

        Assert.Equal(CarrierErrorKind.RegulationRequired, refused.Error.Kind);
        Assert.Equal("""{"address":"LOCAL","proof":false}""", refused.Error.Restrictions.ToString());
        Assert.Empty(stub.Writes);
    }

    [Theory]
    [InlineData(404, CarrierErrorKind.NumberUnavailable)]
    [InlineData(419, CarrierErrorKind.Quantity)]
    [InlineData(507, CarrierErrorKind.RegulationRequired)]
    public async Task A_product_that_is_refused_leaves_no_cart(int code, CarrierErrorKind kind)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On("POST ordering/cart/*/product", _ => VoxboneAnswer.Error(code));

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Equal(kind, refused.Error.Kind);
        Assert.Empty(stub.Carts);
        Assert.Empty(stub.At("GET ordering/cart/3312757/checkout"));
    }

    [Fact]
    public async Task A_cart_that_holds_something_else_is_not_bought()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On("POST ordering/cart/*/product", _ =>
        {
            stub.Carts[0]["orderProducts"] = new JsonArray(new JsonObject { ["productType"] = "DID", ["quantity"] = 2, ["didgroupId"] = 1196 });
            return VoxboneAnswer.Success;
        });

        Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(null)));

        Assert.Empty(stub.Carts);
        Assert.Empty(stub.Orders);
    }

    [Fact]
    public async Task A_warning_with_the_product_in_the_cart_is_good_enough()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On("POST ordering/cart/*/product", request =>
        {
            stub.Carts[0]["orderProducts"] = new JsonArray(new JsonObject { ["productType"] = "DID", ["quantity"] = 1, ["didgroupId"] = 1196, ["phoneNumbers"] = request.Json["phoneNumbers"]!.DeepClone() });
            return VoxboneAnswer.Json("""{"status":"WARNING"}""");
        });

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));
    }

    [Theory]
    [InlineData("PUT ordering/cart")]
    [InlineData("POST ordering/cart/3312757/product")]
    public async Task A_lost_reply_before_the_checkout_costs_a_question_and_no_second_request(string door)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.On(door, request =>
        {
            stub.On(door, _ => null);
            if (request.Method == "PUT") stub.Carts.Add(new JsonObject { ["cartIdentifier"] = 3312757, ["customerReference"] = request.Json["customerReference"]!.DeepClone(), ["orderProducts"] = null });
            else stub.Carts[0]["orderProducts"] = new JsonArray(new JsonObject { ["productType"] = "DID", ["quantity"] = 1, ["didgroupId"] = 1196, ["phoneNumbers"] = request.Json["phoneNumbers"]!.DeepClone() });
            return VoxboneAnswer.HangUp;
        });

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Equal(4 - 1, stub.Writes.Count); // cart, product, checkout
        Assert.Single(stub.At(door), request => request.Door == door);
    }

    [Fact]
    public async Task A_left_over_cart_of_the_order_is_cleared_and_others_are_not_touched()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var order = bench.Buy(Number);
        stub.IgnoresFilters = true; // TRAP: the list shows carts of others too
        stub.Carts.Add(new JsonObject { ["cartIdentifier"] = 71, ["customerReference"] = order.Key.ToString(), ["orderProducts"] = null });
        stub.Carts.Add(new JsonObject { ["cartIdentifier"] = 72, ["customerReference"] = "somebody else", ["orderProducts"] = null });
        order = order with { Facts = DocumentText.FromStorage("""{"did_group_id":1196,"country_a3":"USA","phone_number":"+12055551234","has_cart":true}""") };
        stub.Groups.Add(VoxboneSearchTests.Group(1196, 5));

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));

        Assert.Equal(["DELETE ordering/cart/71"], stub.At("DELETE").Select(request => request.Door));
        Assert.Equal("72", Assert.Single(stub.Carts)["cartIdentifier"]!.ToString());
    }

    [Fact]
    public async Task A_number_that_was_typed_in_is_looked_for_by_its_digits()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Groups.Add(VoxboneSearchTests.Group(1196, 5, numbers: [Number]));

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number) with { CarrierData = DocumentText.Empty }));
        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy("+12055559999") with { CarrierData = DocumentText.Empty }));

        Assert.Equal("2055551234", stub.At("GET inventory/didgroup")[0].Parameter("digits"));
        Assert.Equal(CarrierErrorKind.NumberUnavailable, refused.Error.Kind);
    }

    [Fact]
    public async Task A_number_that_Kazoos_search_bought_is_not_bought_again()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var did = stub.AddDid(Number, "50898DS77");

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number, did.ToJsonString())));
        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(Number, """{"didId":1,"orderReference":"another"}""")));

        Assert.Equal("50898DS77", done.CarrierOrderId);
        Assert.Equal(CarrierErrorKind.NumberUnavailable, refused.Error.Kind);
        Assert.Empty(stub.Writes);
    }

    [Fact]
    public async Task Pretending_sends_nothing_and_invents_no_number()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["sandbox_provisioning"] = true;
        var order = bench.Buy(Number);

        var pretended = Assert.IsType<CarrierOutcome.Pretended>(await bench.AcquireAsync(order));
        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy(null)));

        var data = pretended.CarrierData.ToObject();
        Assert.True((bool)data["sandbox"]!);
        Assert.Equal(($"sandbox-{order.Key}", 1196), ((string)data["order_reference"]!, (int)data["did_group_id"]!));
        Assert.Equal(CarrierErrorKind.NotSupported, refused.Error.Kind);
        Assert.Empty(stub.Seen);
    }

    [Fact]
    public async Task Orphaned_carts_go_when_their_order_is_ours_and_over()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var (over, open, others) = (OrderKey.New(bench.Clock), OrderKey.New(bench.Clock), OrderKey.New(bench.Clock));
        foreach (var (cart, reference) in new[] { (71, over.ToString()), (72, open.ToString()), (73, others.ToString()), (74, "somebody else"), (75, null) })
            stub.Carts.Add(new JsonObject { ["cartIdentifier"] = cart, ["customerReference"] = reference, ["orderProducts"] = null });
        var asked = new List<OrderKey>();

        var cleared = await bench.Carrier.CleanUpAsync((keys, _) =>
        {
            asked.AddRange(keys);
            return Task.FromResult<IReadOnlySet<OrderKey>>(new HashSet<OrderKey> { over });
        }, bench.Context(), CancellationToken.None);

        Assert.Equal(1, cleared);
        Assert.Equal([over, open, others], asked);
        Assert.Equal(["DELETE ordering/cart/71"], stub.Writes.Select(request => request.Door));
    }
}
