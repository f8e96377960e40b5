using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>Replies, numbers and money as carriers write them (carriers.md 1.4 to 1.6).</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("<r><a> DENVER\r\n    </a></r>")]
    [InlineData("\n\n  <?xml version=\"1.0\"?><r><a>DENVER</a></r>")]
    [InlineData("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<r><a>DENVER</a></r>")]
    [InlineData("<x:r xmlns:x=\"urn:one\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><!-- c --><?pi?><x:a xsi:type=\"t\" n='1'><!-- c -->DEN<![CDATA[VER]]></x:a></x:r>")]
    public void Xml_is_read_whatever_surrounds_the_names_and_texts(string text)
    {
        var root = CarrierXml.Parse(Reply(text));

        Assert.Equal(("r", "DENVER"), (root.Name.LocalName, root.Text("a")));
    }

    [Fact]
    public void Empty_absent_and_blank_elements_mean_the_same_and_lists_may_be_absent()
    {
        var root = CarrierXml.Parse(Reply("<r><a/><b> \n </b><c><!-- nothing --></c><d>RATE CENTRE 13 </d><e>one\n   two</e><l><i>1</i><i>2</i></l><Id>x</Id></r>"));

        Assert.All(["a", "b", "c", "nowhere", "id"], name => Assert.Null(root.Text(name)));
        Assert.Equal(("RATE CENTRE 13", "one two"), (root.Text("d"), root.Words("e")));
        Assert.Equal(["1", "2"], root.Child("l").Children("i").Select(item => item.Inner()));
        Assert.Empty(root.Child("nowhere").Children("i"));
        Assert.Equal("1", root.TextOf("l", "i"));
        Assert.Null(root.TextOf("l", "i", "deeper"));
    }

    [Theory]
    [InlineData("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>", "xml_forbidden")]
    [InlineData("<!DOCTYPE html><html></html>", "xml_forbidden")]
    [InlineData("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>", "xml_forbidden")]
    [InlineData("", "xml_empty")]
    [InlineData(" \r\n", "xml_empty")]
    [InlineData("<r><a></r>", "xml_malformed")]
    [InlineData("<r/><r/>", "xml_malformed")]
    [InlineData("<?xml version='1.0' encoding='no-such-thing'?><r/>", "xml_malformed")]
    [InlineData("{}", "xml_malformed")]
    public void Xml_that_is_dangerous_or_none_is_a_bad_reply(string text, string cause)
    {
        var error = Assert.Throws<CarrierException>(() => CarrierXml.Parse(Reply(text))).Error;

        Assert.Equal((CarrierErrorKind.BadReply, cause), (error.Kind, error.Detail));
    }

    [Fact]
    public void Xml_nested_deeper_than_64_is_refused_and_costs_no_stack()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        var fits = string.Concat(Enumerable.Repeat("<a>", 64)) + string.Concat(Enumerable.Repeat("</a>", 64));

        Assert.Equal("xml_too_deep", Assert.Throws<CarrierException>(() => CarrierXml.Parse(Reply(deep))).Error.Detail);
        Assert.Equal("a", CarrierXml.Parse(Reply(fits)).Name.LocalName);
    }

    [Fact]
    public void The_declaration_decides_the_encoding_then_the_content_type_then_it_is_utf8()
    {
        var latin = Encoding.Latin1;
        var declared = new CarrierReply(200, latin.GetBytes("<?xml version='1.0' encoding='iso-8859-1'?><r>Qu\u00E9bec</r>"), "text/xml; charset=utf-8");
        var announced = new CarrierReply(200, latin.GetBytes("<r>Qu\u00E9bec</r>"), "text/xml; charset=\"ISO-8859-1\"");
        var wide = new CarrierReply(200, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("<r>Qu\u00E9bec</r>")], "text/xml");
        var plain = Reply("<r>Qu\u00E9bec</r>", type: "text/xml; charset=nonsense");

        Assert.All([declared, announced, wide, plain], reply => Assert.Equal("Qu\u00E9bec", CarrierXml.Parse(reply).Inner()));
    }

    [Fact]
    public void Json_is_read_kindly_inside_and_strictly_outside()
    {
        var root = CarrierJson.Parse(Reply("""{"id":5666963,"name":" x ","none":null,"list":[{"a":1}],"yes":"true","no":false,"price":"0.10","raw":500.0,"empty":""}"""));

        Assert.Equal(("5666963", "x", 5666963L), (root.Text("id"), root.Text("name"), root.Long("id")));
        Assert.All(["none", "absent", "empty", "list"], name => Assert.Null(root.Text(name)));
        Assert.Equal((true, false, null), (root.Flag("yes"), root.Flag("no"), root.Flag("none")));
        Assert.Equal(1L, Assert.Single(root.Members("list")).Long("a"));
        Assert.Empty(root.Members("absent"));
        Assert.Equal((10L, 50_000L), (root.Minor("price", 2), root.Minor("raw", 2)));
    }

    [Theory]
    [InlineData("", "json_empty")]
    [InlineData("<html></html>", "json_malformed")]
    [InlineData("""{"a":1,"a":2}""", "json_malformed")]
    [InlineData("""{"a":1} {""", "json_malformed")]
    public void Json_that_is_none_or_says_two_things_is_a_bad_reply(string text, string cause) =>
        Assert.Equal(cause, Assert.Throws<CarrierException>(() => CarrierJson.Parse(Reply(text))).Error.Detail);

    [Fact]
    public void Json_nested_deeper_than_64_is_refused() =>
        Assert.Throws<CarrierException>(() => CarrierJson.Parse(Reply(new string('[', 65) + new string(']', 65))));

    [Theory]
    [InlineData("0.10", 2, 10L)]
    [InlineData("500.0", 2, 50_000L)]
    [InlineData("-3", 2, -300L)]
    [InlineData("0.30", 1, 3L)]
    [InlineData("12", 0, 12L)]
    [InlineData("0.105", 2, null)]
    [InlineData("1,000", 2, null)]
    [InlineData("99999999999999999999", 2, null)]
    [InlineData("", 2, null)]
    [InlineData("free", 2, null)]
    public void Money_is_exact_or_not_known(string text, int exponent, long? minor) => Assert.Equal(minor, CarrierMoney.Minor(text, exponent));

    [Theory]
    [InlineData("4158867900", "+14158867900")]
    [InlineData("415886790", null)]
    [InlineData("1158867900", null)]
    [InlineData("0158867900", null)]
    [InlineData("415886790x", null)]
    [InlineData("+4158867900", null)]
    [InlineData(null, null)]
    public void Ten_digits_become_a_number_or_nothing(string? text, string? number)
    {
        using var lab = new CarrierLab();

        Assert.Equal(number, CarrierNumbers.FromTenDigits(text, lab.Context())?.ToString());
    }

    [Theory]
    [InlineData("+3227882600", "+3227882600")]
    [InlineData("+14158867900", "+14158867900")]
    [InlineData("+1415886790", null)]
    [InlineData("+11158867900", null)]
    [InlineData("3227882600", null)]
    [InlineData("+0227882600", null)]
    [InlineData("+32 27882600", null)]
    [InlineData("+3227882600123456", null)]
    public void International_numbers_are_taken_as_they_are_or_not_at_all(string text, string? number)
    {
        using var lab = new CarrierLab();

        Assert.Equal(number, CarrierNumbers.FromE164(text, lab.Context())?.ToString());
    }

    [Fact]
    public void Toll_free_codes_prefixes_and_wildcards_are_known()
    {
        Assert.All(["800", "822", "833", "844", "855", "866", "877", "880", "881", "888", "8885550100"], code => Assert.True(CarrierNumbers.IsTollfree(code), code));
        Assert.All(["80", "811", "801", "899", "415", "8x8", null], code => Assert.False(CarrierNumbers.IsTollfree(code), code));
        var number = PhoneNumber.Parse("+18555550100");
        Assert.True(CarrierNumbers.IsWithin(number, "+18**") && CarrierNumbers.IsWithin(number, "+1855") && !CarrierNumbers.IsWithin(number, "+1856") && !CarrierNumbers.IsWithin(number, "+18555550100*"));
        Assert.Equal(("8555550100", null), (CarrierNumbers.TenDigits(number), CarrierNumbers.TenDigits(PhoneNumber.Parse("+3227882600"))));
    }

    [Theory]
    [InlineData(400, CarrierErrorKind.InvalidRequest)]
    [InlineData(401, CarrierErrorKind.Unauthenticated)]
    [InlineData(402, CarrierErrorKind.InsufficientFunds)]
    [InlineData(403, CarrierErrorKind.Unauthorized)]
    [InlineData(404, CarrierErrorKind.NotFound)]
    [InlineData(405, CarrierErrorKind.BadReply)]
    [InlineData(408, CarrierErrorKind.Timeout)]
    [InlineData(409, CarrierErrorKind.DuplicateOrder)]
    [InlineData(410, CarrierErrorKind.NotFound)]
    [InlineData(422, CarrierErrorKind.InvalidRequest)]
    [InlineData(429, CarrierErrorKind.RateLimited)]
    [InlineData(500, CarrierErrorKind.CarrierFault)]
    [InlineData(503, CarrierErrorKind.CarrierFault)]
    [InlineData(509, CarrierErrorKind.RateLimited)]
    public void A_status_has_one_meaning_and_refuses_a_write_only_when_it_proves_something(int status, CarrierErrorKind kind)
    {
        var reply = Reply("", status);

        Assert.Equal(kind, HttpErrors.Of(reply).Kind);
        var isRefused = HttpErrors.OfWrite(reply) is CarrierOutcome.Refused;
        Assert.Equal(status is (< 500 and not 408) or 509, isRefused);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "0", 1)]
    [InlineData("Retry-After", "9999", 120)]
    [InlineData("retry-after", "Sun, 06 Nov 2033 08:49:47 GMT", 10)]
    [InlineData("X-RateLimit-Reset", "2014879787000", 10)]
    [InlineData("X-RateLimit-Reset", "2014879787", 10)]
    [InlineData("Retry-After", "soon", 1)]
    [InlineData("X-Other", "7", 1)]
    public void Hints_of_a_throttling_carrier_are_obeyed_within_bounds(string name, string value, int seconds)
    {
        var reply = Reply("", 429) with { Headers = [new(name, value)], ReceivedAt = new DateTimeOffset(2033, 11, 6, 8, 49, 37, TimeSpan.Zero) };

        Assert.Equal(TimeSpan.FromSeconds(seconds), HttpErrors.Of(reply).RetryAfter);
    }
}
