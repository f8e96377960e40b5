using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Carriers.Voxbone;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>The carrier's table of errors, and the number spaces that overlap (carriers.md 5.3).</summary>
public sealed class VoxboneErrorTests
{
    [Theory]
    [InlineData(10, CarrierErrorKind.InvalidRequest)]
    [InlineData(11, CarrierErrorKind.InvalidRequest)]
    [InlineData(12, CarrierErrorKind.InvalidRequest)]
    [InlineData(15, CarrierErrorKind.NotFound)]
    [InlineData(26, CarrierErrorKind.InvalidRequest)]
    [InlineData(300, CarrierErrorKind.InvalidConfig)]
    [InlineData(326, CarrierErrorKind.InvalidConfig)]
    [InlineData(362, CarrierErrorKind.InvalidConfig)]
    [InlineData(400, CarrierErrorKind.NotFound)]
    [InlineData(410, CarrierErrorKind.NotFound)]
    [InlineData(401, CarrierErrorKind.InvalidRequest)]
    [InlineData(403, CarrierErrorKind.NumberUnavailable)]
    [InlineData(404, CarrierErrorKind.NumberUnavailable)]
    [InlineData(408, CarrierErrorKind.InvalidRequest)]
    [InlineData(409, CarrierErrorKind.InvalidRequest)]
    [InlineData(414, CarrierErrorKind.NotOwned)]
    [InlineData(415, CarrierErrorKind.OutcomeUnknown)]
    [InlineData(418, CarrierErrorKind.NotSupported)]
    [InlineData(419, CarrierErrorKind.Quantity)]
    [InlineData(425, CarrierErrorKind.InvalidRequest)]
    [InlineData(500, CarrierErrorKind.InvalidRequest)]
    [InlineData(525, CarrierErrorKind.InvalidRequest)]
    [InlineData(999, CarrierErrorKind.InvalidRequest)]
    public void Each_code_has_its_kind_and_keeps_its_words(int code, CarrierErrorKind kind)
    {
        foreach (var written in new[] { $"\"{code}\"", code.ToString(System.Globalization.CultureInfo.InvariantCulture) })
        {
            var error = Find($$"""{"httpStatusCode":400,"apiModule":"ORDERING","errors":[{"apiErrorCode":{{written}},"apiErrorMessage":"in words"}]}""", 400);

            Assert.Equal((kind, code.ToString(System.Globalization.CultureInfo.InvariantCulture), "in words"), (error!.Kind, error.Code, error.Detail));
        }
    }

    [Fact]
    public void The_carriers_codes_are_never_taken_for_statuses()
    {
        // TRAP: 404 of theirs is a group that cannot be ordered, 404 of HTTP is nothing found; 500 of theirs is our mistake, 500 of HTTP is theirs.
        Assert.Equal(CarrierErrorKind.NumberUnavailable, Find("""{"errors":[{"apiErrorCode":404}]}""", 400)!.Kind);
        Assert.Equal(CarrierErrorKind.NotFound, Find("""{"errors":[]}""", 404)!.Kind);
        Assert.Equal(CarrierErrorKind.InvalidRequest, Find("""{"errors":[{"apiErrorCode":500}]}""", 400)!.Kind);
        Assert.Equal(CarrierErrorKind.CarrierFault, Find("""{"errors":null}""", 500)!.Kind);
        Assert.Equal(CarrierErrorKind.InvalidRequest, Find("""{"errors":[{"code":"404","type":"some-newer-type"}]}""", 400)!.Kind);
    }

    [Fact]
    public void An_error_with_status_200_is_an_error()
    {
        Assert.Equal(CarrierErrorKind.InvalidRequest, Find("""{"status":"ERROR"}""", 200)!.Kind);
        Assert.Equal(CarrierErrorKind.NumberUnavailable, Find("""{"status":"ERROR","errors":[{"apiErrorCode":"403"}]}""", 200)!.Kind);
        Assert.Null(Find("""{"status":"WARNING","errors":null}""", 200));
        Assert.Null(Find("""{"dids":[],"resultCount":0}""", 200));
    }

    [Theory]
    [InlineData("", CarrierErrorKind.BadReply)]
    [InlineData("<html>Sign in</html>", CarrierErrorKind.BadReply)]
    [InlineData("[1]", CarrierErrorKind.BadReply)]
    [InlineData("""{"a":1,"a":2}""", CarrierErrorKind.BadReply)]
    public void A_success_that_cannot_be_read_is_none(string body, CarrierErrorKind kind) => Assert.Equal(kind, Find(body, 200)!.Kind);

    [Theory]
    [InlineData(429)]
    [InlineData(509)]
    public void Too_many_requests_have_no_defined_body(int status) =>
        Assert.Equal(CarrierErrorKind.RateLimited, Find("""{"errors":[{"apiErrorCode":"404"}]}""", status)!.Kind);

    [Fact]
    public void An_empty_body_is_the_carriers_fault_where_its_service_is_often_down() =>
        Assert.Equal(CarrierErrorKind.CarrierFault, Find("""{"errors":[{"apiErrorCode":"26"}]}""", 400, "sandbox")!.Kind);

    [Fact]
    public void What_concerns_addresses_asks_for_one_when_it_stops_a_purchase() =>
        Assert.Equal(CarrierErrorKind.RegulationRequired, VoxboneErrors.ForPurchase(Find("""{"errors":[{"apiErrorCode":"512"}]}""", 400)!).Kind);

    private static CarrierError? Find(string body, int status, string environment = "production") =>
        VoxboneErrors.Find(new CarrierReply(status, Encoding.UTF8.GetBytes(body), "application/json"), environment);
}
