using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Configuration;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class ConfigTests
{
    private const string Id = "number_manager";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_document_equal_to_the_defaults_is_answered_in_full_and_stored_as_nothing(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        Assert.True(ConfigSchemas.TryGetDefaults(Id, out var defaults));
        var body = new JsonObject { ["default"] = defaults };

        for (var i = 0; i < 4; i++)
        {
            var shown = Shown(await host.Config.ReplaceAsync(Id, body.DeepClone().AsObject(), false, Ct));
            Assert.Equal(["id", "default"], shown.Select(member => member.Key));
            Assert.True(JsonNode.DeepEquals(body["default"], shown["default"]), shown.ToJsonString());
        }

        Assert.Equal("""{"default":{}}""", await StoredAsync(host, Id));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_posted_comes_back_in_its_order_and_only_the_difference_is_stored(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var body = Some.Json("""
            {"default":{"e164_converters":{"^z(\\d+)$":{"prefix":"+"},"^a(\\d+)$":{"prefix":"+1"},"^011(\\d{5,})$":{"prefix":"+"}},"should_age":false,"my_key":{"b":1,"a":2}},
             "zone-west":{"should_age":true},"kazoo_apps@one":{"released_state":"aging"}}
            """);

        var shown = Shown(await host.Config.ReplaceAsync(Id, body.DeepClone().AsObject(), true, Ct));
        var read = (await host.Config.GetAsync(Id, false, Ct)).Document;

        Assert.True(JsonNode.DeepEquals(shown, read));
        Assert.Equal(["id", "default", "zone-west", "kazoo_apps@one"], read.Select(member => member.Key));
        Assert.Equal(body["default"]!["e164_converters"]!.ToJsonString(), read["default"]!["e164_converters"]!.ToJsonString()); // order and all
        Assert.Equal("""{"b":1,"a":2}""", read["default"]!["my_key"]!.ToJsonString());
        Assert.Equal("""{"should_age":true}""", read["zone-west"]!.ToJsonString());
        Assert.Equal(500, (long?)read["default"]!["maximum_search_quantity"]); // filled
        body["default"]!.AsObject().Remove("should_age"); // its default
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await StoredAsync(host, Id)), body));

        var filled = (await host.Config.GetAsync(Id, true, Ct)).Document;
        Assert.Equal((true, 500), ((bool?)filled["zone-west"]!["should_age"], (long?)filled["zone-west"]!["maximum_search_quantity"]));

        // The same rules in another order are other rules.
        var swapped = Some.Json("""{"default":{"e164_converters":{"^a(\\d+)$":{"prefix":"+1"},"^z(\\d+)$":{"prefix":"+"},"^011(\\d{5,})$":{"prefix":"+"}}}}""");
        var again = Shown(await host.Config.ReplaceAsync(Id, swapped.DeepClone().AsObject(), true, Ct));
        Assert.Equal(swapped["default"]!["e164_converters"]!.ToJsonString(), again["default"]!["e164_converters"]!.ToJsonString());
        Assert.False(again.ContainsKey("zone-west")); // replaced means replaced
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Node_wins_over_zone_over_default_over_schema(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind); // kazoo_apps@one in zone-west
        await using var other = await host.AnotherAsync(); // kazoo_apps@two in zone-east
        await host.Config.ReplaceAsync("number_manager.other", Some.Json("""
            {"default":{"phonebook_url":"https://default","default_country":"FR","x":1},"zone-west":{"phonebook_url":"https://west","default_country":"DE"},"kazoo_apps@one":{"phonebook_url":"https://one"}}
            """), false, Ct);
        await other.Directories.RefreshAsync(Ct);

        var (here, there) = (host.Configuration.SystemDefaultSection("number_manager.other"), other.Configuration.SystemDefaultSection("number_manager.other"));

        Assert.Equal(("https://one", "DE", 1), ((string?)here["phonebook_url"], (string?)here["default_country"], (long?)here["x"]));
        Assert.Equal(("https://default", "FR", 1), ((string?)there["phonebook_url"], (string?)there["default_country"], (long?)there["x"]));
        here["x"] = 2; // what is handed out is the caller's
        Assert.Equal(1, (long?)host.Configuration.SystemDefaultSection("number_manager.other")["x"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_patch_merges_into_what_is_shown_and_null_takes_back(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        await host.Config.MergeAsync(Id, Some.Json("""{"default":{"e164_converters":{"^9(\\d{4})$":{"prefix":"+9"}},"features":{"deny":["sms"]}},"zone-west":{"a":1,"b":2}}"""), true, Ct);
        var shown = Shown(await host.Config.MergeAsync(Id, Some.Json("""{"default":{"should_age":null,"features":{"deny":null}},"zone-west":{"a":null}}"""), true, Ct));

        Assert.Equal(4, shown["default"]!["e164_converters"]!.AsObject().Count); // the three built-in rules and one more, at the end
        Assert.Equal("""^9(\d{4})$""", shown["default"]!["e164_converters"]!.AsObject().Last().Key);
        Assert.False((bool?)shown["default"]!["should_age"]);
        Assert.Equal("""{"b":2}""", shown["zone-west"]!.ToJsonString());
        Assert.False(shown["default"]!["features"]!.AsObject().ContainsKey("deny"));

        shown = Shown(await host.Config.MergeAsync(Id, Some.Json("""{"zone-west":null}"""), true, Ct));
        Assert.Equal(["id", "default"], shown.Select(member => member.Key));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Sections_are_read_written_and_erased_by_themselves(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        Assert.Equal("""{"id":"number_manager/zone-west"}""", (await host.Config.GetSectionAsync(Id, "zone-west", false, Ct)).Document.ToJsonString());
        var posted = Shown(await host.Config.ReplaceSectionAsync(Id, "zone-west", Some.Json("""{"should_age":false,"x":1}"""), false, Ct));
        Assert.Equal("""{"id":"number_manager/zone-west","should_age":false,"x":1}""", posted.ToJsonString());
        var merged = Shown(await host.Config.MergeSectionAsync(Id, "zone-west", Some.Json("""{"x":null,"y":2}"""), false, Ct));
        Assert.Equal("""{"id":"number_manager/zone-west","should_age":false,"y":2}""", merged.ToJsonString());
        var filled = (await host.Config.GetSectionAsync(Id, "zone-west", true, Ct)).Document;
        Assert.Equal((false, 500), ((bool?)filled["should_age"], (long?)filled["maximum_search_quantity"]));

        // In default what equals the built-in value is not stored, but answered all the same.
        var equal = Shown(await host.Config.ReplaceSectionAsync(Id, "default", Some.Json("""{"should_age":false,"released_state":"aging"}"""), false, Ct));
        Assert.Equal("""{"id":"number_manager/default","should_age":false,"released_state":"aging"}""", equal.ToJsonString());
        Assert.Equal("""{"id":"number_manager/default","released_state":"aging"}""", (await host.Config.GetSectionAsync(Id, "default", false, Ct)).Document.ToJsonString());

        Assert.Equal("""{"id":"number_manager/zone-west"}""", Shown(await host.Config.DeleteSectionAsync(Id, "zone-west", false, Ct)).ToJsonString());
        Assert.Equal("zone-west", Assert.IsType<ConfigOutcome.SectionMissing>(await host.Config.DeleteSectionAsync(Id, "zone-west", false, Ct)).Section);
        Assert.IsType<ConfigOutcome.Invalid>(await host.Config.ReplaceSectionAsync(Id, "_id", [], false, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Ids_without_a_schema_are_kept_as_they_are_and_erased_for_good(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        const string Unknown = "my.own_document";

        Assert.Equal("""{"id":"my.own_document","default":{}}""", (await host.Config.GetAsync(Unknown, false, Ct)).Document.ToJsonString());
        Assert.DoesNotContain(Unknown, await host.Config.ListAsync(Ct));
        Assert.IsType<ConfigOutcome.NotStored>(await host.Config.DeleteAsync(Unknown, false, Ct));

        var body = """{"default":{"z":[1,2.50,{"b":null}],"a":"ü\u0001"},"zone":{}}""";
        var shown = Shown(await host.Config.ReplaceAsync(Unknown, Some.Json(body), false, Ct));
        Assert.True(JsonNode.DeepEquals(Some.Json("""{"z":[1,2.50,{"b":null}],"a":"ü\u0001"}"""), shown["default"]), shown.ToJsonString());
        Assert.Contains("2.50", shown.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(Unknown, await host.Config.ListAsync(Ct));
        var erased = Shown(await host.Config.DeleteAsync(Unknown, false, Ct));
        Assert.Equal("""{"deleted":true}""", erased["_read_only"]!.ToJsonString());
        Assert.DoesNotContain(Unknown, await host.Config.ListAsync(Ct));
        Assert.IsType<ConfigOutcome.Invalid>(await host.Config.ReplaceAsync("with space", Some.Json("""{"default":{}}"""), false, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_wrong_is_refused_with_its_path_and_changes_nothing(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var before = await StoredAsync(host, Id);

        Assert.Equal(["default"], Paths(await host.Config.ReplaceAsync(Id, [], false, Ct)));
        Assert.Equal(["default"], Paths(await host.Config.ReplaceAsync(Id, Some.Json("""{"default":[]}"""), false, Ct)));
        Assert.Equal(["zone%2Ewest"], Paths(await host.Config.MergeAsync(Id, Some.Json("""{"zone.west":1}"""), false, Ct)));
        Assert.Equal(["default.should_age"], Paths(await host.Config.MergeAsync(Id, Some.Json("""{"default":{"should_age":[]}}"""), false, Ct)));
        Assert.Equal(["zone-west.maximum_search_quantity"], Paths(await host.Config.MergeAsync(Id, Some.Json("""{"zone-west":{"maximum_search_quantity":"many"}}"""), false, Ct)));
        Assert.NotEmpty(Paths(await host.Config.MergeAsync(Id, Some.Json("""{"default":{"reconcile_regex":"("}}"""), false, Ct)));

        Assert.Equal(before, await StoredAsync(host, Id));

        static IEnumerable<string> Paths(ConfigOutcome outcome) => Assert.IsType<ConfigOutcome.Invalid>(outcome).Problems.Select(problem => problem.Path);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Secrets_are_masked_used_in_the_clear_and_kept_when_the_mask_comes_back(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        const string Carrier = "number_manager.bandwidth2";
        var shown = Shown(await host.Config.ReplaceAsync(Carrier, Some.Json("""{"default":{"api_username":"u","api_password":"protected:first"}}"""), false, Ct));
        Assert.Equal("********", (string?)shown["default"]!["api_password"]);

        var again = Shown(await host.Config.ReplaceAsync(Carrier, shown, false, Ct)); // a client sends back what it was shown
        Assert.Equal("********", (string?)again["default"]!["api_password"]);
        Assert.Equal("protected:first", (string?)host.Configuration.SystemDefaultSection(Carrier)["api_password"]);

        await host.Config.MergeAsync(Carrier, Some.Json("""{"default":{"api_username":"v","api_password":"********"}}"""), false, Ct);
        await host.Config.MergeSectionAsync(Carrier, "default", Some.Json("""{"site_id":"1","api_password":"********"}"""), false, Ct);
        Assert.Equal("protected:first", (string?)host.Configuration.SystemDefaultSection(Carrier)["api_password"]);
        await host.Config.MergeAsync(Carrier, Some.Json("""{"default":{"api_password":"second"}}"""), false, Ct);
        var used = host.Configuration.SystemDefaultSection(Carrier);
        Assert.Equal(("v", "second", "1"), ((string?)used["api_username"], (string?)used["api_password"], (string?)used["site_id"]));
        Assert.Equal("********", (string?)(await host.Config.GetAsync(Carrier, true, Ct)).Document["default"]!["api_password"]);
        Assert.Equal("********", (string?)(await host.Config.GetSectionAsync(Carrier, "default", false, Ct)).Document["api_password"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_document_the_product_reads_is_listed_everywhere_and_its_erasure_lasts_until_it_is_read_again(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        const string Read = "number_manager.voxbone";
        Assert.DoesNotContain(Read, await host.Config.ListAsync(Ct));

        host.Configuration.SystemDefaultSection(Read);
        host.Configuration.SystemDefaultSection("unheard.of");
        Assert.Contains(Read, await host.Config.ListAsync(Ct));
        Assert.DoesNotContain("unheard.of", await host.Config.ListAsync(Ct));

        await host.Configuration.ListWhatWasReadAsync(Ct);
        Assert.Contains(Read, await other.Config.ListAsync(Ct));
        Assert.Equal("""{"default":{}}""", await StoredAsync(host, Read));
        Assert.IsType<ConfigOutcome.Shown>(await host.Config.DeleteAsync(Read, false, Ct));
        Assert.DoesNotContain(Read, await host.Config.ListAsync(Ct));
        host.Configuration.SystemDefaultSection(Read);
        Assert.Contains(Read, await host.Config.ListAsync(Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Writers_at_once_lose_nothing(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => host.Config.MergeAsync("my.doc", new JsonObject { ["default"] = new JsonObject { [$"key{i}"] = i } }, false, Ct)));

        Assert.All(outcomes, outcome => Assert.IsType<ConfigOutcome.Shown>(outcome));
        var document = (await host.Config.GetAsync("my.doc", false, Ct)).Document["default"]!.AsObject();
        Assert.Equal(Enumerable.Range(0, 8), document.Select(member => (int)member.Value!).Order());
        Assert.Equal(8, await host.Db.ScalarAsync<long>("SELECT revision FROM config_documents WHERE id = 'my.doc'"));
    }

    internal static JsonObject Shown(ConfigOutcome outcome) =>
        outcome is ConfigOutcome.Invalid invalid
            ? throw new Xunit.Sdk.XunitException(string.Join("; ", invalid.Problems))
            : Assert.IsType<ConfigOutcome.Shown>(outcome).Document;

    private static async Task<string> StoredAsync(IdentityHost host, string id) =>
        (await host.Db.ScalarAsync<string>($"SELECT document FROM config_documents WHERE scope = 'system' AND id = '{id}'"))!;
}
