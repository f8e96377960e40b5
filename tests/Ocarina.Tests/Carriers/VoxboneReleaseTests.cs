using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Giving back exactly one number (carriers.md 5.11).</summary>
public sealed class VoxboneReleaseTests
{
    private const string Number = "+12562795733";

    [Fact]
    public async Task The_number_is_cancelled_by_its_id_after_a_look_at_it()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var did = stub.AddDid(Number, "R");
        stub.AddDid("+12562795734", "R");

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(Number, $$"""{"did_id":{{did["didId"]}}}""")));

        Assert.Equal($$"""{"didIds":[{{did["didId"]}}]}""", Assert.Single(stub.Writes).Body);
        Assert.Equal(did["didId"]!.ToString(), done.CarrierOrderId);
        Assert.Equal("+12562795734", Assert.Single(stub.Dids)["e164"]!.ToString());
        Assert.Equal((OrderPhase.Sending, 1), (Assert.Single(bench.Notes.Notes).Phase, bench.Notes.Notes.Count));
    }

    [Fact]
    public async Task Without_an_id_the_number_is_asked_for_encoded_once()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");

        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(Number)));

        Assert.Contains("e164Pattern=%2B12562795733&", stub.At("GET inventory/did")[0].Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"did_id":5666963}""")]
    [InlineData("""{"didId":5666963}""")]
    public async Task Other_numbers_of_the_account_are_never_touched(string data)
    {
        // TRAP: the filter is a pattern, and one that is ignored lists the whole account; the id may be of another number by now.
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.IgnoresFilters = true;
        stub.AddDid("+125627957330", "R");
        stub.AddDid("+12562795734", "R");

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.DisconnectAsync(bench.Release(Number, data)));

        Assert.Equal(CarrierErrorKind.NotOwned, refused.Error.Kind);
        Assert.Empty(stub.Writes);
        Assert.Equal(2, stub.Dids.Count);
    }

    [Theory]
    [InlineData(420)]
    [InlineData(421)]
    public async Task A_minimum_term_is_waited_for(int code)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        var did = stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ =>
        {
            did["cancellationAvailable"] = "2041-04-02 10:15:04";
            return VoxboneAnswer.Error(code);
        });

        var first = Assert.IsType<CarrierOutcome.Scheduled>(await bench.DisconnectAsync(bench.Release(Number)));
        var second = Assert.IsType<CarrierOutcome.Scheduled>(await bench.DisconnectAsync(bench.Release(Number)));

        Assert.Equal(new DateTimeOffset(2041, 4, 2, 10, 15, 4, TimeSpan.Zero), first.At);
        Assert.Equal(first.At, second.At);
        Assert.Single(stub.Writes); // the date was there the second time
    }

    [Fact]
    public async Task A_number_for_tests_stays_and_somebody_knows()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.Error(418));

        Assert.IsType<CarrierOutcome.Stranded>(await bench.DisconnectAsync(bench.Release(Number)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_reply_is_settled_by_looking_at_the_number(bool isBooked)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ =>
        {
            if (isBooked) stub.Dids.Clear();
            return VoxboneAnswer.HangUp;
        });
        var order = bench.Release(Number);

        var lost = Assert.IsType<CarrierOutcome.Unknown>(await bench.DisconnectAsync(order));
        if (isBooked) stub.AddDid(Number, "BOUGHT_AGAIN"); // another id: none of this order's business
        var outcome = await bench.RecoverAsync(bench.After(order, lost));

        if (isBooked) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.IsType<CarrierOutcome.Absent>(outcome);
        Assert.Single(stub.Writes);
    }

    [Fact]
    public async Task Cancelled_none_is_looked_into()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.Json("""{"numberCancelled":0}"""));

        var there = Assert.IsType<CarrierOutcome.Unknown>(await bench.DisconnectAsync(bench.Release(Number)));
        stub.On("POST ordering/cancel", _ =>
        {
            stub.Dids.Clear();
            return VoxboneAnswer.Json("""{"numberCancelled":0}""");
        });

        Assert.Equal(CarrierErrorKind.CarrierFault, there.Error.Kind);
        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(Number)));
    }

    [Fact]
    public async Task A_number_that_is_gone_counts_as_given_back()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.Error(414));

        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(bench.Release(Number)));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(509)]
    public async Task Too_many_requests_send_the_order_back(int status)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        stub.AddDid(Number, "R");
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.Json("", status));

        Assert.Equal(CarrierErrorKind.RateLimited, Assert.IsType<CarrierOutcome.Refused>(await bench.DisconnectAsync(bench.Release(Number))).Error.Kind);
    }

    [Fact]
    public async Task A_pretended_number_sends_nothing()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);

        Assert.IsType<CarrierOutcome.Pretended>(await bench.DisconnectAsync(bench.Release(Number, """{"sandbox":true}""")));

        Assert.Empty(stub.Seen);
    }

    [Fact]
    public async Task What_we_own_is_listed_page_by_page_with_what_a_release_needs()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        for (var at = 0; at < 1001; at++) stub.AddDid(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"+1205444{at:0000}"), "R");

        var first = await bench.Carrier.ListOwnedAsync(null, bench.Context(), CancellationToken.None);
        var second = await bench.Carrier.ListOwnedAsync(first.NextCursor, bench.Context(), CancellationToken.None);

        Assert.Equal((1000, 1, null), (first.Numbers.Count, second.Numbers.Count, second.NextCursor));
        Assert.Equal(5666963, (int)first.Numbers[0].CarrierData.ToObject()["did_id"]!);
    }

    [Fact]
    public async Task Health_tells_wrong_credentials_from_a_carrier_that_is_not_there()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var well = new VoxboneBench(stub.Address);
        Assert.Null(await well.Carrier.HealthAsync(well.Context(), CancellationToken.None));

        stub.On("GET ordering/accountbalance", _ => VoxboneAnswer.Json("""{"links":null,"data":null,"errors":[{"type":"authentication-credentials"}]}""", 401));
        Assert.Equal(CarrierErrorKind.Unauthenticated, (await well.Carrier.HealthAsync(well.Context(), CancellationToken.None))!.Kind);

        using var nobody = new VoxboneBench(new Uri("http://127.0.0.1:9/v1"));
        Assert.Equal(CarrierErrorKind.Unreachable, (await nobody.Carrier.HealthAsync(nobody.Context(), CancellationToken.None))!.Kind);
    }
}
