using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ClassifierTests
{
    [Fact]
    public void The_built_in_classes_stand_in_the_order_of_the_reference()
    {
        string[] order = ["tollfree_us", "toll_us", "emergency", "caribbean", "did_us", "international", "unknown"];

        Assert.Equal(order, Sets.K.Classes.Select(found => found.Name));
        Assert.Equal(order, Sets.A.Classes.Select(found => found.Name));
        Assert.True(Sets.K.Classify("911")!.Emergency);
        Assert.False(Sets.A.Classify("911")!.Emergency);
    }

    [Fact]
    public void A_class_may_be_a_bare_expression()
    {
        var rules = Sets.From("""{"classifiers":{"inside":"^\\d{3,4}$"}}""");

        var found = rules.Classify("100");

        Assert.Equal(("inside", "inside"), (found!.Name, found.FriendlyName));
        Assert.Equal("""{"regex":"^\\d{3,4}$","friendly_name":"inside"}""", found.Settings.ToString());
    }

    [Fact]
    public void A_missing_label_is_filled_without_losing_other_members()
    {
        var rules = Sets.From("""{"classifiers":{"vip":{"regex":"^1$","billing":{"rate":3},"emergency":"true"}}}""");

        var found = Assert.Single(rules.Classes);

        Assert.Equal("""{"regex":"^1$","billing":{"rate":3},"emergency":"true","friendly_name":"vip"}""", found.Settings.ToString());
        Assert.True(found.Emergency);
    }

    [Fact]
    public void A_class_without_expression_matches_the_empty_text_only()
    {
        var rules = Sets.From("""{"classifiers":{"none":{"friendly_name":"Nothing"}}}""");

        Assert.Equal("none", rules.Classify("")?.Name);
        Assert.Null(rules.Classify("100"));
    }

    [Fact]
    public void Sorted_classes_with_built_in_names_run_in_built_in_order_and_warn()
    {
        var rules = Sets.From("""
            {"classifiers":{
              "caribbean":{"regex":"^\\+1809"},"did_us":{"regex":"^\\+1"},"emergency":{"regex":"^911$"},"international":{"regex":"^\\+"},
              "toll_us":{"regex":"^\\+1900"},"tollfree_us":{"regex":"^\\+1800"},"unknown":{"regex":"^.*$"}}}
            """);

        Assert.Equal("tollfree_us", rules.Classify("8005551212")?.Name);
        Assert.Equal("classifiers", Assert.Single(rules.Warnings).Path);
    }

    [Fact]
    public void Sorted_classes_with_names_of_ones_own_stay_as_they_are()
    {
        var rules = Sets.From("""{"classifiers":{"all":"^.*$","local":"^100$"}}""");

        Assert.Equal("all", rules.Classify("100")?.Name);
        Assert.Empty(rules.Warnings);
    }

    [Fact]
    public void Classes_may_come_as_a_list()
    {
        var rules = Sets.From("""{"classifiers":[{"name":"z","regex":"^1"},{"name":"a","regex":"^\\d"}]}""");

        Assert.Equal("z", rules.Classify("100")?.Name);
        Assert.Equal("a", rules.Classify("200")?.Name);
        Assert.DoesNotContain("\"name\"", rules.Classes[0].Settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_a_broken_expression_is_left_out_with_a_warning()
    {
        var rules = Sets.From("""{"classifiers":{"bad":{"regex":"^[0-9$"},"rest":{"regex":""}}}""");

        Assert.Equal("rest", rules.Classify("100")?.Name);
        Assert.Equal("classifiers.bad.regex", Assert.Single(rules.Warnings).Path);
    }
}
