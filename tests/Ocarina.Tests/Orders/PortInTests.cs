using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Numbers on their way in, which a carrier sets up (numbers.md 5.4, seed 004).</summary>
public sealed class PortInTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_carrier_that_sets_up_ports_is_asked_once_and_the_number_waits_for_its_arrival(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind);
        var number = lab.Fresh();

        var done = Assert.IsType<NumberResult.Done>(await PortInAsync(lab, number, new JsonObject { ["floor"] = 3 }));
        var again = Assert.IsType<NumberResult.Done>(await PortInAsync(lab, number));

        Assert.Equal((NumberState.PortIn, lab.Alice, lab.Carrier.Name), (done.Record.State, done.Record.Account!.Value, done.Record.Carrier));
        Assert.Equal(3, (int)done.Record.PublicFields.ToObject()["floor"]!);
        var sent = Assert.Single(lab.Carrier.Sent);
        Assert.Equal((number, true, lab.Alice), (sent.Number, sent.IsPortIn, sent.Account!.Value));
        Assert.Contains(sent.Key.ToString(), done.Record.CarrierData.ToString(), StringComparison.Ordinal);
        Assert.Equal(OrderOutcome.Acquired, (await lab.OrderAsync(number)).Outcome);
        Assert.Equal([NumberActions.Purchased], await lab.ActionsAsync(number));
        Assert.True(again.IsUnchanged);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_carrier_that_buys_and_sets_up_no_ports_is_not_asked(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, CarrierCapabilities.Acquires);
        var number = lab.Fresh();

        var done = Assert.IsType<NumberResult.Done>(await PortInAsync(lab, number));

        Assert.Equal((NumberState.PortIn, lab.Carrier.Name), (done.Record.State, done.Record.Carrier));
        Assert.Empty(lab.Carrier.Sent);
        Assert.Empty(await lab.OrdersAsync());
        Assert.Equal([NumberActions.Created], await lab.ActionsAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Other_states_ask_nobody_and_buying_is_no_port(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, CarrierCapabilities.Acquires | CarrierCapabilities.ProvisionsPortIn);
        var (created, bought) = (lab.Fresh(), await lab.OfferedAsync());

        Assert.IsType<NumberResult.Done>(await CreateAsync(lab, lab.Admin, created, NumberState.InService));
        Assert.Empty(lab.Carrier.Sent);
        await lab.One.BuyAsync(lab.Alice, bought);
        Assert.False(Assert.Single(lab.Carrier.Sent).IsPortIn);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_carrier_refuses_is_not_created(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind);
        var number = lab.Fresh();
        lab.Carrier.OnAcquire = Answers.Refuse(CarrierErrorKind.InvalidRequest);

        var failed = Assert.IsType<NumberResult.Failed>(await PortInAsync(lab, number));

        Assert.Equal("unspecified_fault", failed.Error.Error);
        Assert.Null(await lab.NumberAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_lost_answer_is_asked_about_and_meanwhile_the_number_is_nobody_else_s(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, waits: false);
        var number = lab.Fresh();
        lab.Carrier.Acquires.Enqueue(lab.Carrier.SellAndHangUp());

        Assert.IsType<NumberResult.Pending>(await PortInAsync(lab, number));
        await lab.RestAsync();
        Assert.Equal(409, Assert.IsType<NumberResult.Failed>(await CreateAsync(lab, Actor.Of(lab.Bob), number, NumberState.PortIn, lab.Bob)).Error.Code);
        await lab.PassAsync(5);

        var record = Assert.IsType<NumberRecord>(await lab.NumberAsync(number));
        Assert.Equal((NumberState.PortIn, lab.Alice), (record.State, record.Account!.Value));
        Assert.Single(lab.Carrier.Sent);
        Assert.All(lab.Carrier.Asked, order => Assert.True(order.IsPortIn));
    }

    private static async Task<OrderLab> StartAsync(DatabaseKind kind, CarrierCapabilities can = CarrierCapabilities.ProvisionsPortIn, bool waits = true)
    {
        var lab = await OrderLab.StartAsync(kind, waits);
        lab.Carrier.Info = new CarrierInfo(can, 3, []);
        await lab.SetAsync("number_manager", """{"porting_module_name":"knm_acme"}""");
        return lab;
    }

    private static Task<NumberResult> PortInAsync(OrderLab lab, PhoneNumber number, JsonObject? fields = null) =>
        CreateAsync(lab, Actor.Of(lab.Alice), number, NumberState.PortIn, lab.Alice, fields);

    private static async Task<NumberResult> CreateAsync(OrderLab lab, Actor actor, PhoneNumber number, NumberState state, AccountId? account = null, JsonObject? fields = null) =>
        Assert.Single(Assert.IsType<BatchOutcome.Finished>(await lab.One.Create.RunAsync(actor, account ?? lab.Alice, [number.ToString()], fields ?? [], state, OrderLab.Ct)).Results);
}
