using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Some number of a group, whichever the carrier delivers (carriers.md 5.6).</summary>
public sealed class GroupOfferTests
{
    private const string Offer = "acme:1196";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Each_piece_is_an_order_of_its_own_and_its_number_is_what_was_delivered(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind);
        lab.Carrier.OnAcquire = (order, _, _) =>
        {
            Assert.True(order.Number.IsEmpty);
            Assert.Equal("{\"group\":1196}", order.CarrierData.ToString());
            return Task.FromResult(lab.Carrier.Sell(order, lab.Fresh()));
        };

        var results = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 3)], null, OrderLab.Ct);

        Assert.Equal(3, results.Count);
        foreach (var done in results.Cast<NumberResult.Done>())
        {
            Assert.Equal(done.Key, done.Record.Number.ToString());
            await lab.AssertBoughtAsync(done.Record.Number, lab.Alice);
            Assert.Equal((OrderOutcome.Acquired, Offer), ((await lab.OrderAsync(done.Record.Number)).Outcome!.Value, (await lab.OrderAsync(done.Record.Number)).Data.Offer));
        }

        Assert.Equal(3, results.Select(result => result.Key).Distinct().Count());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_is_to_be_set_on_a_piece_is_looked_at_before_it_is_bought_and_named_when_it_is_refused(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind);
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, lab.Fresh()));
        Task<IReadOnlyList<NumberResult>> BuyAsync(JsonObject fields) => lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 1)], fields, OrderLab.Ct);

        var forbidden = Assert.IsType<NumberResult.Failed>(Assert.Single(await BuyAsync(new JsonObject { ["failover"] = new JsonObject { ["sip"] = "a@example.com" } })));
        lab.Provider.Checks.Enqueue(new FeatureCheck.Invalid("Location is not geocoded"));
        var unknown = Assert.IsType<NumberResult.Failed>(Assert.Single(await BuyAsync(new JsonObject { ["e911"] = ScriptedProvider.Address() })));
        Assert.Equal((403, 400), (forbidden.Error.Code, unknown.Error.Code));
        Assert.Empty(lab.Carrier.Sent);

        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no such place"));
        var without = Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(new JsonObject { ["e911"] = ScriptedProvider.Address() })));
        var with = Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(new JsonObject { ["e911"] = ScriptedProvider.Address() })));

        Assert.Equal(["e911"], without.FeaturesFailed);
        Assert.Empty(with.FeaturesFailed);
        Assert.True(with.Record.Features.ToObject().ContainsKey("e911"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Pieces_that_are_worked_on_are_pending_under_keys_of_their_own(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, waits: false);
        var numbers = new[] { lab.Fresh(), lab.Fresh() };
        var next = 0;
        lab.Carrier.OnAcquire = (order, _, _) =>
        {
            lab.Carrier.Sell(order, numbers[Interlocked.Increment(ref next) - 1]);
            return Task.FromResult<CarrierOutcome>(new CarrierOutcome.Pending("C1"));
        };

        var results = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 2)], null, OrderLab.Ct);
        Assert.Equal([Offer, $"{Offer}#2"], results.Select(result => Assert.IsType<NumberResult.Pending>(result).Key));
        await lab.RestAsync();
        await lab.PassAsync(3);

        foreach (var number in numbers) await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_has_a_row_already_is_surplus(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, waits: false);
        var taken = await lab.BoughtAsync();
        lab.Carrier.Held.Clear();
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, taken));

        await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 1)], null, OrderLab.Ct);
        await lab.RestAsync();

        var stranded = Assert.Single((await lab.One.Orders.ListAsync(new OrderQuery { Outcome = OrderOutcome.Stranded }, OrderLab.Ct)).Rows);
        Assert.Equal((OrderPhase.NeedsOperator, OrderErrors.Surplus, taken), (stranded.Phase, stranded.Error, stranded.Number));
        Assert.Equal([NumberActions.Purchased], await lab.ActionsAsync(taken));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_somebody_else_still_tries_to_buy_comes_to_its_buyer_when_he_was_told_no(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, waits: false);
        var claimed = await lab.OfferedAsync();
        lab.Carrier.Acquires.Enqueue(lab.Carrier.HangUp());
        await lab.OrderAndLeaveAsync(lab.Bob, claimed);
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, claimed));

        await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 1)], null, OrderLab.Ct);
        await lab.RestAsync();
        await lab.PassAsync(5);
        var waiting = Assert.Single(await lab.OrdersAsync(), order => order.Account == lab.Alice);
        Assert.Equal((OrderPhase.Accepted, null), (waiting.Phase, waiting.Outcome));

        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable)));
        await lab.PassAsync(120, step: 5);

        Assert.Equal(OrderPhase.Failed, Assert.Single(await lab.OrdersAsync(), order => order.Account == lab.Bob).Phase);
        await lab.AssertBoughtAsync(claimed, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_carrier_that_sold_and_names_no_number_is_no_success_and_no_failure(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, waits: false);
        lab.Carrier.OnAcquire = Answers.Say(new CarrierOutcome.Done(DocumentText.Empty));

        await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 1)], null, OrderLab.Ct);
        await lab.RestAsync();

        Assert.Equal((OrderPhase.NeedsOperator, "bad_reply"), ((await lab.OrdersAsync())[0].Phase, (await lab.OrdersAsync())[0].Error));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Unknown_expired_and_too_many_are_refused(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind);

        var refused = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [("acme:7", 1), (Offer, 0)], null, OrderLab.Ct);
        Assert.Equal([404, 400], refused.Select(result => Assert.IsType<NumberResult.Failed>(result).Error.Code));
        var tooMany = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, PurchaseDesk.PiecesMax + 1)], null, OrderLab.Ct);
        Assert.Equal(400, Assert.IsType<NumberResult.Failed>(Assert.Single(tooMany)).Error.Code);
        var stranger = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Bob), lab.Bob, [(Offer, 1)], null, OrderLab.Ct);
        Assert.Equal(404, Assert.IsType<NumberResult.Failed>(Assert.Single(stranger)).Error.Code);

        lab.Later(86_400 * 2);
        var expired = await lab.One.Activate.BuyOffersAsync(Actor.Of(lab.Alice), lab.Alice, [(Offer, 1)], null, OrderLab.Ct);
        Assert.Equal(404, Assert.IsType<NumberResult.Failed>(Assert.Single(expired)).Error.Code);
        Assert.Equal(1, await lab.One.Desk.Numbers.ExpireOffersAsync(lab.Host.Clock.GetUtcNow(), 100, OrderLab.Ct));
        Assert.Empty(lab.Carrier.Sent);
    }

    private static async Task<OrderLab> StartAsync(DatabaseKind kind, bool waits = true)
    {
        var lab = await OrderLab.StartAsync(kind, waits);
        await lab.One.Desk.Numbers.RememberGroupOffersAsync(lab.Alice,
            [new StoredGroupOffer(Offer, lab.Carrier.Name, DocumentText.From(new JsonObject { ["group"] = 1196 }), lab.Host.Clock.GetUtcNow().AddDays(1))], OrderLab.Ct);
        return lab;
    }
}
