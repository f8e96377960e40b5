using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ConfigMergeTests
{
    private static JsonObject Defaults => ConfigSchemas.TryGetDefaults("number_manager", out var defaults) ? defaults : [];

    [Fact]
    public void What_is_stored_lies_over_the_defaults()
    {
        var shown = ConfigMerge.Fill(ConfigJson.Parse("""{"own":1,"should_age":true,"released_state":null}"""), Defaults);

        Assert.Equal(1, shown["own"]!.GetValue<int>());
        Assert.True(shown["should_age"]!.GetValue<bool>());
        Assert.Equal("available", shown["released_state"]!.GetValue<string>());
        Assert.Equal(500, shown["maximum_search_quantity"]!.GetValue<int>());
    }

    [Fact]
    public void A_rule_set_replaces_the_built_in_one_as_a_whole()
    {
        var shown = ConfigMerge.Fill(ConfigJson.Parse("""{"classifiers":{"mine":{"regex":"^1"}},"e164_converters":{}}"""), Defaults);

        Assert.Equal(["mine"], shown["classifiers"]!.AsObject().Select(member => member.Key));
        Assert.Empty(shown["e164_converters"]!.AsObject());
    }

    [Fact]
    public void Only_what_differs_from_the_defaults_is_stored()
    {
        var wanted = Defaults;
        wanted["should_age"] = true;
        wanted["own"] = new JsonObject { ["x"] = 1 };

        Assert.Equal("""{"should_age":true,"own":{"x":1}}""", ConfigMerge.Difference(wanted, Defaults).ToJsonString());
        Assert.Equal("{}", ConfigMerge.Difference(Defaults, Defaults).ToJsonString());
        Assert.True(JsonNode.DeepEquals(Defaults, ConfigMerge.Fill(ConfigMerge.Difference(Defaults, Defaults), Defaults)));
    }

    [Fact]
    public void A_rule_set_in_another_order_differs()
    {
        var wanted = Defaults;
        var classes = wanted["classifiers"]!.AsObject();
        var unknown = classes["unknown"]!.DeepClone();
        classes.Remove("unknown");
        classes.Insert(0, "unknown", unknown);

        var stored = ConfigMerge.Difference(wanted, Defaults);

        Assert.Equal("unknown", stored["classifiers"]!.AsObject().First().Key);
        Assert.Equal(7, stored["classifiers"]!.AsObject().Count);
        Assert.False(stored.ContainsKey("e164_converters"));
    }

    [Fact]
    public void Storing_and_showing_again_gives_what_was_wanted()
    {
        var wanted = ConfigMerge.Fill(ConfigJson.Parse("""{"features":{"allow":["cnam"]},"classifiers":{"b":"1","a":"2"},"carrier_modules":[]}"""), Defaults);

        var shown = ConfigMerge.Fill(ConfigMerge.Difference(wanted, Defaults), Defaults);

        Assert.True(JsonNode.DeepEquals(wanted, shown));
        Assert.Equal(["b", "a"], shown["classifiers"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void A_patch_leaves_members_in_place_adds_at_the_end_and_deletes_by_null()
    {
        var stored = ConfigJson.Parse("""{"a":1,"b":{"x":1,"y":2},"c":[1,2],"d":4}""");

        var patched = ConfigMerge.Patch(stored, ConfigJson.Parse("""{"new":0,"c":[3],"b":{"z":3,"x":null,"n":{"v":null}},"a":null,"nothing":null}"""));

        Assert.Equal("""{"b":{"y":2,"z":3,"n":{}},"c":[3],"d":4,"new":0}""", patched.ToJsonString());
        Assert.Equal(4, stored.Count);
    }

    [Fact]
    public void A_patched_rule_keeps_its_place()
    {
        var patched = ConfigMerge.Patch(Defaults, ConfigJson.Parse("""{"classifiers":{"emergency":{"regex":"^112$"},"mine":"^1$"}}"""));

        Assert.Equal(
            ["tollfree_us", "toll_us", "emergency", "caribbean", "did_us", "international", "unknown", "mine"],
            patched["classifiers"]!.AsObject().Select(member => member.Key));
        Assert.Equal("^112$", patched["classifiers"]!["emergency"]!["regex"]!.GetValue<string>());
    }

    [Fact]
    public void An_old_spelling_gives_the_value_of_the_new_one()
    {
        var shown = ConfigMerge.Fill(ConfigJson.Parse("""{"porting_module_name":"wnm_bandwidth","force_wnm_local_outbound":false}"""), Defaults);
        var both = ConfigMerge.Fill(ConfigJson.Parse("""{"porting_module_name":"wnm_bandwidth","port_in_module_name":"knm_other"}"""), Defaults);

        Assert.Equal("wnm_bandwidth", shown["port_in_module_name"]!.GetValue<string>());
        Assert.False(shown["force_local_outbound"]!.GetValue<bool>());
        Assert.Equal("knm_other", both["port_in_module_name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("password", true)]
    [InlineData("api_password", true)]
    [InlineData("client_secret", true)]
    [InlineData("token", true)]
    [InlineData("api_key", true)]
    [InlineData("developer_key", true)]
    [InlineData("user_auth_tokens", false)]
    [InlineData("tokens_fill_rate", false)]
    [InlineData("api_username", false)]
    [InlineData("key", false)]
    public void Secrets_are_known_by_their_names(string key, bool expected) => Assert.Equal(expected, ConfigMerge.IsSecret(key));

    [Fact]
    public void Secrets_are_masked_everywhere_and_switches_and_gaps_are_not()
    {
        var masked = ConfigMerge.MaskSecrets(ConfigJson.Parse(
            """{"api_password":"p","api_username":"u","developer_key":"","expose_api_key":false,"token":null,"pin_secret":7,"in":[{"token":"t"}],"client_secret":{"old":"x"}}"""));

        Assert.Equal(
            """{"api_password":"********","api_username":"u","developer_key":"","expose_api_key":false,"token":null,"pin_secret":"********","in":[{"token":"********"}],"client_secret":"********"}""",
            masked.ToJsonString());
    }

    [Fact]
    public void A_mask_that_comes_back_keeps_the_stored_secret()
    {
        var stored = ConfigJson.Parse("""{"api_password":"p","in":[{"token":"t"}],"client_secret":{"old":"x"},"note":"n"}""");
        var wanted = ConfigMerge.MaskSecrets(stored);
        wanted["other_password"] = "********";
        wanted["note"] = "********";

        var kept = ConfigMerge.KeepMaskedSecrets(wanted, stored);

        Assert.Equal("""{"api_password":"p","in":[{"token":"t"}],"client_secret":{"old":"x"},"note":"********"}""", kept.ToJsonString());
    }

    [Fact]
    public void A_new_secret_replaces_the_stored_one() =>
        Assert.Equal(
            """{"api_password":"q"}""",
            ConfigMerge.KeepMaskedSecrets(ConfigJson.Parse("""{"api_password":"q"}"""), ConfigJson.Parse("""{"api_password":"p"}""")).ToJsonString());
}
