using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ConfigSectionTests
{
    private const string Document = """
        {
          "_id": "number_manager", "pvt_type": "config",
          "default": {"should_age": true, "carrier_modules": ["a"], "e164_converters": {"^1$": {"prefix": "d"}}, "features": {"allow": ["cnam"], "deny": ["sms"]}},
          "west": {"carrier_modules": ["b"], "e164_converters": {"^2$": {"prefix": "z"}}, "features": {"deny": ["mms"]}, "porting_module_name": "wnm_west"},
          "kazoo_apps@host": {"carrier_modules": ["c"]}
        }
        """;

    [Fact]
    public void The_most_specific_section_supplies_the_whole_value()
    {
        var effective = ConfigSections.Effective("number_manager", ConfigJson.Parse(Document), "west", "kazoo_apps@host");

        Assert.Equal("""["c"]""", effective["carrier_modules"]!.ToJsonString());
        Assert.Equal("""{"^2$":{"prefix":"z"}}""", effective["e164_converters"]!.ToJsonString());
        Assert.True(effective["should_age"]!.GetValue<bool>());
        Assert.Equal(5000, effective["number_search_timeout_ms"]!.GetValue<int>());
    }

    [Fact]
    public void Lists_of_features_are_looked_for_one_by_one()
    {
        var effective = ConfigSections.Effective("number_manager", ConfigJson.Parse(Document), "west", null);

        Assert.Equal("""["cnam"]""", effective["features"]!["allow"]!.ToJsonString());
        Assert.Equal("""["mms"]""", effective["features"]!["deny"]!.ToJsonString());
    }

    [Fact]
    public void An_old_spelling_in_a_specific_section_wins_over_the_new_one_in_a_general_section()
    {
        var document = ConfigJson.Parse("""{"default":{"port_in_module_name":"knm_other"},"west":{"porting_module_name":"wnm_west"}}""");

        var effective = ConfigSections.Effective("number_manager", document, "west", null);

        Assert.Equal("west", NumberManagerSettings.From(effective).PortInModule.ToString());
    }

    [Fact]
    public void A_node_without_section_obeys_the_default_one()
    {
        var effective = ConfigSections.Effective("number_manager", ConfigJson.Parse(Document), "east", "other@host");

        Assert.Equal("""["a"]""", effective["carrier_modules"]!.ToJsonString());
    }

    [Fact]
    public void A_document_without_default_section_is_refused_and_every_section_is_checked()
    {
        var problems = ConfigSections.Validate("number_manager", ConfigJson.Parse("""{"id":"number_manager","west":{"should_age":3},"my.zone":5}"""));

        Assert.Equal(
            [("default", "required"), ("west.should_age", "type"), ("my%2Ezone", "type")],
            problems.Select(problem => (problem.Path, problem.Kind)));
    }

    [Fact]
    public void A_documents_own_members_are_no_sections() =>
        Assert.Equal(["default", "west", "kazoo_apps@host"], ConfigSections.Of(ConfigJson.Parse(Document)).Select(section => section.Key));
}
