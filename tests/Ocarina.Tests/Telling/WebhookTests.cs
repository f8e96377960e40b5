using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>The webhooks' part of the interface (`http-api.md` 8.1).</summary>
public sealed class WebhookTests
{
    private const string Number = "+14155550177";

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_that_changes_owner_is_told_to_each_as_his_own_and_of_no_other(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.HookAsync(lab.Above, "object", "\"include_subaccounts\":true");
        await lab.HookAsync(lab.Below, "object");
        await lab.HookAsync(lab.Stranger, "object");

        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(lab.Below, Number), """{"create_with_state":"in_service"}""")).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, Number), """{"note":"x"}""")).Status);
        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(lab.Stranger, Number, "activate"))).Status);

        var calls = await lab.CallsAsync(7);
        Assert.Equal(["doc_created", "doc_edited", "doc_deleted"], Actions(lab.Below));
        Assert.Equal(["doc_created", "doc_edited", "doc_deleted"], Actions(lab.Above));
        Assert.Equal(["doc_created"], Actions(lab.Stranger));
        Assert.All(calls, call => Assert.Equal(call.Path == "/" + lab.Stranger ? lab.Stranger : lab.Below, call.Headers["X-Account-ID"]));
        Assert.All(calls, call => Assert.Equal((Number, "number"), ((string?)Told(call)["id"], (string?)Told(call)["type"])));
        Assert.DoesNotContain(calls.Where(call => call.Path != "/" + lab.Stranger), call => call.Body.Contains(lab.Stranger, StringComparison.Ordinal));

        IEnumerable<string?> Actions(string account) => calls.Where(call => call.Path == "/" + account).Select(call => (string?)Told(call)["action"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_webhook_is_made_shown_changed_and_erased_and_its_secret_is_shown_once(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var path = $"/v2/accounts/{lab.Below}/webhooks";
        var (id, secret) = await lab.HookAsync(lab.Below, "notifications", """ "custom_data":{"type":"cnam_request","tag":"x"} """);
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);

        foreach (var reply in (Reply[])[await lab.CallAsync(lab.Below, "GET", path), await lab.CallAsync(lab.Below, "GET", $"{path}/{id}"), await lab.CallAsync(lab.Below, "PATCH", $"{path}/{id}", """{"name":"other"}""")])
        {
            Assert.Equal(200, reply.Status);
            Assert.DoesNotContain("whsec_", reply.Text, StringComparison.Ordinal);
        }

        var shown = (await lab.CallAsync(lab.Below, "GET", $"{path}/{id}")).Data!;
        Assert.Equal(("other", true, "post", 2), ((string?)shown["name"], (bool)shown["enabled"]!, (string?)shown["http_verb"], (int)shown["retries"]!));
        var renewed = await lab.CallAsync(lab.Below, "PUT", $"{path}/{id}/secret");
        Assert.NotEqual(secret, (string?)renewed.Data!["secret"]);
        Assert.Equal(200, (await lab.CallAsync(lab.Below, "DELETE", $"{path}/{id}")).Status);
        Assert.Equal(404, (await lab.CallAsync(lab.Below, "GET", $"{path}/{id}")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_old_secret_signs_beside_the_new_one_for_a_while_and_not_at_all_when_it_is_to_end(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var (id, first) = await lab.HookAsync(lab.Below, "object");
        var path = $"/v2/accounts/{lab.Below}/webhooks/{id}";

        var second = await RenewAsync("""{"overlap_h":1}""");
        Assert.Equal([second, first], await SignersAsync(first, second));
        var third = await RenewAsync(null); // as after a lost reply: the receiver still knows the first
        Assert.Equal([third, second, first], await SignersAsync(first, second, third));
        var last = await RenewAsync("""{"overlap_h":0}""");
        Assert.Equal([last], await SignersAsync(first, second, third, last));

        Assert.Equal(400, (await lab.CallAsync(lab.Below, "PUT", $"{path}/secret", """{"overlap_h":1000}""")).Status);
        Assert.Equal(400, (await lab.CallAsync(lab.Below, "PUT", $"{path}/secret", """{"overlap_h":"soon"}""")).Status);

        async Task<string> RenewAsync(string? data) => (string?)(await lab.CallAsync(lab.Below, "PUT", $"{path}/secret", data)).Data!["secret"] ?? "";

        // Who of them has signed, in the order of the signatures.
        async Task<IEnumerable<string>> SignersAsync(params string[] known)
        {
            await lab.CallAsync(lab.Below, "PUT", $"{path}/test");
            var call = lab.Receiver.Calls[^1];
            var signed = $"{call.Headers["webhook-id"]}.{call.Headers["webhook-timestamp"]}.{call.Body}";
            return call.Headers["webhook-signature"].Split(' ').Select(signature => known.Single(secret =>
                signature == $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), Encoding.UTF8.GetBytes(signed)))}"));
        }
    }

    [Theory]
    [InlineData("""{"name":"a","hook":"object"}""", "uri")]
    [InlineData("""{"name":"a","uri":"ftp://example.com","hook":"object"}""", "uri")]
    [InlineData("""{"name":"a","uri":"http://user:secret@example.com","hook":"object"}""", "uri")]
    [InlineData("""{"name":"a","uri":"https://example.com","hook":"channel_create"}""", "hook")]
    [InlineData("""{"name":"a","uri":"https://example.com","hook":"object","http_verb":"delete"}""", "http_verb")]
    [InlineData("""{"name":"a","uri":"https://example.com","hook":"object","retries":9}""", "retries")]
    [InlineData("""{"name":"a","uri":"https://example.com","hook":"object","custom_data":{"a":{"b":1}}}""", "custom_data.a")]
    [InlineData("""{"uri":"https://example.com","hook":"object"}""", "name")]
    public async Task A_webhook_that_makes_no_sense_is_refused_with_its_field(string body, string field)
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);

        var reply = await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks", body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(field, Assert.Single(reply.Data!.AsObject()).Key);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Nobody_sees_or_changes_the_webhooks_of_another(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var (id, _) = await lab.HookAsync(lab.Below, "notifications");
        await lab.TellAsync(lab.Below, "Name");
        await lab.CallsAsync(1);

        foreach (var tail in (string[])["", "/attempts"])
        {
            Assert.Equal(403, (await lab.CallAsync(lab.Stranger, "GET", $"/v2/accounts/{lab.Below}/webhooks/{id}{tail}")).Status);
            Assert.Equal(404, (await lab.CallAsync(lab.Stranger, "GET", $"/v2/accounts/{lab.Stranger}/webhooks/{id}{tail}")).Status);
        }

        Assert.Equal(404, (await lab.CallAsync(lab.Stranger, "PUT", $"/v2/accounts/{lab.Stranger}/webhooks/{id}/test")).Status);
        Assert.Equal(404, (await lab.CallAsync(lab.Stranger, "DELETE", $"/v2/accounts/{lab.Stranger}/webhooks/{id}")).Status);
        Assert.Empty((await lab.CallAsync(lab.Stranger, "GET", $"/v2/accounts/{lab.Stranger}/webhooks/attempts")).Data!.AsArray());
        Assert.Equal(200, (await lab.CallAsync(lab.Above, "GET", $"/v2/accounts/{lab.Below}/webhooks/{id}")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Trying_a_webhook_out_calls_it_now_and_says_what_came_back(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var (id, secret) = await lab.HookAsync(lab.Below, "object");
        lab.Receiver.AnswerWith(503);

        var reply = await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks/{id}/test");

        Assert.Equal(201, reply.Status);
        Assert.Equal(("failure", 503), ((string?)reply.Data!["result"], (int)reply.Data["response_code"]!));
        var call = Assert.Single(lab.Receiver.Calls);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), Encoding.UTF8.GetBytes($"{call.Headers["webhook-id"]}.{call.Headers["webhook-timestamp"]}.{call.Body}"));
        Assert.Equal($"v1,{Convert.ToBase64String(mac)}", call.Headers["webhook-signature"]);

        await lab.ConfigureAsync("webhooks", """{"allowed_networks":[]}""");
        var logged = Assert.Single((await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/webhooks/{id}/attempts")).Data!.AsArray())!;
        Assert.Equal((id, "failure", 503, true, null), ((string?)logged["hook_id"], (string?)logged["result"], (int)logged["response_code"]!, (bool)logged["test"]!, logged["delivery_id"]));
        var refused = await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks/{id}/test");
        Assert.Contains("private", (string?)refused.Data!["reason"], StringComparison.Ordinal);
        Assert.Single(lab.Receiver.Calls);
    }

    [Fact]
    public async Task One_account_can_try_out_only_a_few_at_once_and_others_go_on()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);
        var ((mine, _), (theirs, _)) = (await lab.HookAsync(lab.Below, "object"), await lab.HookAsync(lab.Stranger, "object"));
        await lab.ConfigureAsync("webhooks", """{"connect_timeout_ms":30000}""");
        var open = new TaskCompletionSource();
        lab.Receiver.Answer = (call, _) => call.Path.Contains(lab.Below, StringComparison.Ordinal) ? open.Task : Task.CompletedTask;
        var hanging = Enumerable.Range(0, 4).Select(_ => lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks/{mine}/test")).ToList();
        await lab.CallsAsync(4);

        Assert.Equal(429, (await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks/{mine}/test")).Status);
        Assert.Equal("success", (string?)(await lab.CallAsync(lab.Stranger, "PUT", $"/v2/accounts/{lab.Stranger}/webhooks/{theirs}/test")).Data!["result"]);

        open.SetResult();
        foreach (var reply in await Task.WhenAll(hanging)) Assert.Equal(201, reply.Status);
        Assert.Equal(201, (await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/webhooks/{mine}/test")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_webhook_that_says_it_is_gone_is_switched_off_and_can_be_switched_on_again(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var (id, _) = await lab.HookAsync(lab.Below, "notifications");
        lab.Receiver.AnswerWith(410);
        await lab.TellAsync(lab.Below, "Name");

        var off = await Patience.UntilAsync(async () =>
            (await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/webhooks/{id}")).Data!.AsObject() is var hook && !(bool)hook["enabled"]! ? hook : null);
        Assert.Contains("410", (string?)off["disable_message"], StringComparison.Ordinal);

        lab.Receiver.AnswerWith(200);
        var reply = await lab.CallAsync(lab.Above, "PATCH", $"/v2/accounts/{lab.Above}/descendants/webhooks", """{"re-enable":true}""");
        Assert.Equal((200, 1), (reply.Status, (int)reply.Data!["re-enabled"]!));
        await lab.TellAsync(lab.Below, "Again");
        await lab.CallsAsync(2);
    }

    [Fact]
    public async Task The_webhooks_there_are_and_their_samples_are_shown()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);

        var available = await lab.Server.SendAsync("GET", "/v2/webhooks", token: "");
        var sample = await lab.Server.SendAsync("GET", "/v2/webhooks/samples/notifications");

        Assert.Equal(["notifications", "object"], available.Data!.AsArray().Select(hook => (string?)hook!["id"]));
        Assert.Equal("ACME Corp", (string?)sample.Data!["cnam_request"]!["cnam"]!["display_name"]);
        Assert.Equal(404, (await lab.Server.SendAsync("GET", "/v2/webhooks/samples/other")).Status);
        Assert.Empty((await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/notifications")).Data!.AsArray());
        Assert.Equal(403, (await lab.CallAsync(lab.Stranger, "GET", $"/v2/accounts/{lab.Below}/notifications")).Status);
    }

    private static JsonNode Told(HookReceiver.Received call) => JsonNode.Parse(call.Body)!;
}
