using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class AccountsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_new_account_is_shown_as_the_specification_prints_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var outcome = await host.Accounts.CreateAsync(host.Admin, host.MasterAccount, Json("""{"name":"Sub One","ui_flags":{"x":[1]},"pvt_secret":1,"_read_only":{}}"""), Ct);

        var view = Assert.IsType<AccountOutcome.Done>(outcome).Account;
        var id = view.Node.Id.ToString();
        var expected = Json($$$"""
            {"id":"{{{id}}}","name":"Sub One","realm":"{{{(string?)view.Data["realm"]}}}","language":"en-us","timezone":"America/Los_Angeles","enabled":true,
             "created":{{{host.Clock.GetUtcNow().ToGregorianSeconds()}}},"superduper_admin":false,"wnm_allow_additions":false,"is_reseller":false,
             "reseller_id":"{{{host.MasterAccount}}}","billing_mode":"manual","notification_preference":"teletype",
             "call_restriction":{},"caller_id":{},"dial_plan":{},"music_on_hold":{},"preflow":{},"ringtones":{},"ui_flags":{"x":[1]}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, view.Data), view.Data.ToJsonString());
        Assert.Matches(@"\A[0-9a-f]{6}\.sip\.2600hz\.com\z", (string?)view.Data["realm"]);
        Assert.Equal([host.MasterAccount], view.Node.Ancestors);
        Assert.Equal(host.MasterAccount.ToString(), (string?)view.Metadata["reseller_id"]);
        Assert.Same(host.Directories.Accounts.Find(view.Node.Id), host.Directories.Accounts.FindByName("SUB-one!")!.Node); // before it answered
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_suffix_of_made_up_realms_comes_from_configuration(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await host.Config.MergeAsync("crossbar.accounts", Json("""{"default":{"account_realm_suffix":"Voip.Example.com"}}"""), false, Ct);

        var id = await host.CreateAccountAsync("Sub One");

        Assert.EndsWith(".voip.example.com", host.Directories.Accounts.Snapshot.FindEntry(id)!.Realm, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Names_are_unique_as_they_are_compared_and_realms_too(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await host.Accounts.CreateAsync(host.Admin, host.MasterAccount, Json("""{"name":"Sub One","realm":"One.Example.com"}"""), Ct);

        var byName = await host.Accounts.CreateAsync(host.Admin, host.MasterAccount, Json("""{"name":"sub-ONE"}"""), Ct);
        var byRealm = await host.Accounts.CreateAsync(host.Admin, host.MasterAccount, Json("""{"name":"Two","realm":"one.example.COM"}"""), Ct);
        var bad = await host.Accounts.CreateAsync(host.Admin, host.MasterAccount, Json("""{"name":"?!","realm":"no realm","timezone":5,"dial_plan":[]}"""), Ct);

        var name = Assert.Single(Assert.IsType<AccountOutcome.Invalid>(byName).Problems);
        Assert.Equal(("name", "unique", "Account name already in use"), (name.Path, name.Kind, name.Message));
        var realm = Assert.Single(Assert.IsType<AccountOutcome.Invalid>(byRealm).Problems);
        Assert.Equal(("realm", "unique", "Account realm already in use"), (realm.Path, realm.Kind, realm.Message));
        Assert.Equal(["name", "realm", "timezone", "dial_plan"], Assert.IsType<AccountOutcome.Invalid>(bad).Problems.Select(problem => problem.Path));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_many_who_create_one_name_at_once_one_wins(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            (i % 2 == 0 ? host : other).Accounts.CreateAsync(host.Admin, host.MasterAccount, Json($$"""{"name":"Race {{(i % 3 == 0 ? "a" : "A")}}"}"""), Ct)));

        var winner = Assert.Single(outcomes.OfType<AccountOutcome.Done>()).Account.Node.Id;
        Assert.All(outcomes.OfType<AccountOutcome.Invalid>(), lost => Assert.Equal(("name", "unique"), (lost.Problems[0].Path, lost.Problems[0].Kind)));
        Assert.Equal(15, outcomes.OfType<AccountOutcome.Invalid>().Count());
        Assert.Equal(winner, Assert.Single(host.Accounts.ChildrenOf(host.MasterAccount)).Node.Id);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Posting_a_document_back_changes_nothing_and_leaving_a_key_out_removes_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("Sub One");

        var shown = await Done(host.Accounts.ReplaceAsync(host.Admin, id, Json("""{"name":"Sub One","topup":{"threshold":10,"amount":50},"ui_metadata":{"v":1}}"""), null, Ct));
        JsonObject again = shown.Data;
        for (var i = 0; i < 4; i++)
        {
            var posted = again.DeepClone().AsObject();
            again = (await Done(host.Accounts.ReplaceAsync(host.Admin, id, posted, null, Ct))).Data;
            Assert.True(JsonNode.DeepEquals(posted, again), again.ToJsonString());
        }

        Assert.Equal(50, (int?)again["topup"]!["amount"]);
        again.Remove("topup");
        var without = await Done(host.Accounts.ReplaceAsync(host.Admin, id, again, null, Ct));
        Assert.False(without.Data.ContainsKey("topup"));
        Assert.Equal(1, (int?)without.Data["ui_metadata"]!["v"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_patch_merges_deletes_with_null_and_minds_the_revision_only_when_told(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("Sub One");
        await host.Accounts.MergeAsync(host.Admin, id, Json("""{"caller_id":{"internal":{"name":"a","number":"1"}},"x":1}"""), null, Ct);

        var patched = await Done(host.Accounts.MergeAsync(host.Admin, id, Json("""{"caller_id":{"internal":{"name":null}},"x":null,"is_reseller":true}"""), null, Ct));

        Assert.Equal("""{"internal":{"number":"1"}}""", patched.Data["caller_id"]!.ToJsonString());
        Assert.False(patched.Data.ContainsKey("x"));
        Assert.False((bool?)patched.Data["is_reseller"]);
        Assert.Equal(3, patched.Revision);
        Assert.IsType<AccountOutcome.RevisionMismatch>(await host.Accounts.MergeAsync(host.Admin, id, Json("""{"y":1}"""), 2, Ct));
        Assert.IsType<AccountOutcome.Done>(await host.Accounts.MergeAsync(host.Admin, id, Json("""{"y":1}"""), 3, Ct));
        Assert.IsType<AccountOutcome.Invalid>(await host.Accounts.MergeAsync(host.Admin, id, Json("""{"name":null}"""), null, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Additions_are_the_admins_to_allow_and_enabled_also_an_ancestors(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var parent = await host.CreateAccountAsync("Parent");
        var child = await host.CreateAccountAsync("Child", parent);
        var wish = Json("""{"enabled":false,"wnm_allow_additions":true}""");

        var bySelf = await Done(host.Accounts.MergeAsync(Actor.Of(child), child, wish, null, Ct));
        var byParent = await Done(host.Accounts.MergeAsync(Actor.Of(parent), child, wish, null, Ct));
        var byAdmin = await Done(host.Accounts.MergeAsync(host.Admin, child, wish, null, Ct));

        Assert.Equal((true, false), (bySelf.Node.Enabled, bySelf.Node.AllowAdditions));
        Assert.Equal((false, false), (byParent.Node.Enabled, byParent.Node.AllowAdditions));
        Assert.Equal((false, true), (byAdmin.Node.Enabled, byAdmin.Node.AllowAdditions));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Deleting_refuses_the_master_and_parents_and_empties_the_account_first(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var parent = await host.CreateAccountAsync("Parent");
        await host.Accounts.SetResellerAsync(host.Admin, parent, true, Ct);
        var child = await host.CreateAccountAsync("Child", parent);
        await host.CreateUserAsync(child);
        var token = await host.TokenAsync("child", "joe", "pass");
        var stray = await host.Db.CreateAsync([Storage.Some.Record(Storage.Some.Number(1), NumberState.InService, child)]);
        var calls = 0;
        host.Deletion.OnRelease = async account =>
        {
            // The first call leaves the number behind, as if it had been bought while the account was emptied.
            if (account == child && ++calls == 2) await host.Db.WriteAsync(Storage.Some.Update(stray[0], row => row with { Account = null, State = NumberState.Available }));
        };

        Assert.IsType<AccountOutcome.IsMaster>(await host.Accounts.DeleteAsync(host.Admin, host.MasterAccount, Ct));
        Assert.IsType<AccountOutcome.HasDescendants>(await host.Accounts.DeleteAsync(host.Admin, parent, Ct));
        Assert.NotNull(await host.Tokens.ValidateAsync(token, Ct));
        var before = (await Done(host.Accounts.GetAsync(child, Ct))).Data;
        var gone = await Done(host.Accounts.DeleteAsync(host.Admin, child, Ct));

        Assert.True(JsonNode.DeepEquals(before, gone.Data), gone.Data.ToJsonString());
        Assert.Equal(2, calls);
        Assert.Null(host.Directories.Accounts.Find(child));
        Assert.Null(await host.Tokens.ValidateAsync(token, Ct));
        Assert.IsType<AccountOutcome.NotFound>(await host.Accounts.GetAsync(child, Ct));
        Assert.IsType<AccountOutcome.NotFound>(await host.Accounts.DeleteAsync(host.Admin, child, Ct));
        Assert.IsType<AccountOutcome.Done>(await host.Accounts.CreateAsync(host.Admin, parent, Json("""{"name":"child"}"""), Ct)); // its name is free again
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_that_keeps_numbers_is_not_deleted(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("Child");
        await host.Db.CreateAsync([Storage.Some.Record(Storage.Some.Number(1), NumberState.InService, id)]);

        var outcome = await host.Accounts.DeleteAsync(host.Admin, id, Ct);

        Assert.Equal(1, Assert.IsType<AccountOutcome.OwnsNumbers>(outcome).Count);
        Assert.NotNull(host.Directories.Accounts.Find(id));
    }

    private static JsonObject Json(string text) => Some.Json(text);

    private static async Task<AccountView> Done(Task<AccountOutcome> outcome) => Assert.IsType<AccountOutcome.Done>(await outcome).Account;
}
