using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Searching, asking and logging in at the sandbox over real sockets.</summary>
public sealed class Bandwidth2CarrierTests : IAsyncLifetime
{
    private Bandwidth2Bench _bench = null!; // made before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private (string, JsonNode?)[] Tokens =>
    [
        ("api_username", null), ("api_password", null), ("client_id", _bench.Sandbox.Credentials.ClientId), ("client_secret", _bench.Sandbox.Credentials.ClientSecret),
        ("token_url", new Uri(_bench.Sandbox.Address, "bw2/oauth2/token").AbsoluteUri),
    ];

    public async ValueTask InitializeAsync() => _bench = await Bandwidth2Bench.StartAsync(Ct);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("+1303", 7)]
    [InlineData("+1415", 3)]
    [InlineData("+1416", 3)]
    [InlineData("+1855", 4)]
    [InlineData("+18**", 9)]
    [InlineData("+188*", 5)]
    public async Task A_search_finds_unique_numbers_within_the_prefix(string prefix, int quantity)
    {
        var hits = await _bench.FindAsync(prefix, quantity, Ct);

        Assert.Equal(quantity, hits.Select(hit => hit.Number).Distinct().Count());
        Assert.All(hits, hit => Assert.StartsWith(prefix.TrimEnd('*'), hit.Number.ToString(), StringComparison.Ordinal));
        Assert.All(hits, hit => Assert.Equal(prefix[2] == '8' ? "tollfree" : "geographic", hit.NumberType));
        Assert.Equal(prefix == "+1416" ? "CA" : "US", hits[0].Country);
        if (prefix[2] != '8') Assert.All(hits, hit => Assert.Equal(hit.RateCenter!.Name, hit.RateCenter.Name!.Trim())); // detail names it
        Assert.Equal(1, await _bench.CountAsync(""));
    }

    [Fact]
    public async Task Longer_prefixes_are_narrowed_down_to_the_number_itself()
    {
        var number = (await _bench.AnyNumberAsync(Ct)).ToString();

        for (var length = 5; length <= number.Length; length++)
        {
            var hits = await _bench.FindAsync(number[..length], 50, Ct);
            Assert.NotEmpty(hits);
            Assert.All(hits, hit => Assert.StartsWith(number[..length], hit.Number.ToString(), StringComparison.Ordinal));
        }

        Assert.Equal(number, Assert.Single(await _bench.FindAsync(number, 5, Ct)).Number.ToString());
    }

    [Fact]
    public async Task A_chosen_number_that_is_not_for_sale_comes_with_the_reason()
    {
        var number = await _bench.AnyNumberAsync(Ct);
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(number), Ct));

        var reply = await _bench.Carrier.FindAsync(new CarrierSearch(number.ToString(), 1, 0, "US"), _bench.Context(), Ct);

        Assert.Empty(reply.Numbers);
        Assert.Equal(CarrierErrorKind.NumberUnavailable, reply.Error?.Kind);
        Assert.Contains("Inservice", reply.Error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Windows_neither_overlap_nor_leave_gaps()
    {
        var all = await _bench.FindAsync("+1303", 12, Ct);
        var windows = new List<CarrierHit>();
        for (var offset = 0; offset < 12; offset += 4)
            windows.AddRange((await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 4, offset, "US"), _bench.Context(), Ct)).Numbers);

        Assert.Equal(all.Select(hit => hit.Number), windows.Select(hit => hit.Number));
    }

    [Fact]
    public async Task Neighbours_stay_away_unless_they_are_welcome()
    {
        Assert.All(await _bench.FindAsync("+1303", 200, Ct), hit => Assert.StartsWith("+1303", hit.Number.ToString(), StringComparison.Ordinal));

        var wide = await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 500, 0, "US"), _bench.Context(("search_local_calling_area", true)), Ct);

        Assert.Contains("LCA=true", (await _bench.TargetsAsync("search"))[^1], StringComparison.Ordinal);
        Assert.Null(wide.Error);
        Assert.NotEmpty(wide.Numbers);
    }

    [Theory]
    [InlineData("+3227")]
    [InlineData("+1103")]
    public async Task What_this_carrier_cannot_have_is_an_empty_list_without_a_request(string prefix)
    {
        Assert.Empty(await _bench.FindAsync(prefix, 5, Ct));
        Assert.Equal(0, await _bench.CountAsync(""));
    }

    [Fact]
    public async Task Missing_keys_are_named_without_a_request()
    {
        foreach (var key in new[] { "account_id", "api_username", "api_password" })
        {
            var reply = await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 5, 0, "US"), _bench.Context((key, "")), Ct);
            Assert.Equal(CarrierErrorKind.NotConfigured, reply.Error?.Kind);
            Assert.Contains(key, reply.Error?.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(0, await _bench.CountAsync(""));
    }

    [Theory]
    [InlineData("plain_telephone_number")]
    [InlineData("multiline_text")]
    public async Task Variants_of_the_reply_are_read_alike(string behaviour)
    {
        var plain = await _bench.FindAsync("+1303", 5, Ct);
        await _bench.FaultAsync("search", behaviour);

        Assert.Equal(plain.Select(hit => (hit.Number, hit.RateCenter)), (await _bench.FindAsync("+1303", 5, Ct)).Select(hit => (hit.Number, hit.RateCenter)));
    }

    [Fact]
    public async Task A_filter_that_the_carrier_ignores_does_not_get_through()
    {
        await _bench.FaultAsync("search", "filter_ignored", times: null);

        var reply = await _bench.Carrier.FindAsync(new CarrierSearch("+1303555", 5, 0, "US"), _bench.Context(), Ct);

        Assert.All(reply.Numbers, hit => Assert.StartsWith("+1303555", hit.Number.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_carriers_own_fault_is_asked_again_once()
    {
        await _bench.FaultAsync("search", "status", status: 400, code: "4009");

        Assert.Equal(3, (await _bench.FindAsync("+1303", 3, Ct)).Count);
        Assert.Equal(2, await _bench.CountAsync("search"));
    }

    [Fact]
    public async Task A_search_ends_when_its_time_is_over()
    {
        await _bench.FaultAsync("search", "delay", times: null, delayMs: 60_000);
        var from = TimeProvider.System.GetTimestamp();

        var reply = await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), _bench.Context() with { Budget = TimeSpan.FromSeconds(1) }, Ct);

        Assert.Equal(CarrierErrorKind.Timeout, reply.Error?.Kind);
        Assert.InRange(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 0, 30);
    }

    [Fact]
    public async Task The_second_version_is_searched_in_json_and_bought_from()
    {
        var context = _bench.Context(("api_version", "v2"));
        var hits = (await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 3, 0, "US"), context, Ct)).Numbers;
        Assert.Equal(3, hits.Count);
        Assert.All(hits, hit => Assert.Equal(("US", "CO"), (hit.Country, hit.RateCenter?.State)));
        var order = Bandwidth2Bench.Order(hits[0].Number);

        var done = await _bench.SettleAsync(order, await _bench.Carrier.AcquireAsync(order, context, Ct), context, Ct);
        Assert.IsType<CarrierOutcome.Done>(done);
        var release = Bandwidth2Bench.Order(order.Number, OrderKind.Disconnect);
        Assert.IsType<CarrierOutcome.Done>(await _bench.SettleAsync(release, await _bench.Carrier.DisconnectAsync(release, context, Ct), context, Ct));

        Assert.NotEmpty(await _bench.TargetsAsync(""));
        Assert.All(await _bench.TargetsAsync(""), target => Assert.StartsWith("/bw2/api/v2/", target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Numbers_are_checked_and_those_that_are_ours_are_listed()
    {
        var numbers = (await _bench.FindAsync("+1303", 3, Ct)).Select(hit => hit.Number).ToList();
        Assert.Empty((await _bench.Carrier.ListOwnedAsync(null, _bench.Context(), Ct)).Numbers);
        Assert.IsType<CarrierOutcome.Done>(await _bench.BuyAsync(Bandwidth2Bench.Order(numbers[0]), Ct));
        await _bench.PostAsync("stock", new { carrier = "bandwidth2", number = numbers[1].ToString(), status = "taken" });

        var checks = await _bench.Carrier.CheckAsync([.. numbers, PhoneNumber.Parse("+3227001234")], _bench.Context(), Ct);
        var owned = await _bench.Carrier.ListOwnedAsync(null, _bench.Context(), Ct);

        Assert.Equal([CarrierCheck.InService, CarrierCheck.Unavailable, CarrierCheck.Available], numbers.Select(number => checks[number]));
        Assert.Equal(CarrierCheck.Unavailable, checks[PhoneNumber.Parse("+3227001234")]);
        Assert.Equal([numbers[0]], owned.Numbers.Select(one => one.Number));
        Assert.Null(owned.NextCursor);
    }

    [Fact]
    public async Task A_check_that_fails_says_so_for_its_number()
    {
        await _bench.FaultAsync("inservice", "status", times: null, status: 500);

        Assert.Equal(CarrierCheck.Error, (await _bench.Carrier.CheckAsync([Bandwidth2Some.Number], _bench.Context(), Ct))[Bandwidth2Some.Number]);
    }

    [Fact]
    public async Task Health_tells_wrong_credentials_wrong_accounts_and_silence_apart()
    {
        Assert.Null(await _bench.Carrier.HealthAsync(_bench.Context(), Ct));
        Assert.Equal(CarrierErrorKind.Unauthenticated, (await _bench.Carrier.HealthAsync(_bench.Context(("api_password", "wrong")), Ct))?.Kind);
        Assert.Equal(CarrierErrorKind.Unauthorized, (await _bench.Carrier.HealthAsync(_bench.Context(("account_id", "777")), Ct))?.Kind);
        Assert.Equal(CarrierErrorKind.InvalidConfig, (await _bench.Carrier.HealthAsync(_bench.Context(("base_url", new Uri(_bench.Sandbox.Address, "bw2/nowhere").AbsoluteUri)), Ct))?.Kind);
        Assert.Equal(CarrierErrorKind.Unreachable, (await _bench.Carrier.HealthAsync(_bench.Context(("base_url", "http://127.0.0.1:1/api")), Ct))?.Kind);
    }

    [Fact]
    public async Task A_user_who_may_only_read_cannot_order()
    {
        var order = Bandwidth2Bench.Order(await _bench.AnyNumberAsync(Ct));

        var refused = Assert.IsType<CarrierOutcome.Refused>(await _bench.Carrier.AcquireAsync(order, _bench.Context(("api_username", _bench.Sandbox.Credentials.ReadOnlyUsername)), Ct));

        Assert.Equal(CarrierErrorKind.Unauthorized, refused.Error.Kind);
    }

    [Fact]
    public async Task One_login_serves_all_and_an_old_token_is_renewed_once_without_ordering_twice()
    {
        var context = _bench.Context(Tokens);
        var found = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _bench.Carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), context, Ct)));
        Assert.All(found, reply => Assert.Single(reply.Numbers));
        Assert.Equal(1, await _bench.CountAsync("token"));

        await _bench.PostAsync("carriers/bandwidth2/expire_tokens", new { });
        var order = Bandwidth2Bench.Order(found[0].Numbers[0].Number);
        Assert.IsType<CarrierOutcome.Done>(await _bench.SettleAsync(order, await _bench.Carrier.AcquireAsync(order, context, Ct), context, Ct));

        Assert.Equal(2, await _bench.CountAsync("token"));
        Assert.Single(await _bench.HeldAsync());
    }

    [Fact]
    public async Task A_wrong_secret_is_tried_once_and_orders_are_refused_rather_than_lost()
    {
        var context = _bench.Context([.. Tokens, ("client_secret", "wrong")]);

        Assert.Equal(CarrierErrorKind.Unauthenticated, Assert.IsType<CarrierOutcome.Refused>(
            await _bench.Carrier.AcquireAsync(Bandwidth2Bench.Order(Bandwidth2Some.Number), context, Ct)).Error.Kind);
        for (var at = 0; at < 5; at++)
            Assert.Equal(CarrierErrorKind.Unauthenticated, (await _bench.Carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), context, Ct)).Error?.Kind);

        Assert.Equal(1, await _bench.CountAsync("token"));
        Assert.Equal(0, await _bench.CountAsync("order_create"));
    }

    [Fact]
    public async Task Sites_and_peers_are_printed_as_the_peer_prints_them()
    {
        var sites = Assert.IsType<CarrierCommandReply.Printed>(await _bench.Carrier.RunAsync("sites", [], _bench.Context(), Ct)).Text;
        Assert.Equal("""
            listing all sites for account "9500001"
            Id: <<"1337">> Name: <<"Main site">>
            Id: <<"2297">> Name: <<"Branch site">>
            Id: <<"4410">> Name: <<"Site without default">>
            done.
            ok

            """, sites);
        var peers = Assert.IsType<CarrierCommandReply.Printed>(await _bench.Carrier.RunAsync("peers", ["2297"], _bench.Context(), Ct)).Text;
        Assert.Equal("""
            listing all peers for account "9500001", site <<"2297">>
            Id: <<"500014">> Name: <<"Branch peer">>
            Id: <<"500015">> Name: <<"No toll-free">>
            done.
            ok

            """, peers);
    }

    [Fact]
    public async Task Commands_fail_in_words()
    {
        Assert.Contains("peers {SITE_ID}", Assert.IsType<CarrierCommandReply.Usage>(await _bench.Carrier.RunAsync("peers", [], _bench.Context(), Ct)).Text, StringComparison.Ordinal);
        Assert.IsType<CarrierCommandReply.Usage>(await _bench.Carrier.RunAsync("nothing", [], _bench.Context(), Ct));
        Assert.Equal(CarrierErrorKind.NotConfigured, (await FailAsync("sites", _bench.Context(("account_id", "")))).Kind);
        Assert.Equal(CarrierErrorKind.Unauthenticated, (await FailAsync("sites", _bench.Context(("api_password", "wrong")))).Kind);
        var unknown = await FailAsync("peers", _bench.Context(), "99999");
        Assert.Equal(CarrierErrorKind.NotFound, unknown.Kind);
        Assert.Contains(unknown.Code, new[] { "12016", "13563" });
        Assert.Equal(CarrierErrorKind.InvalidRequest, (await FailAsync("peers", _bench.Context(), "../x")).Kind);
    }

    private async Task<CarrierError> FailAsync(string function, CarrierContext context, params string[] arguments) =>
        Assert.IsType<CarrierCommandReply.Failed>(await _bench.Carrier.RunAsync(function, arguments, context, Ct)).Error;
}
