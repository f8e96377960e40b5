using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class Bandwidth2SearchTests
{
    [Fact]
    public async Task A_search_without_LCA_false_answers_numbers_of_other_area_codes_too()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        var open = await talk.SearchAsync("areaCode=919&quantity=30");
        var closed = await talk.SearchAsync("areaCode=919&quantity=30&LCA=false");

        Assert.Contains(open.Numbers, number => !number.StartsWith("919", StringComparison.Ordinal));
        Assert.Contains(open.Numbers, number => number.StartsWith("919", StringComparison.Ordinal));
        Assert.Equal(30, closed.Numbers.Count);
        Assert.All(closed.Numbers, number => Assert.StartsWith("919", number, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_stock_is_large_spread_and_nobody_elses()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var local = new List<string>();
        var rateCenters = new HashSet<string>();
        foreach (var state in new[] { "CA", "CO", "NY", "AL", "NC", "TX", "FL", "GA", "WA", "OR", "AZ", "NV", "UT", "MN", "MI", "PA", "DC", "VA", "NJ", "MA", "IL", "BC", "ON", "QC", "AB", "OH", "MO", "IN", "NE", "OK", "KY", "LA", "NM", "TN", "HI", "MB", "NS" })
        {
            var reply = await talk.SearchAsync($"state={state}&enableTNDetail=true");
            local.AddRange(reply.Numbers);
            rateCenters.UnionWith(reply.Root.Descendants("RateCenter").Select(element => element.Value.Trim()));
        }

        var tollFree = (await talk.SearchAsync("tollFreeWildCardPattern=8**")).Numbers;

        Assert.True(local.Count >= 2000, $"{local.Count} numbers");
        Assert.True(rateCenters.Count >= 40, $"{rateCenters.Count} rate centres");
        Assert.True(tollFree.Count >= 300, $"{tollFree.Count} toll-free numbers");
        Assert.Equal(7, tollFree.Select(number => number[..3]).Distinct().Count());
        Assert.All(local.Concat(tollFree), number => Assert.Equal(1, (number[5] - '0') % 2)); // Bandwidth v1 sells the even exchanges
        Assert.All(["415", "303", "212", "205", "919", "416", "604"], code => Assert.Contains(local, number => number.StartsWith(code, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "4010")]
    [InlineData("areaCode=433", "4000")]
    [InlineData("areaCode=91", "4000")]
    [InlineData("npaNxx=919123", "4002")]
    [InlineData("npaNxxx=91937", "4002")]
    [InlineData("rateCenter=NOWHERE&state=NC", "4001")]
    [InlineData("rateCenter=RALEIGH", "4010")]
    [InlineData("city=RALEIGH", "4010")]
    [InlineData("state=XX", "4006")]
    [InlineData("zip=123", "4007")]
    [InlineData("lata=abc", "4008")]
    [InlineData("tollFreeVanity=ABC", "4003")]
    [InlineData("tollFreeWildCardPattern=55*", "4004")]
    [InlineData("tollFreeWildCardPattern=855", "4004")]
    [InlineData("tollFreeWildCardPattern=8*", "4004")]
    [InlineData("areaCode=919&tollFreeWildCardPattern=85*", "4010")]
    [InlineData("areaCode=919&npaNxx=919300", "4010")]
    [InlineData("localVanity=BIKE&zip=27601", "4010")]
    [InlineData("localVanity=ABC", "4010")]
    [InlineData("areaCode=919&quantity=0", "4010")]
    [InlineData("areaCode=919&quantity=5001", "4010")]
    [InlineData("areaCode=919&state=NC&LCA=true", "4010")]
    [InlineData("areaCode=919&orderBy=fullNumber", "4021")]
    [InlineData("state=NC&orderBy=fullNumber", "4021")]
    [InlineData("rateCenter=RALEIGH&state=NC&orderBy=price", "4020")]
    [InlineData("areaCode=919&protected=YES", "4022")]
    [InlineData("areaCode=919&offset=10", "4010")]
    [InlineData("areacode=919", "4010")]
    public async Task A_search_outside_the_rules_is_refused_with_the_documented_code(string query, string code)
    {
        await using var lab = await SandboxLab.StartAsync();

        var reply = await new Bandwidth2Talk(lab.Client).SearchAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("SearchResult", reply.Root.Name.LocalName);
        Assert.Equal(code, reply.Root.Element("Error")?.Element("Code")?.Value);
    }

    [Theory]
    [InlineData("npaNxx={6}")]
    [InlineData("npaNxxx={7}&orderBy=fullNumber")]
    [InlineData("areaCode=919&rateCenter=RALEIGH&state=NC")]
    [InlineData("state=NC&city=RALEIGH&zip=27601")]
    [InlineData("zip=27601-1234&state=NC&orderBy=npaNxx")]
    [InlineData("lata=426&npaNxx={6}&state=NC")]
    public async Task Combinations_of_the_table_find_numbers(string query)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var known = (await talk.SearchAsync("rateCenter=RALEIGH&state=NC&quantity=1")).Numbers[0];

        var reply = await talk.SearchAsync(query.Replace("{6}", known[..6], StringComparison.Ordinal).Replace("{7}", known[..7], StringComparison.Ordinal));

        Assert.Contains(known, reply.Numbers);
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_result_and_not_an_error()
    {
        await using var lab = await SandboxLab.StartAsync();

        var reply = await new Bandwidth2Talk(lab.Client).SearchAsync("areaCode=907&LCA=false");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.False(reply.Root.HasElements);
    }

    [Fact]
    public async Task Details_have_rate_centres_with_blanks_behind_them_and_toll_free_numbers_have_none()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        var details = await talk.SearchAsync("state=CO&enableTNDetail=true&quantity=200");
        var tollFree = await talk.SearchAsync("tollFreeWildCardPattern=83*&enableTNDetail=true&quantity=3");

        Assert.Contains(details.Root.Descendants("RateCenter"), element => element.Value.EndsWith(' '));
        Assert.Equal(3, tollFree.Numbers.Count);
        Assert.All(tollFree.Numbers, number => Assert.StartsWith("833", number, StringComparison.Ordinal));
        Assert.Empty(tollFree.Root.Descendants("TelephoneNumberDetail"));
    }

    [Fact]
    public async Task The_second_version_speaks_e164_and_json_and_wants_a_country()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client) { Base = "/bw2/api/v2", Accept = "application/json" };

        var reply = JsonNode.Parse((await talk.SearchAsync("areaCode=919&countryCodeA3=USA&quantity=2&enableTNDetail=true&LCA=false")).Body)!; // an object
        var refused = await talk.SearchAsync("areaCode=919");

        Assert.Equal(2, (int)reply["resultCount"]!); // a number, not a text
        Assert.All(reply["telephoneNumberDetailList"]!.AsArray(), item => Assert.StartsWith("+1919", (string)item!["fullNumber"]!, StringComparison.Ordinal));
        Assert.Equal(426, (int)reply["telephoneNumberDetailList"]![0]!["LATA"]!);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(4010, (int)JsonNode.Parse(refused.Body)!["error"]!["code"]!);
    }

    [Fact]
    public async Task Exchanges_with_stock_are_listed_with_their_count()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        var reply = await talk.GetAsync("availableNpaNxx?areaCode=919");
        var refused = await talk.GetAsync("availableNpaNxx?areaCode=433");

        Assert.True(reply.Root.Descendants("AvailableNpaNxx").Count() >= 4);
        Assert.Equal("SearchResultForAvailableNpaNxx", refused.Root.Name.LocalName);
        Assert.Equal("4000", refused.Code);
    }
}
