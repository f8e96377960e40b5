using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class FirstStartTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_empty_installation_gets_all_it_needs_and_makes_up_what_it_is_not_told(DatabaseKind kind)
    {
        await using var host = await IdentityHost.EmptyAsync(kind);

        var first = await host.First.RunAsync(new FirstStartOptions(), Ct);

        Assert.True(first.IsFirst);
        Assert.Equal(("master", host.MasterAccount), (first.AccountName, first.Account));
        await host.TokenAsync("master", "admin", first.AdminPassword!);
        Assert.Equal(first.ApiKey, await host.Keys.GetAsync(first.Account, Ct));
        Assert.IsType<LoginOutcome.LoggedIn>(await host.Login.LoginWithKeyAsync(new JsonObject { ["api_key"] = first.ApiKey }, "192.0.2.1", Ct));
        var node = host.Directories.Accounts.Find(first.Account)!;
        Assert.Equal((true, true, true, true), (node.IsSuperDuper, node.IsReseller, node.AllowAdditions, node.Enabled));
        var settings = host.Configuration.SettingsFor(null);
        Assert.True(settings.ShouldAge);
        Assert.Equal(["local", "inventory", "managed", "other"], settings.CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Contains("number_manager", await host.Config.ListAsync(Ct));
        var admin = Assert.Single(await host.Users.ListAsync(first.Account, Ct));
        Assert.Equal(("admin", "admin"), ((string?)admin["username"], (string?)admin["priv_level"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_it_is_told_it_takes_and_a_second_start_changes_nothing(DatabaseKind kind)
    {
        await using var host = await IdentityHost.EmptyAsync(kind);
        var key = string.Concat(Enumerable.Repeat("0123456789ABCDEF", 4));
        var first = await host.First.RunAsync(new FirstStartOptions { AccountName = " ACME ", AdminPassword = "pass", ApiKey = key }, Ct);
        await host.Config.MergeAsync("number_manager", Some.Json("""{"default":{"should_age":false}}"""), false, Ct);
        var token = await host.TokenAsync("acme", "admin", "pass");

        await using var restarted = await host.AnotherAsync();
        var second = await restarted.First.RunAsync(new FirstStartOptions { AccountName = "Other", AdminPassword = "other", ApiKey = new string('b', 64) }, Ct);

        Assert.Equal((true, "ACME", "pass", key.ToLowerInvariant()), (first.IsFirst, first.AccountName, first.AdminPassword, first.ApiKey));
        Assert.Equal((false, "ACME", null, null), (second.IsFirst, second.AccountName, second.AdminPassword, second.ApiKey));
        Assert.Equal(first.Account, second.Account);
        Assert.True(restarted.Tokens.TryValidate(token, out _));
        Assert.False(restarted.Configuration.SettingsFor(null).ShouldAge);
        Assert.Equal(key.ToLowerInvariant(), await restarted.Keys.GetAsync(first.Account, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_processes_that_start_at_once_one_makes_the_master_account(DatabaseKind kind)
    {
        await using var host = await IdentityHost.EmptyAsync(kind);
        await using var other = await host.AnotherAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? host : other).First.RunAsync(new FirstStartOptions(), Ct)));

        Assert.Single(results, result => result.IsFirst);
        Assert.Single(results.Select(result => result.Account).Distinct());
        Assert.Equal(1, await host.Db.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Equal(1, await host.Db.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task Options_that_cannot_be_used_are_named()
    {
        await using var host = await IdentityHost.EmptyAsync(DatabaseKind.Sqlite);

        await Refused("OCARINA_API_KEY", new FirstStartOptions { ApiKey = "abc" });
        await Refused("OCARINA_ACCOUNT", new FirstStartOptions { AccountName = "?!" });
        await Refused("OCARINA_ADMIN_PASSWORD", new FirstStartOptions { AdminPassword = "" });
        Assert.True((await host.First.RunAsync(new FirstStartOptions(), Ct)).IsFirst);

        async Task Refused(string name, FirstStartOptions options) =>
            Assert.Contains(name, (await Assert.ThrowsAsync<ArgumentException>(() => host.First.RunAsync(options, Ct))).Message, StringComparison.Ordinal);
    }
}
