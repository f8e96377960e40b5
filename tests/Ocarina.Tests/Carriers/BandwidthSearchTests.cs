using Ocarina.Carriers.Bandwidth;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Searches at Bandwidth v1 and its toll-free service (carriers.md 2.5, 3).</summary>
public sealed class BandwidthSearchTests
{
    [Theory]
    [InlineData("+1303", "area 303 5")]
    [InlineData("+13035", "area 303 50")]
    [InlineData("+130355", "area 303 50")]
    [InlineData("+1303555", "exchange 303555 5")]
    [InlineData("+13035550", "exchange 303555 50")]
    [InlineData("+13035550142", "exchange 303555 50")]
    [InlineData("+130", "wrong")]
    [InlineData("+1", "wrong")]
    [InlineData("+130355501421", "wrong")]
    [InlineData("+3227", "nothing")]
    [InlineData("+1855", "tollfree 855")]
    [InlineData("+18555", "tollfree 855")]
    [InlineData("+18**", "tollfree 800,833,844,855,866,877,888")]
    [InlineData("+18*", "tollfree 800,833,844,855,866,877,888")]
    [InlineData("+188*", "tollfree 888")]
    [InlineData("+1*4*", "tollfree 844")]
    [InlineData("+18885550142", "tollfree 8885550142")]
    [InlineData("+1822", "nothing")]
    [InlineData("+1881", "nothing")]
    public void Every_class_of_prefix_has_its_request(string prefix, string plan) =>
        Assert.Equal(plan, Plan(BandwidthSearch.For(new CarrierSearch(prefix, 5, 0, "US"), 500)));

    [Fact]
    public void Options_countries_offsets_and_limits_count()
    {
        var center = new Dictionary<string, string> { ["state"] = "co", ["rate_center"] = "DENVER" };

        Assert.Equal("center CO DENVER 5", Plan(BandwidthSearch.For(new CarrierSearch("+1", 5, 0, "US") { Options = center }, 500)));
        Assert.Equal("area 303 12", Plan(BandwidthSearch.For(new CarrierSearch("+1303", 5, 7, "CA"), 500)));
        Assert.Equal("area 303 10", Plan(BandwidthSearch.For(new CarrierSearch("+1303", 5, 7, "US"), 10)));
        Assert.Equal("area 303 500", Plan(BandwidthSearch.For(new CarrierSearch("+13035", 400, 0, "US"), 500)));
        Assert.Equal("nothing", Plan(BandwidthSearch.For(new CarrierSearch("+1303", 5, 0, "BE"), 500)));
        Assert.Equal("area 242 5", Plan(BandwidthSearch.For(new CarrierSearch("+1242", 5, 0, "BS"), 500)));
        Assert.Equal("nothing", Plan(BandwidthSearch.For(new CarrierSearch("+1303", 5, 0, "US") { Blocks = 10 }, 500)));
        Assert.Equal("tollfree 800,833,844,855,866,877,888", Plan(BandwidthSearch.For(new CarrierSearch("+1", 5, 0, "US") { IsTollfree = true }, 500)));
    }

    [Fact]
    public async Task Numbers_come_with_their_rate_centre_and_all_that_buying_needs()
    {
        await using var bench = await BandwidthBench.StartAsync();

        var reply = await bench.FindAsync("+1303", 5);

        Assert.Null(reply.Error);
        Assert.Equal(5, reply.Numbers.Count);
        Assert.All(reply.Numbers, hit =>
        {
            Assert.StartsWith("+1303", hit.Number.ToString(), StringComparison.Ordinal);
            Assert.Equal(("US", "geographic", "CO"), (hit.Country, hit.NumberType, hit.RateCenter!.State));
            var data = hit.CarrierData.ToObject();
            Assert.Equal(["number_id", "ten_digit", "formatted_number", "e164", "npa_nxx", "status", "rate_center"], data.Select(member => member.Key));
        });
        Assert.Empty(await bench.Sandbox.HeldAsync());
    }

