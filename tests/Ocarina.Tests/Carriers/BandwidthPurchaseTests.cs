using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Money at Bandwidth v1 is spent once, or it is known that it was (carriers.md 1.9, 2.6, 2.7).</summary>
public sealed class BandwidthPurchaseTests
{
    [Fact]
    public async Task A_purchase_names_us_and_keeps_the_carriers_facts_under_the_names_of_stored_documents()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString()) with { Account = AccountId.Parse("4b5c1e0f9a7d42d2b1c0a99887766554") };

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(order, """{"endpoints":["198.51.100.7","198.51.100.8"]}"""));

        var data = done.CarrierData.ToObject();
        Assert.Equal($"North hub-{order.Key}", (string?)data["order_name"]);
        Assert.Equal((order.Key.ToString(), order.Key.ToString(), done.CarrierOrderId), ((string?)data["ext_ref_id"], (string?)data["intent_id"], (string?)data["order_id"]));
        Assert.Equal(19, ((string?)data["order_number"])!.Length);
        Assert.Equal((hit.Number.ToString(), "PendingBandwidth"), ((string?)data["number"]!["e164"], (string?)data["number"]!["status"]));
        Assert.False(data.ContainsKey("accountID"));
        Assert.True(done.NeedsFollowUp);
        Assert.NotEmpty(done.Evidence);
        var held = Assert.Single(await bench.Sandbox.HeldAsync());
        Assert.Equal((hit.Number.ToString(), order.Key.ToString()), (held.Number, held.Reference));
        Assert.Equal(1, await bench.Sandbox.CountAsync("operation=order_create&contains=198.51.100.8"));
        Assert.Equal(1, await bench.Sandbox.CountAsync("operation=order_create&contains=4b5c1e0f9a7d42d2b1c0a99887766554"));
    }

    [Theory]
    [InlineData("drop_after_booking")]
    [InlineData("book_then_500")]
    [InlineData("book_then_nonsense")]
    [InlineData("drop_mid_reply")]
    [InlineData("truncated")]
    [InlineData("empty_200")]
    [InlineData("html_200")]
    [InlineData("html_502")]
    [InlineData("dtd")]
    [InlineData("unexpected_root")]
    [InlineData("other_reply")]
    [InlineData("no_completed_numbers")]
    public async Task Whatever_becomes_of_the_reply_one_request_was_seen_and_the_order_is_found_again(string action)
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        if (action == "other_reply") await bench.BuyAsync(BandwidthBench.Order((await bench.AnyAsync("+1212")).Number)); // something to answer with
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString());
        await bench.FaultAsync("order_create", action);

        Assert.IsType<CarrierOutcome.Unknown>(await bench.BuyAsync(order));
        Assert.Equal(1, await bench.OrdersAsync(order));
        var isBooked = await bench.IsHeldAsync(hit.Number);
        var found = await bench.RecoverAsync(order);

        if (isBooked) Assert.Equal(order.Key.ToString(), (string?)Assert.IsType<CarrierOutcome.Done>(found).CarrierData.ToObject()["ext_ref_id"]);
        else Assert.IsType<CarrierOutcome.Absent>(found);
        Assert.Equal(1, await bench.OrdersAsync(order));
    }

    [Fact]
    public async Task Books_then_hangs_up_exactly_one_request_seen()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString());
        await bench.Sandbox.TellAsync("/faults", """{"carrier":"bandwidth","operation":"order_create","action":"drop_after_booking"}"""); // again and again

        Assert.IsType<CarrierOutcome.Unknown>(await bench.BuyAsync(order));

        Assert.Equal(1, await bench.OrdersAsync(order));
        Assert.True(await bench.IsHeldAsync(hit.Number));
    }

    [Fact]
    public async Task An_order_that_did_not_arrive_is_absent_and_may_be_sent_again()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString());
        await bench.FaultAsync("order_create", "drop_after_headers");

        Assert.IsType<CarrierOutcome.Unknown>(await bench.BuyAsync(order));
        Assert.IsType<CarrierOutcome.Absent>(await bench.RecoverAsync(order));
        Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(order));

        Assert.Single(await bench.Sandbox.HeldAsync());
    }

    [Fact]
    public async Task While_lists_lag_nothing_is_believed_and_no_second_order_is_made()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString());
        await bench.FaultAsync("order_create", "order_lag", ""","delay_ms":600000""");
        await bench.BuyAsync(order);

        Assert.IsType<CarrierOutcome.Unknown>(await bench.RecoverAsync(order));
        Assert.IsType<CarrierOutcome.NeedsOperator>(await bench.RecoverAsync(order with { SentAt = DateTimeOffset.UtcNow.AddSeconds(-30) }));
        await bench.Sandbox.TellAsync("/clock", """{"advance_s":601}""");
        Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order with { SentAt = DateTimeOffset.UtcNow.AddSeconds(-30) }));
        Assert.Equal(1, await bench.OrdersAsync(order));
    }

    [Fact]
    public async Task A_second_try_that_finds_the_number_taken_by_the_first_is_a_success()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var order = BandwidthBench.Order(hit.Number, hit.CarrierData.ToString());
        await bench.BuyAsync(order);

        var again = await bench.BuyAsync(order);
        var stranger = await bench.BuyAsync(BandwidthBench.Order(hit.Number, hit.CarrierData.ToString()));

        Assert.IsType<CarrierOutcome.Done>(again);
        Assert.Equal(CarrierErrorKind.NumberUnavailable, Assert.IsType<CarrierOutcome.Refused>(stranger).Error.Kind);
        Assert.Single(await bench.Sandbox.HeldAsync());
    }

    [Fact]
    public async Task The_number_is_watched_until_it_serves_and_a_late_failure_takes_the_purchase_back()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var (good, bad) = (await bench.AnyAsync("+1303"), await bench.AnyAsync("+1212"));
        var (served, failed) = (BandwidthBench.Order(good.Number, good.CarrierData.ToString()), BandwidthBench.Order(bad.Number, bad.CarrierData.ToString()));
        served = served with { CarrierOrderId = Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(served)).CarrierOrderId };
        await bench.FaultAsync("order_create", "order_failed", ""","delay_ms":1000""");
        failed = failed with { CarrierOrderId = Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(failed)).CarrierOrderId };

        await bench.Sandbox.TellAsync("/clock", """{"advance_s":10}""");
        var now = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(served));

        Assert.False(now.NeedsFollowUp);
        Assert.Equal("InService", (string?)now.CarrierData.ToObject()["number"]!["status"]);
        Assert.Contains("Failed", Assert.IsType<CarrierOutcome.Refused>(await bench.RecoverAsync(failed)).Error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_typed_in_number_is_looked_up_first_and_refused_when_it_is_not_for_sale()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var (free, gone) = (await bench.AnyAsync("+1303"), await bench.AnyAsync("+1212"));
        await bench.Sandbox.TellAsync("/stock", $$"""{"carrier":"bandwidth","number":"{{gone.Number}}","status":"taken"}""");

        Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(BandwidthBench.Order(free.Number)));
        var taken = Assert.IsType<CarrierOutcome.Refused>(await bench.BuyAsync(BandwidthBench.Order(gone.Number)));
        var unheard = Assert.IsType<CarrierOutcome.Refused>(await bench.BuyAsync(BandwidthBench.Order(PhoneNumber.Parse("+19005550199"))));
        var abroad = Assert.IsType<CarrierOutcome.Refused>(await bench.BuyAsync(BandwidthBench.Order(PhoneNumber.Parse("+3227882600"))));

        Assert.All([taken, unheard], refused => Assert.Equal(CarrierErrorKind.NumberUnavailable, refused.Error.Kind));
        Assert.Equal(CarrierErrorKind.InvalidRequest, abroad.Error.Kind);
        Assert.Equal(1, await bench.Sandbox.CountAsync("operation=order_create"));
    }

    [Fact]
    public async Task A_wrong_key_is_told_apart_and_not_tried_again_at_once()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var order = BandwidthBench.Order(PhoneNumber.Parse("+13035550199"), """{"number_id":"7B1D0C2A-55F0-4E0B-9C1E-0D9A4C8E1F22"}""");
        const string Wrong = """{"developer_key":"wrong-developer-key"}""";

        var first = Assert.IsType<CarrierOutcome.Refused>(await bench.BuyAsync(order, Wrong));
        var second = Assert.IsType<CarrierOutcome.Refused>(await bench.BuyAsync(order, Wrong));

        Assert.All([first, second], refused => Assert.Equal(CarrierErrorKind.Unauthenticated, refused.Error.Kind));
        Assert.Equal(1, await bench.Sandbox.CountAsync("operation=order_create"));
        Assert.DoesNotContain("wrong-developer-key", first.ToString() + second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_only_validated_buys_nothing()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();

        var outcome = await bench.BuyAsync(BandwidthBench.Order(hit.Number, hit.CarrierData.ToString()), """{"processing_type":"validate"}""");

        Assert.True((bool)Assert.IsType<CarrierOutcome.Pretended>(outcome).CarrierData.ToObject()["sandbox"]!);
        Assert.Empty(await bench.Sandbox.HeldAsync());
    }

    [Fact]
    public async Task A_release_is_left_to_a_person_or_handed_to_the_newer_api()
    {
        await using var alone = await BandwidthBench.StartAsync();
        var order = BandwidthBench.Order(PhoneNumber.Parse("+13035550199"), """{"order_id":"1f9c"}""") with { Kind = OrderKind.Disconnect };
        var peer = new PeerProbe();
        await using var bench = await BandwidthBench.StartAsync(null, peer);

        Assert.IsType<CarrierOutcome.Stranded>(await alone.Carrier.DisconnectAsync(order, alone.Context(), CarrierLab.Ct));
        Assert.IsType<CarrierOutcome.Stranded>(await alone.Carrier.DisconnectAsync(order, alone.Context("""{"release_via":"bandwidth2"}"""), CarrierLab.Ct));
        Assert.Equal("handed on", Assert.IsType<CarrierOutcome.Stranded>(await bench.Carrier.DisconnectAsync(order, bench.Context("""{"release_via":"bandwidth2"}"""), CarrierLab.Ct)).Why);
        Assert.True(peer.Released!.CarrierData.IsEmpty);
    }

    [Fact]
    public async Task Health_tells_a_wrong_key_from_nobody_there()
    {
        await using var bench = await BandwidthBench.StartAsync();

        Assert.Null(await bench.Carrier.HealthAsync(bench.Context(), CarrierLab.Ct));
        Assert.Equal(CarrierErrorKind.Unauthenticated, (await bench.Carrier.HealthAsync(bench.Context("""{"developer_key":"wrong"}"""), CarrierLab.Ct))!.Kind);
        Assert.Equal(CarrierErrorKind.NotFound, (await bench.Carrier.HealthAsync(bench.Context($$"""{"numbers_api_url":"{{bench.Sandbox.Host.Address}}elsewhere"}"""), CarrierLab.Ct))!.Kind);
        Assert.Equal(CarrierErrorKind.Unreachable, (await bench.Carrier.HealthAsync(bench.Context("""{"numbers_api_url":"http://127.0.0.1:1/"}"""), CarrierLab.Ct))!.Kind);
    }

    /// <summary>Another module that only remembers what it was given.</summary>
    private sealed class PeerProbe : ICarrierPeers
    {
        public CarrierOrder? Released { get; private set; }

        public Task<(ICarrier Carrier, CarrierContext Context)?> FindAsync(CarrierName name, CancellationToken ct)
        {
            Assert.Equal("bandwidth2", name.ToString());
            var context = new CarrierContext(new CarrierSettings(new() { ["sandbox_provisioning"] = false }), _ => null, TimeProvider.System);
            return Task.FromResult<(ICarrier, CarrierContext)?>((new ScriptedCarrier { OnRelease = order => { Released = order; return new CarrierOutcome.Stranded("handed on"); } }, context));
        }
    }
}
