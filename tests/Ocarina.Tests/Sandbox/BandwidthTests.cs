using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>Bandwidth v1 in the sandbox: it answers like the carrier and refuses what the carrier refuses.</summary>
public sealed class BandwidthTests : IAsyncLifetime
{
    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task A_search_by_area_code_finds_numbers_of_that_code_with_their_rate_centre()
    {
        var reply = await _lab.Bandwidth().SearchAsync("415", 7);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("numberSearchResponse", reply.Root.Name.LocalName);
        Assert.Equal("success", reply.Outcome);
        Assert.Equal("7", reply.Text("quantity"));
        Assert.Equal(7, reply.Numbers.Count);
        Assert.All(reply.Numbers, number => Assert.StartsWith("415", number.TenDigit, StringComparison.Ordinal));
        Assert.All(reply.Numbers, number => Assert.Equal("Available", number.Status));
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", reply.Text("dateTimeSent"));
        var first = reply.Root.Descendants(BandwidthTalk.Space + "telephoneNumber").First();
        Assert.Matches(@"^1-415-\d{3}-\d{4}$", first.Element(BandwidthTalk.Space + "formattedNumber")!.Value);
        Assert.Equal("+1" + reply.Numbers[0].TenDigit, first.Element(BandwidthTalk.Space + "e164")!.Value);
        Assert.Equal("CA", first.Element(BandwidthTalk.Space + "rateCenter")!.Element(BandwidthTalk.Space + "state")!.Value);
    }

    [Fact]
    public async Task A_search_by_exchange_or_rate_centre_keeps_to_it()
    {
        var some = (await _lab.Bandwidth().SearchAsync("303", 1)).Numbers[0].TenDigit;

        var exchange = await _lab.Bandwidth().SendAsync(
            "npaNxxNumberSearch", BandwidthTalk.Child("npaNxx", some[..6]), BandwidthTalk.Child("maxQuantity", 5000));
        var centre = await _lab.Bandwidth().SendAsync(
            "rateCenterNumberSearch", BandwidthTalk.Child("state", "CO"), BandwidthTalk.Child("rateCenter", "BOULDER"), BandwidthTalk.Child("maxQuantity", 5000));

        Assert.NotEmpty(exchange.Numbers);
        Assert.All(exchange.Numbers, number => Assert.StartsWith(some[..6], number.TenDigit, StringComparison.Ordinal));
        Assert.NotEmpty(centre.Numbers);
        Assert.All(centre.Root.Descendants(BandwidthTalk.Space + "name"), name => Assert.Equal("BOULDER", name.Value));
    }

    [Fact]
    public async Task A_search_without_a_hit_is_a_success()
    {
        var reply = await _lab.Bandwidth().SearchAsync("999");

        Assert.Equal("success", reply.Outcome);
        Assert.Empty(reply.Numbers);
    }

    [Fact]
    public async Task A_bought_number_is_pending_then_in_service_and_no_longer_for_sale()
    {
        await _lab.TellAsync("/clock", """{"freeze":true}""");
        var talk = _lab.Bandwidth();
        var wanted = (await talk.SearchAsync("212", 1)).Numbers[0];

        var order = await talk.OrderAsync(wanted.Id, "ref-1", "account-1");

        Assert.Equal("success", order.Outcome);
        Assert.Equal("PendingBandwidth", order.Numbers[0].Status);
        Assert.Matches(@"^\d{19}$", order.Root.Descendants(BandwidthTalk.Space + "orderNumber").Single().Value);
        Assert.Equal("ref-1", order.Root.Descendants(BandwidthTalk.Space + "extRefID").Single().Value);
        Assert.Equal("PendingBandwidth", (await talk.NumberAsync(wanted.TenDigit)).Numbers[0].Status);
        await _lab.TellAsync("/clock", """{"advance_s":60}""");
        Assert.Equal("InService", (await talk.NumberAsync(wanted.TenDigit)).Numbers[0].Status);
        var read = await talk.SendAsync("getNumberOrder", BandwidthTalk.Child("getType", "orderID"), BandwidthTalk.Child("getValue", order.OrderId));
        Assert.Equal("InService", read.Numbers[0].Status);
        Assert.DoesNotContain(wanted.TenDigit, (await talk.SearchAsync("212", 5000)).Numbers.Select(number => number.TenDigit));

        var sale = Assert.Single((await _lab.AskAsync("/ledger"))["sold"]!.AsArray())!;
        Assert.Equal("+1" + wanted.TenDigit, (string?)sale["number"]);
        Assert.Equal(("ref-1", "account-1", order.OrderId), ((string?)sale["reference"], (string?)sale["account"], (string?)sale["order"]));
    }

