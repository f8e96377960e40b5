using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class DialPlanTests
{
    private const string NamedPlans = """{"local_seven":{"^(\\d{7})$":{"prefix":"+1415"}},"other":{"^(\\d{6})$":{"prefix":"+1999"}}}""";

    [Fact]
    public void The_plans_own_rules_run_first_then_those_of_the_system_plans_it_names()
    {
        var rules = Sets.From("{}", """{"system":["local_seven"],"^8(\\d{6})$":{"prefix":"+1650"}}""", NamedPlans);

        Assert.Equal("+1650867900", rules.Normalize("8867900"));
        Assert.Equal("+14157867900", rules.Normalize("7867900"));
        Assert.Equal("867900", rules.Normalize("867900"));
    }

    [Fact]
    public void System_plans_in_kazoos_form_are_chosen_by_their_name()
    {
        const string Plans = """{"^(\\d{7})$":[{"name":"San Francisco","prefix":"+1415"},{"name":"Oakland","prefix":"+1510"}],"^(\\d{4})$":{"name":"oakland","prefix":"+1510555"}}""";

        var rules = Sets.From("{}", """{"system":["oakland"]}""", Plans);

        Assert.Equal("+15107867900", rules.Normalize("7867900"));
        Assert.Equal("+15105551234", rules.Normalize("1234"));
    }

    [Fact]
    public void A_named_plan_may_be_a_list_of_rules()
    {
        var rules = Sets.From("{}", """{"system":["short"]}""", """{"short":[{"regex":"^(\\d{7})$","prefix":"+1415"},{"regex":"^(\\d{6})$","prefix":"+14158"}]}""");

        Assert.Equal("+14157867900", rules.Normalize("7867900"));
        Assert.Equal("+14158867900", rules.Normalize("867900"));
    }

    [Fact]
    public void A_plan_that_nobody_knows_is_named_in_a_warning()
    {
        var rules = Sets.From("{}", """{"system":["nowhere"]}""", NamedPlans);

        Assert.Contains("nowhere", Assert.Single(rules.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_plan_made_universal_goes_through_no_converter()
    {
        var rules = Sets.From("""{"e164_converters":{"^\\+(\\d*)$":{"prefix":"x"}}}""", """{"^(\\d{4})$":{"prefix":"+1415555"}}""");

        Assert.Equal("+14155551234", rules.Normalize("1234"));
    }

    [Fact]
    public void Plans_of_device_user_and_account_run_one_after_another()
    {
        var rules = NumberRules.PrepareForDevice(
            [],
            [ConfigJson.Parse("""{"^9(\\d*)$":{}}"""), ConfigJson.Parse("""{"^(\\d{4})$":{"prefix":"555"}}"""), ConfigJson.Parse("""{"^(\\d{7})$":{"prefix":"415"}}""")],
            null);

        Assert.Equal("+14155551234", rules.Normalize("91234"));
    }
}
