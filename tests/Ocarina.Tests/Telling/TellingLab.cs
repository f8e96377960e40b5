using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Core.Telling;
using Ocarina.Sandbox.Mail;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>A running server with a mail server and somebody's system beside it, and three accounts: above, below it, and a stranger.</summary>
internal sealed class TellingLab : IAsyncDisposable
{
    private int _next;

    private TellingLab(TestServer server, MailServer mail, HookReceiver receiver) => (Server, Mail, Receiver) = (server, mail, receiver);

    public TestServer Server { get; }

    public MailServer Mail { get; }

    public HookReceiver Receiver { get; }

    public string Above { get; private set; } = "";

    public string Below { get; private set; } = "";

    public string Stranger { get; private set; } = "";

    private NumbersDatabase Numbers => Server.Services.GetRequiredService<NumbersDatabase>();

    public static async Task<TellingLab> StartAsync(DatabaseKind kind)
    {
        var lab = new TellingLab(await TestServer.StartAsync(kind), MailServer.Start(new MailServerOptions()), await HookReceiver.StartAsync());
        lab.Above = await lab.Server.CreateAccountAsync("Above");
        lab.Below = await lab.Server.CreateAccountAsync("Below", lab.Above);
        lab.Stranger = await lab.Server.CreateAccountAsync("Stranger");
        await lab.ConfigureAsync("smtp", $$"""{"relay":"127.0.0.1","port":{{lab.Mail.Port}},"tls":"none","from":"ocarina@example.com","admins":["ops@example.com"]}""");
        await lab.ConfigureAsync("webhooks", """{"allowed_networks":["127.0.0.0/8"]}""");
        return lab;
    }

    /// <summary>Merges into a system document.</summary>
    public async Task ConfigureAsync(string document, string section)
    {
        var reply = await Server.SendAsync("PATCH", $"/v2/system_configs/{document}", $$$"""{"data":{"default":{{{section}}}}}""");
        Assert.True(reply.Status == 200, reply.Text);
    }

    /// <summary>Sends a request as an account.</summary>
    public async Task<Reply> CallAsync(string actor, string verb, string path, string? data = null) =>
        await Server.SendAsync(verb, path, data is null ? null : $$"""{"data":{{data}}}""", await Server.TokenAsync(actor));

    /// <summary>Makes a webhook that calls the receiver.</summary>
    /// <returns>Its id and its secret.</returns>
    public async Task<(string Id, string Secret)> HookAsync(string account, string hook, string more = "")
    {
        var reply = await CallAsync(account, "PUT", $"/v2/accounts/{account}/webhooks",
            $$"""{"name":"mine","uri":"{{new Uri(Receiver.Address, account)}}","hook":"{{hook}}","format":"json"{{(more.Length == 0 ? "" : "," + more)}}}""");
        Assert.True(reply.Status == 201, reply.Text);
        return (reply.Data!["id"]!.GetValue<string>(), reply.Data["secret"]!.GetValue<string>());
    }

    /// <summary>Writes a number that tells something.</summary>
    public Task<PhoneNumber> TellAsync(string account, string name, PhoneNumber? known = null)
    {
        var payload = new JsonObject { ["cnam"] = new JsonObject { ["display_name"] = name }, ["number_state"] = "in_service", ["local_number"] = false };
        return TellAsync(account, MessageKinds.CnamRequest, payload, known);
    }

    /// <summary>Writes a number that tells something of any kind.</summary>
    public async Task<PhoneNumber> TellAsync(string account, string kind, JsonObject payload, PhoneNumber? known = null)
    {
        var number = known ?? Some.Number(Interlocked.Increment(ref _next));
        var owner = AccountId.Parse(account);
        var row = (await Numbers.LoadAsync([number], Some.Ct)).GetValueOrDefault(number);
        payload["number"] = number.ToString();
        var change = row is null ? Some.Creation(Some.Record(number, NumberState.InService, owner)) : Some.Update(row, same => same);
        var outcome = Assert.Single(await Numbers.ApplyAsync(
            [change with { Messages = [new Message(kind, owner, number, DocumentText.From(payload))] }], null, WriteLane.Foreground, Some.Ct));
        Assert.IsType<ChangeOutcome.Written>(outcome);
        return number;
    }

    /// <summary>Waits until so many mails have come.</summary>
    public Task<IReadOnlyList<ReceivedMail>> MailsAsync(int count) => Patience.UntilAsync(() => Task.FromResult(Mail.Mails.Count >= count ? Mail.Mails : null));

    /// <summary>Waits until so many calls have come.</summary>
    public Task<IReadOnlyList<HookReceiver.Received>> CallsAsync(int count) => Patience.UntilAsync(() => Task.FromResult(Receiver.Calls.Count >= count ? Receiver.Calls : null));

    /// <summary>Waits until a delivery is in a state.</summary>
    public Task<JsonObject> DeliveryAsync(string state, string kind = "cnam_request") => Patience.UntilAsync(async () =>
        (await Server.SendAsync("GET", $"/v2/outbox?state={state}&kind={kind}")).Data!.AsArray().FirstOrDefault()?.AsObject());

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Mail.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
