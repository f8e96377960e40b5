using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class VoxboneDidTests
{
    private const int Alabaster = 1196;

    [Fact]
    public async Task A_pattern_finds_more_than_the_number_meant_and_an_escaped_one_nothing()
    {
        await using var lab = await SandboxLab.StartAsync();
        var (talk, dids) = await OwnAsync(lab, 17);
        var one = (string)dids[0]["e164"]!;

        var exact = await talk.DidsAsync($"e164Pattern={Uri.EscapeDataString(one)}");
        var wide = await talk.DidsAsync($"e164Pattern={Uri.EscapeDataString(one[..^2])}");
        var escaped = await talk.DidsAsync($"e164Pattern={Uri.EscapeDataString(Uri.EscapeDataString("+" + one))}");
        talk.Headers["X-Sandbox-Fault"] = "filter_ignored";
        var ignored = await talk.DidsAsync($"e164Pattern={Uri.EscapeDataString(one)}");

        Assert.Equal([one], exact.Select(did => (string)did["e164"]!));
        Assert.True(wide.Count > 1);
        Assert.Empty(escaped);
        Assert.Equal(17, ignored.Count);
    }

    [Fact]
    public async Task A_cancelled_number_is_gone_and_cannot_be_cancelled_twice()
    {
        await using var lab = await SandboxLab.StartAsync();
        var (talk, dids) = await OwnAsync(lab, 2);
        var id = (int)dids[0]["didId"]!;

        var done = await talk.PostAsync("ordering/cancel", $$"""{"didIds":[{{id}}]}""");
        var twice = await talk.PostAsync("ordering/cancel", $$"""{"didIds":[{{id}}]}""");
        var duplicate = await talk.PostAsync("ordering/cancel", $$"""{"didIds":[{{dids[1]["didId"]}},{{dids[1]["didId"]}}]}""");

        Assert.Equal(1, (int)done.Json["numberCancelled"]!);
        Assert.Equal("414", twice.Code);
        Assert.Equal("343", duplicate.Code);
        Assert.Equal([(string)dids[1]["e164"]!], (await lab.HeldAsync()).Select(held => held.Number));
        Assert.Equal(15, (int)(await talk.GroupAsync(Alabaster, "USA"))["stock"]!); // it rests
        await lab.TellAsync("/clock", """{"advance_s":2592060}""");
        Assert.Equal(16, (int)(await talk.GroupAsync(Alabaster, "USA"))["stock"]!);
    }

    [Fact]
    public async Task A_number_with_a_minimum_term_says_when_it_may_go()
    {
        await using var lab = await SandboxLab.StartAsync();
        var (talk, dids) = await OwnAsync(lab, 1);
        var body = $$"""{"didIds":[{{dids[0]["didId"]}}]}""";

        talk.Headers["X-Sandbox-Fault"] = "cancel_later;delay_ms=3600000";
        var early = await talk.PostAsync("ordering/cancel", body);
        talk.Headers.Clear();
        var still = await talk.PostAsync("ordering/cancel", body);
        var date = (string?)(await talk.DidsAsync("didIds=" + dids[0]["didId"]))[0]["cancellationAvailable"];
        await lab.TellAsync("/clock", """{"advance_s":3660}""");
        var late = await talk.PostAsync("ordering/cancel", body);

        Assert.Equal(("420", "420"), (early.Code, still.Code));
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", date);
        Assert.Equal(1, (int)late.Json["numberCancelled"]!);
    }

    [Fact]
    public async Task Numbers_are_routed_to_a_voice_uri_one_by_one_and_in_bulk()
    {
        await using var lab = await SandboxLab.StartAsync();
        var (talk, dids) = await OwnAsync(lab, 2);
        const string Uri = """{"voiceUri":{"voiceUriProtocol":"SIP","uri":"{E164}@sip.example.net","description":"nm"}}""";
        var (one, two) = ((int)dids[0]["didId"]!, (int)dids[1]["didId"]!);

        var uri = (int)(await talk.SendAsync(HttpMethod.Put, "configuration/voiceuri", Uri)).Json["voiceUri"]!["voiceUriId"]!;
        var exists = await talk.SendAsync(HttpMethod.Put, "configuration/voiceuri", Uri);
        var routed = await talk.PostAsync("configuration/didConfiguration", $$"""{"didId":{{one}},"voiceUriId":{{uri}}}""");
        var bulk = await talk.PostAsync("configuration/bulk", $$"""{"didIds":[{{one}},{{two}},1],"voiceUriId":{{uri}},"faxUriId":5}""");
        var old = await talk.PostAsync("configuration/configuration", $$"""{"didIds":[{{one}},{{two}}],"voiceUriId":{{uri}}}""");
        var pop = await talk.PostAsync("configuration/didConfiguration", $$"""{"didId":{{one}},"deliveryId":99}""");
        var inUse = await talk.SendAsync(HttpMethod.Delete, $"configuration/voiceuri/{uri}", null);

        Assert.Equal("326", exists.Code);
        Assert.Equal("SUCCESS", routed.Outcome);
        Assert.Equal((0, 2, 1), ((int)bulk.Json["success"]!, (int)bulk.Json["partial"]!, (int)bulk.Json["error"]!));
        Assert.Equal(["VOICE_URI"], bulk.Json["results"]![0]!["updatedConfigurations"]!.AsArray().Select(option => (string)option!));
        Assert.Equal(2, (int)old.Json["messages"]![0]!["numberUpdated"]!);
        Assert.Equal("309", pop.Code);
        Assert.Equal("328", inUse.Code);
        Assert.Equal(2, (await talk.DidsAsync($"voiceUriId={uri}")).Count);
    }

    [Fact]
    public async Task A_number_that_needs_an_address_is_blocked_until_a_verified_one_is_linked()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var brussels = await talk.CityAsync("BEL", "BRUSSELS");
        await talk.BuyAsync("be", (int)brussels["didGroupId"]!);
        var did = (await talk.DidsAsync("countryCodeA3=BEL"))[0];
        const string Address = """{"salutation":"COMPANY","companyName":"X","streetName":"Rue","buildingNumber":"1","zipCode":"1000","city":"Brussels","countryCodeA3":"BEL","destinationCountryCodeA3":"BEL","didType":"GEOGRAPHIC"}""";

        var address = (int)(await talk.SendAsync(HttpMethod.Put, "regulation/address", Address)).Json["address"]!["addressId"]!;
        var linked = await talk.PostAsync($"regulation/address/{address}/link", $$"""{"didIds":[{{did["didId"]}}]}""");
        var blocked = (bool)(await talk.DidsAsync("countryCodeA3=BEL"))[0]["blocked"]!;
        var twice = await talk.PostAsync($"regulation/address/{address}/link", $$"""{"didIds":[{{did["didId"]}}]}""");
        await lab.TellAsync("/carriers/voxbone/address", $$"""{"id":{{address}},"status":"VERIFIED"}""");

        Assert.Equal("LOCAL", (string?)brussels["regulationRequirement"]!["addressType"]);
        Assert.Equal("NUMBERS_LINKED_PENDING_ADDRESS_VALIDATION", linked.Outcome);
        Assert.True(blocked);
        Assert.Equal("514", twice.Code);
        Assert.False((bool)(await talk.DidsAsync("countryCodeA3=BEL"))[0]["blocked"]!);
        Assert.Equal("507", (await talk.PostAsync("regulation/address/1/link", $$"""{"didIds":[{{did["didId"]}}]}""")).Code);
    }

    [Fact]
    public async Task The_carriers_own_sandbox_takes_no_money_and_forgets_at_night()
    {
        await using var lab = await SandboxLab.StartAsync();
        await lab.TellAsync("/carriers/voxbone/environment", """{"name":"sandbox"}""");
        var (talk, _) = await OwnAsync(lab, 3);

        var spent = (await lab.AskAsync("/ledger"))["money"]!["voxbone"];
        await lab.TellAsync("/carriers/voxbone/nightly_reset", "{}");

        Assert.Null(spent);
        Assert.Empty(await talk.DidsAsync("countryCodeA3=USA"));
        Assert.Empty(await lab.HeldAsync());
        Assert.Empty((await talk.GetAsync($"ordering/order?{VoxboneTalk.Paging}")).Json["orders"]!.AsArray());
    }

    [Fact]
    public async Task Booleans_may_come_as_texts_and_error_bodies_keep_their_two_code_spaces_apart()
    {
        await using var lab = await SandboxLab.StartAsync();
        var (talk, _) = await OwnAsync(lab, 1);

        talk.Headers["X-Sandbox-Fault"] = "strings_for_booleans";
        var did = (await talk.DidsAsync("countryCodeA3=USA"))[0];
        talk.Headers.Clear();
        var gone = await talk.AddAsync(await talk.CartAsync("x"), 1005, 1);

        Assert.Equal("false", did["dnisEnabled"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.BadRequest, gone.Status); // HTTP says 400, the carrier says 404
        Assert.Equal((400, "404"), ((int)gone.Json["httpStatusCode"]!, gone.Code));
    }

    private static async Task<(VoxboneTalk Talk, List<JsonNode> Dids)> OwnAsync(SandboxLab lab, int count)
    {
        var talk = await VoxboneTalk.UnlimitedAsync(lab);
        var bought = await talk.BuyAsync("own", Alabaster, count);
        return (talk, await talk.DidsAsync($"orderReference={bought.OrderReference}"));
    }
}
