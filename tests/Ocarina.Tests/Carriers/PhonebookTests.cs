using Ocarina.Carriers;
using Ocarina.Carriers.Phonebook;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>The carrier <c>other</c>, with and without phonebook, and the carriers dealt with by hand (carriers.md 6.0, numbers.md 11.4).</summary>
public sealed class PhonebookTests
{
    private static readonly PhoneNumber Number = PhoneNumber.Parse("+13035550142");

    [Fact]
    public async Task Without_a_phonebook_everything_is_done_by_hand()
    {
        using var lab = new CarrierLab();
        var carrier = new PhonebookCarrier(lab.Host);

        Assert.True((await carrier.FindAsync(new CarrierSearch("+1303", 5, 0, "US"), lab.Context(), Ct)).IsSkipped);
        Assert.Equal("""{"a":1}""", Assert.IsType<CarrierOutcome.Done>(await carrier.AcquireAsync(Order("""{"a":1}"""), lab.Context(), Ct)).CarrierData.ToString());
        Assert.IsType<CarrierOutcome.Done>(await carrier.DisconnectAsync(Order(), lab.Context(), Ct));
        Assert.Null(await carrier.HealthAsync(lab.Context(), Ct));
    }

    [Fact]
    public async Task A_search_is_encoded_once_and_reads_an_object_of_numbers()
    {
        using var lab = new CarrierLab();
        await using var book = await CarrierStub.SayingAsync(200, """
            {"status":"success","data":{"+13035550142":{"locality":{"locality":"Denver"},"opaque":7},"3035550143":{"rate_center":{"name":"DENVER","state":"CO"}},"303555":{},"+14155550100":{}}}
            """, "application/json");

        var reply = await new PhonebookCarrier(lab.Host).FindAsync(new CarrierSearch("+1303", 5, 2, "CA"), Context(lab, book), Ct);

        var seen = Assert.Single(book.Seen);
        Assert.Equal(("GET", "/book/numbers/CA/search?prefix=%2B1303&limit=5&offset=2", "Bearer t0ken"), (seen.Method, seen.Path, seen.Headers["Authorization"]));
        Assert.Equal(["+13035550142", "+13035550143"], reply.Numbers.Select(hit => hit.Number.ToString()));
        Assert.Equal(("Denver", 7, "DENVER", 2), (reply.Numbers[0].Locality, (int)reply.Numbers[0].CarrierData.ToObject()["opaque"]!, reply.Numbers[1].RateCenter!.Name, reply.Dropped));
    }

    [Fact]
    public async Task Runs_of_numbers_show_both_ends_and_only_the_first_says_how_long_it_is()
    {
        using var lab = new CarrierLab();
        await using var book = await CarrierStub.SayingAsync(200, """
            {"status":"success","data":[{"start_number":"+13035550100","end_number":"+13035550109"},{"start_number":"x","end_number":"y"}]}
            """, "application/json");

        var reply = await new PhonebookCarrier(lab.Host).FindAsync(new CarrierSearch("+1303", 4, 0, "US") { Blocks = 10 }, Context(lab, book), Ct);

        Assert.Equal("/book/blocks/US/search?prefix=%2B1303&size=10&offset=0&limit=4", Assert.Single(book.Seen).Path);
        Assert.Equal([("+13035550100", 10), ("+13035550109", null)], reply.Numbers.Select(hit => (hit.Number.ToString(), hit.BlockSize)));
    }

    [Theory]
    [InlineData(200, """{"status":"success","data":{"+13035550142":{"status":"success","opaque":"x"}}}""", "Done")]
    [InlineData(200, """{"status":"success","data":{"+13035550142":{"status":"error","message":"gone"}}}""", "Refused number_unavailable gone")]
    [InlineData(200, """{"status":"error","message":"closed"}""", "Refused invalid_request closed")]
    [InlineData(200, """{"status":"success","data":{"+13035550143":{"status":"success"}}}""", "Unknown")]
    [InlineData(200, """{"status":"success"}""", "Unknown")]
    [InlineData(200, "<html></html>", "Unknown")]
    [InlineData(200, "", "Unknown")]
    [InlineData(500, "", "Unknown")]
    [InlineData(401, "", "Refused unauthenticated HTTP 401")]
    [InlineData(429, "", "Refused rate_limited HTTP 429")]
    public async Task A_purchase_is_what_the_number_says_of_itself(int status, string body, string outcome)
    {
        using var lab = new CarrierLab();
        await using var book = await CarrierStub.SayingAsync(status, body, "application/json");

        var answer = await new PhonebookCarrier(lab.Host).AcquireAsync(Order(), Context(lab, book), Ct);

        Assert.Equal(outcome, answer is CarrierOutcome.Refused refused ? $"Refused {refused.Error.Name} {refused.Error.Detail}" : answer.GetType().Name);
        var seen = Assert.Single(book.Seen);
        Assert.Equal(("PUT", "/book/numbers/US/order", """{"data":{"numbers":["\u002B13035550142"],"gateways":["198.51.100.7"]}}"""), (seen.Method, seen.Path, seen.Body));
        if (answer is CarrierOutcome.Done done) Assert.Equal("""{"opaque":"x"}""", done.CarrierData.ToString());
    }