    [Fact]
    public async Task A_sold_a_taken_and_an_unknown_number_are_refused_with_200_and_a_sentence()
    {
        var talk = _lab.Bandwidth();
        var numbers = (await talk.SearchAsync("404", 2)).Numbers;
        await talk.OrderAsync(numbers[0].Id, "first");
        await _lab.TellAsync("/stock", $$"""{"carrier":"bandwidth","number":"+1{{numbers[1].TenDigit}}","status":"taken"}""");

        var again = await talk.OrderAsync(numbers[0].Id, "second");
        var taken = await talk.OrderAsync(numbers[1].Id, "third");
        var unknown = await talk.OrderAsync(Guid.Empty.ToString(), "fourth");

        Assert.Equal((HttpStatusCode.OK, "failed"), (again.Status, again.Outcome));
        Assert.Contains("already been ordered", again.Error, StringComparison.Ordinal);
        Assert.Contains("not available", taken.Error, StringComparison.Ordinal);
        Assert.Contains("not found", unknown.Error, StringComparison.Ordinal);
        Assert.Single((await _lab.AskAsync("/ledger"))["sold"]!.AsArray());
        Assert.Equal("Unavailable", (await talk.NumberAsync(numbers[1].TenDigit)).Numbers[0].Status);
    }

    [Fact]
    public async Task An_order_of_several_numbers_is_filled_whole_or_not_at_all()
    {
        var talk = _lab.Bandwidth();
        var numbers = (await talk.SearchAsync("206", 3)).Numbers;
        await talk.OrderAsync(numbers[1].Id, "first");

        var reply = await talk.SendAsync("basicNumberOrder", Order([.. numbers.Select(number => number.Id)]));

        Assert.Equal("failed", reply.Outcome);
        Assert.Single(await _lab.HeldAsync());
        var good = await talk.SendAsync("basicNumberOrder", Order(numbers[0].Id, numbers[2].Id));
        Assert.Equal(2, good.Numbers.Count);
        Assert.Equal(3, (await _lab.HeldAsync()).Count);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_changes_nothing()
    {
        var talk = _lab.Bandwidth();
        talk.Headers["X-BWC-IN-Control-Processing-Type"] = "validate";
        var wanted = (await talk.SearchAsync("512", 1)).Numbers[0];

        Assert.Equal("success", (await talk.OrderAsync(wanted.Id, "dry")).Outcome);
        Assert.Equal("failed", (await talk.OrderAsync(Guid.Empty.ToString(), "dry")).Outcome);

        Assert.Empty((await _lab.AskAsync("/ledger"))["sold"]!.AsArray());
        Assert.Equal("Available", (await talk.NumberAsync(wanted.TenDigit)).Numbers[0].Status);
    }

    [Fact]
    public async Task Orders_are_listed_by_date_and_found_by_their_reference()
    {
        var talk = _lab.Bandwidth();
        await talk.OrderAsync((await talk.SearchAsync("615", 1)).Numbers[0].Id, "mine");
        var today = (await _lab.AskAsync("/healthz"))["now"]!.GetValue<DateTimeOffset>().UtcDateTime.Date;

        var listed = await List(today.AddDays(-1), today.AddDays(1));
        var earlier = await List(today.AddDays(-9), today.AddDays(-8));

        Assert.Equal("mine", listed.Root.Descendants(BandwidthTalk.Space + "extRefID").Single().Value);
        Assert.Equal("success", earlier.Outcome);
        Assert.Null(earlier.OrderId);

        Task<BandwidthReply> List(DateTime from, DateTime to) => talk.SendAsync(
            "getNumberOrders",
            BandwidthTalk.Child("getType", "developer"),
            BandwidthTalk.Child("startDate", from.ToString("yyyy-MM-dd")),
            BandwidthTalk.Child("endDate", to.ToString("yyyy-MM-dd")));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_in_an_envelope_or_with_401_as_the_rule_says()
    {
        var talk = new BandwidthTalk(_lab.Client) { Key = "wrong" };

        var reply = await talk.SearchAsync("415");
        Assert.Equal((HttpStatusCode.OK, "failed"), (reply.Status, reply.Outcome));
        Assert.Contains("developer key", reply.Error, StringComparison.Ordinal);

        await _lab.TellAsync("/faults", """{"carrier":"bandwidth","action":"auth_401"}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await talk.SearchAsync("415")).Status);
    }

    [Theory]
    [InlineData("<areaCodeNumberSearch xmlns='http://www.bandwidth.com/api/'>", "well-formed")]
    [InlineData("<!DOCTYPE x [<!ENTITY e 'x'>]><areaCodeNumberSearch xmlns='http://www.bandwidth.com/api/'/>", "well-formed")]
    [InlineData("<areaCodeNumberSearch/>", "namespace")]
    [InlineData("<fly xmlns='http://www.bandwidth.com/api/'/>", "unknown")]
    [InlineData("<reserveNumbers xmlns='http://www.bandwidth.com/api/'/>", "not permitted")]
    [InlineData("<areaCodeNumberSearch xmlns='http://www.bandwidth.com/api/'/>", "developerKey is missing")]
    public async Task A_body_that_is_no_request_is_refused(string body, string says)
    {
        var reply = await _lab.Bandwidth().SendTextAsync(body);

        Assert.Equal((HttpStatusCode.OK, "failed"), (reply.Status, reply.Outcome));
        Assert.Contains(says, reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("areaCodeNumberSearch", "areaCode=41;maxQuantity=5", "areaCode")]
    [InlineData("areaCodeNumberSearch", "areaCode=115;maxQuantity=5", "areaCode")]
    [InlineData("areaCodeNumberSearch", "areaCode=415", "maxQuantity is missing")]
    [InlineData("areaCodeNumberSearch", "areaCode=415;maxQuantity=0", "maxQuantity")]
    [InlineData("areaCodeNumberSearch", "areaCode=415;maxQuantity=5001", "maxQuantity")]
    [InlineData("areaCodeNumberSearch", "areaCode=415;maxQuantity=5;colour=blue", "colour")]
    [InlineData("npaNxxNumberSearch", "npaNxx=4155;maxQuantity=5", "npaNxx")]
    [InlineData("npaNxxNumberSearch", "npaNxx=415055;maxQuantity=5", "npaNxx")]
    [InlineData("rateCenterNumberSearch", "state=Colorado;rateCenter=DENVER;maxQuantity=5", "state")]
    [InlineData("tollfreeNumberSearch", "maxQuantity=5", "Toll-free")]
    [InlineData("getTelephoneNumber", "getType=e164;getValue=+14155550100", "getType")]
    [InlineData("getTelephoneNumber", "getType=10digit;getValue=+14155550100", "getValue")]
    [InlineData("getTelephoneNumber", "getType=10digit;getValue=2005550100", "not found")]
    [InlineData("getNumberOrder", "getType=orderID;getValue=7", "getValue")]
    [InlineData("getNumberOrder", "getType=orderID;getValue=00000000-0000-0000-0000-000000000000", "not found")]
    [InlineData("getNumberOrders", "getType=everybody", "getType")]
    [InlineData("getNumberOrders", "getType=developer;startDate=yesterday", "startDate")]
    [InlineData("basicNumberOrder", "orderName=x;extRefID=y;subscriber=z", "numberIDs is missing")]
    [InlineData("basicNumberOrder", "orderName=x;numberIDs=;subscriber=z", "missing")]
    public async Task A_request_with_a_wrong_value_is_refused(string root, string children, string says)
    {
        var reply = await _lab.Bandwidth().SendAsync(root, [.. children.Split(';').Select(child => child.Split('=')).Select(pair => BandwidthTalk.Child(pair[0], pair[1]))]);

        Assert.Equal((HttpStatusCode.OK, "failed"), (reply.Status, reply.Outcome));
        Assert.Contains(says, reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_order_of_elements_is_warned_about_only()
    {
        var reply = await _lab.Bandwidth().SendAsync("areaCodeNumberSearch", BandwidthTalk.Child("maxQuantity", 1), BandwidthTalk.Child("areaCode", "415"));

        Assert.Equal("success", reply.Outcome);
        Assert.Contains("order", reply.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_media_type_a_query_and_another_verb_are_refused()
    {
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await new BandwidthTalk(_lab.Client) { MediaType = "application/json" }.SearchAsync("415")).Status);
        Assert.Contains("colour", (await _lab.Bandwidth().SendTextAsync("<x/>", "?colour=blue")).Error, StringComparison.Ordinal);
        using var get = await _lab.Client.GetAsync(_lab.Host.Bandwidth, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        Assert.Equal(1, await _lab.CountAsync("operation=unknown&contains=numbers.api&carrier=bandwidth&from_seq=3"));
    }

    [Fact]
    public async Task A_given_back_number_rests_thirty_days()
    {
        await _lab.TellAsync("/clock", """{"freeze":true}""");
        var talk = _lab.Bandwidth();
        var wanted = (await talk.SearchAsync("314", 1)).Numbers[0];
        await talk.OrderAsync(wanted.Id, "first");
        await _lab.TellAsync("/carriers/bandwidth/disconnect", $$"""{"number":"+1{{wanted.TenDigit}}"}""");

        Assert.Empty(await _lab.HeldAsync());
        await _lab.TellAsync("/clock", """{"advance_s":2591999}""");
        Assert.Equal("failed", (await talk.OrderAsync(wanted.Id, "too early")).Outcome);
        await _lab.TellAsync("/clock", """{"advance_s":1}""");
        Assert.Equal("success", (await talk.OrderAsync(wanted.Id, "again")).Outcome);

        var ledger = await _lab.AskAsync("/ledger");
        Assert.Equal(2, ledger["sold"]!.AsArray().Count);
        Assert.Single(ledger["released"]!.AsArray());
        Assert.Equal("again", Assert.Single(SandboxLab.Held(ledger, "held")).Reference);
        Assert.Equal(70, (int)ledger["money"]!["bandwidth"]!["spent_minor"]!);
    }

    private static XElement[] Order(params string[] ids) =>
    [
        BandwidthTalk.Child("orderName", "Several"),
        BandwidthTalk.Child("extRefID", "several"),
        BandwidthTalk.Child("numberIDs", [.. ids.Select(id => BandwidthTalk.Child("id", id))]),
        BandwidthTalk.Child("subscriber", "somebody"),
        BandwidthTalk.Child("endPoints", BandwidthTalk.Child("host", "198.51.100.7"), BandwidthTalk.Child("host", "sip.example.net")),
    ];
}
