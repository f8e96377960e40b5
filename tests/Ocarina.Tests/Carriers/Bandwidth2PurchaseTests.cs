using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Buying at the sandbox over real sockets: every state of an order, every lost reply (carriers.md 1.9, 4.7, 8).</summary>
public sealed class Bandwidth2PurchaseTests : IAsyncLifetime
{
    private Bandwidth2Bench _bench = null!; // made before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await Bandwidth2Bench.StartAsync(Ct);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_number_is_bought_with_one_order_that_carries_our_key_and_is_noted_first()
    {
        var hit = (await _bench.FindAsync("+1303", 1, Ct))[0];
        var order = Bandwidth2Bench.Order(hit.Number) with { CarrierData = hit.CarrierData };

        var done = Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));

        var data = done.CarrierData.ToObject();
        Assert.Equal(order.Key.ToString(), (string?)data["customer_order_id"]);
        Assert.Equal(done.CarrierOrderId, (string?)data["order_id"]);
        Assert.Equal($"North hub-{order.Key}", (string?)data["order_name"]);
        Assert.Equal(("1337", "13337", hit.Number.ToString()), ((string?)data["site_id"], (string?)data["peer_id"], (string?)data["number"]));
        Assert.NotNull(data["rate_center"]);
        Assert.Equal([OrderPhase.Sending], _bench.Notes.Select(note => note.Phase));
        Assert.Equal(1, await _bench.CountAsync("order_create"));
        Assert.Equal([hit.Number.ToString()], await _bench.HeldAsync());
    }

    [Theory]
    [InlineData("drop_after_booking")]
    [InlineData("drop_mid_reply")]
    [InlineData("book_then_500")]
    [InlineData("book_then_nonsense")]
    public async Task A_reply_that_is_lost_after_booking_is_found_again_and_never_sent_twice(string action)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", action);

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        var done = Assert.IsType<CarrierOutcome.Done>(await _bench.SettleAsync(order, await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct), _bench.Context(), Ct));

        Assert.NotNull(done.CarrierOrderId);
        Assert.Equal(1, await _bench.CountAsync("order_create"));
        Assert.Equal([order.Number.ToString()], await _bench.HeldAsync());
    }

    [Theory]
    [InlineData("drop_after_headers", null)]
    [InlineData("drop_before_read", null)]
    [InlineData("status", 500)]
    [InlineData("empty_200", null)]
    [InlineData("no_content", null)]
    [InlineData("html_200", null)]
    [InlineData("html_502", null)]
    [InlineData("dtd", null)]
    [InlineData("nested", null)]
    [InlineData("malformed", null)]
    [InlineData("unexpected_root", null)]
    [InlineData("redirect", null)]
    public async Task A_reply_that_is_lost_without_booking_is_absent_and_the_same_order_goes_out_again(string action, int? status)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", action, status: status);

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        Assert.Equal(1, await _bench.CountAsync("order_create"));
        Assert.IsType<CarrierOutcome.Absent>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Absent>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order with { SentAt = TimeProvider.System.GetUtcNow() }, Ct));

        Assert.Equal(2, await _bench.CountAsync("order_create"));
        Assert.Equal([order.Number.ToString()], await _bench.HeldAsync());
    }

    // The list lags; the number itself names the order, and the order names us.
    [Fact]
    public async Task An_order_that_the_list_does_not_show_yet_is_found_through_its_number()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "order_lag", delayMs: 3_600_000);

        var sent = Assert.IsType<CarrierOutcome.Pending>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        var done = Assert.IsType<CarrierOutcome.Done>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));

        Assert.Equal(sent.CarrierOrderId, done.CarrierOrderId);
    }

    [Fact]
    public async Task A_number_that_is_ours_by_another_order_is_for_a_person()
    {
        var number = await _bench.AnyNumberAsync(Ct);
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(number), Ct));

        var stuck = Assert.IsType<CarrierOutcome.NeedsOperator>(await _bench.Carrier.RecoverAsync(Bandwidth2Bench.Order(number), _bench.Context(), Ct));

        Assert.Equal(CarrierErrorKind.AlreadyOurs, stuck.Error.Kind);
    }

    // References are not unique at the carrier, and its filter finds what only begins like ours.
    [Fact]
    public async Task Only_an_order_that_carries_exactly_our_key_is_ours()
    {
        var numbers = await _bench.FindAsync("+1303", 2, Ct);
        var order = Bandwidth2Bench.Order(numbers[0].Number);
        await PostOrderAsync($"{order.Key}X", numbers[1].Number);

        Assert.IsType<CarrierOutcome.Absent>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
    }

    [Fact]
    public async Task A_filter_that_the_carrier_ignores_does_no_harm()
    {
        var numbers = await _bench.FindAsync("+1303", 4, Ct);
        foreach (var hit in numbers.Skip(1)) Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(hit.Number), Ct));
        await _bench.FaultAsync("order_list", "filter_ignored", times: null);

        var order = Bandwidth2Bench.Order(numbers[0].Number);
        Assert.IsType<CarrierOutcome.Absent>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
        await _bench.FaultAsync("order_create", "drop_after_booking");
        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Done>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
    }

    // The first reply was lost and the lists lagged, so it went out again: the second order fails, and the number is ours by the first.
    [Fact]
    public async Task The_refusal_of_a_second_order_is_not_believed_while_the_first_one_has_the_number()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        var first = Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));

        var again = await _bench.BuyAsync(order with { SentAt = TimeProvider.System.GetUtcNow() }, Ct);

        Assert.Equal(2, await _bench.CountAsync("order_create"));
        Assert.Equal(first.CarrierOrderId, Assert.IsType<CarrierOutcome.Done>(again).CarrierOrderId);
        Assert.Single(await _bench.HeldAsync());
    }

    // The same, where the refusal comes at once; a number that is ours by somebody else's order stays refused.
    [Fact]
    public async Task A_refusal_at_once_is_compared_with_what_our_reference_bought()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));
        await _bench.FaultAsync("order_create", "status", times: null, status: 400, code: "5218");

        Assert.IsType<CarrierOutcome.Done>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        Assert.Equal(CarrierErrorKind.NumberUnavailable,
            Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.AcquireAsync(Bandwidth2Bench.Order(order.Number), _bench.Context(), Ct)).Error.Kind);
    }

    [Theory]
    [InlineData("order_slow")]
    [InlineData("missing_status")]
    [InlineData("no_completed_numbers")]
    [InlineData("order_flap")]
    public async Task Slow_terse_and_wavering_orders_are_bought_in_the_end(string behaviour)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", behaviour, delayMs: behaviour == "order_slow" ? 300 : null);

        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));
        Assert.Equal([order.Number.ToString()], await _bench.HeldAsync());
    }

    [Fact]
    public async Task An_order_that_never_ends_stays_pending()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "order_slow", delayMs: -1);

        var sent = Assert.IsType<CarrierOutcome.Pending>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        var pending = Assert.IsType<CarrierOutcome.Pending>(await _bench.Carrier.RecoverAsync(order with { CarrierOrderId = sent.CarrierOrderId }, _bench.Context(), Ct));

        Assert.Equal("PROCESSING", pending.Status);
    }

    [Fact]
    public async Task A_backorder_that_nobody_asked_for_is_closed_once_and_ends_refused()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "order_backordered");

        Assert.IsType<CarrierOutcome.Refused>(await _bench.BuyAsync(order, Ct));

        Assert.Equal(1, await _bench.CountAsync("order_update"));
        Assert.Empty(await _bench.HeldAsync());
    }

    [Theory]
    [InlineData("order_failed", null, CarrierErrorKind.NumberUnavailable)]
    [InlineData("order_failed", "5023", CarrierErrorKind.InvalidConfig)]
    [InlineData("order_failed", "5001", CarrierErrorKind.CarrierFault)]
    [InlineData("order_partial", null, CarrierErrorKind.NumberUnavailable)] // said of our number; 5017 is said of the order
    public async Task An_order_that_ends_badly_is_refused_by_its_code(string behaviour, string? code, CarrierErrorKind kind)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", behaviour, code: code);

        var refused = Assert.IsType<CarrierOutcome.Refused>(await _bench.BuyAsync(order, Ct));

        Assert.Equal(kind, refused.Error.Kind);
        Assert.Empty(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_number_that_somebody_took_meanwhile_is_unavailable()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.PostAsync("stock", new { carrier = "bandwidth2", number = order.Number.ToString(), status = "taken" });

        Assert.Equal(CarrierErrorKind.NumberUnavailable, Assert.IsType<CarrierOutcome.Refused>(await _bench.BuyAsync(order, Ct)).Error.Kind);
    }

    [Fact]
    public async Task What_was_delivered_beside_our_number_is_given_back()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "deliver_more");

        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));

        Assert.Equal([order.Number.ToString()], await _bench.HeldAsync());
        Assert.Equal(1, await _bench.CountAsync("disconnect_create"));
    }

    [Fact]
    public async Task What_was_delivered_instead_of_our_number_is_given_back()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "deliver_wrong");

        Assert.IsType<CarrierOutcome.Refused>(await _bench.BuyAsync(order, Ct));

        Assert.Empty(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_surplus_that_cannot_be_given_back_is_kept_for_a_person_and_the_number_is_ours()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "deliver_more");
        await _bench.FaultAsync("disconnect_create", "order_failed", times: null, code: "5109");

        var done = Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));

        Assert.Equal(2, (await _bench.HeldAsync()).Count);
        Assert.Single(done.Surplus!.Value.ToObject()["numbers"]!.AsArray());
    }

    [Theory]
    [InlineData("malformed", null)]
    [InlineData("dtd", null)]
    [InlineData("empty_200", null)]
    [InlineData("html_200", null)]
    [InlineData("unexpected_root", null)]
    [InlineData("truncated", null)]
    [InlineData("status", 500)]
    [InlineData("status", 403)]
    [InlineData("status", 404)]
    [InlineData("drop_mid_reply", null)]
    public async Task A_poll_that_cannot_be_read_changes_nothing(string action, int? status)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        var sent = Assert.IsType<CarrierOutcome.Pending>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        await _bench.FaultAsync("reads", action, times: null, status: status);
        var known = order with { CarrierOrderId = sent.CarrierOrderId };

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.RecoverAsync(known, _bench.Context(), Ct));
        await _bench.ClearFaultsAsync();

        Assert.IsType<CarrierOutcome.Done>(await _bench.SettleAsync(known, sent, _bench.Context(), Ct));
    }

    [Fact]
    public async Task A_reply_about_another_order_is_not_believed()
    {
        var numbers = await _bench.FindAsync("+1303", 2, Ct);
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(numbers[1].Number), Ct));
        var order = Bandwidth2Bench.Order(numbers[0].Number);
        await _bench.FaultAsync("order_create", "other_reply");

        Assert.IsNotType<CarrierOutcome.Done>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct));
        var done = Assert.IsType<CarrierOutcome.Done>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));

        Assert.Equal(order.Key.ToString(), (string?)done.CarrierData.ToObject()["customer_order_id"]);
    }

    [Fact]
    public async Task A_throttled_order_was_not_taken()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));
        await _bench.FaultAsync("order_create", "status", status: 429);

        Assert.Equal(CarrierErrorKind.RateLimited, Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.AcquireAsync(order, _bench.Context(), Ct)).Error.Kind);
        Assert.Empty(await _bench.HeldAsync());
    }

    // What Kazoo or nobody left behind is as good as our own data.
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"order_id":"deadbeef1234567901234567890dead","order_name":"Kazoo-63628571101","number":"3035550142","rate_center":{"name":"DENVER"}}""")]
    public async Task A_number_is_bought_with_foreign_data_or_none(string data)
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct)) with { CarrierData = DocumentText.From(JsonNode.Parse(data)!.AsObject()) };

        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(order, Ct));
    }

    [Fact]
    public async Task Pretending_dry_runs_switches_and_missing_keys_send_nothing()
    {
        var order = Bandwidth2Bench.Order(Bandwidth2Some.Number);

        var pretended = Assert.IsType<CarrierOutcome.Pretended>(await _bench.Carrier.AcquireAsync(order, _bench.Context(("sandbox_provisioning", true)), Ct));
        Assert.IsType<CarrierOutcome.Unchanged>(await _bench.Carrier.AcquireAsync(order with { IsDryRun = true }, _bench.Context(), Ct));
        Assert.Equal(CarrierErrorKind.ProvisioningDisabled, Kind(await _bench.Carrier.AcquireAsync(order, _bench.Context(("enable_provisioning", false)), Ct)));
        Assert.Equal(CarrierErrorKind.NotConfigured, Kind(await _bench.Carrier.AcquireAsync(order, _bench.Context(("site_id", "")), Ct)));
        Assert.Equal(CarrierErrorKind.NotConfigured, Kind(await _bench.Carrier.AcquireAsync(order, _bench.Context(("client_id", "x")), Ct)));
        Assert.Equal(CarrierErrorKind.InvalidRequest, Kind(await _bench.Carrier.AcquireAsync(Bandwidth2Bench.Order(PhoneNumber.Parse("+3227001234")), _bench.Context(), Ct)));
        Assert.IsType<CarrierOutcome.Pretended>(await _bench.Carrier.DisconnectAsync(order with { Kind = OrderKind.Disconnect, CarrierData = pretended.CarrierData }, _bench.Context(), Ct));

        Assert.True((bool?)pretended.CarrierData.ToObject()["sandbox"]);
        Assert.Equal(0, await _bench.CountAsync(""));

        static CarrierErrorKind Kind(CarrierOutcome outcome) => Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind;
    }

    // In another account it would look as if the order had never been.
    [Fact]
    public async Task An_order_is_not_looked_for_in_another_account()
    {
        var order = Bandwidth2Bench.Order(Bandwidth2Some.Number) with { Facts = DocumentText.From(new() { ["account_id"] = "1" }) };

        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.RecoverAsync(order, _bench.Context(), Ct));
        Assert.IsType<CarrierOutcome.Unknown>(await _bench.Carrier.RecoverAsync(order with { Kind = OrderKind.Disconnect }, _bench.Context(), Ct));
        Assert.Equal(0, await _bench.CountAsync(""));
    }

    private async Task PostOrderAsync(string reference, PhoneNumber number)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("sandbox:sandbox-password"u8));
        var body = $"<Order><CustomerOrderId>{reference}</CustomerOrderId><Name>other</Name><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>{number.ToString()[2..]}</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType><PartialAllowed>false</PartialAllowed><BackOrderRequested>false</BackOrderRequested><SiteId>1337</SiteId></Order>";
        using var content = new StringContent(body, Encoding.UTF8, "application/xml");
        using var reply = await http.PostAsync(new Uri($"{_bench.Sandbox.Bandwidth2}/accounts/9500001/orders"), content, Ct);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Ct));
    }
}