    [Theory]
    [InlineData("available", "Absent")]
    [InlineData("success", "Absent")]
    [InlineData("in_service", "NeedsOperator")]
    public async Task A_lost_reply_is_looked_for_by_the_numbers_status(string status, string outcome)
    {
        using var lab = new CarrierLab();
        await using var book = await CarrierStub.SayingAsync(200, $$"""{"status":"success","data":[{"number":"3035550142","status":"{{status}}"}]}""", "application/json");
        var order = Order() with { SentAt = DateTimeOffset.UtcNow.AddMinutes(-10) };

        var answer = await new PhonebookCarrier(lab.Host).RecoverAsync(order, Context(lab, book), Ct);
        var checks = await new PhonebookCarrier(lab.Host).CheckAsync([Number], Context(lab, book), Ct);

        Assert.Equal(outcome, answer.GetType().Name);
        Assert.Equal(outcome == "Absent" ? CarrierCheck.Available : CarrierCheck.Unavailable, checks[Number]);
        Assert.All(book.Seen, seen => Assert.Equal(("POST", "/book/numbers/US/status", """{"data":["3035550142"]}"""), (seen.Method, seen.Path, seen.Body)));
    }

    [Fact]
    public async Task Carriers_dealt_with_by_hand_sell_nothing_and_leave_a_note_at_release()
    {
        using var lab = new CarrierLab();
        var modules = new CarrierModules(lab.Host);
        string[] names = ["didww", "flowroute", "inteliquent", "it_vocal", "level3", "o1", "peerless", "thinq", "verizon", "windstream", "ziron"];

        foreach (var name in names)
        {
            var carrier = modules.Find(CarrierName.Parse(name))!;
            Assert.True((await carrier.FindAsync(new CarrierSearch("+1303", 5, 0, "US"), lab.Context(), Ct)).IsSkipped);
            Assert.Equal(CarrierErrorKind.NotSupported, Assert.IsType<CarrierOutcome.Refused>(await carrier.AcquireAsync(Order(), lab.Context(), Ct)).Error.Kind);
            Assert.Contains("Manual disconnect required", Assert.IsType<CarrierOutcome.Stranded>(await carrier.DisconnectAsync(Order(), lab.Context(), Ct)).Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_modules_are_there_and_plug_ins_join_them()
    {
        using var lab = new CarrierLab();
        var modules = new CarrierModules(lab.Host, [new Factory(1)]);

        Assert.All(["bandwidth", "bandwidth2", "voxbone", "other", "scripted"], name => Assert.NotNull(modules.Find(CarrierName.Parse(name))));
        Assert.Null(modules.Find(CarrierName.Parse("telnyx")));
        Assert.Equal(modules.All.Count, new CarrierModules(lab.Host, [new Factory(1), new Factory(1)]).All.Count);
        Assert.Null(new CarrierModules(lab.Host, [new Factory(2)]).Find(CarrierName.Parse("scripted")));
    }

    private static CarrierOrder Order(string data = "{}") => new(OrderKey.New(TimeProvider.System), OrderKind.Acquire, Number) { CarrierData = DocumentText.FromStorage(data) };

    private static CarrierContext Context(CarrierLab lab, CarrierStub book) =>
        lab.Context($$"""{"phonebook_url":"{{book.Address}}book/","api_token":"t0ken","endpoints":"198.51.100.7","rate_limit_per_s":1000}""");

    private sealed class Factory(int version) : ICarrierFactory
    {
        public int ContractVersion => version;

        public string Version => "1.0";

        public ICarrier Create(ICarrierHost host) => new ScriptedCarrier();
    }
}
