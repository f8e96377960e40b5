using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Sandbox;

public sealed class Bandwidth2AccessTests
{
    [Fact]
    public async Task Strangers_readers_and_other_accounts_are_turned_away()
    {
        await using var lab = await SandboxLab.StartAsync();
        var number = await new Bandwidth2Talk(lab.Client).OneAsync();

        var wrong = await new Bandwidth2Talk(lab.Client) { Password = "guess" }.GetAsync("sites");
        var wrongInV2 = await new Bandwidth2Talk(lab.Client) { Password = "guess", Base = "/bw2/api/v2" }.GetAsync("sites");
        var reader = new Bandwidth2Talk(lab.Client) { User = "readonly" };
        var other = await new Bandwidth2Talk(lab.Client).GetAsync("accounts/1/sites");

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal(206401, (int)JsonNode.Parse(wrongInV2.Body)!["errors"]![0]!["code"]!);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("sites")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.OrderAsync(number)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, other.Status);
        Assert.Empty(await lab.HeldAsync());
    }

    [Fact]
    public async Task A_client_fetches_a_token_and_uses_it_until_it_ends()
    {
        await using var lab = await SandboxLab.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bw2/oauth2/token") { Content = new StringContent("grant_type=client_credentials", Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $"{lab.Host.Credentials.ClientId}:{lab.Host.Credentials.ClientSecret}")));

        using var reply = await lab.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var grant = JsonNode.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!; // an object
        var talk = new Bandwidth2Talk(lab.Client) { Token = (string)grant["access_token"]! };

        Assert.Equal("Bearer", (string?)grant["token_type"]);
        Assert.Equal(HttpStatusCode.OK, (await talk.GetAsync("sites")).Status);
        await lab.TellAsync("/clock", """{"advance_s":3601}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await talk.GetAsync("sites")).Status);
    }

    [Fact]
    public async Task Sites_and_peers_are_listed_and_unknown_ones_have_their_codes()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);

        Assert.Contains("1337", (await talk.GetAsync("sites")).Root.Descendants("Id").Select(id => id.Value));
        Assert.Contains("13337", (await talk.GetAsync("sites/1337/sippeers")).Root.Descendants("PeerId").Select(id => id.Value));
        Assert.Equal("true", (await talk.GetAsync("sites/1337/sippeers/13337")).Root.Descendants("IsDefaultPeer").Single().Value);
        Assert.Equal("12016", (await talk.GetAsync("sites/3014")).Code);
        Assert.Equal("13563", (await talk.GetAsync("sites/1337/sippeers/5555")).Code);
        Assert.Equal("12512", (await talk.GetAsync("tns/123456789/tndetails")).Code);
        Assert.Equal("4017", (await talk.GetAsync("tns/3035550142")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await talk.GetAsync("orders/nonsense")).Status);
    }

    [Fact]
    public async Task Too_many_requests_of_a_group_get_an_empty_429_with_the_end_of_the_window()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        await lab.TellAsync("/clock", """{"freeze":true}""");
        await lab.TellAsync("/carriers/bandwidth2/rate", """{"group":"SEARCH","per_minute":2}""");

        var replies = new[] { await talk.SearchAsync("areaCode=303"), await talk.SearchAsync("areaCode=303"), await talk.SearchAsync("areaCode=303") };
        var unlimited = await talk.GetAsync("sites");
        await lab.TellAsync("/clock", """{"advance_s":61}""");
        var later = await talk.SearchAsync("areaCode=303");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], replies.Select(reply => reply.Status));
        Assert.Equal("", replies[2].Body);
        Assert.True(long.Parse(replies[2].Headers["X-RateLimit-Reset"], System.Globalization.CultureInfo.InvariantCulture) > 1_700_000_000);
        Assert.Equal(HttpStatusCode.OK, unlimited.Status);
        Assert.Equal(HttpStatusCode.OK, later.Status);
    }

    [Fact]
    public async Task A_subscriber_is_told_first_without_and_then_with_credentials()
    {
        await using var lab = await SandboxLab.StartAsync();
        var talk = new Bandwidth2Talk(lab.Client);
        var told = new TaskCompletionSource<(int Asked, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var listener = builder.Build();
        listener.Urls.Add("http://127.0.0.1:0");
        listener.MapPost("/hook", async (HttpContext http) =>
        {
            Interlocked.Increment(ref asked);
            if (!http.Request.Headers.ContainsKey("Authorization"))
            {
                http.Response.Headers.WWWAuthenticate = "Basic realm=\"nm\"";
                http.Response.StatusCode = 401;
                return;
            }

            using var reader = new StreamReader(http.Request.Body);
            told.TrySetResult((asked, await reader.ReadToEndAsync()));
        });
        await listener.StartAsync(TestContext.Current.CancellationToken);
        var subscription = XElement.Parse(
            $"<Subscription><OrderType>orders</OrderType><CallbackSubscription><URL>{listener.Urls.Single()}/hook</URL><Expiry>3600</Expiry><CallbackCredentials><BasicAuthentication><Username>u</Username><Password>p</Password></BasicAuthentication></CallbackCredentials></CallbackSubscription></Subscription>");

        var created = await talk.PostAsync("subscriptions", subscription);
        var twice = await talk.PostAsync("subscriptions", subscription);
        var listed = await talk.GetAsync("subscriptions");
        var order = await talk.OrderAsync(await talk.OneAsync(), "told");
        var notice = await told.Task.WaitAsync(Patience.Max, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(HttpStatusCode.Conflict, twice.Status);
        Assert.NotNull(listed.Root.Element("Subscription")); // a single one has no list around it
        Assert.Equal(2, notice.Asked);
        Assert.Equal(order.OrderId, XElement.Parse(notice.Body[notice.Body.IndexOf("<Notification", StringComparison.Ordinal)..]).Element("OrderId")?.Value);
    }
}
