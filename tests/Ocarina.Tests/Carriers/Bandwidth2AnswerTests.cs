using System.Text;
using System.Xml.Linq;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Core.Carriers.CarrierErrorKind;

namespace Ocarina.Tests.Carriers;

/// <summary>What is written to the carrier, and what its words mean (carriers.md 4.6 to 4.9), without a network.</summary>
public sealed class Bandwidth2AnswerTests
{
    private const string Id = "dc0008ec-07fc-41bf-a3bd-6c6ebf913f1c";

    [Fact]
    public void An_order_is_written_as_documented_element_by_element()
    {
        var settings = Bandwidth2Some.Settings();

        var body = Encoding.UTF8.GetString(Requests.Order(new(Bandwidth2Some.Key.ToString(), settings.OrderName(Bandwidth2Some.Key), "3035550142", "1337", settings.PeerId)));

        Assert.Equal("""
            <?xml version="1.0" encoding="utf-8"?><Order><CustomerOrderId>01JQX7M2T8B4W6Z0C9D3E5F7GH</CustomerOrderId><Name>North hub-01JQX7M2T8B4W6Z0C9D3E5F7GH</Name><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>3035550142</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType><PartialAllowed>false</PartialAllowed><BackOrderRequested>false</BackOrderRequested><SiteId>1337</SiteId><PeerId>13337</PeerId></Order>
            """, body);
    }

    [Fact]
    public void Without_a_peer_none_is_written_and_text_is_escaped()
    {
        var body = XElement.Parse(Encoding.UTF8.GetString(Requests.Order(new("K", "A & <B>-K", "3035550142", "1", null, "77"))));

        Assert.Null(body.Element("PeerId"));
        Assert.Equal("A & <B>-K", body.Element("Name")?.Value);
        Assert.Equal("77", body.Descendants("ReservationIdList").Elements("ReservationId").Single().Value);
    }

    [Fact]
    public void The_name_of_an_order_keeps_the_key_whole_and_cuts_the_prefix()
    {
        Assert.Equal($"Kazoo-{Bandwidth2Some.Key}", Bandwidth2Some.Settings(("order_name_prefix", null)).OrderName(Bandwidth2Some.Key));
        var name = Bandwidth2Some.Settings(("order_name_prefix", "An arbitrary string that is far too long")).OrderName(Bandwidth2Some.Key);
        Assert.EndsWith($"-{Bandwidth2Some.Key}", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 27, 50);
    }

