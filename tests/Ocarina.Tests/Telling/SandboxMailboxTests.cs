using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ocarina.Core.Telling;
using Ocarina.Sandbox;
using Ocarina.Telling.Mail;
using Ocarina.Tests.Storage;
using Xunit;
using Content = Ocarina.Core.Telling.Mail;

namespace Ocarina.Tests.Telling;

/// <summary>The mailbox of the demo, and its place for webhooks.</summary>
public sealed class SandboxMailboxTests
{
    [Fact]
    public async Task What_arrives_is_shown_also_after_a_restart_and_refusals_can_be_arranged()
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-mailbox-").FullName;
        try
        {
            await using (var sandbox = await SandboxHost.StartAsync(new SandboxOptions { DataFolder = folder }, Some.Ct))
            {
                using var control = new HttpClient { BaseAddress = sandbox.ControlAddress };
                Assert.Equal(200, (int)(await control.PostAsJsonAsync("/mailbox/faults", new { at = "rcpt", code = 450, text = "later" }, Some.Ct)).StatusCode);
                Assert.Equal(400, (int)(await control.PostAsJsonAsync("/mailbox/faults", new { at = "never" }, Some.Ct)).StatusCode);

                Assert.Equal(450, Assert.IsType<SendOutcome.Failed>(await SendAsync(sandbox)).Code);
                Assert.IsType<SendOutcome.Taken>(await SendAsync(sandbox));
                Assert.Equal("Grüße", await SubjectAsync(sandbox));
            }

            await using var again = await SandboxHost.StartAsync(new SandboxOptions { DataFolder = folder }, Some.Ct);
            Assert.Equal("Grüße", await SubjectAsync(again));
            using var client = new HttpClient { BaseAddress = again.ControlAddress };
            var mail = await client.GetFromJsonAsync<JsonObject>("/mailbox/1", Some.Ct);
            Assert.Equal("Hello\r\n", (string?)mail!["text"]);
            Assert.Equal(404, (int)(await client.GetAsync("/mailbox/2", Some.Ct)).StatusCode);
            Assert.Equal(1, (int)(await (await client.DeleteAsync("/mailbox", Some.Ct)).Content.ReadFromJsonAsync<JsonObject>(Some.Ct))!["removed"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Webhooks_can_be_pointed_at_it()
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions(), Some.Ct);
        using var client = new HttpClient { BaseAddress = sandbox.ControlAddress };

        Assert.Equal(201, (int)(await client.PutAsJsonAsync("/hooks/demo?x=1", new { id = "+14155550123" }, Some.Ct)).StatusCode);

        var call = (await client.GetFromJsonAsync<JsonObject>("/hooks", Some.Ct))!["calls"]![0]!;
        Assert.Equal(("demo", "PUT", "?x=1"), ((string?)call["name"], (string?)call["method"], (string?)call["query"]));
        Assert.Contains("14155550123", (string?)call["body"], StringComparison.Ordinal);
    }

    private static Task<SendOutcome> SendAsync(SandboxHost sandbox) => new SmtpMailer().SendAsync(
        new MailRelay { Host = "127.0.0.1", Port = sandbox.Mail.Port, Security = MailSecurity.None, From = "a@example.com" },
        new Content("01ABC", "b@example.com", "Grüße", "Hello", null, Some.Time), Some.Ct);

    private static async Task<string?> SubjectAsync(SandboxHost sandbox)
    {
        using var client = new HttpClient { BaseAddress = sandbox.ControlAddress };
        return (string?)(await client.GetFromJsonAsync<JsonObject>("/mailbox", Some.Ct))!["mails"]![0]!["subject"];
    }
}
