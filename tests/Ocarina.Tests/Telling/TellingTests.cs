using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Sandbox.Mail;
using Ocarina.Storage;
using Ocarina.Storage.Outbox;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>From the change of a number to the mail and the call, through the running server.</summary>
public sealed class TellingTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_caller_name_request_is_mailed_to_the_admins_and_told_to_webhooks(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.Server.SendAsync("PUT", "/v2/accounts/{A}/users", """{"data":{"first_name":"A","last_name":"B","email":"boss@example.com","priv_level":"admin"}}""");
        var (hook, _) = await lab.HookAsync(lab.Below, "notifications");

        var number = await lab.TellAsync(lab.Below, "ACME <Corp>");

        var mails = await lab.MailsAsync(2);
        Assert.Equal(["boss@example.com", "ops@example.com"], mails.Select(mail => Assert.Single(mail.Receivers)).Order());
        Assert.Equal($"Caller name request for {number}", mails[0].Subject);
        Assert.Contains("ACME <Corp>", mails[0].Text, StringComparison.Ordinal);
        Assert.Contains($"Below ({lab.Below})", mails[0].Text, StringComparison.Ordinal);
        Assert.Contains("ACME &lt;Corp&gt;", mails[0].Html, StringComparison.Ordinal);

        var call = Assert.Single(await lab.CallsAsync(1));
        var told = JsonNode.Parse(call.Body)!;
        Assert.Equal(("notification", "cnam_request", lab.Below), ((string?)told["event_category"], (string?)told["event_name"], (string?)told["account_id"]));
        Assert.Equal("ACME <Corp>", (string?)told["cnam"]!["display_name"]);
        Assert.NotNull(told["cluster_id"]);
        Assert.Equal(hook, call.Headers["X-Hook-ID"]);

        // The same id for everybody, so that whoever gets it twice can drop it.
        Assert.Equal(call.Headers["webhook-id"], mails[0].Header("Message-ID")[1..].Split('@')[0]);
        var log = await Patience.UntilAsync(async () => (await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/webhooks/{hook}/attempts")).Data!.AsArray().FirstOrDefault()?.AsObject());
        Assert.Equal(("success", 200), ((string?)log["result"], (int)log["response_code"]!));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_operators_template_is_used_in_the_accounts_language_and_its_receivers_instead_of_the_admins(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.ConfigureAsync("notifications.cnam_request", """{"to":["names@example.com"],"templates":{"fr":{"subject":"Nom pour {{number}}: {{cnam.display_name}}","html":"<i>{{cnam.display_name}}</i>"}}}""");
        Assert.Equal(200, (await lab.CallAsync(lab.Above, "PATCH", $"/v2/accounts/{lab.Below}", """{"language":"fr-FR"}""")).Status);

        var number = await lab.TellAsync(lab.Below, "<Müller>");

        var mail = Assert.Single(await lab.MailsAsync(1));
        Assert.Equal((Assert.Single(mail.Receivers), mail.Subject), ("names@example.com", $"Nom pour {number}: <Müller>"));
        Assert.StartsWith("<i>&lt;M&#252;ller&gt;</i>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("Somebody has to ask the carrier", mail.Text, StringComparison.Ordinal); // the part that was not written is the built-in one
        Assert.Equal(400, (await lab.Server.SendAsync("PATCH", "/v2/system_configs/notifications.cnam_request", """{"data":{"default":{"templates":{"fr":{"text":"{{#x}}"}}}}}""")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_caller_name_that_is_set_over_http_arrives_as_a_mail_and_one_that_is_refused_does_not(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.HookAsync(lab.Below, "notifications");
        const string number = "+14155550142";
        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(lab.Below, number), """{"create_with_state":"in_service","carrier_name":"inventory"}""")).Status);
        Assert.Equal(400, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, number), """{"cnam":{"display_name":"Evil\r\nBcc: x"}}""")).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, number) + "?dry_run=true", """{"cnam":{"display_name":"Dry Run"}}""")).Status);

        foreach (var name in (string[])["ACME Corp", "ACME Corp", "ACME & Sons"]) // what does not change tells nobody
            Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, number), $$$"""{"cnam":{"display_name":"{{{name}}}"}}""")).Status);

        var mails = await lab.MailsAsync(2);
        Assert.All(mails, mail => Assert.Equal(("ops@example.com", "Caller name request for (415) 555 - 0142"), (Assert.Single(mail.Receivers), mail.Subject)));
        Assert.Contains("ACME Corp", mails[0].Text, StringComparison.Ordinal);
        Assert.Contains("ACME & Sons", mails[1].Text, StringComparison.Ordinal);
        Assert.Contains("ACME &amp; Sons", mails[1].Html, StringComparison.Ordinal);
        var told = (await lab.CallsAsync(2)).Select(call => JsonNode.Parse(call.Body)!).ToList();
        Assert.Equal(["ACME Corp", "ACME & Sons"], told.Select(call => (string?)call["cnam"]!["display_name"]));
        Assert.All(told, call => Assert.Equal(
            ("cnam_request", lab.Below, "(415) 555 - 0142", "in_service", false, lab.Below),
            ((string?)call["event_name"], (string?)call["account_id"], (string?)call["number"], (string?)call["number_state"], (bool)call["local_number"]!, (string?)call["acquired_for"])));
        await Patience.UntilAsync(async () => (await lab.Server.SendAsync("GET", "/v2/outbox?state=waiting")).Data!.AsArray() is { Count: 0 } none ? none : null);
        Assert.Equal((2, 2), (lab.Mail.Mails.Count, lab.Receiver.Calls.Count));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_port_that_is_set_over_http_is_mailed_to_the_admins_and_to_those_of_the_account(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        Assert.Equal(201, (await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/users", """{"first_name":"A","last_name":"B","email":"boss@below.example","priv_level":"admin"}""")).Status);
        Assert.Equal(201, (await lab.CallAsync(lab.Below, "PUT", $"/v2/accounts/{lab.Below}/users", """{"first_name":"C","last_name":"D","email":"user@below.example","priv_level":"user"}""")).Status);
        const string number = "+14155550143";
        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(lab.Below, number), """{"create_with_state":"port_in","carrier_name":"other","port":{"service_provider":"Old"}}""")).Status);
        var added = await lab.MailsAsync(2);
        Assert.All(added, mail => Assert.Equal("Port request for (415) 555 - 0143", mail.Subject));

        Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, number), """{"port":{"service_provider":"Old <Carrier>"}}""")).Status);
        var asked = (await lab.MailsAsync(4)).Skip(2);
        Assert.Equal(201, (await lab.CallAsync(lab.Below, "PUT", NumberLab.At(lab.Below, number, "activate"))).Status);
        var done = (await lab.MailsAsync(6)).Skip(4);

        Assert.Equal(["boss@below.example", "ops@example.com"], asked.Select(mail => Assert.Single(mail.Receivers)).Order());
        Assert.Equal(["boss@below.example", "ops@example.com"], done.Select(mail => Assert.Single(mail.Receivers)).Order());
        Assert.All(asked, mail => Assert.Equal("Port request for (415) 555 - 0143", mail.Subject));
        Assert.All(asked, mail => Assert.Contains("Old &lt;Carrier&gt;", mail.Html, StringComparison.Ordinal));
        Assert.All(done, mail => Assert.Equal("A number was ported: (415) 555 - 0143", mail.Subject));
    }

    [Theory]
    [InlineData("ops1@carrier.example, ops2@carrier.example", "ops1@carrier.example", "ops2@carrier.example")]
    [InlineData("call Joe", "ops@example.com")]
    public async Task What_has_to_be_switched_by_hand_reaches_somebody_however_the_carriers_document_names_him(string to, params string[] expected)
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);

        await lab.TellAsync(lab.Below, "number_feature_manual_action", new JsonObject
        {
            ["feature"] = new JsonObject { ["name"] = "sms", ["provider"] = "knm_other", ["action"] = "activate" },
            ["to"] = new JsonObject { ["type"] = "original", ["email_addresses"] = new JsonArray(to) },
        });

        Assert.Equal(expected, (await lab.MailsAsync(expected.Length)).Select(mail => Assert.Single(mail.Receivers)).Order());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_a_relay_refuses_for_ever_is_dead_and_visible_and_can_be_sent_again(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        lab.Mail.Add(new MailFault("rcpt", 550, "no such box"));
        var number = await lab.TellAsync(lab.Below, "Name");

        var dead = await lab.DeliveryAsync("dead");
        Assert.Equal((number.ToString(), "mailto:ops@example.com", 1), ((string?)dead["number"], (string?)dead["receiver"], (int)dead["attempts"]!));
        Assert.Contains("no such box", (string?)dead["error"], StringComparison.Ordinal);
        Assert.Equal(403, (await lab.CallAsync(lab.Above, "GET", "/v2/outbox")).Status);
        Assert.Equal(400, (await lab.Server.SendAsync("GET", "/v2/outbox?state=lost")).Status);

        var id = (string)dead["id"]!;
        Assert.Equal(200, (await lab.Server.SendAsync("POST", $"/v2/outbox/{id}/repeat")).Status);
        Assert.Single(await lab.MailsAsync(1));
        await lab.DeliveryAsync("delivered");
        var shown = (await lab.Server.SendAsync("GET", $"/v2/outbox/{id}")).Data!;
        Assert.Equal(["success", "failure"], shown["attempt_log"]!.AsArray().Select(attempt => (string?)attempt!["result"]));
        Assert.Equal("Name", (string?)shown["payload"]!["cnam"]!["display_name"]);
        Assert.Equal(404, (await lab.Server.SendAsync("POST", "/v2/outbox/unknown/repeat")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_fails_for_now_is_tried_again_and_the_younger_ones_of_its_number_wait(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        lab.Mail.Add(new MailFault("end", 451, "later"));

        var number = await lab.TellAsync(lab.Below, "first");
        await lab.TellAsync(lab.Below, "second", number);

        Assert.Equal(["first", "second"], (await lab.MailsAsync(2)).Select(mail => mail.Text.Contains("first", StringComparison.Ordinal) ? "first" : "second"));
        var told = await Patience.UntilAsync(async () => (await lab.Server.SendAsync("GET", "/v2/outbox?state=delivered&kind=cnam_request")).Data!.AsArray() is { Count: 2 } both ? both : null);
        Assert.Equal([1, 2], told.Select(row => (int)row!["attempts"]!).Order());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Many_messages_reach_a_receiver_once_each_and_those_of_a_number_in_their_order(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.HookAsync(lab.Below, "notifications");
        await lab.ConfigureAsync("notifications.cnam_request", """{"enabled":false}""");
        PhoneNumber[] numbers = [await lab.TellAsync(lab.Below, "0"), await lab.TellAsync(lab.Below, "0"), await lab.TellAsync(lab.Below, "0")];
        for (var i = 1; i < 20; i++)
            foreach (var number in numbers) await lab.TellAsync(lab.Below, i.ToString(CultureInfo.InvariantCulture), number);

        var calls = await lab.CallsAsync(60);

        Assert.Equal(60, calls.Select(call => call.Headers["webhook-id"]).Distinct().Count());
        foreach (var told in calls.Select(call => JsonNode.Parse(call.Body)!).GroupBy(call => (string?)call["number"]))
            Assert.Equal(Enumerable.Range(0, 20).Select(i => i.ToString(CultureInfo.InvariantCulture)), told.Select(call => (string?)call["cnam"]!["display_name"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_webhook_of_an_account_that_was_switched_off_is_called_no_more(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var (id, _) = await lab.HookAsync(lab.Below, "notifications");
        await lab.ConfigureAsync("notifications.cnam_request", """{"enabled":false}""");
        lab.Receiver.AnswerWith(503);
        await lab.TellAsync(lab.Below, "Name");
        var refused = await Patience.UntilAsync(async () => await lab.DeliveryAsync("waiting") is { } row && (int)row["attempts"]! > 0 ? row : null);
        Assert.NotNull(refused["next_attempt"]);
        Assert.NotNull(await FailingSinceAsync());

        Assert.Equal(200, (await lab.CallAsync(lab.Above, "PATCH", $"/v2/accounts/{lab.Below}", """{"enabled":false}""")).Status);

        Assert.Equal("Its account is switched off", (string?)(await lab.DeliveryAsync("dead"))["error"]);
        Assert.Single(lab.Receiver.Calls);
        Assert.Null(await FailingSinceAsync()); // who is not asked does not fail, however long that lasts

        Task<long?> FailingSinceAsync() => lab.Server.Services.GetRequiredService<IDatabase>().ReadAsync(
            async (session, ct) => (await WebhooksTable.FindAsync(session, id, ct))?.FailingSince, TestContext.Current.CancellationToken);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Without_a_relay_a_mail_is_dead_with_its_reason_and_goes_out_when_there_is_one(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.ConfigureAsync("smtp", """{"relay":null}""");
        await lab.TellAsync(lab.Below, "Name");

        var dead = await lab.DeliveryAsync("dead");
        Assert.Equal("smtp.relay is not set: no mail can be sent", (string?)dead["error"]);
        await lab.ConfigureAsync("smtp", """{"relay":"127.0.0.1"}""");
        await lab.Server.SendAsync("POST", $"/v2/outbox/{(string)dead["id"]!}/repeat");
        Assert.Single(await lab.MailsAsync(1));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_message_for_which_there_is_nobody_is_kept_and_goes_to_the_admins_when_there_are_some(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await lab.ConfigureAsync("smtp", """{"admins":[]}""");
        await lab.TellAsync(lab.Below, "Name");

        var dead = await lab.DeliveryAsync("dead");
        Assert.StartsWith("There is nobody to tell: smtp.admins", (string?)dead["error"], StringComparison.Ordinal);
        await lab.ConfigureAsync("smtp", """{"admins":["late@example.com"]}""");
        await lab.Server.SendAsync("POST", $"/v2/outbox/{(string)dead["id"]!}/repeat");
        Assert.Equal("late@example.com", Assert.Single(Assert.Single(await lab.MailsAsync(1)).Receivers));
    }

    [Fact]
    public async Task The_password_of_the_relay_is_masked_in_every_reply()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);
        await lab.ConfigureAsync("smtp", """{"username":"ocarina","password":"hush-hush"}""");

        var shown = await lab.Server.SendAsync("GET", "/v2/system_configs/smtp");

        Assert.DoesNotContain("hush-hush", shown.Text, StringComparison.Ordinal);
        Assert.Equal("********", (string?)shown.Data!["default"]!["password"]);
    }
}
