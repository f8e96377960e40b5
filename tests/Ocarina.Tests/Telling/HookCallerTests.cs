using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ocarina.Core.Telling;
using Ocarina.Telling.Hooks;
using Ocarina.Tests.Storage;
using Xunit;

namespace Ocarina.Tests.Telling;

public sealed class HookCallerTests
{
    private static readonly ImmutableArray<IPNetwork> Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("64:ff9b:1::a00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2002:0a00:0001::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1%1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("::ffff:0:7f00:1", false)]
    [InlineData("4000::1", false)]
    [InlineData("e000::1", false)]
    public void Only_addresses_of_the_public_internet_may_be_reached(string address, bool isAllowed) =>
        Assert.Equal(isAllowed, AddressPolicy.Allows(IPAddress.Parse(address), []));

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "192.168.1.1", false)]
    [InlineData("fd00::/8", "fd12::1", true)]
    public void An_operator_may_allow_networks(string network, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, AddressPolicy.Allows(IPAddress.Parse(address), [IPNetwork.Parse(network)]));

    [Fact]
    public async Task A_private_address_is_not_called_by_number_or_by_name()
    {
        await using var receiver = await HookReceiver.StartAsync();
        foreach (var host in (string[])["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
        {
            var reply = await CallAsync(new Uri($"http://{host}:{receiver.Address.Port}/"), []);
            Assert.Contains("private", Assert.IsType<SendOutcome.Failed>(reply.Outcome).Reason, StringComparison.Ordinal);
        }

        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, http) =>
        {
            http.Response.Redirect("/inside");
            return Task.CompletedTask;
        };

        Assert.Equal(302, Assert.IsType<SendOutcome.Failed>((await CallAsync(receiver.Address, Loopback)).Outcome).Code);
        Assert.Single(receiver.Calls);
    }

    [Theory]
    [InlineData(200, typeof(SendOutcome.Taken))]
    [InlineData(201, typeof(SendOutcome.Taken))]
    [InlineData(204, typeof(SendOutcome.Taken))]
    [InlineData(400, typeof(SendOutcome.Failed))]
    [InlineData(410, typeof(SendOutcome.Refused))]
    [InlineData(500, typeof(SendOutcome.Failed))]
    public async Task The_status_says_what_became_of_a_call(int status, Type expected)
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.AnswerWith(status);

        Assert.IsType(expected, (await CallAsync(receiver.Address, Loopback)).Outcome);
    }

    [Fact]
    public async Task No_more_of_an_answer_is_read_than_is_good()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = async (_, http) =>
        {
            for (var i = 0; i < 200; i++) await http.Response.WriteAsync(new string('x', 10_000));
        };

        var reply = await CallAsync(receiver.Address, Loopback);

        Assert.IsType<SendOutcome.Taken>(reply.Outcome);
        Assert.Equal(64 * 1024, reply.Body.Length);
    }

    [Fact]
    public async Task Who_has_said_yes_is_believed_also_when_he_never_stops_talking()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = async (_, http) =>
        {
            await http.Response.WriteAsync("taken");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        var reply = await new HookCaller().CallAsync(CallTo(receiver.Address), new HookPolicy(Loopback, TimeSpan.FromSeconds(2)), Some.Ct);

        Assert.Equal(200, Assert.IsType<SendOutcome.Taken>(reply.Outcome).Code);
        Assert.Equal("taken", reply.Body);
    }

    [Fact]
    public async Task Who_does_not_answer_is_left()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

        var reply = await new HookCaller().CallAsync(CallTo(receiver.Address), new HookPolicy(Loopback, TimeSpan.FromMilliseconds(300)), Some.Ct);

        Assert.Contains("No answer", Assert.IsType<SendOutcome.Failed>(reply.Outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("post", "json", "application/json", """{"account_id":"a","cnam":{"display_name":"A & B"},"tag":"mine"}""")]
    [InlineData("put", "form-data", "application/x-www-form-urlencoded", "account_id=a&cnam[display_name]=A%20%26%20B&tag=mine")]
    [InlineData("get", "json", null, "")]
    public async Task A_call_is_signed_so_that_others_can_check_it(string verb, string format, string? type, string body)
    {
        await using var receiver = await HookReceiver.StartAsync();
        var secret = HookSignature.NewSecret();
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var document = new HookDocument("0123456789abcdef0123456789abcdef", Some.Alice, new JsonObject
        {
            ["uri"] = new Uri(receiver.Address, "hook?x=1").ToString(), ["http_verb"] = verb, ["format"] = format,
            ["custom_data"] = new JsonObject { ["tag"] = "mine", ["type"] = "cnam_request" },
        });
        var payload = new JsonObject { ["account_id"] = "a", ["cnam"] = new JsonObject { ["display_name"] = "A & B" }, ["tag"] = "theirs" };
        var call = document.CallOf(payload, Some.Bob, "01MSG", [secret], now) ?? throw new InvalidOperationException("The address can be used.");

        Assert.IsType<SendOutcome.Taken>((await new HookCaller().CallAsync(call, new HookPolicy(Loopback, TimeSpan.FromSeconds(20)), Some.Ct)).Outcome);

        var received = Assert.Single(receiver.Calls);
        Assert.Equal((verb.ToUpperInvariant(), "/hook", body), (received.Method, received.Path, received.Body));
        Assert.Equal(type, received.Headers.GetValueOrDefault("Content-Type"));
        Assert.Equal(("0123456789abcdef0123456789abcdef", Some.Bob.ToString()), (received.Headers["X-Hook-ID"], received.Headers["X-Account-ID"]));

        // As the scheme says it, by other means than ours.
        var signed = verb == "get" ? received.Query[1..] : received.Body;
        var mac = HMACSHA256.HashData(
            Convert.FromBase64String(secret.Split('_')[1]), Encoding.UTF8.GetBytes($"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{signed}"));
        Assert.Equal($"v1,{Convert.ToBase64String(mac)}", received.Headers["webhook-signature"]);
        Assert.Equal(("01MSG", now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)), (received.Headers["webhook-id"], received.Headers["webhook-timestamp"]));
    }

    private static HookCall CallTo(Uri address) => new(address, "POST", "application/json", "{}"u8.ToArray(), []);

    private static Task<HookReply> CallAsync(Uri address, ImmutableArray<IPNetwork> allowed) =>
        new HookCaller().CallAsync(CallTo(address), new HookPolicy(allowed, TimeSpan.FromSeconds(20)), Some.Ct);
}
