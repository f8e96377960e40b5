using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Searches: what is asked for each kind of prefix, and what is made of the answer (carriers.md 5.5, 5.6).</summary>
public sealed class VoxboneSearchTests
{
    [Theory]
    [InlineData("+1205", "US", "?countryCodeA3=USA&didType=GEOGRAPHIC&areaCode=205&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+1", "US", "?countryCodeA3=USA&didType=GEOGRAPHIC&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+120", "CA", "?countryCodeA3=CAN&didType=GEOGRAPHIC&areaCode=20%25&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+12055551", "US", "?countryCodeA3=USA&didType=GEOGRAPHIC&areaCode=205&showEmpty=false&quantity=10&digits=2055551&pageNumber=0&pageSize=20")]
    [InlineData("+1877", "US", "?countryCodeA3=USA&didType=TOLL_FREE&areaCode=877&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+18**", "US", "?countryCodeA3=USA&didType=TOLL_FREE&areaCode=8%25&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+185*", "US", "?countryCodeA3=USA&didType=TOLL_FREE&areaCode=85%25&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+32", "BE", "?countryCodeA3=BEL&didType=GEOGRAPHIC&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+322", "BE", "?countryCodeA3=BEL&didType=GEOGRAPHIC&areaCode=2&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+3202", "BE", "?countryCodeA3=BEL&didType=GEOGRAPHIC&areaCode=2&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+3906", "IT", "?countryCodeA3=ITA&didType=GEOGRAPHIC&areaCode=06&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+800", "US", "?countryCodeA3=WLD&didType=TOLL_FREE&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    [InlineData("+883", "US", "?countryCodeA3=WLD&didType=INUM&showEmpty=false&quantity=10&pageNumber=0&pageSize=20")]
    public async Task Each_kind_of_prefix_has_its_request(string prefix, string country, string query)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);

        var reply = await bench.FindAsync(prefix, country);

        Assert.Null(reply.Error);
        var asked = stub.At("GET inventory/didgroup")[0];
        Assert.Equal(query, asked.Query);
        Assert.Equal(("application/json", "application/json"), (asked.Headers["Accept"], asked.Headers["Content-Type"]));
        Assert.StartsWith("Basic ", asked.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Empty(stub.Writes);
    }

    [Fact]
    public async Task Options_narrow_the_question()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);

        await bench.FindAsync("+1205", options: [("city", "BIRM"), ("state", "al"), ("rate_center", "BIRMINGHAM"), ("number_type", "mobile")]);

