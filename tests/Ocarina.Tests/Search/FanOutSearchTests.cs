using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Search.ScriptedCarrier;

namespace Ocarina.Tests.Search;

/// <summary>All enabled carriers at once, under one deadline; what did not come is named with its reason (design.md 2, promise 8).</summary>
public sealed class FanOutSearchTests(SearchLabs labs) : IClassFixture<SearchLabs>
{
    private const int Generous = 60_000;
    private const int Short = 300;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_carriers_and_stock_have_is_sorted_and_a_number_of_two_belongs_to_the_first_configured(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.HaveAsync("available", "+12015550105");
        await lab.UseAsync(
            Generous, With("telnyx", "+12015550109", "+12015550103", "+12015550101"), With("simwood", "+12015550103", "+12015550102"), With("vitelity"));

        var reply = await lab.SearchAsync("201&quantity=50");

        Assert.Equal(["+12015550101", "+12015550102", "+12015550103", "+12015550105", "+12015550109"], reply.Found());
        Assert.Equal(["telnyx", "simwood", "telnyx", "inventory", "telnyx"], reply.Data!.AsArray().Select(row => (string?)row!["carrier"]));
        Assert.Equal(["discovery", "discovery", "discovery", "available", "discovery"], reply.Data!.AsArray().Select(row => (string?)row!["state"]));
        Assert.Equal(["reserved empty 0", "reserved_reseller empty 0", "inventory ok 1", "telnyx ok 3", "simwood ok 2", "vitelity empty 0"], reply.Json.Carriers());
        Assert.Equal("telnyx", (await lab.OfferAsync(lab.Alice, "+12015550103"))!.Carrier.ToString());
        Assert.Null(await lab.OfferAsync(lab.Alice, "+12015550105")); // stock is no offer
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_carrier_that_hangs_or_blocks_costs_its_own_results_and_nothing_else(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        using var blocked = new ManualResetEventSlim();
        try
        {
            await lab.UseAsync(
                Short, Deaf("telnyx"), new ScriptedCarrier("simwood", (_, _, _) =>
                {
                    blocked.Wait(TestContext.Current.CancellationToken); // where it should have awaited
                    return Task.FromResult(FindReply.Empty);
                }), With("vitelity", "+12025550101"));

            var reply = await lab.SearchAsync("202&quantity=50");

            Assert.Equal(["+12025550101"], reply.Found());
            Assert.Equal(["telnyx late 0", "simwood late 0", "vitelity ok 1"], reply.Json.Carriers()[^3..]);
        }
        finally
        {
            blocked.Set();
        }

        await lab.LateAsync();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Each_failure_is_named_and_only_admins_read_the_carrier_s_own_words(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.UseAsync(
            Generous,
            new ScriptedCarrier("telnyx", (_, _, _) => Task.FromResult(FindReply.Failed(new CarrierError(CarrierErrorKind.NotConfigured)))),
            Failing("simwood", new CarrierException(new CarrierError(CarrierErrorKind.RateLimited, "slow down, account 4711"))),
            Failing("vitelity", new InvalidOperationException("a fault of the module")),
            new ScriptedCarrier("voxbone", (_, _, _) => Task.FromResult(Found("+12035550101") with { Error = new CarrierError(CarrierErrorKind.CarrierFault, "second page failed") })),
            new ScriptedCarrier("bandwidth", (_, _, _) => Task.FromResult(FindReply.Skipped)),
            new ScriptedCarrier("didww", (_, _, _) => Task.FromResult(FindReply.Empty)) { Info = new CarrierInfo(CarrierCapabilities.None, 3, []) });

        var reply = await lab.SearchAsync("203&quantity=50");
        var forAdmin = await lab.SearchAsync("203&quantity=50", lab.Server.Master);

        Assert.Equal(["+12035550101"], reply.Found());
        Assert.Equal(
            ["telnyx skipped 0 not_configured", "simwood error 0 rate_limited", "vitelity error 0 carrier_fault", "voxbone error 1 carrier_fault", "bandwidth skipped 0", "didww skipped 0 not_supported"],
            reply.Json.Carriers()[^6..]);
        Assert.DoesNotContain("4711", reply.Text, StringComparison.Ordinal);
        Assert.Contains("slow down, account 4711", forAdmin.Json["carriers"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(reply.Json["carriers"]!.AsArray(), carrier => Assert.True((long)carrier!["elapsed_ms"]! >= 0));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_that_is_owned_ages_or_is_being_bought_is_not_offered_whatever_its_carrier_says(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.HaveAsync("in_service", "+12045550101", "telnyx", lab.Junior);
        await lab.HaveAsync("aging", "+12045550102", "telnyx");
        await lab.HaveAsync("available", "+12045550103", "telnyx"); // held by us: stock, though of a carrier whose stock is not searched
        await lab.ImportDiscoveryAsync("+12045550104", "telnyx");
        await lab.ExecuteAsync(
            "INSERT INTO orders (id, kind, state, number, carrier, actor, created, modified) VALUES ('01H', 'acquire', 'waiting', '+12045550105', 'telnyx', 'system', 0, 0)");
        await lab.UseAsync(Generous, With("telnyx", [.. Enumerable.Range(1, 6).Select(i => $"+1204555010{i}")]));

        var reply = await lab.SearchAsync("204&quantity=50");

        Assert.Equal(["+12045550104", "+12045550106"], reply.Found());
        Assert.Equal("telnyx ok 2", reply.Json.Carriers()[^1]);
        Assert.Null(await lab.OfferAsync(lab.Alice, "+12045550101"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_row_tells_what_the_carrier_told_in_words_that_all_carriers_share(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var hit = Hit("+12055550101") with
        {
            Country = "US",
            NumberType = "geographic",
            RateCenter = new RateCenter("DENVER", "CO", null),
            Locality = "Denver",
            Features = ["voice", "sms"],
            Price = new CarrierPrice("USD", 0, 135, 2),
            Restrictions = DocumentText.From(new JsonObject { ["address"] = "LOCAL" }),
            CarrierData = DocumentText.From(new JsonObject { ["number_id"] = "9f", ["e164"] = "+12055550101", ["tier"] = 1, ["api_token"] = "x", ["_own"] = 1, ["state"] = "nonsense" }),
        };
        await lab.UseAsync(Generous, new ScriptedCarrier("telnyx", (_, _, _) => Task.FromResult(new FindReply([hit]))));

        var reply = await lab.SearchAsync("205");
        var again = await lab.SearchAsync("205&offset=0");

        const string row = """
            [{"number":"+12055550101","state":"discovery","carrier":"telnyx","country":"US","number_type":"geographic","rate_center":{"name":"DENVER","state":"CO"},"locality":"Denver",
              "features":["voice","sms"],"prices":{"currency":"USD","setup_minor":0,"monthly_minor":135,"exponent":2},"price":{"currency":"USD","setup":"0.00","monthly":"1.35"},
              "restrictions":{"address":"LOCAL"},"number_id":"9f","e164":"+12055550101","tier":1}]
            """;
        Reply.AssertJson(row, reply.Data);
        Reply.AssertJson(row, again.Data);
        Assert.Equal(hit.CarrierData, (await lab.OfferAsync(lab.Alice, "+12055550101"))!.Data);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Carriers_are_asked_the_whole_question(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var able = new ScriptedCarrier("telnyx", (search, _, _) => Task.FromResult(new FindReply([Hit("+18005550110") with { BlockSize = search.Blocks }])))
        {
            Info = new CarrierInfo(CarrierCapabilities.Searches | CarrierCapabilities.Tollfree | CarrierCapabilities.Blocks, 3, []),
        };
        var plain = new ScriptedCarrier("simwood", (_, _, _) => Task.FromResult(FindReply.Empty)) { Info = new CarrierInfo(CarrierCapabilities.Searches, 3, []) };
        await lab.UseAsync(Generous, able, plain);

        var block = await lab.SearchAsync("8**&blocks=10&quantity=5");
        await lab.SearchAsync("27&country=BE&rate_center=BRUSSELS&city=%20Brussels%20&lata=");
        await lab.SearchAsync("227&country=be&rate_center=BRUSSELS&city=%20Brussels%20&lata=");
        await lab.SearchAsync("415&tollfree=true");

        Assert.Equal(10, (int?)block.Data![0]!["size"]);
        Assert.NotNull(await lab.OfferAsync(lab.Alice, "+18005550119")); // each number of the block is for sale
        Assert.Null(await lab.OfferAsync(lab.Alice, "+18005550120"));
        Assert.Equal("simwood skipped 0 not_supported", block.Json.Carriers()[^1]);
        Assert.Equal([("+18**", 10, true), ("+32227", null, false), ("+1415", null, true)], able.Asked.Select(asked => (asked.Prefix, asked.Blocks, asked.IsTollfree)));
        var belgian = Assert.Single(plain.Asked);
        Assert.Equal(("BE", 500, 0, lab.Alice), (belgian.Country, belgian.Quantity, belgian.Offset, belgian.Account.ToString()));
        Assert.Equal([("city", "Brussels"), ("rate_center", "BRUSSELS")], belgian.Options.Select(option => (option.Key, option.Value)));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Groups_are_offered_beside_the_numbers_and_paged_alike(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var data = DocumentText.From(new JsonObject { ["did_group_id"] = 1196 });
        var groups = Enumerable.Range(1, 3).Select(i => new GroupOffer($"voxbone:119{i}", "+1207XXXXXXX", 17, new CarrierHit(default) { Country = "US", CarrierData = data })).ToList();
        await lab.UseAsync(Generous, new ScriptedCarrier("voxbone", (_, _, _) => Task.FromResult(new FindReply([]) { Offers = groups })));

        var first = await lab.SearchAsync("207&quantity=2");
        var second = await lab.SearchAsync("207&quantity=2&offset=2");

        Assert.Empty(first.Found());
        Reply.AssertJson(
            """{"id":"voxbone:1191","carrier":"voxbone","number_pattern":"+1207XXXXXXX","quantity_available":17,"country":"US","did_group_id":1196}""", first.Json["offers"]![0]);
        Assert.Equal(2, first.Json["offers"]!.AsArray().Count);
        Assert.Equal("voxbone:1193", (string?)Assert.Single(second.Json["offers"]!.AsArray())!["id"]);
        Assert.Equal("voxbone ok 0", first.Json.Carriers()[^1]);
        Assert.Equal(data, (await lab.Numbers.FindGroupOfferAsync([AccountId.Parse(lab.Alice)], "voxbone:1193", lab.Clock.GetUtcNow(), TestContext.Current.CancellationToken))!.Data);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Strangers_are_shown_what_the_reseller_s_carriers_have(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var carrier = With("telnyx", "+12085550101", "+12085550102");
        await lab.UseAsync(Generous, carrier);
        await lab.SetAsync("""{"unauthorized_numbers_lookup":true}""");

        var first = await lab.Server.SendAsync("GET", "/v2/phone_numbers?prefix=208", token: "");
        var second = await lab.Server.SendAsync("GET", "/v2/phone_numbers?prefix=208&offset=1", token: "");
        await lab.SetAsync("""{"unauthorized_numbers_lookup":false}""");

        Assert.Equal(["+12085550101"], first.Found());
        Assert.Equal(["+12085550102"], second.Found());
        Assert.Null(Assert.Single(carrier.Asked).Account);
        Assert.DoesNotContain(first.Json.Carriers(), line => line.StartsWith("reserved", StringComparison.Ordinal));
        Assert.NotNull(await lab.OfferAsync(lab.Server.Master, "+12085550101")); // whoever signs up can buy it
    }
}