    [Fact]
    public async Task Windows_neither_overlap_nor_leave_gaps_and_prefixes_are_sieved()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var all = (await bench.FindAsync("+1303", 12)).Numbers.Select(hit => hit.Number).ToList();

        var pages = new[] { await bench.FindAsync("+1303", 5), await bench.FindAsync("+1303", 5, 5), await bench.FindAsync("+1303", 2, 10) };
        var narrow = (await bench.FindAsync(all[0].ToString()[..10], 3)).Numbers;

        Assert.Equal(all, pages.SelectMany(page => page.Numbers).Select(hit => hit.Number));
        Assert.Contains(all[0], narrow.Select(hit => hit.Number));
    }

    [Theory]
    [InlineData("multiline_text")]
    [InlineData("bom")]
    public async Task Oddly_printed_replies_are_read_all_the_same(string action)
    {
        await using var bench = await BandwidthBench.StartAsync();
        await bench.FaultAsync("*", action);

        var hit = await bench.AnyAsync();

        Assert.Equal(hit.RateCenter!.Name, hit.RateCenter.Name!.Trim());
        Assert.Equal(hit.Number.ToString(), (string?)hit.CarrierData.ToObject()["e164"]);
    }

    [Theory]
    [InlineData("html_200", CarrierErrorKind.BadReply)]
    [InlineData("dtd", CarrierErrorKind.BadReply)]
    [InlineData("nested", CarrierErrorKind.BadReply)]
    [InlineData("gzip_bomb", CarrierErrorKind.BadReply)]
    [InlineData("unexpected_root", CarrierErrorKind.BadReply)]
    [InlineData("redirect", CarrierErrorKind.BadReply)]
    [InlineData("empty_200", CarrierErrorKind.BadReply)]
    [InlineData("html_502", CarrierErrorKind.CarrierFault)]
    [InlineData("drop_after_headers", CarrierErrorKind.Unreachable)]
    public async Task Broken_replies_are_errors_of_their_kind(string action, CarrierErrorKind kind)
    {
        await using var bench = await BandwidthBench.StartAsync();
        await bench.Sandbox.TellAsync("/faults", $$"""{"carrier":"bandwidth","operation":"*","action":"{{action}}"}""");

        var reply = await bench.FindAsync("+1303");

        Assert.Equal(kind, reply.Error?.Kind);
        Assert.Empty(reply.Numbers);
    }

    [Fact]
    public async Task A_carrier_that_ignores_the_filter_and_one_that_stalls_cost_only_their_own_results()
    {
        await using var bench = await BandwidthBench.StartAsync();
        await bench.FaultAsync("search_area_code", "filter_ignored");
        var strange = await bench.FindAsync("+1303");
        await bench.Sandbox.TellAsync("/faults", """{"carrier":"bandwidth","operation":"*","action":"delay","delay_ms":30000}""");
        var context = bench.Context(budget: TimeSpan.FromSeconds(2));

        var stalled = await bench.Carrier.FindAsync(new CarrierSearch("+1303", 5, 0, "US"), context, CarrierLab.Ct);

        Assert.Empty(strange.Numbers);
        Assert.Equal(CarrierErrorKind.Timeout, stalled.Error?.Kind);
    }

    [Fact]
    public async Task A_failed_search_says_what_the_carrier_said_without_our_key()
    {
        await using var bench = await BandwidthBench.StartAsync();
        await bench.FaultAsync("search_area_code", "echo_credentials");

        var reply = await bench.FindAsync("+1303");

        Assert.DoesNotContain(bench.Sandbox.Host.Credentials.DeveloperKey, $"{reply.Error?.Detail}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Toll_free_numbers_are_found_with_one_log_in_and_kept_for_a_minute()
    {
        await using var bench = await BandwidthBench.StartAsync();

        var first = await bench.FindAsync("+1855", 5);
        var second = await bench.FindAsync("+1855", 5, 5);
        var wild = await bench.FindAsync("+18**", 100);

        Assert.Null(first.Error);
        Assert.Equal(5, first.Numbers.Count);
        Assert.Empty(first.Numbers.Select(hit => hit.Number).Intersect(second.Numbers.Select(hit => hit.Number)));
        Assert.True(wild.Numbers.Select(hit => hit.Number.ToString()[..5]).Distinct().Count() >= 2);
        Assert.All(first.Numbers, hit =>
        {
            Assert.Equal((12, "tollfree", null), (hit.Number.ToString().Length, hit.NumberType, hit.RateCenter));
            Assert.True((bool)hit.CarrierData.ToObject()["tollfree"]!);
        });
        Assert.Equal(1, await bench.Sandbox.CountAsync("carrier=tollfree&operation=login"));
        Assert.Equal(1, await bench.Sandbox.CountAsync("carrier=tollfree&operation=search&contains=855"));
    }

    [Fact]
    public async Task An_old_log_in_is_renewed_once()
    {
        await using var bench = await BandwidthBench.StartAsync();
        await bench.FindAsync("+1855");
        await bench.Sandbox.TellAsync("/carriers/tollfree/expire_tokens", "{}");

        var reply = await bench.FindAsync("+1866");

        Assert.Null(reply.Error);
        Assert.Equal((2, 1), (await bench.Sandbox.CountAsync("carrier=tollfree&operation=login"), await bench.Sandbox.CountAsync("carrier=bandwidth&operation=order_create") + 1));
    }

    [Fact]
    public async Task A_wrong_log_in_is_tried_once_and_without_one_nothing_is_asked()
    {
        await using var bench = await BandwidthBench.StartAsync();
        const string Wrong = """{"tollfree_password":"another-password"}""";

        var first = await bench.FindAsync("+1855", settings: Wrong);
        var second = await bench.FindAsync("+1855", settings: Wrong);
        var none = await bench.FindAsync("+1855", settings: """{"tollfree_login":"","tollfree_password":""}""");

        Assert.Equal((CarrierErrorKind.Unauthenticated, CarrierErrorKind.Unauthenticated, true), (first.Error!.Kind, second.Error!.Kind, none.IsSkipped));
        Assert.Equal(1, await bench.Sandbox.CountAsync("carrier=tollfree&operation=login"));
        Assert.DoesNotContain("another-password", first.Error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_toll_free_number_is_bought_by_the_id_of_its_search_also_when_it_was_typed_in()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hits = (await bench.FindAsync("+1855", 2)).Numbers;

        var searched = await bench.BuyAsync(BandwidthBench.Order(hits[0].Number, hits[0].CarrierData.ToString()));
        var typed = await bench.BuyAsync(BandwidthBench.Order(hits[1].Number), """{"tollfree_order_operation":"tollfreeNumberOrder"}""");

        Assert.IsType<CarrierOutcome.Done>(searched);
        Assert.IsType<CarrierOutcome.Done>(typed);
        Assert.Equal(1, await bench.Sandbox.CountAsync("operation=order_create&contains=tollfreeNumberOrder"));
        Assert.Equal(2, (await bench.Sandbox.HeldAsync()).Count);
    }

    [Fact]
    public async Task Numbers_are_checked_one_by_one()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var (free, gone) = (await bench.AnyAsync("+1303"), await bench.AnyAsync("+1212"));
        await bench.Sandbox.TellAsync("/stock", $$"""{"carrier":"bandwidth","number":"{{gone.Number}}","status":"taken"}""");

        var checks = await bench.Carrier.CheckAsync([free.Number, gone.Number], bench.Context(), CarrierLab.Ct);

        Assert.Equal((CarrierCheck.Available, CarrierCheck.Unavailable), (checks[free.Number], checks[gone.Number]));
    }

    private static string Plan(BandwidthSearch plan) => plan switch
    {
        BandwidthSearch.ByAreaCode by => $"area {by.AreaCode} {by.Most}",
        BandwidthSearch.ByExchange by => $"exchange {by.NpaNxx} {by.Most}",
        BandwidthSearch.ByRateCenter by => $"center {by.State} {by.RateCenter} {by.Most}",
        BandwidthSearch.Tollfree by => $"tollfree {string.Join(',', by.Keys)}",
        BandwidthSearch.Wrong => "wrong",
        _ => "nothing",
    };
}
