using System.Text.Json;
using Ocarina.Carriers.Voxbone;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Setting up a number after its purchase: address and voice URI (carriers.md 5.9, 5.10). What fails never undoes the purchase.</summary>
public sealed class VoxboneRoutingTests
{
    private const string Number = "+12055551234";
    private const string Uri = "{E164}@sip.example.net";
    private const string Mapped = """{"status":"SUCCESS","failedDidConfigurations":[]}""";

    [Fact]
    public async Task A_new_number_is_mapped_to_the_voice_uri()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        bench.Settings["trunk_id"] = "33";
        stub.On("GET configuration/voiceuri", _ => VoxboneAnswer.Json("""{"voiceUris":[],"resultCount":0}"""));
        stub.On("PUT configuration/voiceuri", _ => VoxboneAnswer.Json("""{"voiceUri":{"voiceUriId":88812,"uri":"x"}}"""));
        stub.On("POST configuration/didConfiguration", _ => VoxboneAnswer.Json(Mapped));

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));
        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy("+12055551235")));

        Assert.False(done.NeedsFollowUp);
        Assert.Equal(88812, (int)done.CarrierData.ToObject()["voice_uri_id"]!);
        Assert.Equal($$$"""{"voiceUri":{"voiceUriProtocol":"SIP","uri":"{{{Uri}}}","description":"Kazoo"}}""", Assert.Single(stub.At("PUT configuration")).Body);
        Assert.Equal("""{"didId":5666963,"voiceUriId":88812,"trunkId":33}""", stub.At("POST configuration")[0].Body);
    }

    [Fact]
    public async Task A_voice_uri_that_exists_is_found_by_its_exact_text()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        var asked = 0;
        stub.On("GET configuration/voiceuri", _ => VoxboneAnswer.Json(asked++ == 0
            ? """{"voiceUris":[{"voiceUriId":1,"uri":"{E164}@sip.example.net.evil"}],"resultCount":1}"""
            : $$"""{"voiceUris":[{"voiceUriId":1,"uri":"{E164}@sip.example.net.evil"},{"voiceUriId":"88812","uri":"{{Uri}}"}],"resultCount":2}"""));
        stub.On("PUT configuration/voiceuri", _ => VoxboneAnswer.Error(326));
        stub.On("POST configuration/didConfiguration", _ => VoxboneAnswer.Json(Mapped));

        Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.Contains("\"voiceUriId\":88812", stub.At("POST configuration")[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_could_not_be_mapped_is_bought_and_tried_again()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        stub.On("GET configuration/voiceuri", _ => VoxboneAnswer.Json($$"""{"voiceUris":[{"voiceUriId":88812,"uri":"{{Uri}}"}],"resultCount":1}"""));
        stub.On("POST configuration/didConfiguration", _ => VoxboneAnswer.Error(309));
        var order = bench.Buy(Number);

        var first = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));
        order = bench.After(order, first);
        stub.On("POST configuration/didConfiguration", _ => VoxboneAnswer.Json(Mapped));
        var second = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order));

        Assert.Equal(("not_routed", true), (Assert.Single(first.Warnings), first.NeedsFollowUp));
        Assert.Empty(second.Warnings);
        Assert.False(second.NeedsFollowUp);
        Assert.Equal((5666963, 88812), ((int)second.CarrierData.ToObject()["did_id"]!, (int)second.CarrierData.ToObject()["voice_uri_id"]!));
        Assert.Single(stub.Orders);
    }

    [Fact]
    public async Task A_lost_mapping_is_seen_on_the_number_and_not_sent_again()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        stub.On("GET configuration/voiceuri", _ => VoxboneAnswer.Json($$"""{"voiceUris":[{"voiceUriId":88812,"uri":"{{Uri}}"}],"resultCount":1}"""));
        stub.On("POST configuration/didConfiguration", _ =>
        {
            stub.Dids[0]["voiceUriId"] = 88812;
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Buy(Number);

        var first = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));
        var second = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(bench.After(order, first)));

        Assert.True(first.NeedsFollowUp);
        Assert.False(second.NeedsFollowUp);
        Assert.Single(stub.At("POST configuration"));
    }

    [Fact]
    public async Task A_number_that_went_meanwhile_is_not_taken_back_by_a_later_look()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        var order = bench.Buy(Number);
        order = bench.After(order, await bench.AcquireAsync(order));
        stub.Dids.Clear();

        var later = Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(order));

        Assert.False(later.NeedsFollowUp);
        Assert.Equal(order.CarrierData, later.CarrierData);
    }

    [Fact]
    public async Task The_older_service_is_asked_in_its_older_way()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = Bench(stub);
        stub.On("GET configuration/voiceuri", _ => VoxboneAnswer.Json($$"""{"voiceUris":[{"voiceUriId":88812,"uri":"{{Uri}}"}],"resultCount":1}"""));
        stub.On("POST configuration/didConfiguration", _ => VoxboneAnswer.Json("", 404));
        stub.On("POST configuration/configuration", _ => VoxboneAnswer.Json("""{"messages":[{"configOption":"VOICE_URI","numberUpdated":1}]}"""));

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy(Number)));

        Assert.False(done.NeedsFollowUp);
        Assert.Equal("""{"didIds":[5666963],"voiceUriId":88812}""", stub.At("POST configuration/configuration")[0].Body);
    }

    [Theory]
    [InlineData("""{"status":"SUCCESS","failedDidConfigurations":[]}""", true)]
    [InlineData("""{"status":"SUCCESS","failedDidConfigurations":[{"didId":1}]}""", false)]
    [InlineData("""{"status":"PARTIAL","failedDidConfigurations":[]}""", false)]
    [InlineData("""{"results":[{"didId":1,"status":"PARTIAL","updatedConfigurations":["VOICE_URI"],"partialConfigurations":["CLI_FORMAT"]}]}""", true)]
    [InlineData("""{"results":[{"didId":1,"status":"PARTIAL","updatedConfigurations":["CLI_FORMAT"],"partialConfigurations":["VOICE_URI"]}]}""", false)]
    [InlineData("""{"results":[{"didId":1,"status":"ERROR","updatedConfigurations":[]}]}""", false)]
    [InlineData("""{"messages":[{"configOption":"VOICE_URI","numberUpdated":1}]}""", true)]
    [InlineData("""{"messages":[{"configOption":"VOICE_URI","numberUpdated":0}]}""", false)]
    public void Only_the_option_that_was_asked_for_counts(string reply, bool isDone) =>
        Assert.Equal(isDone, VoxboneRouting.IsConfigured(JsonDocument.Parse(reply).RootElement, true));

    [Theory]
    [InlineData("""{"status":"NUMBERS_LINKED_AND_UNBLOCKED"}""", 0, "")]
    [InlineData("""{"status":"NUMBERS_LINKED_PENDING_ADDRESS_VALIDATION"}""", 0, "pending_regulation")]
    [InlineData("", 514, "")]
    [InlineData("", 511, "")]
    [InlineData("", 515, "not_linked")]
    public async Task A_number_that_needs_an_address_is_linked_to_it(string body, int code, string warning)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["regulation_address_id"] = new System.Text.Json.Nodes.JsonObject { ["nld"] = 12 };
        stub.On("POST regulation/address/12/link", _ => code == 0 ? VoxboneAnswer.Json(body) : VoxboneAnswer.Error(code));
        const string data = """{"did_group_id":1196,"country_a3":"NLD","setup100":0,"monthly100":110,"restrictions":{"address":"LOCAL","proof":false}}""";

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(bench.Buy("+31208908115", data)));

        Assert.Equal("""{"didIds":[5666963]}""", Assert.Single(stub.At("POST regulation")).Body);
        Assert.Equal(warning.Length == 0 ? [] : [warning], done.Warnings);
        Assert.Equal(warning == "pending_regulation", done.CarrierData.ToObject().ContainsKey("pending_regulation"));
    }

    private static VoxboneBench Bench(VoxboneStub stub)
    {
        var bench = new VoxboneBench(stub.Address);
        bench.Settings["voice_uri"] = Uri;
        return bench;
    }
}