    [Fact]
    public void A_release_names_exactly_one_number_and_not_the_deprecated_name()
    {
        var body = XElement.Parse(Encoding.UTF8.GetString(Requests.Disconnect("K", ["3035550142"], "normal")));

        Assert.Equal(["CustomerOrderId", "DisconnectTelephoneNumberOrderType"], body.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("3035550142", Assert.Single(body.Descendants("TelephoneNumber")).Value);
        Assert.Equal("normal", body.Descendants("DisconnectMode").Single().Value);
    }

    // An error reply echoes the request, so "it contains telephone numbers" is no success; Kazoo tests exactly that.
    [Theory]
    [InlineData(400)]
    [InlineData(200)]
    [InlineData(201)]
    public void An_error_that_echoes_the_numbers_is_a_refusal(int status)
    {
        var outcome = Created(status, $"<OrderResponse><ErrorList><Error><Code>5022</Code><Description>site</Description></Error></ErrorList><Order>{Echo}</Order></OrderResponse>");

        Assert.Equal(InvalidConfig, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind);
    }

    [Fact]
    public void Without_a_status_a_new_order_waits_and_without_an_id_the_location_has_it()
    {
        Assert.Equal((Id, "RECEIVED"), Pending(Created(201, $"<OrderResponse><Order><id>{Id}</id>{Echo}</Order></OrderResponse>")));
        Assert.Equal(("42", "RECEIVED"), Pending(Created(201, $"<OrderResponse><Order>{Echo}</Order></OrderResponse>", ("Location", "https://dashboard.bandwidth.com/v1.0/accounts/1/orders/42"))));
        Assert.Equal(("43", null), Pending(Created(303, "", ("Location", "/accounts/1/orders/43"))));
    }

    [Fact]
    public void Without_any_id_nothing_is_known() =>
        Assert.IsType<CarrierOutcome.Unknown>(Created(201, $"<OrderResponse><Order>{Echo}</Order></OrderResponse>", ("Location", "https://evil.example/..")));

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, "<html>no</html>")]
    [InlineData(502, "<OrderResponse><ErrorList><Error><Code>5018</Code></Error></ErrorList></OrderResponse>")]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(201, "<OrderResponse><Order>")]
    [InlineData(201, "<html><body>Welcome</body></html>")]
    [InlineData(201, "{\"ok\":true}")]
    [InlineData(201, "<OrderResponse><Order><id>7</id><CustomerOrderId>ANOTHER</CustomerOrderId></Order></OrderResponse>")]
    [InlineData(302, "")]
    [InlineData(408, "")]
    [InlineData(409, "")]
    [InlineData(400, "<OrderResponse><ErrorList><Error><Code>5086</Code><Description>time-out, please resubmit</Description></Error></ErrorList></OrderResponse>")]
    [InlineData(400, "<OrderResponse><ErrorList><Error><Code>5019</Code><Description>waiting</Description></Error></ErrorList></OrderResponse>")]
    [InlineData(400, "<OrderResponse><ErrorList><Error><Code>5520</Code><Description>backordered</Description></Error></ErrorList></OrderResponse>")]
    [InlineData(400, "<R><ErrorList><Error><Code>1010</Code></Error></ErrorList></R>")]
    public void What_proves_nothing_is_unknown(int status, string body) => Assert.IsType<CarrierOutcome.Unknown>(Created(status, body));

    [Theory]
    [InlineData(401, "", Unauthenticated)]
    [InlineData(403, "", Unauthorized)]
    [InlineData(404, "<ErrorResponse><ResponseStatus><Description>no</Description></ResponseStatus></ErrorResponse>", NotFound)]
    [InlineData(429, "", RateLimited)]
    [InlineData(509, "", RateLimited)]
    [InlineData(400, "<OrderResponse><ErrorList><Error><Code>5018</Code></Error></ErrorList></OrderResponse>", NumberUnavailable)]
    [InlineData(400, "<OrderResponse><ErrorList><Error><Code>5095</Code></Error></ErrorList></OrderResponse>", Quantity)]
    public void What_proves_that_nothing_was_taken_is_a_refusal(int status, string body, CarrierErrorKind kind) =>
        Assert.Equal(kind, Assert.IsType<CarrierOutcome.Refused>(Created(status, body)).Error.Kind);

    [Fact]
    public void A_new_order_that_failed_at_once_is_refused_by_what_is_said_of_our_number()
    {
        var outcome = Created(201, $"""
            <OrderResponse><ErrorList><Error><Code>5071</Code><TelephoneNumber>3035550999</TelephoneNumber></Error><Error><Code>5005</Code><TelephoneNumber>3035550142</TelephoneNumber></Error></ErrorList>
            <Order><id>{Id}</id></Order><OrderStatus>FAILED</OrderStatus></OrderResponse>
            """);

        Assert.Equal((NumberUnavailable, "5005"), (Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind, ((CarrierOutcome.Refused)outcome).Error.Code));
    }

    // With errors and an id the order itself is the better witness.
    [Fact]
    public void Errors_beside_an_order_id_are_asked_about() =>
        Assert.Equal((Id, "RECEIVED"), Pending(Created(201, $"<OrderResponse><ErrorList><Error><Code>5017</Code></Error></ErrorList><Order><id>{Id}</id></Order></OrderResponse>")));

    [Theory]
    [InlineData(null, Verdict.Wait)]
    [InlineData("RECEIVED", Verdict.Wait)]
    [InlineData("PROCESSING", Verdict.Wait)] // Kazoo: failure
    [InlineData("COMPLETE", Verdict.ReadNumbers)]
    [InlineData("COMPLETED", Verdict.ReadNumbers)]
    [InlineData("PARTIAL", Verdict.ReadNumbers)]
    [InlineData("BACKORDERED", Verdict.Close)]
    [InlineData("FAILED", Verdict.Refused)]
    [InlineData("CANCELLED", Verdict.WaitSlowly)]
    [InlineData("INVENTED", Verdict.WaitSlowly)]
    internal void Every_state_of_an_order_leads_where_it_should(string? status, Verdict verdict) =>
        Assert.Equal(verdict, PurchaseAnswers.Judge(new OrderReply { Status = status }, Bandwidth2Some.Number));

    [Theory]
    [InlineData("COMPLETE", Verdict.Bought)]
    [InlineData("PARTIAL", Verdict.Bought)]
    [InlineData("FAILED", Verdict.ReadNumbers)] // both cannot be true
    internal void Our_number_among_the_bought_ones_decides(string status, Verdict verdict) =>
        Assert.Equal(verdict, PurchaseAnswers.Judge(new OrderReply { Status = status, Completed = ["+13035550142"] }, Bandwidth2Some.Number));

    [Fact]
    public void The_data_of_a_bought_number_holds_the_carriers_id_ours_and_what_the_search_left()
    {
        var order = Bandwidth2Some.Order() with { CarrierData = DocumentText.From(new() { ["tier"] = 0, ["sandbox"] = true }) };

        var data = PurchaseAnswers.Data(order, new OrderReply { SiteId = "9" }, Id, Bandwidth2Some.Settings(), new DateTimeOffset(2031, 4, 2, 10, 15, 4, TimeSpan.Zero));

        Assert.Equal($$"""
            {"tier":0,"order_id":"{{Id}}","bandwidth_order_id":"{{Id}}","customer_order_id":"01JQX7M2T8B4W6Z0C9D3E5F7GH","order_name":"North hub-01JQX7M2T8B4W6Z0C9D3E5F7GH","number":"+13035550142","account_id":"9500001","site_id":"9","peer_id":"13337","completed_at":"2031-04-02T10:15:04Z"}
            """, data.ToString());
    }

    // Kazoo stores the customer's order id under order_id.
    [Fact]
    public void The_carriers_own_id_is_preferred_to_the_one_that_kazoo_wrote()
    {
        Assert.Equal("B", PurchaseAnswers.OrderIdOf(DocumentText.From(new() { ["order_id"] = "A", ["bandwidth_order_id"] = "B" })));
        Assert.Equal("A", PurchaseAnswers.OrderIdOf(DocumentText.From(new() { ["order_id"] = "A" })));
        Assert.Null(PurchaseAnswers.OrderIdOf(DocumentText.Empty));
    }

    [Theory]
    [InlineData("5006", "FAILED", NotOwned)]
    [InlineData("5076", "FAILED", NotOwned)]
    [InlineData("5084", "FAILED", InvalidConfig)]
    [InlineData("5175", "PARTIAL", InvalidConfig)]
    public void A_release_that_failed_says_why(string code, string status, CarrierErrorKind kind) =>
        Assert.Equal(kind, Assert.IsType<CarrierOutcome.Refused>(Released(201, Errors(code, status))).Error.Kind);

    [Fact]
    public void A_number_that_is_not_in_service_any_more_is_released() =>
        Assert.Equal(["already_released"], Assert.IsType<CarrierOutcome.Done>(Released(201, Errors("5074", "FAILED"))).Warnings);

    [Fact]
    public void An_empty_list_of_errors_is_no_error() => Assert.IsType<CarrierOutcome.Pending>(Released(201,
        "<DisconnectTelephoneNumberOrderResponse><ErrorList/><orderRequest><id>7</id></orderRequest><OrderStatus>RECEIVED</OrderStatus></DisconnectTelephoneNumberOrderResponse>"));

    [Theory]
    [InlineData("2014-01-06T19:09:44.041Z", 2014)]
    [InlineData("2014-01-10T17-34-15Z", 2014)]
    [InlineData("2014-01-10T17-34-15.797Z", 2014)]
    [InlineData("2014-01-06T19:09:44.041-05:00", 2014)]
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("2013-12-20T06", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Dates_that_make_no_sense_are_left_out(string? text, int? year) => Assert.Equal(year, WireDates.Of(text)?.Year);

    [Theory]
    [InlineData(200, "", true)]
    [InlineData(200, "<TNs><TelephoneNumber>3035550142</TelephoneNumber></TNs>", true)]
    [InlineData(404, "", false)]
    [InlineData(404, "<Links/>", false)]
    [InlineData(404, "<ErrorResponse><ResponseStatus><Description>no</Description></ResponseStatus></ErrorResponse>", false)]
    public void A_number_is_in_service_or_not(int status, string body, bool isOurs) => Assert.Equal(isOurs, InService.Of(Bandwidth2Some.Reply(status, body), Bandwidth2Some.Number));

    [Theory]
    [InlineData(404, "<html><body>nginx</body></html>")]
    [InlineData(404, "Not Found")]
    [InlineData(200, "<html><body>Log in</body></html>")]
    [InlineData(200, "<TNs><TelephoneNumber>3035550999</TelephoneNumber></TNs>")]
    [InlineData(500, "")]
    [InlineData(403, "")]
    public void What_something_else_says_about_a_number_proves_nothing(int status, string body) =>
        Assert.Throws<CarrierException>(() => InService.Of(Bandwidth2Some.Reply(status, body), Bandwidth2Some.Number));

    [Fact]
    public void The_next_page_is_read_from_the_link_and_only_a_safe_one()
    {
        Assert.Equal("abc-1", Lists.Orders(List("Link=&lt;https://d:443/orders?page=abc-1&amp;size=50&gt;;rel=\"next\";")).NextPage);
        Assert.Null(Lists.Orders(List("Link=&lt;https://d:443/orders?page=../../sites&amp;size=50&gt;;rel=\"next\";")).NextPage);
        Assert.Null(Lists.Orders(List("( a link goes here )")).NextPage);

        static XElement List(string link) => XElement.Parse($"<R><ListOrderIdUserIdDate><Links><next>{link}</next></Links></ListOrderIdUserIdDate></R>");
    }

    [Fact]
    public void Maintenance_prints_what_scripts_look_for() => Assert.Equal(
        "listing all sites for account \"20902288\"\nId: <<\"1234\">> Name: <<\"East \\\"1\\\"\">>\ndone.\nok\n",
        Maintenance.Text("listing all sites for account \"20902288\"", [new Place("1234", "East \"1\"")]));

    private static string Echo => "<ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>3035550142</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType>";

    private static string Errors(string code, string status) =>
        $"<DisconnectTelephoneNumberOrderResponse><ErrorList><Error><Code>{code}</Code><TelephoneNumber>3035550142</TelephoneNumber></Error></ErrorList><orderRequest><id>7</id></orderRequest><OrderStatus>{status}</OrderStatus></DisconnectTelephoneNumberOrderResponse>";

    private static CarrierOutcome Created(int status, string body, params (string, string)[] headers) =>
        PurchaseAnswers.OfCreation(Bandwidth2Some.Reply(status, body, headers), Bandwidth2Some.Order(), (_, _) => DocumentText.Empty);

    private static CarrierOutcome Released(int status, string body) =>
        ReleaseAnswers.OfCreation(Bandwidth2Some.Reply(status, body), Bandwidth2Some.Key, Bandwidth2Some.Number, _ => DocumentText.Empty);

    private static (string?, string?) Pending(CarrierOutcome outcome)
    {
        var pending = Assert.IsType<CarrierOutcome.Pending>(outcome);
        return (pending.CarrierOrderId, pending.Status);
    }
}
