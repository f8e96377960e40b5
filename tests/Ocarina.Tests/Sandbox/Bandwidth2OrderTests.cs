using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class Bandwidth2OrderTests
{
    [Fact]
    public async Task An_order_is_received_and_then_complete_and_its_number_is_in_service()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();

        var created = await talk.OrderAsync(number, "ref-1");
        var order = await talk.GetAsync($"orders/{created.OrderId}");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("RECEIVED", created.OrderStatus);
        Assert.EndsWith(created.OrderId!, created.Location?.AbsolutePath, StringComparison.Ordinal); // a created order has one
        Assert.Equal("COMPLETE", order.OrderStatus);
        Assert.Equal([number], order.Completed);
        Assert.Equal(HttpStatusCode.OK, (await talk.GetAsync($"inserviceNumbers/{number}")).Status);
        Assert.Equal("Inservice", (await talk.GetAsync($"tns/{number}")).Root.Element("Status")?.Value);
        Assert.Equal(created.OrderId, (await talk.GetAsync($"tns/{number}")).Root.Element("OrderId")?.Value);
        Assert.Equal([("bandwidth2", "+1" + number, (string?)"ref-1")], await lab.HeldAsync());
        Assert.DoesNotContain(number, (await talk.SearchAsync($"npaNxx={number[..6]}&LCA=false")).Numbers);
    }

    [Fact]
    public async Task A_number_that_is_gone_fails_after_a_good_201()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();
        await talk.OrderAsync(number, "first");

        var created = await talk.OrderAsync(number, "second");
        var order = await talk.GetAsync($"orders/{created.OrderId}");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("FAILED", order.OrderStatus);
        Assert.Equal(["5018", "5005"], order.Root.Descendants("Code").Select(code => code.Value));
        Assert.Empty(order.Completed);
        Assert.Single(await lab.HeldAsync());
    }

    [Fact]
    public async Task Of_32_buyers_of_each_number_one_gets_it()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var numbers = (await talk.SearchAsync("areaCode=415&quantity=10&LCA=false")).Numbers;

        var statuses = await Task.WhenAll(Enumerable.Range(0, 32).SelectMany(buyer => numbers.Select(async number =>
        {
            var created = await talk.OrderAsync(number, $"b{buyer}-{number}");
            return (await talk.GetAsync($"orders/{created.OrderId}")).OrderStatus;
        })));

        Assert.Equal(10, statuses.Count(status => status == "COMPLETE"));
        Assert.Equal(310, statuses.Count(status => status == "FAILED"));
        Assert.Equal(numbers.Order(StringComparer.Ordinal), (await lab.HeldAsync()).Select(held => held.Number[2..]).Order(StringComparer.Ordinal));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "<Order><CustomerOrderId>bad_id!</CustomerOrderId>{N}<SiteId>1337</SiteId></Order>", "5052" },
        { "<Order><CustomerOrderId>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</CustomerOrderId>{N}<SiteId>1337</SiteId></Order>", "5052" },
        { "<Order>{N}</Order>", "5022" },
        { "<Order>{N}<SiteId>1</SiteId></Order>", "5016" },
        { "<Order>{N}<SiteId>1337</SiteId><PeerId>1</PeerId></Order>", "5023" },
        { "<Order>{N}<SiteId>4410</SiteId></Order>", "5020" },
        { "<Order><SiteId>1337</SiteId></Order>", "5087" },
        { "<Order>{N}<SiteId>1337</SiteId><Color>red</Color></Order>", "5002" },
        { "<Order>{N}<SiteId>1337</SiteId><PartialAllowed>maybe</PartialAllowed></Order>", "5002" },
        { "<Order><Name>012345678901234567890123456789012345678901234567890</Name>{N}<SiteId>1337</SiteId></Order>", "5002" },
        { "<Order>{N}<SiteId>1337</SiteId><BackOrderRequested>true</BackOrderRequested></Order>", "5522" },
        { "<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList/></ExistingTelephoneNumberOrderType><SiteId>1337</SiteId></Order>", "5073" },
        { "<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>+13035550142</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType><SiteId>1337</SiteId></Order>", "5070" },
        { "<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>3032220142</TelephoneNumber><TelephoneNumber>3032220142</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType><SiteId>1337</SiteId></Order>", "5093" },
        { "<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>8002220142</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType><SiteId>2297</SiteId><PeerId>500015</PeerId></Order>", "5162" },
        { "<Order><AreaCodeSearchAndOrderType><AreaCode>433</AreaCode><Quantity>1</Quantity></AreaCodeSearchAndOrderType><SiteId>1337</SiteId></Order>", "4000" },
        { "<Purchase/>", "5002" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task A_wrong_order_is_refused_with_its_code_and_an_echo_and_sells_nothing(string body, string code)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var number = await talk.OneAsync();
        var wish = $"<ExistingTelephoneNumberOrderType>{Bandwidth2Talk.ListOf([number])}</ExistingTelephoneNumberOrderType>";

        var reply = await talk.SendAsync(HttpMethod.Post, "orders", body.Replace("{N}", wish, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(code, reply.Root.Element("ErrorList")?.Element("Error")?.Element("Code")?.Value);
        // The trap: the refusal mentions the numbers that were wanted.
        Assert.Equal(body.Contains("{N}", StringComparison.Ordinal), reply.Body.Contains($"<TelephoneNumber>{number}</TelephoneNumber>", StringComparison.Ordinal));
        Assert.Null(reply.OrderId);
        Assert.Empty(await lab.HeldAsync());
    }

    [Fact]
    public async Task What_is_not_xml_is_refused_before_anything_else()
    {
        await using var lab = await SandboxLab.StartAsync();

        var text = await new Bandwidth2Talk(lab.Client) { MediaType = "application/json" }.SendAsync(HttpMethod.Post, "orders", "{}");
        var broken = await new Bandwidth2Talk(lab.Client).SendAsync(HttpMethod.Post, "orders", "<Order>");
        var dtd = await new Bandwidth2Talk(lab.Client).SendAsync(HttpMethod.Post, "orders", "<!DOCTYPE a [<!ENTITY b 'c'>]><Order>&b;</Order>");
        var unknown = await new Bandwidth2Talk(lab.Client).GetAsync("orders?colour=red");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.Status);
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
        Assert.Equal(HttpStatusCode.BadRequest, dtd.Status);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
    }

    [Fact]
    public async Task Orders_are_found_by_the_customers_id_which_is_not_unique()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var numbers = (await talk.SearchAsync("areaCode=212&quantity=4&LCA=false")).Numbers;
        var orders = new List<string?>();
        foreach (var (number, reference) in numbers.Zip(["one", "two", "two", "two-and-a-half"])) orders.Add((await talk.OrderAsync(number, reference)).OrderId);

        var one = await talk.GetAsync("orders?page=1&size=50&customerOrderId=one");
        var two = await talk.GetAsync("orders?page=1&size=50&customerOrderId=two");
        var none = await talk.GetAsync("orders?page=1&size=50&customerOrderId=three");

        Assert.Equal([orders[0]], Ids(one));
        // The filter is a beginning, not the whole: matching exactly is left to the customer.
        Assert.Equal([orders[3], orders[2], orders[1]], Ids(two));
        Assert.Empty(Ids(none));
        Assert.Equal("0", none.Root.Descendants("TotalCount").Single().Value);
    }

    [Fact]
    public async Task Pages_of_the_list_are_named_by_order_ids()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        foreach (var number in (await talk.SearchAsync("areaCode=212&quantity=5&LCA=false")).Numbers) await talk.OrderAsync(number, "many");

        var first = await talk.GetAsync("orders?page=1&size=2");
        var next = first.Root.Descendants("next").Single().Value;
        var second = await talk.GetAsync($"orders?page={next.Split("page=")[1].Split('&')[0]}&size=2");
        var tooLarge = await talk.GetAsync("orders?page=1&size=1001");
        var unknown = await talk.GetAsync("orders?page=2&size=2");

        Assert.Equal(2, Ids(first).Count);
        Assert.Equal(2, Ids(second).Count);
        Assert.Empty(Ids(first).Intersect(Ids(second)));
        Assert.Equal(HttpStatusCode.BadRequest, tooLarge.Status);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
    }

    [Fact]
    public async Task Some_of_several_numbers_is_partial_when_allowed_and_nothing_when_not()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var numbers = (await talk.SearchAsync("areaCode=604&quantity=3&LCA=false")).Numbers;
        await lab.TellAsync("/stock", $$"""{"carrier":"bandwidth2","number":"+1{{numbers[1]}}","status":"taken"}""");

        var all = await talk.GetAsync($"orders/{(await talk.OrderAsync(numbers, "all", partial: false)).OrderId}");
        var some = await talk.GetAsync($"orders/{(await talk.OrderAsync(numbers, "some", partial: true)).OrderId}");

        Assert.Equal("FAILED", all.OrderStatus);
        Assert.Equal("PARTIAL", some.OrderStatus);
        Assert.Equal([numbers[0], numbers[2]], some.Completed);
        Assert.Equal([numbers[1]], some.Root.Elements("FailedNumbers").Elements("FullNumber").Select(element => element.Value));
        Assert.Equal(2, (await lab.HeldAsync()).Count);
    }

    [Fact]
    public async Task An_order_beyond_the_stock_waits_and_is_closed_on_demand()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var wish = XElement.Parse("<Order><RateCenterSearchAndOrderType><RateCenter>BOULDER</RateCenter><State>CO</State><Quantity>60</Quantity></RateCenterSearchAndOrderType><PartialAllowed>true</PartialAllowed><BackOrderRequested>true</BackOrderRequested><SiteId>1337</SiteId></Order>");

        var created = await talk.PostAsync("orders", wish);
        var waiting = await talk.GetAsync($"orders/{created.OrderId}");
        var closed = await talk.PutAsync($"orders/{created.OrderId}", XElement.Parse("<Order><CloseOrder>true</CloseOrder></Order>"));
        var again = await talk.PutAsync($"orders/{created.OrderId}", XElement.Parse("<Order><CloseOrder>true</CloseOrder></Order>"));

        Assert.Equal("BACKORDERED", waiting.OrderStatus);
        Assert.Equal("5520", waiting.Code);
        Assert.Equal("PARTIAL", closed.OrderStatus);
        Assert.Equal("5060", again.Code);
        Assert.Equal(closed.Completed.Count, (await lab.HeldAsync()).Count);
    }

    [Theory]
    [InlineData("order_failed", "FAILED", 0)]
    [InlineData("order_backordered", "BACKORDERED", 0)]
    [InlineData("order_partial", "PARTIAL", 0)]
    [InlineData("order_slow;delay_ms=-1", "PROCESSING", 1)]
    [InlineData("deliver_wrong", "COMPLETE", 1)]
    [InlineData("deliver_more", "COMPLETE", 2)]
    [InlineData("no_completed_numbers", "COMPLETE", 1)]
    public async Task An_order_can_be_made_to_go_wrong(string fault, string status, int sold)
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client) { Headers = { ["X-Sandbox-Fault"] = fault } };
        var number = await new Bandwidth2Talk(lab.Client).OneAsync();

        var created = await talk.OrderAsync(number, "wrong");
        var order = await new Bandwidth2Talk(lab.Client).GetAsync($"orders/{created.OrderId}");

        Assert.Equal(status, order.OrderStatus);
        Assert.Equal(sold, (await lab.HeldAsync()).Count);
        Assert.Equal(fault == "deliver_wrong", order.Completed.Count == 1 && order.Completed[0] != number);
        if (fault == "no_completed_numbers") Assert.Null(order.Root.Element("CompletedNumbers"));
    }

    [Fact]
    public async Task The_status_of_a_new_order_may_be_missing_and_the_list_may_lag()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        await lab.TellAsync("/clock", """{"freeze":true}""");
        await lab.TellAsync("/faults", """[{"carrier":"bandwidth2","action":"missing_status"},{"carrier":"bandwidth2","action":"order_lag","delay_ms":5000}]""");

        var created = await talk.OrderAsync(await talk.OneAsync(), "late");
        var before = await talk.GetAsync("orders?page=1&size=5&customerOrderId=late");
        await lab.TellAsync("/clock", """{"advance_s":6}""");
        var after = await talk.GetAsync("orders?page=1&size=5&customerOrderId=late");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Null(created.OrderStatus);
        Assert.Empty(Ids(before));
        Assert.Equal([created.OrderId], Ids(after));
    }

    private static List<string?> Ids(Bandwidth2Answer list) =>
        [.. list.Root.Descendants("OrderIdUserIdDate").Select(item => (item.Element("orderId") ?? item.Element("OrderId"))?.Value)];
}
