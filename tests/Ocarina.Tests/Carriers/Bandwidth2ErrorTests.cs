using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Core.Carriers.CarrierErrorKind;

namespace Ocarina.Tests.Carriers;

/// <summary>All shapes of errors and the tables of their codes (carriers.md 4.9).</summary>
public sealed class Bandwidth2ErrorTests
{
    [Theory]
    [InlineData("<OrderResponse><ErrorList><Error><Code>5018</Code><Description>gone</Description></Error></ErrorList></OrderResponse>", "5018", "gone")] // 1
    [InlineData("<SearchResult><Error><Code>4010</Code><Description>Unable</Description></Error></SearchResult>", "4010", "Unable")] // 2
    [InlineData("<SiteResponse><ResponseStatus><ErrorCode>12016</ErrorCode><Description>No site</Description></ResponseStatus></SiteResponse>", "12016", "No site")] // 3
    [InlineData("<X><Errors><Code>7205</Code><Description>busy</Description></Errors><Errors><Code>7206</Code></Errors></X>", "7205", "busy")] // 4
    [InlineData("<X><Errors><Error><ErrorCode>13500</ErrorCode><Description>option</Description><TelephoneNumber>3035550142</TelephoneNumber></Error></Errors></X>", "13500", "option")] // 5
    [InlineData("<IrisStatus><resultCode>7001</resultCode><resultMessage>bad</resultMessage></IrisStatus>", "7001", "bad")] // 6
    [InlineData("<X><IrisStatus><resultCode>7001</resultCode><resultMessage>bad</resultMessage></IrisStatus></X>", "7001", "bad")] // 6
    [InlineData("<ErrorResponse><ResponseStatus><Description>The resource does not exist</Description></ResponseStatus></ErrorResponse>", null, "The resource does not exist")] // 7
    [InlineData("<X><PortabilityErrors><Error><Code>7331</Code><Description>no</Description></Error></PortabilityErrors></X>", "7331", "no")] // 8
    [InlineData("<LnpOrderResponse><Status><Code>409</Code><Description>Validation Failed</Description></Status></LnpOrderResponse>", "409", "Validation Failed")] // 9
    [InlineData("{\"error\":{\"code\":4010,\"description\":\"missing\"}}", "4010", "missing")] // 10
    [InlineData("{\"errors\":[{\"type\":\"t\",\"code\":206401,\"description\":\"Invalid\",\"id\":\"1\"}]}", "206401", "Invalid")] // 10
    public void Every_shape_of_an_error_is_read(string body, string? code, string description)
    {
        var error = Faults.Read(Bandwidth2Some.Reply(400, body))[0];

        Assert.Equal(code, error.Code);
        Assert.Equal(description, error.Description);
    }

    [Theory]
    [InlineData("<OrderResponse><ErrorList/></OrderResponse>")]
    [InlineData("<OrderResponse><ErrorList>\n  </ErrorList></OrderResponse>")]
    [InlineData("<X><resultCode>0</resultCode><resultMessage>ok</resultMessage></X>")]
    [InlineData("<LnpOrderResponse><Status><Code>201</Code><Description>received</Description></Status></LnpOrderResponse>")]
    [InlineData("<TelephoneNumberResponse><Status>Inservice</Status></TelephoneNumberResponse>")]
    [InlineData("<Links/>")] // 11
    [InlineData("")] // 12
    [InlineData("<html><body>no</body></html>")]
    [InlineData("{\"resultCount\":0}")]
    public void What_is_no_error_is_read_as_none(string body) => Assert.Empty(Faults.Read(Bandwidth2Some.Reply(200, body)));

    // Codes are not unique: the same one means different things at different resources.
    [Theory]
    [InlineData("Order", "5070", InvalidRequest)]
    [InlineData("Emergency", "8003", NotOwned)]
    [InlineData("Search", "5018", null)]
    [InlineData("Order", "4010", null)]
    [InlineData("Disconnect", "5018", null)]
    [InlineData("Search", "4017", InvalidRequest)]
    [InlineData("Number", "4017", NotFound)]
    [InlineData("Order", "1010", CarrierFault)]
    [InlineData("Search", "1001", Unauthorized)]
    public void A_code_means_something_only_at_its_resource(string context, string code, CarrierErrorKind? kind) =>
        Assert.Equal(kind, ErrorCodes.KindOf(Enum.Parse<WireContext>(context), code));

