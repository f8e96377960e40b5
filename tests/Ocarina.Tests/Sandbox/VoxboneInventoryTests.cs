using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class VoxboneInventoryTests
{
    private const string Paging = VoxboneTalk.Paging;

    [Fact]
    public async Task The_stock_has_many_groups_in_many_countries_and_every_kind_of_oddity()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var countries = (await talk.GetAsync($"inventory/country?{Paging}")).Json["countries"]!.AsArray().Select(country => (string)country!["countryCodeA3"]!).ToList();
        var groups = new List<JsonNode>();
        foreach (var country in countries) groups.AddRange((await talk.GetAsync($"inventory/didgroup?countryCodeA3={country}&{Paging}")).Json["didGroups"]!.AsArray()!);

        Assert.True(countries.Count >= 20);
        Assert.True(groups.Count >= 60, $"{groups.Count} groups");
        Assert.Contains(groups, group => (int?)group["stock"] == 0);
        Assert.Contains(groups, group => group["stock"] is null);
        Assert.Contains(groups, group => (bool?)group["available"] == false);
        Assert.Contains(groups, group => group["regulationRequirement"] is not null);
        Assert.Equal(17, (int)groups.Single(group => (int)group["didGroupId"]! == 1196)["stock"]!);
        Assert.True(groups.Count(group => (string?)group["countryCodeA3"] == "BEL" && (string?)group["didType"] == "GEOGRAPHIC") >= 3);
        Assert.True(groups.Select(group => (int)group["monthly100"]!).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("inventory/country", "11")]
    [InlineData("inventory/country?pageNumber=0", "12")]
    [InlineData("inventory/country?pageNumber=0&pageSize=5001", "12")]
    [InlineData("inventory/country?pageNumber=-1&pageSize=5", "11")]
    [InlineData("inventory/country?pageNumber=99&pageSize=20", "13")]
    [InlineData("inventory/country?colour=red&pageNumber=0&pageSize=20", "10")]
    [InlineData("inventory/country/XYZ/state?pageNumber=0&pageSize=20", "15")]
    [InlineData("inventory/didgroup?pageNumber=0&pageSize=20", "500")]
    [InlineData("inventory/didgroup?countryCodeA3=usa&pageNumber=0&pageSize=20", "14")]
    [InlineData("inventory/didgroup?countryCodeA3=USA&consecutive=true&pageNumber=0&pageSize=20", "500")]
    [InlineData("inventory/didgroup?countryCodeA3=USA&digits=1&pageNumber=0&pageSize=20", "14")]
    [InlineData("inventory/didgroup?countryCodeA3=USA&didType=FIXED&pageNumber=0&pageSize=20", "14")]
    [InlineData("inventory/didgroup?countryCodeA3=USA&quantity=5001&pageNumber=0&pageSize=20", "14")]
    public async Task Reads_outside_the_rules_are_refused_with_the_carriers_own_codes(string path, string code)
    {
        await using var lab = await SandboxLab.StartAsync();

        var reply = await new VoxboneTalk(lab.Client).GetAsync(path);

        Assert.Equal(code, reply.Code);
        Assert.NotEqual(HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Groups_are_found_by_code_city_pattern_state_and_feature()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var alabama = (int)(await talk.GetAsync($"inventory/country/USA/state?{Paging}")).Json["states"]!.AsArray().Single(state => (string?)state!["stateCode"] == "AL")!["stateId"]!;

        async Task<List<string?>> Cities(string query) =>
            [.. (await talk.GetAsync($"inventory/didgroup?countryCodeA3=USA&{query}&{Paging}")).Json["didGroups"]!.AsArray().Select(group => (string?)group!["cityName"])];

        Assert.Equal(6, (await Cities("areaCode=205")).Count);
        Assert.Equal(2, (await Cities("areaCode=8%25&didType=TOLL_FREE")).Count);
        Assert.Equal(["TUSCALOOSA"], await Cities("cityNamePattern=us")); // a piece of the name, when there is no %
        Assert.Equal(["ALABASTER"], await Cities("cityNamePattern=ALA%25"));
        Assert.Equal(8, (await Cities($"stateId={alabama}")).Count);
        Assert.All(await Cities($"stateId={alabama}&showEmpty=false"), city => Assert.NotEqual("BESSEMER", city));
        Assert.Contains("BIRMINGHAM", await Cities("featureIds=25"));
        Assert.DoesNotContain("ALABASTER", await Cities("featureIds=25"));
    }

    [Fact]
    public async Task Numbers_are_shown_only_to_whoever_says_how_many()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);

        var without = await talk.GroupAsync(1196, "USA");
        var with = await talk.GroupAsync(1196, "USA", "&quantity=3");
        var consecutive = (await talk.CityAsync("BEL", "BRUSSELS", "&quantity=4&consecutive=true"))["phoneNumbers"]!.AsArray()
            .Select(number => long.Parse(((string)number!["phoneNumber"]!)[1..], System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.Null(without["phoneNumbers"]);
        Assert.Equal(3, with["phoneNumbers"]!.AsArray().Count);
        Assert.All(with["phoneNumbers"]!.AsArray(), number => Assert.Matches(@"^\+1205\d{7}$", (string)number!["phoneNumber"]!));
        Assert.Equal(Enumerable.Range(0, 4).Select(at => consecutive[0] + at), consecutive);
    }

    [Fact]
    public async Task Old_addresses_take_user_or_key_new_ones_only_the_key()
    {
        await using var lab = await SandboxLab.StartAsync();
        const string Path = "ordering/accountbalance";

        var key = await new VoxboneTalk(lab.Client) { Base = "/vox/v1", Key = "sandbox-api-key" }.GetAsync(Path);
        var user = await new VoxboneTalk(lab.Client) { Base = "/vox/v1" }.GetAsync(Path);
        var old = await new VoxboneTalk(lab.Client).GetAsync(Path);
        var wrong = await new VoxboneTalk(lab.Client) { Password = "guess" }.GetAsync(Path);
        var text = await new VoxboneTalk(lab.Client) { MediaType = "text/plain" }.PostAsync("ordering/cancel", "{}");
        var empty = await new VoxboneTalk(lab.Client).PostAsync("ordering/cancel", "");
        var broken = await new VoxboneTalk(lab.Client).PostAsync("ordering/cancel", "{\"didIds\":");

        Assert.Equal("USD", (string?)key.Json["accountBalance"]!["currency"]);
        Assert.Equal("authentication-credentials", (string?)user.Json["errors"]![0]!["type"]);
        Assert.Equal(HttpStatusCode.OK, old.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (user.Status, wrong.Status));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.Status);
        Assert.Equal("26", empty.Code);
        Assert.Equal("14", broken.Code);
    }

    [Fact]
    public async Task More_than_20_requests_a_second_get_509_and_429_in_turn_in_both_families()
    {
        await using var lab = await SandboxLab.StartAsync();
        await lab.TellAsync("/carriers/voxbone/rate", """{"per_second":1}""");
        var old = new VoxboneTalk(lab.Client);
        var young = new VoxboneTalk(lab.Client) { Base = "/vox/v1", Key = "sandbox-api-key" };

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++) statuses.Add((int)(await (i % 2 == 0 ? old : young).GetAsync("ordering/accountbalance")).Status);

        Assert.Equal(200, statuses[0]);
        Assert.Contains(509, statuses);
        Assert.Contains(429, statuses);
    }

    [Fact]
    public async Task The_same_seed_shows_the_same_numbers_and_the_scale_multiplies_them()
    {
        await using var lab = await SandboxLab.StartAsync(new SandboxOptions { Seed = 5 });
        await using var twin = await SandboxLab.StartAsync(new SandboxOptions { Seed = 5 });
        var talk = await VoxboneTalk.UnlimitedAsync(lab);

        var one = (await talk.GroupAsync(1196, "USA", "&quantity=20")).ToJsonString();
        var two = (await new VoxboneTalk(twin.Client).GroupAsync(1196, "USA", "&quantity=20")).ToJsonString();
        await lab.TellAsync("/reset", """{"seed":5,"scale":10}""");

        Assert.Equal(one, two);
        Assert.Equal(170, (int)(await talk.GroupAsync(1196, "USA"))["stock"]!);
    }
}
