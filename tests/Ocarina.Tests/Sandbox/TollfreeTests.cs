using System.Net;
using System.Text;
using System.Xml.Linq;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>The toll-free SOAP service in the sandbox: login, search, and the purchase that goes through Bandwidth v1.</summary>
public sealed class TollfreeTests : IAsyncLifetime
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Space = "http://www.bandwidth.com";

    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task A_login_gives_a_token_that_xml_must_escape()
    {
        var token = await LoginAsync();

        Assert.Contains('&', token);
        Assert.Contains('<', token);
        var (status, body) = await SearchAsync(token, "855");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(50, body.Descendants(Space + "TelephoneNumber").Count());
    }

    [Fact]
    public async Task A_search_ignores_wishes_for_less_and_writes_lines_without_leading_zeros_unless_told_otherwise()
    {
        await _lab.TellAsync("/reset", """{"seed":1,"scale":10}""");
        var token = await LoginAsync();

        var plain = (await SearchAsync(token, "800")).Body.Descendants(Space + "Line").Select(line => line.Value).ToList();
        await _lab.TellAsync("/faults", """{"carrier":"tollfree","action":"padded_line"}""");
        var padded = (await SearchAsync(token, "800")).Body.Descendants(Space + "Line").Select(line => line.Value).ToList();

        Assert.Equal(500, plain.Count);
        Assert.All(padded, line => Assert.Equal(4, line.Length));
        Assert.Equal(padded, plain.Select(line => line.PadLeft(4, '0')));
    }

    [Fact]
    public async Task A_token_ends_after_ten_minutes_or_when_the_control_interface_says_so()
    {
        await _lab.TellAsync("/clock", """{"freeze":true}""");
        var old = await LoginAsync();
        await _lab.TellAsync("/clock", """{"advance_s":600}""");
        Assert.Contains("expired", Fault(await SearchAsync(old, "855")), StringComparison.Ordinal);

        var fresh = await LoginAsync();
        Assert.Equal(HttpStatusCode.OK, (await SearchAsync(fresh, "855")).Status);
        await _lab.TellAsync("/carriers/tollfree/expire_tokens", "{}");
        Assert.Contains("expired", Fault(await SearchAsync(fresh, "855")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_a_foreign_namespace_and_an_unknown_operation_are_faults()
    {
        Assert.Contains("password", Fault(await CallAsync(Login("sandbox@example.com", "wrong"))), StringComparison.Ordinal);
        Assert.Contains("namespace", Fault(await CallAsync(new XElement("Login"))), StringComparison.Ordinal);
        Assert.Contains("unknown", Fault(await CallAsync(new XElement(Space + "Fly"))), StringComparison.Ordinal);
        Assert.Contains("missing", Fault(await CallAsync(new XElement(Space + "Login", new XElement(Space + "UserName", "x")))), StringComparison.Ordinal);
        Assert.Contains("SOAPAction", Fault(await CallAsync(Login("a", "b"), action: "http://www.bandwidth.com/Other")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("303")]
    [InlineData("85")]
    [InlineData("8555")]
    [InlineData("8**")]
    [InlineData("+18555550100")]
    public async Task A_search_for_anything_but_a_code_or_a_whole_number_is_a_fault(string key)
    {
        Assert.Contains("SearchKey", Fault(await SearchAsync(await LoginAsync(), key)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_found_is_ordered_at_bandwidth_and_then_gone()
    {
        var token = await LoginAsync();
        var found = (await SearchAsync(token, "877")).Body.Descendants(Space + "TelephoneNumber").First();
        var id = found.Element(Space + "TelephoneNumberID")!.Value;
        var number = found.Element(Space + "AreaCode")!.Value + found.Element(Space + "Prefix")!.Value + found.Element(Space + "Line")!.Value.PadLeft(4, '0');

        var order = await _lab.Bandwidth().OrderAsync(id, "free-1");

        Assert.Equal("success", order.Outcome);
        var held = Assert.Single(await _lab.HeldAsync());
        Assert.Equal(("bandwidth", "+1" + number), (held.Carrier, held.Number));
        Assert.DoesNotContain((await SearchAsync(token, "877")).Body.Descendants(Space + "TelephoneNumberID"), one => one.Value == id);
        var again = (await SearchAsync(token, number)).Body.Descendants(Space + "TelephoneNumber").Single();
        Assert.NotEqual("Available", again.Element(Space + "Status")!.Value);
    }

    [Fact]
    public async Task A_toll_free_order_takes_toll_free_numbers_only()
    {
        var geographic = (await _lab.Bandwidth().SearchAsync("415", 1)).Numbers[0];

        var reply = await _lab.Bandwidth().SendAsync(
            "tollfreeNumberOrder",
            BandwidthTalk.Child("orderName", "x"),
            BandwidthTalk.Child("extRefID", "y"),
            BandwidthTalk.Child("numberIDs", BandwidthTalk.Child("id", geographic.Id)),
            BandwidthTalk.Child("subscriber", "z"));

        Assert.Contains("not toll-free", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_knows_neither_password_nor_token()
    {
        var token = await LoginAsync();
        await SearchAsync(token, "855");

        Assert.Equal(1, await _lab.CountAsync("carrier=tollfree&operation=login"));
        Assert.Equal(1, await _lab.CountAsync("carrier=tollfree&operation=search&contains=855"));
        var text = (await _lab.AskAsync("/journal")).ToJsonString();
        Assert.DoesNotContain("amp;ndbox", text, StringComparison.Ordinal);
        Assert.DoesNotContain(token[..32], text, StringComparison.Ordinal);
    }

    private async Task<string> LoginAsync()
    {
        var (status, body) = await CallAsync(Login("sandbox@example.com", "s&ndbox<1>"), "http://www.bandwidth.com/Login");
        Assert.Equal(HttpStatusCode.OK, status);
        return body.Descendants(Space + "LoginResult").Single().Value;
    }

    private Task<(HttpStatusCode Status, XElement Body)> SearchAsync(string token, string key) => CallAsync(new XElement(
        Space + "SearchTelephoneNumbers",
        new XElement(Space + "SessionID", token),
        new XElement(Space + "SearchType", "FullNumber"),
        new XElement(Space + "SearchKey", key),
        new XElement(Space + "LoadSubscriber", "false"),
        new XElement(Space + "LoadAddresses", "false"),
        new XElement(Space + "LoadNumberOptions", "false")));

    private static XElement Login(string user, string password) =>
        new(Space + "Login", new XElement(Space + "UserName", user), new XElement(Space + "Password", password));

    private async Task<(HttpStatusCode Status, XElement Body)> CallAsync(XElement call, string? action = null)
    {
        var envelope = new XElement(Soap + "Envelope", new XElement(Soap + "Body", call));
        using var request = new HttpRequestMessage(HttpMethod.Post, _lab.Host.Tollfree)
        {
            Content = new StringContent(envelope.ToString(), Encoding.UTF8, "text/xml"),
        };
        if (action is not null) request.Headers.TryAddWithoutValidation("SOAPAction", action);
        using var reply = await _lab.Client.SendAsync(request);
        return (reply.StatusCode, XElement.Parse(await reply.Content.ReadAsStringAsync()));
    }

    private static string Fault((HttpStatusCode Status, XElement Body) reply)
    {
        Assert.Equal(HttpStatusCode.InternalServerError, reply.Status);
        return reply.Body.Descendants("faultstring").Single().Value;
    }
}
