using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Configuration;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class AccountConfigTests
{
    private const string Id = "number_manager";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_view_goes_from_account_to_reseller_to_system_to_schema_and_stores_the_difference(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var reseller = await host.CreateAccountAsync("Reseller");
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        var customer = await host.CreateAccountAsync("Customer", reseller);
        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"my":{"a":"system","b":"system","c":"system"}}}"""), false, Ct);
        await host.Config.MergeAccountAsync(reseller, Id, Some.Json("""{"my":{"b":"reseller","c":"reseller"}}"""), false, Ct);
        var shown = ConfigTests.Shown(await host.Config.MergeAccountAsync(customer, Id, Some.Json("""{"my":{"c":"customer"}}"""), false, Ct));

        Assert.Equal("configs_number_manager", (string?)shown["id"]);
        Assert.True(JsonNode.DeepEquals(Some.Json("""{"a":"system","b":"reseller","c":"customer"}"""), shown["my"]), shown["my"]!.ToJsonString());
        Assert.Equal(500, (long?)shown["maximum_search_quantity"]);
        Assert.True(JsonNode.DeepEquals(shown, (await host.Config.GetAccountAsync(customer, Id, Ct)).Document));
        Assert.Equal("customer", (string?)host.Configuration.AccountView(customer, Id)["my"]!["c"]);
        Assert.Equal("""{"my":{"c":"customer"}}""", await host.Db.ScalarAsync<string>($"SELECT document FROM config_documents WHERE scope = '{customer}'"));

        // The whole view sent back stores no more than before, and null takes a wish back.
        await host.Config.ReplaceAccountAsync(customer, Id, shown.DeepClone().AsObject(), false, Ct);
        Assert.Equal("""{"my":{"c":"customer"}}""", await host.Db.ScalarAsync<string>($"SELECT document FROM config_documents WHERE scope = '{customer}'"));
        shown = ConfigTests.Shown(await host.Config.MergeAccountAsync(customer, Id, Some.Json("""{"my":{"c":null}}"""), false, Ct));
        Assert.Equal("reseller", (string?)shown["my"]!["c"]);
        ConfigTests.Shown(await host.Config.ResetAccountAsync(reseller, Id, false, Ct));
        Assert.Equal("system", (string?)host.Configuration.AccountView(customer, Id)["my"]!["b"]);
        Assert.Equal("system", (string?)ConfigTests.Shown(await host.Config.ResetAccountAsync(reseller, Id, false, Ct))["my"]!["b"]); // nothing left to reset
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Carriers_and_features_come_from_the_reseller_and_everything_else_from_the_system(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var reseller = await host.CreateAccountAsync("Reseller");
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        var customer = await host.CreateAccountAsync("Customer", reseller);
        await host.Config.MergeAccountAsync(reseller, Id, Some.Json("""{"carrier_modules":["other"],"features":{"deny":["sms"]},"unauthorized_numbers_lookup":true}"""), false, Ct);
        await host.Config.MergeAccountAsync(customer, Id, Some.Json("""{"carrier_modules":["local"]}"""), false, Ct);

        var (own, upper) = (host.Configuration.SettingsFor(customer), host.Configuration.ResellerSettingsOf(customer));

        Assert.Equal(["other"], upper.CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Equal(["sms"], upper.FeaturesDeny!.Value);
        Assert.Equal(["local", "inventory", "managed", "other"], own.CarrierModules.Select(carrier => carrier.ToString()));
        Assert.True(own.UnauthorizedNumbersLookup); // account, then reseller, then system
        Assert.False(host.Configuration.SettingsFor(null).UnauthorizedNumbersLookup);
        Assert.Equal(["local", "inventory", "managed", "other"], host.Configuration.ResellerSettingsOf(reseller).CarrierModules.Select(carrier => carrier.ToString()));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Keys_of_the_system_are_refused_in_an_accounts_document_unless_they_come_back_as_they_were_shown(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind); // should_age is true in a new installation
        var account = await host.CreateAccountAsync("Customer");
        var wishes = Some.Json("""
            {"should_age":false,"porting_module_name":"knm_other","normalize_plus_prefixed":"convert","aging_grace_h":1e99999999999,
             "features":{"allow":["cnam"],"deny":["sms"]},"providers":["cnam_notifier"],"cnam_provider":"a","e911_provider":"b","carrier_modules":["local"],
             "unauthorized_numbers_lookup":true,"e164_converters":"kazoo","reconcile_regex":"^1","classifiers":"kazoo","my":1,"released_state":null}
            """);

        var refused = Assert.IsType<ConfigOutcome.Invalid>(await host.Config.ReplaceAccountAsync(account, Id, wishes, false, Ct));
        Assert.Equal(["should_age", "porting_module_name", "normalize_plus_prefixed", "aging_grace_h"], refused.Problems.Select(problem => problem.Path));
        Assert.All(refused.Problems, problem => Assert.Equal(("forbidden", "This key can only be set for the whole system"), (problem.Kind, problem.Message)));
        Assert.IsType<ConfigOutcome.Invalid>(await host.Config.MergeAccountAsync(account, Id, Some.Json("""{"should_age":false}"""), false, Ct));

        foreach (var problem in refused.Problems) wishes.Remove(problem.Path);
        ConfigTests.Shown(await host.Config.ReplaceAccountAsync(account, Id, wishes, false, Ct));
        var shown = (await host.Config.GetAccountAsync(account, Id, Ct)).Document;
        Assert.Equal((true, 1, "a"), ((bool?)shown["should_age"], (long?)shown["my"], (string?)shown["cnam_provider"]));
        var stored = await StoredAsync();
        Assert.True(JsonNode.DeepEquals(shown, ConfigTests.Shown(await host.Config.ReplaceAccountAsync(account, Id, shown.DeepClone().AsObject(), false, Ct))));
        Assert.Equal(stored, await StoredAsync());
        Assert.DoesNotContain("should_age", stored, StringComparison.Ordinal);

        Task<string> StoredAsync() => host.Db.ScalarAsync<string>($"SELECT document FROM config_documents WHERE scope = '{account}'")!;
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Keys_of_the_system_that_an_account_stored_earlier_are_neither_shown_nor_obeyed(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var reseller = await host.CreateAccountAsync("Reseller");
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        var customer = await host.CreateAccountAsync("Customer", reseller);
        await host.Config.MergeAccountAsync(reseller, Id, Some.Json("""{"my":1}"""), false, Ct);
        await host.Db.ExecuteAsync($$"""UPDATE config_documents SET document = '{"should_age":false,"normalize_plus_prefixed":"convert","my":2}' WHERE scope = '{{reseller}}'""");
        await using var later = await host.AnotherAsync();

        foreach (var account in (AccountId[])[reseller, customer])
        {
            foreach (var view in (JsonObject[])[(await later.Config.GetAccountAsync(account, Id, Ct)).Document, later.Configuration.AccountView(account, Id)])
                Assert.Equal((true, "bypass", 2), ((bool?)view["should_age"], (string?)view["normalize_plus_prefixed"], (long?)view["my"]));
            Assert.True(later.Configuration.ResellerSettingsOf(account).ShouldAge);
        }

        ConfigTests.Shown(await later.Config.MergeAccountAsync(reseller, Id, Some.Json("""{"my":3}"""), false, Ct));
        Assert.Equal("""{"my":3}""", await host.Db.ScalarAsync<string>($"SELECT document FROM config_documents WHERE scope = '{reseller}'"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Rules_follow_the_account_its_reseller_and_its_dial_plan_and_equal_ones_are_shared(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var french = """{"e164_converters":{"^0([1-9]\\d{8})$":{"prefix":"+33"}}}""";
        var (reseller, plain, own, planned) = (await host.CreateAccountAsync("Reseller"), await host.CreateAccountAsync("Plain"), await host.CreateAccountAsync("Own"), await host.CreateAccountAsync("Planned"));
        await host.Accounts.SetResellerAsync(host.Admin, reseller, true, Ct);
        var customer = await host.CreateAccountAsync("Customer", reseller);
        await host.Config.MergeAsync("dialplans", Some.Json("""{"default":{"local_seven":{"^(\\d{7})$":{"prefix":"+1415"}}}}"""), false, Ct);

        var before = host.Configuration.RulesVersion;
        await host.Accounts.MergeAsync(host.Admin, planned, Some.Json("""{"dial_plan":{"system":["local_seven"],"^9(\\d{10})$":{"prefix":"+1"}}}"""), null, Ct);
        Assert.True(host.Configuration.RulesVersion > before);
        await host.Config.ReplaceAccountAsync(reseller, Id, Some.Json(french), false, Ct);
        await host.Config.ReplaceAccountAsync(own, Id, Some.Json(french), false, Ct);

        var rules = host.Configuration;
        Assert.Equal("+14158867900", rules.RulesFor(null).Normalize("4158867900"));
        Assert.Same(rules.RulesFor(null), rules.RulesFor(plain));
        Assert.Equal("+33123456789", rules.RulesFor(own).Normalize("0123456789"));
        Assert.Equal("0123456789", rules.RulesFor(plain).Normalize("0123456789"));
        Assert.Equal("+33123456789", rules.RulesFor(customer).Normalize("0123456789"));
        Assert.Same(rules.RulesFor(own), rules.RulesFor(customer));
        Assert.Equal("+14158867900", rules.RulesFor(planned).Normalize("8867900"));
        Assert.Equal("+12025550100", rules.RulesFor(planned).Normalize("92025550100"));
        Assert.Equal("8867900", rules.RulesFor(plain).Normalize("8867900"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_rules_version_moves_only_when_a_text_may_become_another_number(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        var version = host.Configuration.RulesVersion;

        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"should_age":false,"classifiers":{"x":{"regex":"^1$"}}}}"""), false, Ct);
        Assert.Equal(version, host.Configuration.RulesVersion);
        Assert.False(host.Configuration.SettingsFor(null).ShouldAge);

        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^x(\\d+)$":{"prefix":"+9"}}}}"""), false, Ct);
        Assert.Equal(version + 1, host.Configuration.RulesVersion);
        Assert.Equal("+9123456", host.Configuration.RulesFor(null).Normalize("x123456"));

        Assert.Equal(version, other.Configuration.RulesVersion);
        await other.Directories.RefreshAsync(Ct);
        Assert.Equal(version + 1, other.Configuration.RulesVersion);
        Assert.Equal("+9123456", other.Configuration.RulesFor(null).Normalize("x123456"));
    }
}
