using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>What accounts, rules and numbers mean to each other; and the operations that have no call of their own.</summary>
public sealed class TenancyTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task No_call_shows_a_tenant_anything_of_another_one_s_number(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Bob, number: "+13025550001", fields: "\"crm\":\"secret\"");
        await lab.HaveAsync("reserved", lab.Bob, number: "+13025550002", fields: "\"crm\":\"secret\"");

        foreach (var account in (string[])[lab.Stranger, lab.Alice])
        {
            foreach (var (verb, path, data) in ((string, string, string?)[])
            [
                ("GET", At(account, number), null), ("GET", At(account, number, "identify"), null), ("GET", At(account, number, "events"), null),
                ("GET", $"{At(account, number)}?as_of=63934444800", null),
                ("PUT", At(account, number), "{}"), ("POST", At(account, number), "{}"), ("PATCH", At(account, number), "{}"),
                ("DELETE", At(account, number), null), ("DELETE", $"{At(account, number)}?hard=true", null),
                ("PUT", At(account, number, "activate"), null), ("PUT", At(account, number, "reserve"), null), ("GET", At(account), null),
                ("GET", $"{At(account)}?prefix=302&quantity=50", null), ("GET", At(account, "export"), null),
                ("PUT", At(account, "collection", "activate"), $$"""{"numbers":["{{number}}"]}"""),
                ("PUT", At(account, "collection", "activate"), """{"prefix":"302"}"""),
                ("PATCH", At(account, "collection"), $$"""{"numbers":["{{number}}"]}"""), ("DELETE", At(account, "collection"), $$"""{"numbers":["{{number}}"]}"""),
            ])
            {
                var reply = await lab.CallAsync(account, verb, path, data);
                Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(lab.Bob, reply.Text, StringComparison.Ordinal);
            }

            foreach (var (verb, path) in ((string, string)[])
            [
                ("GET", At(lab.Bob, number)), ("GET", At(lab.Bob)), ("GET", At(lab.Bob, "export")), ("PUT", At(lab.Bob, number, "activate")),
                ("DELETE", At(lab.Bob, number)), ("GET", At(lab.Bob, number, "events")),
            ])
                Assert.Equal(403, (await lab.CallAsync(account, verb, path)).Status);
        }

        Assert.Equal(1, (await lab.RecordAsync(number))!.Revision);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_that_goes_frees_its_numbers(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var account = await lab.Server.CreateAccountAsync($"Goes {kind}", lab.Alice);
        var (trusted, local, lent) = (await lab.HaveAsync("in_service", account), await lab.HaveAsync("in_service", account, "local"), await lab.HaveAsync("reserved", lab.Alice));
        (await lab.BuyAsync(lab.Alice, lent, account)).IsNumber(201, lent, "in_service");

        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "DELETE", $"/v2/accounts/{account}")).Status);

        (await lab.GetAsync(lab.Master, trusted)).IsNumber(200, trusted, "aging");
        (await lab.GetAsync(lab.Master, local)).IsUnknownNumber();
        (await lab.GetAsync(lab.Alice, lent)).IsNumber(200, lent, "reserved");
        Assert.Equal(404, (await lab.BuyAsync(lab.Master, trusted, account)).Status);
        var events = (await lab.CallAsync(lab.Master, "GET", At(lab.Master, trusted, "events"))).Data!;
        Assert.Equal(("released", "account deleted", lab.Alice), ((string?)events[0]!["action"], (string?)events[0]!["reason"], (string?)events[0]!["actor"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Rules_that_would_lose_stored_numbers_need_force(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, number: "+41234567");
        const string path = "/v2/system_configs/number_manager/default";
        const string rules = """{"data":{"e164_converters":{"^[2-9]\\d{7,}$":null,"^\\+?41(\\d{6})$":{"prefix":"+4100"}}}}""";
        var before = (await lab.Server.SendAsync("GET", path)).Data!.ToJsonString();

        var refused = await lab.Server.SendAsync("PATCH", path, rules);
        Assert.Equal((409, "would_orphan_numbers"), (refused.Status, (string?)refused.Json["message"]));
        Assert.Contains(number, refused.Text, StringComparison.Ordinal);
        (await lab.GetAsync(lab.Alice, "41234567")).IsNumber(200, number, "in_service");

        Assert.Equal(200, (await lab.Server.SendAsync("PATCH", $"{path}?force=true", rules)).Status);
        (await lab.GetAsync(lab.Alice, "41234567")).IsUnknownNumber();
        Assert.Equal(200, (await lab.Server.SendAsync("POST", $"{path}?force=true", $$"""{"data":{{before}}}""")).Status);
        (await lab.GetAsync(lab.Alice, "41234567")).IsNumber(200, number, "in_service");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_rules_of_an_account_read_its_numbers(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var account = await lab.Server.CreateAccountAsync($"Dialler {kind}");
        await lab.CallAsync(lab.Master, "PATCH", $"/v2/accounts/{account}", """{"dial_plan":{"^(\\d{7})$":{"prefix":"+1650"}}}""");
        var number = await lab.HaveAsync("in_service", account, number: "+16505551234");

        (await lab.GetAsync(account, "5551234")).IsNumber(200, number, "in_service");
        (await lab.GetAsync(lab.Master, "5551234")).Fails(404, "not_reconcilable", "5551234", "number 5551234 is not reconcilable");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Reconciling_brings_used_numbers_into_service_and_respects_quarantine(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var reconcile = lab.Server.Services.GetRequiredService<ReconcileOperation>();
        var ct = TestContext.Current.CancellationToken;
        var (target, admin) = (AccountId.Parse(lab.Alice), Actor.Of(AccountId.Parse(lab.Master)));
        var (unknown, foreign, own, aging, stock) = (lab.Fresh(), await lab.HaveAsync("in_service", lab.Bob), await lab.HaveAsync("in_service", lab.Alice), await lab.AgingAsync(lab.Bob), await lab.HaveAsync("available"));

        var results = ((BatchOutcome.Finished)await reconcile.RunAsync(admin, target, [unknown, foreign, own, aging, stock, "*97"], ct)).Results;

        Assert.Equal(["written", "written", "unchanged", "not_available", "written", "not_reconcilable"], results.Select(result => result switch
        {
            NumberResult.Done { IsUnchanged: true } => "unchanged",
            NumberResult.Done => "written",
            NumberResult.Failed failed => failed.Error.Error,
            _ => "",
        }));
        foreach (var number in (string[])[unknown, foreign, own, stock]) Assert.Equal(lab.Alice, await lab.OwnerAsync(number));
        // The ledger says who it was.
        var events = (await lab.CallAsync(lab.Master, "GET", At(lab.Master, unknown, "events"))).Data!;
        Assert.Equal(("reconciled", lab.Master), ((string?)events[0]!["action"], (string?)events[0]!["actor"]));
        Assert.IsType<BatchOutcome.Refused>(await reconcile.RunAsync(Actor.Of(target), target, [lab.Fresh()], ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_application_takes_and_leaves_a_number_and_a_new_owner_clears_it(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var assign = lab.Server.Services.GetRequiredService<AssignToAppOperation>();
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "prepend":{"enabled":true} """);

        await RunAsync("callflow");
        await RunAsync("callflow"); // no change, no write
        var document = (await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "in_service");
        Assert.Equal(("callflow", "callflow", "prepend"), ((string?)document["used_by"], (string?)document["_read_only"]!["used_by"], document["features"].Names().Single()));
        Assert.Equal(2, (await lab.RecordAsync(number))!.Revision);
        await RunAsync(null);
        Assert.Null((await lab.GetAsync(lab.Alice, number)).Data!["used_by"]);
        await RunAsync("trunkstore");
        Assert.Null((await lab.BuyAsync(lab.Reseller, number, lab.Bob)).IsNumber(201, number, "in_service")["used_by"]);
        Assert.IsType<NumberResult.Failed>(Assert.Single(await assign.RunAsync(Actor.System, AccountId.Parse(lab.Alice), [lab.Fresh()], "callflow", TestContext.Current.CancellationToken)));

        Task RunAsync(string? app) => assign.RunAsync(Actor.System, AccountId.Parse(lab.Alice), [number], app, TestContext.Current.CancellationToken);
    }
}