    [Fact]
    public void Every_code_of_the_table_has_its_kind_in_a_reply_and_the_words_are_kept()
    {
        Assert.True(ErrorCodes.All.Count() > 100);
        Assert.All(ErrorCodes.All, row =>
        {
            var error = Faults.Of(Bandwidth2Some.Reply(400, $"<R><ErrorList><Error><Code>{row.Code}</Code><Description>words</Description></Error></ErrorList></R>"), row.Context);
            Assert.Equal((row.Kind, row.Code, $"{row.Code} words"), (error.Kind, error.Code, error.Detail));
        });
    }

    [Theory]
    [InlineData(400, InvalidRequest)]
    [InlineData(200, InvalidRequest)]
    [InlineData(409, InvalidRequest)]
    [InlineData(500, CarrierFault)]
    [InlineData(401, Unauthenticated)]
    [InlineData(403, Unauthorized)]
    [InlineData(404, NotFound)]
    public void An_unknown_code_is_kept_and_judged_by_the_status(int status, CarrierErrorKind kind)
    {
        var error = Faults.Of(Bandwidth2Some.Reply(status, "<R><ErrorList><Error><Code>99999</Code><Description>?</Description></Error></ErrorList></R>"), WireContext.Order);

        Assert.Equal((kind, "99999"), (error.Kind, error.Code));
    }

    [Theory]
    [InlineData("", NotFound, 404)]
    [InlineData("<Links/>", NotFound, 404)]
    [InlineData("<html>", CarrierFault, 502)]
    public void Without_an_error_the_status_speaks(string body, CarrierErrorKind kind, int status) =>
        Assert.Equal(kind, Faults.Of(Bandwidth2Some.Reply(status, body), WireContext.Order).Kind);

    // Kazoo reports the empty body as "empty_response". The header's seconds are milliseconds at a sister product.
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Too_many_requests_carry_the_time_when_the_window_opens(int unit)
    {
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds() * unit;

        var error = Faults.Of(Bandwidth2Some.Reply(429, "", ("X-RateLimit-Reset", reset.ToString(System.Globalization.CultureInfo.InvariantCulture))), WireContext.Order);

        Assert.Equal(RateLimited, error.Kind);
        Assert.InRange(error.RetryAfter!.Value.TotalSeconds, 30, 61);
    }

    [Fact]
    public void The_throttle_of_the_second_version_is_one_too()
    {
        var error = Faults.Of(Bandwidth2Some.Reply(429, "{\"errors\":[{\"code\":32002,\"description\":\"slow down\"}]}", ("Retry-After", "7")), WireContext.Search);

        Assert.Equal((RateLimited, TimeSpan.FromSeconds(7)), (error.Kind, error.RetryAfter));
    }

    [Theory]
    [InlineData("4023")]
    [InlineData("4024")]
    public void An_area_that_is_not_offered_is_an_empty_search(string code)
    {
        var (items, _, error) = Finder.OfReply(Bandwidth2Some.Reply(400, $"<SearchResult><Error><Code>{code}</Code><Description>not offered</Description></Error></SearchResult>"));

        Assert.Empty(items);
        Assert.Null(error);
    }

    // Kazoo turns it into the error "Number not found".
    [Fact]
    public void An_empty_search_is_a_success()
    {
        var (items, _, error) = Finder.OfReply(Bandwidth2Some.Reply(200, "<SearchResult/>"));

        Assert.Empty(items);
        Assert.Null(error);
    }

    [Fact]
    public void An_error_in_a_search_wins_over_its_numbers_and_its_status()
    {
        var (items, _, error) = Finder.OfReply(Bandwidth2Some.Reply(200,
            "<SearchResult><Error><Code>4010</Code></Error><TelephoneNumberList><TelephoneNumber>3035550142</TelephoneNumber></TelephoneNumberList></SearchResult>"));

        Assert.Empty(items);
        Assert.Equal(InvalidRequest, error?.Kind);
    }

    [Theory]
    [InlineData("<Wrong/>", "unexpected_root")]
    [InlineData("<html><body>Log in</body></html>", "unexpected_root")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><SearchResult>&e;</SearchResult>", "xml_forbidden")]
    [InlineData("<SearchResult><Tele", "xml_malformed")]
    [InlineData("", "xml_empty")]
    public void A_search_reply_of_the_wrong_kind_is_a_bad_reply(string body, string cause)
    {
        var error = Assert.Throws<CarrierException>(() => Finder.OfReply(Bandwidth2Some.Reply(200, body))).Error;

        Assert.Equal(BadReply, error.Kind);
        Assert.StartsWith(cause, error.Detail, StringComparison.Ordinal);
    }
}
