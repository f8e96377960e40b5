using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Features;
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

    // Who has to do it by hand is told, whether or not somebody wrote more about the port (numbers.md 5.4, DECISION; seed 004).
    [Theory, MemberData(nameof(Both))]
    public async Task Where_the_carrier_sets_up_no_ports_people_are_asked_to(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, CarrierCapabilities.Acquires);
        var (bare, told) = (lab.Fresh(), lab.Fresh());

        await PortInAsync(lab, bare);
        await PortInAsync(lab, told, new JsonObject { ["port"] = new JsonObject { ["name"] = "old carrier" } });

        Assert.Equal(["{}"], await RequestsAsync(bare));
        Assert.Equal(["""{"name":"old carrier"}"""], await RequestsAsync(told));

        async Task<IEnumerable<string>> RequestsAsync(PhoneNumber number) => (await lab.MessagesAsync(number)).Select(message =>
        {
            Assert.Equal("port_request", message.Kind);
            return message.Payload["port"]!.ToJsonString();
        });
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

    [Theory, MemberData(nameof(Both))]
    public async Task Over_HTTP_it_is_201_when_the_carrier_answers_at_once_202_while_he_thinks_and_an_error_when_he_refuses(DatabaseKind kind)
    {
        var carrier = new ScriptedCarrier { Info = new CarrierInfo(CarrierCapabilities.ProvisionsPortIn, 3, []) };
        await using var server = await TestServer.StartAsync(kind, replace: services => services.AddSingleton<ICarriers>(carrier));
        await SetAsync("number_manager", """{"port_in_module_name":"acme"}""");
        var atOnce = await PutAsync("+14155550001");
        Assert.Equal((201, "port_in", "acme"), (atOnce.Status, (string?)atOnce.Data!["state"], (string?)atOnce.Data["_read_only"]!["carrier_module"]));

        carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.InvalidRequest));
        var refused = await PutAsync("+14155550002");
        Assert.True(refused.Status >= 400, refused.Text);
        Assert.Equal(404, (await ShowAsync("+14155550002")).Status);

        await SetAsync("number_manager.acme", """{"acquire_wait_ms":0}""");
        carrier.Acquires.Enqueue(carrier.SellSlowly());
        var slow = await PutAsync("+14155550003");
        Assert.Equal((202, "discovery"), (slow.Status, (string?)slow.Data!["state"]));
        Assert.NotNull(slow.Data["_read_only"]!["order"]!["id"]);
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); (string?)(await ShowAsync("+14155550003")).Data!["state"] != "port_in";)
        {
            Assert.True(watch.Elapsed < Patience.Max, "The order has not ended.");
            await Task.Delay(50, OrderLab.Ct);
        }

        async Task SetAsync(string document, string section) =>
            Assert.Equal(200, (await server.SendAsync("PATCH", $"/v2/system_configs/{document}/default", $$"""{"data":{{section}}}""")).Status);

        Task<Reply> PutAsync(string number) =>
            server.SendAsync("PUT", $"/v2/accounts/{{A}}/phone_numbers/{Uri.EscapeDataString(number)}", """{"data":{"create_with_state":"port_in"}}""");

        Task<Reply> ShowAsync(string number) => server.SendAsync("GET", $"/v2/accounts/{{A}}/phone_numbers/{Uri.EscapeDataString(number)}");
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
