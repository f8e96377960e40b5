using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Giving numbers back, holding them first, and the writes around (carriers.md 4.6, 4.8), over real sockets.</summary>
public sealed class Bandwidth2ReleaseTests : IAsyncLifetime
{
    private Bandwidth2Bench _bench = null!; // made before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await Bandwidth2Bench.StartAsync(Ct);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_number_is_given_back_and_only_this_one()
    {
        var numbers = await BuyAsync(2);

        var done = Assert.IsType<CarrierOutcome.Done>(await ReleaseAsync(Release(numbers[0])));

        Assert.Equal([numbers[1].ToString()], await _bench.HeldAsync());
        Assert.Equal(done.CarrierOrderId, (string?)done.CarrierData.ToObject()["disconnect_order_id"]);
        Assert.Equal(1, await _bench.CountAsync("disconnect_create"));
    }

    [Theory]
    [InlineData("drop_after_booking")]
    [InlineData("drop_mid_reply")]
    [InlineData("book_then_500")]
    [InlineData("book_then_nonsense")]
    public async Task A_lost_reply_is_settled_by_looking_at_the_number(string action)
    {
        var order = Release((await BuyAsync(1))[0]);
        await _bench.FaultAsync("disconnect_create", action);

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.DisconnectAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Done>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));

        Assert.Equal(1, await _bench.CountAsync("disconnect_create"));
        Assert.Empty(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_release_that_was_not_taken_is_absent_and_may_be_sent_again()
    {
        var order = Release((await BuyAsync(1))[0]);
        await _bench.FaultAsync("disconnect_create", "drop_after_headers");

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.DisconnectAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Absent>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Done>(await ReleaseAsync(order));
        Assert.Empty(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_second_release_of_a_released_number_is_done_with_a_warning()
    {
        var number = (await BuyAsync(1))[0];
        Assert.IsType<CarrierOutcome.Done>(await ReleaseAsync(Release(number)));

        Assert.Equal(["already_released"], Assert.IsType<CarrierOutcome.Done>(await ReleaseAsync(Release(number))).Warnings);
    }

    [Fact]
    public async Task A_number_that_never_was_ours_is_not_owned()
    {
        var number = await _bench.AnyNumberAsync(Ct);

        Assert.Equal(CarrierErrorKind.NotOwned, Assert.IsType<CarrierOutcome.Refused>(await ReleaseAsync(Release(number))).Error.Kind);
    }

    [Theory]
    [InlineData("5084", CarrierErrorKind.InvalidConfig)]
    [InlineData("5006", CarrierErrorKind.NotOwned)]
    public async Task A_release_that_fails_later_says_why(string code, CarrierErrorKind kind)
    {
        var number = (await BuyAsync(1))[0];
        await _bench.FaultAsync("disconnect_create", "order_failed", code: code);

        Assert.Equal(kind, Assert.IsType<CarrierOutcome.Refused>(await ReleaseAsync(Release(number))).Error.Kind);
        Assert.Single(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_slow_release_is_waited_for()
    {
        var number = (await BuyAsync(1))[0];
        await _bench.FaultAsync("disconnect_create", "order_slow", delayMs: 200);

        Assert.IsType<CarrierOutcome.Pending>(await _bench.Carrier.DisconnectAsync(Release(number), _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Done>(await ReleaseAsync(Release(number)));
    }

    [Fact]
    public async Task Without_a_release_at_the_carrier_the_number_is_stranded()
    {
        var order = Release((await BuyAsync(1))[0]);

        Assert.IsType<CarrierOutcome.Stranded>(await _bench.Carrier.DisconnectAsync(order, _bench.Context(("disconnect_on_release", false)), Ct));
        Assert.IsType<CarrierOutcome.Stranded>(await _bench.Carrier.DisconnectAsync(order, _bench.Context(("enable_provisioning", false)), Ct));
        Assert.Equal(0, await _bench.CountAsync("disconnect_create"));
    }

    [Fact]
    public async Task A_mode_that_the_account_may_not_use_is_a_matter_of_configuration()
    {
        var order = Release((await BuyAsync(1))[0]);

        var refused = Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.DisconnectAsync(order, _bench.Context(("disconnect_mode", "soft-remove")), Ct));

        Assert.Equal(CarrierErrorKind.InvalidConfig, refused.Error.Kind);
    }

    // For every write: the sandbox does its work, hangs up without a byte, and must have seen exactly one request.
    [Theory]
    [InlineData("order_create")]
    [InlineData("order_update")]
    [InlineData("disconnect_create")]
    [InlineData("reservation_create")]
    [InlineData("reservation_delete")]
    public async Task A_write_whose_reply_is_lost_went_out_once(string operation)
    {
        var number = operation == "disconnect_create" ? (await BuyAsync(1))[0] : await _bench.AnyNumberAsync(Ct);
        if (operation == "order_update") await _bench.FaultAsync("order_create", "order_backordered");
        if (operation == "reservation_delete") await _bench.FaultAsync("order_create", "status", status: 400, code: "5022");
        await _bench.FaultAsync(operation, "drop_after_booking", times: null);

        if (operation == "disconnect_create") await _bench.Carrier.DisconnectAsync(Release(number), _bench.Context(), Ct);
        else
        {
            var context = _bench.Context(("reserve_before_order", operation.StartsWith("reservation", StringComparison.Ordinal)));
            var order = Bandwidth2Bench.Order(number);
            var outcome = await _bench.Carrier.AcquireAsync(order, context, Ct);
            if (operation == "order_update") await _bench.Carrier.RecoverAsync(order with { CarrierOrderId = ((CarrierOutcome.Pending)outcome).CarrierOrderId }, context, Ct);
        }

        Assert.Equal(1, await _bench.CountAsync(operation));
    }

    [Fact]
    public async Task A_number_is_held_before_it_is_ordered_when_that_is_wanted()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        var context = _bench.Context(("reserve_before_order", true));

        var done = await _bench.SettleAsync(order, await _bench.Carrier.AcquireAsync(order, context, Ct), context, Ct);

        Assert.IsType<CarrierOutcome.Done>(done);
        Assert.Equal([OrderPhase.Prepared, OrderPhase.Sending], _bench.Notes.Select(note => note.Phase));
        Assert.NotNull(_bench.Notes[1].Facts.ToObject()["reservation_id"]);
        Assert.Equal((1, 1), (await _bench.CountAsync("reservation_create"), await _bench.CountAsync("order_create")));
    }

    [Fact]
    public async Task A_hold_that_is_refused_ends_the_order_and_one_whose_order_is_refused_is_freed()
    {
        var context = _bench.Context(("reserve_before_order", true));
        var number = await _bench.AnyNumberAsync(Ct);
        await _bench.FaultAsync("order_create", "order_failed");
        var order = Bandwidth2Bench.Order(number);

        var sent = (CarrierOutcome.Pending)await _bench.Carrier.AcquireAsync(order, context, Ct);
        Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.RecoverAsync(order with { CarrierOrderId = sent.CarrierOrderId, Facts = _bench.Notes[^1].Facts }, context, Ct));
        Assert.Equal(1, await _bench.CountAsync("reservation_delete"));

        await _bench.PostAsync("stock", new { carrier = "bandwidth2", number = number.ToString(), status = "taken" });
        Assert.Equal(CarrierErrorKind.NumberUnavailable,
            Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.AcquireAsync(Bandwidth2Bench.Order(number), context, Ct)).Error.Kind);
        Assert.Equal(1, await _bench.CountAsync("order_create"));
    }

    // Started again after a stop between hold and order: the hold that still stands is used.
    [Fact]
    public async Task A_hold_from_before_is_gone_on_with()
    {
        var context = _bench.Context(("reserve_before_order", true));
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "status", status: 429);
        Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.AcquireAsync(order, context, Ct));
        var facts = _bench.Notes[^1].Facts;

        await _bench.Carrier.AcquireAsync(order with { Facts = facts, SentAt = TimeProvider.System.GetUtcNow() }, context, Ct);

        Assert.Equal(facts, _bench.Notes[^1].Facts);
        Assert.Equal((1, 0), (await _bench.CountAsync("reservation_create"), await _bench.CountAsync("reservation_delete")));
    }

    private static CarrierOrder Release(PhoneNumber number) => Bandwidth2Bench.Order(number, OrderKind.Disconnect);

    private async Task<CarrierOutcome> ReleaseAsync(CarrierOrder order) =>
        await _bench.SettleAsync(order, await _bench.Carrier.DisconnectAsync(order, _bench.Context(), Ct), _bench.Context(), Ct);

    private async Task<IReadOnlyList<PhoneNumber>> BuyAsync(int count)
    {
        var numbers = (await _bench.FindAsync("+1303", count, Ct)).Select(hit => hit.Number).ToList();
        foreach (var number in numbers) Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(number), Ct));
        return numbers;
    }
}
