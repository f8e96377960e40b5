using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>Dash in the sandbox, by bare HTTP: strict where the service is, and one provisioned location for a number.</summary>
public sealed class DashTests : IAsyncLifetime
{
    private const string Blake = "<location><address1>1855 Blake Street</address1><community>Denver</community><state>CO</state><postalcode>80202</postalcode><type>ADDRESS</type></location>";

    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Theory]
    [InlineData("validatelocation", "<validateLocation></validateLocation>", HttpStatusCode.BadRequest)]
    [InlineData("validatelocation", "<addLocation>" + Blake + "</addLocation>", HttpStatusCode.BadRequest)]
    [InlineData("addlocation", "<addLocation>" + Blake + "</addLocation>", HttpStatusCode.BadRequest)]
    [InlineData("addlocation", "<addLocation><uri><uri>tel:4155550123</uri><callername>Ed</callername></uri>" + Blake + "</addLocation>", HttpStatusCode.BadRequest)]
    [InlineData("removeuri", "<removeURI><uri>tel:14155550123</uri></removeURI>", HttpStatusCode.NotFound)]
    [InlineData("provisionlocation", "<provisionLocation><locationid>1</locationid></provisionLocation>", HttpStatusCode.NotFound)]
    [InlineData("provisionlocation", "<provisionLocation><locationid>one</locationid></provisionLocation>", HttpStatusCode.BadRequest)]
    [InlineData("provisionlocation", "no xml", HttpStatusCode.BadRequest)]
    public async Task What_is_wrong_is_refused(string method, string body, HttpStatusCode status) => Assert.Equal(status, (await SendAsync(method, body)).Status);

    [Fact]
    public async Task Without_the_right_password_nothing_is_said()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("validatelocation", $"<validateLocation>{Blake}</validateLocation>", "wrong")).Status);
    }

    [Fact]
    public async Task A_number_has_at_most_three_locations_and_one_that_is_provisioned()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(IdIn(await AddAsync()));
        Assert.Contains("<code>ERROR</code>", (await AddAsync()).Body, StringComparison.Ordinal);

        foreach (var id in ids)
        {
            var provisioned = await SendAsync("provisionlocation", $"<provisionLocation><locationid>{id}</locationid></provisionLocation>");
            Assert.Contains("<code>PROVISIONED</code>", provisioned.Body, StringComparison.Ordinal);
        }

        var located = Assert.Single((await _lab.AskAsync("/ledger"))["located"]!.AsArray())!;
        Assert.Equal(("+14155550123", ids[2]), ((string?)located["number"], located["location"]!["id"]!.ToString()));
        Assert.Contains("<code>REMOVED</code>", (await SendAsync("removeuri", "<removeURI><uri>tel:14155550123</uri></removeURI>")).Body, StringComparison.Ordinal);
        Assert.Empty((await _lab.AskAsync("/ledger"))["located"]!.AsArray());
    }

    [Fact]
    public async Task Locations_are_still_there_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var first = await SandboxLab.StartAsync(new Ocarina.Sandbox.SandboxOptions { DataFolder = folder.Path }))
        {
            id = IdIn(await AddAsync(first));
            await SendAsync("provisionlocation", $"<provisionLocation><locationid>{id}</locationid></provisionLocation>", lab: first);
        }

        await using var second = await SandboxLab.StartAsync(new Ocarina.Sandbox.SandboxOptions { DataFolder = folder.Path });
        var location = Assert.Single((await second.TellAsync("/carriers/dash/locations", "{}"))["locations"]!.AsArray())!;
        Assert.Equal(id, location["id"]!.ToString());
        Assert.NotNull(location["activated"]);
        Assert.NotEqual(id, IdIn(await AddAsync(second)));
    }

    private Task<(HttpStatusCode Status, string Body)> AddAsync(SandboxLab? lab = null) => SendAsync(
        "addlocation", $"<addLocation><uri><uri>tel:14155550123</uri><callername>Ed Inc</callername></uri>{Blake}</addLocation>", lab: lab);

    private static string IdIn((HttpStatusCode Status, string Body) reply)
    {
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var start = reply.Body.IndexOf("<locationid>", StringComparison.Ordinal) + "<locationid>".Length;
        return reply.Body[start..reply.Body.IndexOf("</locationid>", StringComparison.Ordinal)];
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string method, string body, string password = "sandbox-password", SandboxLab? lab = null)
    {
        lab ??= _lab;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{lab.Host.Dash}/{method}"))
        {
            Content = new StringContent(body, Encoding.UTF8, "text/xml"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sandbox:{password}")));
        using var reply = await lab.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
