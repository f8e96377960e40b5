using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ConfigSchemaTests
{
    [Fact]
    public void Every_document_is_valid_as_it_is_built_in_and_its_defaults_are_never_null()
    {
        Assert.Contains("number_manager", ConfigSchemas.Ids);
        foreach (var id in ConfigSchemas.Ids)
        {
            Assert.True(ConfigSchemas.TryGetDefaults(id, out var defaults));
            Assert.True(ConfigSchemas.Validate(id, defaults) is { Count: 0 }, id);
            Assert.All(defaults, member => Assert.NotNull(member.Value));
        }
    }

    [Fact]
    public void Defaults_are_a_fresh_copy_each_time()
    {
        ConfigSchemas.TryGetDefaults("number_manager", out var first);
        first["classifiers"]!.AsObject().Clear();
        ConfigSchemas.TryGetDefaults("number_manager", out var second);

        Assert.Equal(7, second["classifiers"]!.AsObject().Count);
    }

    [Fact]
    public void Optional_keys_are_not_shown_unasked()
    {
        ConfigSchemas.TryGetDefaults("number_manager", out var defaults);

        foreach (var key in new[] { "features", "providers", "porting_module_name", "default_creation_state", "discovery_expiry_d", "force_wnm_local_outbound" })
            Assert.False(defaults.ContainsKey(key), key);
    }

    [Fact]
    public void The_built_in_rules_stand_in_the_order_of_the_reference()
    {
        ConfigSchemas.TryGetDefaults("number_manager", out var defaults);

        Assert.Equal(
            [@"^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$", @"^011(\d{5,})$|^00(\d{5,})$", @"^[2-9]\d{7,}$"],
            defaults["e164_converters"]!.AsObject().Select(rule => rule.Key));
        Assert.Equal(
            ["tollfree_us", "toll_us", "emergency", "caribbean", "did_us", "international", "unknown"],
            defaults["classifiers"]!.AsObject().Select(rule => rule.Key));
        Assert.True(defaults["classifiers"]!["emergency"]!["emergency"]!.GetValue<bool>());
    }

    [Fact]
    public void An_unknown_document_is_accepted_as_it_is()
    {
        Assert.False(ConfigSchemas.TryGetDefaults("my.own", out var defaults));
        Assert.Empty(defaults);
        Assert.Empty(ConfigSchemas.Validate("my.own", ConfigJson.Parse("""{"carrier_modules":5}""")));
    }

    [Fact]
    public void All_problems_are_named_at_once_with_path_kind_and_message()
    {
        var problems = ConfigSchemas.Validate("number_manager", ConfigJson.Parse("""
            {
              "carrier_modules": "knm_local", "should_age": "maybe", "maximum_search_quantity": 0, "number_search_timeout_ms": "soon",
              "released_state": "gone", "features": {"allow": [true]}, "reconcile_regex": "^(", "normalize_plus_prefixed": "sometimes",
              "e164_converters": {"^+33(\\d.)$": {"prefix": "+33"}, "^1$": {"prefix": {}}, "^2$": 5},
              "classifiers": {"a.b": {"regex": "[0-9"}, "c": {"regex": 1, "friendly_name": [], "emergency": 2}, "d": []}
            }
            """));

        var found = problems.Select(problem => $"{problem.Path} {problem.Kind} {problem.Message}").ToArray();
        Assert.All(problems, problem => Assert.False(problem.IsWarning));
        Assert.Contains("carrier_modules type Value did not match type(s): array", found);
        Assert.Contains("should_age type Value did not match type(s): boolean", found);
        Assert.Contains("maximum_search_quantity minimum Value must be at least 1", found);
        Assert.Contains("number_search_timeout_ms type Value did not match type(s): integer", found);
        Assert.Contains("released_state enum Value not found in enumerated list of values", found);
        Assert.Contains("normalize_plus_prefixed enum Value not found in enumerated list of values", found);
        Assert.Contains("features.allow.0 type Value did not match type(s): string", found);
        Assert.Contains(found, line => line.StartsWith("reconcile_regex invalid Invalid regular expression:", StringComparison.Ordinal));
        Assert.Contains(found, line => line.StartsWith(@"e164_converters.^+33(\d%2E)$ invalid ", StringComparison.Ordinal) && line.EndsWith(@"did you mean ^\+33(\d.)$", StringComparison.Ordinal));
        Assert.Contains("e164_converters.^1$.prefix type Value did not match type(s): string", found);
        Assert.Contains("e164_converters.^2$ type Value did not match type(s): object", found);
        Assert.Contains(found, line => line.StartsWith("classifiers.a%2Eb.regex invalid ", StringComparison.Ordinal));
        Assert.Contains("classifiers.c.friendly_name type Value did not match type(s): string", found);
        Assert.Contains("classifiers.c.emergency type Value did not match type(s): boolean", found);
        Assert.Contains("classifiers.d type Value did not match type(s): object, string", found);
        Assert.Equal(15, problems.Count);
    }

    [Fact]
    public void A_problem_says_what_was_expected_and_found()
    {
        var problem = Assert.Single(ConfigSchemas.Validate("number_manager", ConfigJson.Parse("""{"released_state":"gone"}""")));

        Assert.Equal("""["available","aging","released","deleted","disconnected"]""", problem.Target!.ToJsonString());
        Assert.Equal("gone", problem.Value!.GetValue<string>());
    }

    [Fact]
    public void Scalars_are_read_kindly()
    {
        var section = ConfigJson.Parse("""{"maximum_search_quantity":"7","should_age":"true","available_module_name":5,"carrier_modules":["knm_local"],"own":"7"}""");

        Assert.All(ConfigSchemas.Validate("number_manager", section), problem => Assert.True(problem.IsWarning));
        Assert.Equal(
            """{"maximum_search_quantity":7,"should_age":true,"available_module_name":"5","carrier_modules":["knm_local"],"own":"7"}""",
            ConfigSchemas.Coerce("number_manager", section).ToJsonString());
    }

    [Fact]
    public void Unknown_carriers_and_features_are_warnings()
    {
        var problems = ConfigSchemas.Validate("number_manager", ConfigJson.Parse(
            """{"carrier_modules":["knm_local","wnm_acme"],"port_in_module_name":"acme","features":{"deny":["cnam","telepathy"]},"providers":["wnm_cnam_notifier","im"]}"""));

        Assert.Equal(["carrier_modules.1", "port_in_module_name", "features.deny.1"], problems.Select(problem => problem.Path));
        Assert.All(problems, problem => Assert.True(problem.IsWarning));
    }

    [Theory]
    [InlineData("\"production | sandbox | beta\"", "invalid", true)]
    [InlineData("\"\"", "invalid", true)]
    [InlineData("{}", "type", false)]
    public void An_environment_of_a_carrier_that_nobody_has_chosen_yet_is_a_warning(string value, string kind, bool isWarning)
    {
        var problem = Assert.Single(ConfigSchemas.Validate("number_manager.voxbone", ConfigJson.Parse($$"""{"environment":{{value}}}""")));

        Assert.Equal(("environment", kind, isWarning), (problem.Path, problem.Kind, problem.IsWarning));
        Assert.Empty(ConfigSchemas.Validate("number_manager.voxbone", ConfigJson.Parse("""{"environment":"beta"}""")));
    }

    [Theory]
    [InlineData("number_manager", """{"maximum_search_quantity":1e999}""", "maximum_search_quantity")]
    [InlineData("number_manager", """{"available_module_name":-1e999}""", "available_module_name")]
    [InlineData("number_manager", """{"my":{"a.b":[1,1E+999]}}""", "my.a%2Eb.1")]
    [InlineData("my.own", """{"x":1e99999999999}""", "x")]
    [InlineData("my.own", """{"x":1e-99999999999}""", "x")]
    public void A_number_that_does_not_fit_is_refused_with_its_path(string id, string section, string path)
    {
        var problem = Assert.Single(ConfigSchemas.Validate(id, ConfigJson.Parse(section)), problem => !problem.IsWarning);

        Assert.Equal((path, "invalid", "The number does not fit"), (problem.Path, problem.Kind, problem.Message));
        Assert.Empty(ConfigSchemas.Validate("my.own", ConfigJson.Parse("""{"a":1e308,"b":-1.5E-0000007,"c":0,"d":12345678901234567890}""")));
    }

    [Theory]
    [InlineData("prefix", "+1\\n")]
    [InlineData("suffix", "\\u0007")]
    [InlineData("suffix", "\\u0085")]
    [InlineData("prefix", "\\u2028")]
    public void An_affix_with_control_characters_or_line_breaks_is_refused(string key, string affix)
    {
        var section = ConfigJson.Parse($$$$"""{"e164_converters":{"^1$":{"{{{{key}}}}":"{{{{affix}}}}"}}}""");
        var problem = Assert.Single(ConfigSchemas.Validate("number_manager", section));

        Assert.Equal(($"e164_converters.^1$.{key}", "invalid", false), (problem.Path, problem.Kind, problem.IsWarning));
        Assert.Equal("1", NumberRules.Prepare(section, null, null).Normalize("1")); // stored before there was this check: left out
    }

    [Fact]
    public void Converters_that_are_not_stable_are_a_warning()
    {
        var problem = Assert.Single(ConfigSchemas.Validate("number_manager", ConfigJson.Parse("""{"e164_converters":{"^(\\d{9})$":{"prefix":"0"},"^(\\d{10})$":{"prefix":"9"}}}""")));

        Assert.True(problem.IsWarning);
        Assert.Contains("not stable", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_that_does_not_exist_is_named()
    {
        var problems = ConfigSchemas.Validate("number_manager", ConfigJson.Parse("""{"e164_converters":"martian","classifiers":"seed"}"""));

        Assert.Equal(("e164_converters", "enum"), (problems.Single(problem => !problem.IsWarning).Path, problems.Single(problem => !problem.IsWarning).Kind));
    }

    [Fact]
    public void A_rule_in_a_list_without_expression_is_required_to_have_one()
    {
        var problems = ConfigSchemas.Validate("number_manager", ConfigJson.Parse("""{"e164_converters":[{"prefix":"+"}],"classifiers":[{"regex":"1"},{"name":"a","regex":"1","order":"x"}]}"""));

        Assert.Equal(
            [("e164_converters.0.regex", "required"), ("classifiers.0.name", "required"), ("classifiers.1.order", "type")],
            problems.Select(problem => (problem.Path, problem.Kind)));
    }
}