        Assert.Equal(
            "?countryCodeA3=USA&didType=MOBILE&areaCode=205&stateId=1&cityNamePattern=BIRM&rateCenter=BIRMINGHAM&showEmpty=false&quantity=10&pageNumber=0&pageSize=20",
            Assert.Single(stub.At("GET inventory/didgroup")).Query);
    }

    [Theory]
    [InlineData("+4477", "ZZ", CarrierErrorKind.InvalidRequest)]
    [InlineData("+4477", "US", null)]
    public async Task A_country_that_fits_nothing_is_answered_without_a_request(string prefix, string country, CarrierErrorKind? kind)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);

        var reply = await bench.FindAsync(prefix, country);

        Assert.Equal(kind, reply.Error?.Kind);
        Assert.Empty(reply.Numbers);
        Assert.Empty(stub.Seen);
    }

    [Fact]
    public async Task Numbers_come_where_they_are_listed_and_offers_elsewhere()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Groups.Add(Group(1196, stock: 17, numbers: ["+12055550101", "+12055550102", "+12055550101", "+14045550100", "+1205555010", "garbage"]));
        stub.Groups.Add(Group(1197, stock: 3));

        var reply = await bench.FindAsync("+1205");

        Assert.Equal(["+12055550101", "+12055550102"], reply.Numbers.Select(hit => hit.Number.ToString()));
        Assert.Equal(3, reply.Dropped);
        var hit = reply.Numbers[0];
        Assert.Equal(("US", "geographic", "AL"), (hit.Country, hit.NumberType, hit.RateCenter!.State));
        Assert.Equal(new CarrierPrice("USD", 0, 100), hit.Price);
        var data = hit.CarrierData.ToObject();
        Assert.Equal((1196, "USA", "+12055550101"), ((int)data["did_group_id"]!, (string)data["country_a3"]!, (string)data["phone_number"]!));
        var offer = Assert.Single(reply.Offers);
        Assert.Equal(("voxbone:1197", "+1205XXXXXXX", 3), (offer.Id, offer.Pattern, offer.Available));
        Assert.True(offer.Like.Number.IsEmpty);
    }

    [Theory]
    [InlineData("offers", 0, 2, null)]
    [InlineData("numbers", 1, 0, "10")]
    [InlineData("both", 1, 1, "10")]
    public async Task The_mode_says_what_is_asked_for(string mode, int numbers, int offers, string? quantity)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["search_mode"] = mode;
        stub.Groups.Add(Group(1196, stock: 17, numbers: ["+12055550101"]));
        stub.Groups.Add(Group(1197, stock: 3));

        var reply = await bench.FindAsync("+1205");

        Assert.Equal((numbers, offers), (reply.Numbers.Count, reply.Offers.Count));
        Assert.Equal(quantity, stub.At("GET inventory/didgroup")[0].Parameter("quantity"));
    }

    [Fact]
    public async Task A_stock_that_is_not_told_is_not_an_empty_one()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Groups.AddRange([Group(1, stock: null), Group(2, stock: 0), Group(3, stock: 5, isAvailable: false), Group(4, stock: 5)]);

        var strict = await bench.FindAsync("+1205");
        bench.Settings["allow_backorder"] = true;
        var patient = await bench.FindAsync("+1205");

        Assert.Equal(["voxbone:1", "voxbone:4"], strict.Offers.Select(offer => offer.Id));
        Assert.Null(strict.Offers[0].Available);
        Assert.Equal(["voxbone:1", "voxbone:2", "voxbone:4"], patient.Offers.Select(offer => offer.Id));
        Assert.Equal("true", stub.At("GET inventory/didgroup")[^1].Parameter("showEmpty"));
    }

    [Fact]
    public async Task Restrictions_and_types_are_shown()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var group = Group(9, stock: 1, area: "2");
        group["countryCodeA3"] = "BEL";
        group["regulationRequirement"] = new JsonObject { ["addressType"] = "LOCAL", ["proofRequired"] = "true" };
        stub.Groups.Add(group);

        var offer = Assert.Single((await bench.FindAsync("+322", "BE")).Offers);

        Assert.Equal("""{"address":"LOCAL","proof":true}""", offer.Like.Restrictions.ToString());
        Assert.Equal(("BE", "+322*"), (offer.Like.Country, offer.Pattern));
    }

    [Fact]
    public async Task Digits_beyond_the_area_code_widen_the_question_where_area_codes_differ_in_length()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var group = Group(9, stock: 1, area: "2", numbers: ["+3227001122", "+3228001122"]);
        group["countryCodeA3"] = "BEL";
        stub.On("GET inventory/didgroup", request => VoxboneAnswer.Json(request.Parameter("areaCode") is not null
            ? """{"didGroups":[],"resultCount":0}"""
            : new JsonObject { ["didGroups"] = new JsonArray(group.DeepClone()), ["resultCount"] = 1 }.ToJsonString()));

        var reply = await bench.FindAsync("+3227", "BE");

        Assert.Equal(["27", null], stub.At("GET inventory/didgroup").Select(request => request.Parameter("areaCode")));
        Assert.Equal("27", stub.At("GET inventory/didgroup")[1].Parameter("digits"));
        Assert.Equal("+3227001122", Assert.Single(reply.Numbers).Number.ToString());
    }

    [Fact]
    public async Task Pages_are_read_until_there_is_enough_or_no_more()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["page_size"] = 2;
        for (var id = 1; id <= 6; id++) stub.Groups.Add(Group(id, stock: 1));

        var some = await bench.FindAsync("+1205", quantity: 3);
        var pagesOfSome = stub.At("GET inventory/didgroup").Count;
        var all = await bench.FindAsync("+1205", quantity: 100);

        Assert.Equal((3, 2), (some.Offers.Count, pagesOfSome));
        Assert.Equal(6, all.Offers.Count);
        Assert.Equal(["0", "1", "2"], stub.At("GET inventory/didgroup").Skip(2).Select(request => request.Parameter("pageNumber")));
    }

    [Fact]
    public async Task A_page_beyond_the_end_ends_a_list_whatever_its_count_said()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["page_size"] = 1;
        stub.On("GET inventory/didgroup", request => request.Parameter("pageNumber") == "0"
            ? VoxboneAnswer.Json(new JsonObject { ["didGroups"] = new JsonArray(Group(1, stock: 1)), ["resultCount"] = 99 }.ToJsonString())
            : VoxboneAnswer.Error(13));

        var reply = await bench.FindAsync("+1205", quantity: 5);

        Assert.Single(reply.Offers);
        Assert.Null(reply.Error);
    }

    [Fact]
    public async Task Windows_neither_overlap_nor_leave_gaps()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        for (var id = 1; id <= 3; id++) stub.Groups.Add(Group(id, 3, numbers: [.. Enumerable.Range(0, 3).Select(at => string.Create(CultureInfo.InvariantCulture, $"+1205555{id}00{at}"))]));

        var numbers = new List<string>();
        for (var offset = 0; offset < 12; offset += 2) numbers.AddRange((await bench.FindAsync("+1205", quantity: 2, offset: offset)).Numbers.Select(hit => hit.Number.ToString()));

        Assert.Equal(stub.Groups.SelectMany(group => group["phoneNumbers"]!.AsArray()).Select(item => (string)item!["phoneNumber"]!), numbers);
    }

    [Fact]
    public async Task A_stalled_carrier_costs_no_more_than_the_deadline_and_what_came_before_stays()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["page_size"] = 1;
        using var stall = new ManualResetEventSlim();
        stub.On("GET inventory/didgroup", request =>
        {
            if (request.Parameter("pageNumber") != "0") stall.Wait(TimeSpan.FromSeconds(30));
            return VoxboneAnswer.Json(new JsonObject { ["didGroups"] = new JsonArray(Group(1, stock: 1)), ["resultCount"] = 9 }.ToJsonString());
        });
        var started = System.Diagnostics.Stopwatch.StartNew();

        var reply = await bench.Carrier.FindAsync(new CarrierSearch("+1205", 5, 0, "US"), bench.Context(TimeSpan.FromSeconds(4)), CancellationToken.None);

        stall.Set();
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(15), $"it took {started.Elapsed}");
        Assert.True(reply.IsIncomplete);
        Assert.Single(reply.Offers);
    }

    [Fact]
    public async Task Currency_and_states_are_asked_for_once_and_never_cost_a_result()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.Groups.AddRange([Group(1, stock: 1), Group(2, stock: 1)]);
        await bench.FindAsync("+1205");
        await bench.FindAsync("+1205");

        Assert.Single(stub.At("GET ordering/accountbalance"));
        Assert.Single(stub.At("GET inventory/country/USA/state"));

        using var other = new VoxboneBench(stub.Address);
        stub.On("GET ordering/accountbalance", _ => VoxboneAnswer.Error(15, 404));
        stub.On("GET inventory/country/*/state", _ => VoxboneAnswer.Error(15, 404));
        var reply = await other.FindAsync("+1205");

        Assert.Null(reply.Error);
        Assert.All(reply.Offers, offer => Assert.Null(offer.Like.Price));
        Assert.Equal(2, reply.Offers.Count);
    }

    internal static JsonObject Group(int id, int? stock, bool isAvailable = true, string area = "205", params string[] numbers)
    {
        var group = new JsonObject
        {
            ["didGroupId"] = id, ["countryCodeA3"] = "USA", ["stateId"] = 1, ["didType"] = "GEOGRAPHIC", ["cityName"] = "ALABASTER", ["areaCode"] = area, ["rateCenter"] = "ALABASTER",
            ["stock"] = stock, ["setup100"] = 0, ["monthly100"] = 100, ["available"] = isAvailable, ["regulationRequirement"] = null,
            ["features"] = new JsonArray(new JsonObject { ["featureId"] = 50 }, new JsonObject { ["featureId"] = 777 }),
        };
        if (numbers.Length > 0) group["phoneNumbers"] = new JsonArray([.. numbers.Select(number => new JsonObject { ["phoneNumber"] = number })]);
        return group;
    }
}
