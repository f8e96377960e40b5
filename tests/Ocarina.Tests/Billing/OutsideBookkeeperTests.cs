using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ocarina.Core.Telling;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Ocarina.Tests.Telling;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Billing;

/// <summary>A billing system outside is asked before, and told afterwards (numbers.md 13.4, 13.7).</summary>
public sealed class OutsideBookkeeperTests
{
    private const string Plan = """{"name":"Outside","plan":{"phone_numbers":{"did_us":{"rate":1.5,"activation_charge":2.5}}},"bookkeeper":{"type":"webhook"}}""";

    private static readonly string Secret = HookSignature.NewSecret();

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task It_is_asked_before_a_number_is_bought_and_told_what_was_charged(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var shop = await OpenAsync(kind, receiver);
        receiver.Answer = Say("""{"acceptable":true}""");
        var number = await shop.Lab.HaveAsync("available");

        // Whoever has not agreed gets the quote, and nobody outside is asked about what nobody wants yet.
        Assert.Equal(402, (await shop.Lab.BuyAsync(shop.Lab.Alice, number)).Status);
        Assert.Equal(200, (await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, number, "activate") + "?dry_run=true&accept_charges=true")).Status);
        Assert.Empty(receiver.Calls);

        var bought = await shop.BuyAsync(number);

        Assert.True(bought.Status == 201, bought.Text);
        var calls = await Patience.UntilAsync(() => Task.FromResult(receiver.Calls.Count >= 2 ? receiver.Calls : null));
        Assert.All(calls, AssertSigned);
        var (asked, told) = (JsonNode.Parse(calls[0].Body)!, JsonNode.Parse(calls[1].Body)!);
        Assert.Equal(("standing", shop.Lab.Alice, shop.Lab.Alice, 4m), ((string?)asked["type"], (string?)asked["account_id"], (string?)asked["payer"], (decimal)asked["amount"]!));
        Assert.Equal(1.5m, (decimal)Assert.Single(asked["invoices"]!.AsArray())!["summary"]!["recurring"]!);

        Assert.Equal(("charge", shop.Lab.Alice, number, 4m), ((string?)told["type"], (string?)told["payer"], (string?)told["number"], (decimal)told["amount"]!));
        Assert.Equal($"{number}#2", (string?)told["cause"]);
        Assert.Equal(["activation", "recurring"], told["charges"]!.AsArray().Select(charge => (string?)charge!["kind"]));
        await shop.MustBalanceAsync();

        // What is his already is no addition: nobody is asked again.
        Assert.Equal(201, (await shop.BuyAsync(number)).Status);
        Assert.Equal(2, receiver.Calls.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Its_no_is_a_402_with_its_reason_and_nothing_changes(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var shop = await OpenAsync(kind, receiver);
        receiver.Answer = Say("""{"acceptable":false,"reason":"Two invoices are open."}""");
        var number = await shop.Lab.HaveAsync("available");
        var before = await shop.StateAsync(number);

        var refused = await shop.BuyAsync(number);

        Assert.Equal((402, "service_restriction", number, "Two invoices are open."),
            (refused.Status, (string?)refused.Data!["error"], (string?)refused.Data["cause"], (string?)refused.Data["message"]));
        Assert.Equal(before, await shop.StateAsync(number));

        var some = await shop.Lab.CallAsync(shop.Lab.Alice, "PUT", At(shop.Lab.Alice, "collection", "activate") + "?accept_charges=true", """{"prefix":"415","quantity":1}""");
        Assert.Equal((400, "service_restriction"), (some.Status, (string?)some.Data!.AsObject().First().Value!["error"]));
        Assert.Equal(before, await shop.StateAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Whatever_is_no_answer_lets_nobody_spend(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var shop = await OpenAsync(kind, receiver);
        var number = await shop.Lab.HaveAsync("available");
        var before = await shop.StateAsync(number);

        foreach (var (status, body) in ((int, string)[])[(500, """{"acceptable":true}"""), (201, """{"acceptable":true}"""), (200, "yes"), (200, """{"acceptable":"true"}"""), (200, "{}")])
        {
            receiver.Answer = Say(body, status);
            await MustBeFaultAsync(shop, number, before);
        }

        receiver.Answer = (_, http) => HangAsync(http);
        await ConfigureAsync(shop, new JsonObject { ["webhook_timeout_ms"] = 200 });
        await MustBeFaultAsync(shop, number, before);

        await ConfigureAsync(shop, new JsonObject { ["webhook_url"] = null });
        await MustBeFaultAsync(shop, number, before);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_it_did_not_hear_it_is_told_again_under_the_same_id(DatabaseKind kind)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var shop = await OpenAsync(kind, receiver);
        var isDown = true;
        receiver.Answer = (call, http) => isDown && call.Body.Contains("\"charge\"", StringComparison.Ordinal) ? Say("", 503)(call, http) : Say("""{"acceptable":true}""")(call, http);

        Assert.Equal(201, (await shop.BuyAsync(await shop.Lab.HaveAsync("available"))).Status);
        await Patience.UntilAsync(() => Task.FromResult(receiver.Calls.Count >= 2 ? receiver.Calls : null));
        isDown = false;
        shop.Lab.Clock.Advance(TimeSpan.FromHours(1));

        var calls = await Patience.UntilAsync(() => Task.FromResult(receiver.Calls.Count >= 3 ? receiver.Calls : null));
        Assert.Equal(calls[1].Headers["webhook-id"], calls[2].Headers["webhook-id"]);
        Assert.Equal(calls[1].Body, calls[2].Body);
    }

    [Theory]
    [InlineData("webhook_url", "ftp://example.com/")]
    [InlineData("webhook_secret", "secret")]
    [InlineData("webhook_secret", "whsec_c2hvcnQ=")]
    [InlineData("profile", "old")]
    public async Task What_cannot_be_used_is_not_stored(string key, string value)
    {
        await using var receiver = await HookReceiver.StartAsync();
        await using var shop = await OpenAsync(DatabaseKind.Sqlite, receiver);

        var reply = await shop.Lab.Server.SendAsync("PATCH", "/v2/system_configs/billing", new JsonObject { ["data"] = new JsonObject { ["default"] = new JsonObject { [key] = value } } }.ToJsonString());

        Assert.Equal(400, reply.Status);
        // Nor is the secret shown to anybody.
        Assert.DoesNotContain(Secret, (await shop.Lab.Server.SendAsync("GET", "/v2/system_configs/billing")).Text, StringComparison.Ordinal);
    }

    private static async Task<BillingShop> OpenAsync(DatabaseKind kind, HookReceiver receiver)
    {
        var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        await ConfigureAsync(shop, new JsonObject { ["webhook_url"] = new Uri(receiver.Address, "books").ToString(), ["webhook_secret"] = Secret });
        return shop;
    }

    private static async Task ConfigureAsync(BillingShop shop, JsonObject section)
    {
        var reply = await shop.Lab.Server.SendAsync("PATCH", "/v2/system_configs/billing", new JsonObject { ["data"] = new JsonObject { ["default"] = section } }.ToJsonString());
        Assert.True(reply.Status == 200, reply.Text);
    }

    private static async Task MustBeFaultAsync(BillingShop shop, string number, string before)
    {
        var refused = await shop.BuyAsync(number);
        Assert.Equal((402, "service_restriction", "bookkeeper_fault"), (refused.Status, (string?)refused.Data!["error"], (string?)refused.Data["message"]));
        Assert.Equal(before, await shop.StateAsync(number));
    }

    private static Func<HookReceiver.Received, HttpContext, Task> Say(string body, int status = 200) => async (_, http) =>
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(body);
    };

    private static async Task HangAsync(HttpContext http)
    {
        var hungUp = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(hungUp.SetResult);
        await hungUp.Task;
    }

    private static void AssertSigned(HookReceiver.Received call) => Assert.Equal(
        HookSignature.Sign(Secret, call.Headers["webhook-id"], long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(call.Body)),
        call.Headers["webhook-signature"]);
}
