using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class ConverterTests
{
    [Fact]
    public void A_group_that_matched_the_empty_text_took_part()
    {
        var rules = Sets.From("""{"e164_converters":{"^011(\\d*)$":{"prefix":"+"}}}""");

        Assert.Equal("+", rules.Normalize("011"));
    }

    [Theory]
    [InlineData("a", "pa")]
    [InlineData("ab", "pb")]
    public void The_last_group_that_took_part_is_the_root(string input, string expected)
    {
        var rules = Sets.From("""{"e164_converters":{"(a)(x)?(b)?":{"prefix":"p"}}}""");

        Assert.Equal(expected, rules.Normalize(input));
    }

    [Theory]
    [InlineData("(?:(?:(?:2)?|(.)))+", "22212", "22212")]
    [InlineData("(?:1?|(2))2", "22", "22")]
    [InlineData("^(?:1?|(2))2$", "22", "2")]
    [InlineData("(?:(?:(.))??)?", "1221", "1221")]
    public void Where_a_choice_may_be_empty_the_first_is_taken_as_in_pcre(string regex, string input, string expected)
    {
        // The automaton alone prefers the longer match, and with it another group.
        Assert.True(NumberPattern.TryCreate(regex, out var pattern, out _));

        Assert.True(pattern.TryFindRoot(input, out var root));
        Assert.Equal(expected, root.ToString());
    }

    [Fact]
    public void A_named_group_counts_where_it_stands()
    {
        // The framework alone would number the named group last, and take the country code for the root.
        var rules = Sets.From("""{"e164_converters":{"^(?<country>1)(\\d{10})$":{"prefix":"+1"},"^(?P<c>44)(\\d{10})$":{"prefix":"+44"},"^(?'c'33)(\\d{9})$":{"prefix":"+33"}}}""");

        Assert.Equal("+14158867900", rules.Normalize("14158867900"));
        Assert.Equal("+442079460000", rules.Normalize("442079460000"));
        Assert.Equal("+33123456789", rules.Normalize("33123456789"));
    }

    [Fact]
    public void Rules_run_in_the_order_of_the_document()
    {
        var first = Sets.From("""{"e164_converters":{"^(4\\d*)$":{"prefix":"x"},"^(41\\d*)$":{"prefix":"y"}}}""");
        var second = Sets.From("""{"e164_converters":{"^(41\\d*)$":{"prefix":"y"},"^(4\\d*)$":{"prefix":"x"}}}""");

        Assert.Equal("x415", first.Normalize("415"));
        Assert.Equal("y415", second.Normalize("415"));
    }

    [Fact]
    public void Rules_may_come_as_a_list()
    {
        var rules = Sets.From("""{"e164_converters":[{"regex":"^(4\\d*)$","prefix":"x","suffix":"z"},{"regex":"^(41\\d*)$","prefix":"y"}]}""");

        Assert.Equal("x415z", rules.Normalize("415"));
        Assert.Empty(rules.Warnings);
    }

    [Fact]
    public void An_order_member_says_which_rule_is_first()
    {
        var rules = Sets.From("""{"e164_converters":{"^(4\\d*)$":{"prefix":"x"},"^(41\\d*)$":{"prefix":"y","order":2},"^(415)$":{"prefix":"z","order":1}}}""");

        Assert.Equal("z415", rules.Normalize("415"));
        Assert.Equal("y416", rules.Normalize("416"));
        Assert.Equal("x42", rules.Normalize("42"));
    }

    [Fact]
    public void A_sorted_document_with_built_in_names_runs_in_built_in_order_and_warns()
    {
        // Set B as a tool that sorts keys writes it. In this order a US number of ten digits would become a Swiss one.
        var rules = Sets.From("""{"e164_converters":{"^011(\\d*)$|^00(\\d*)$":{"prefix":"+"},"^[2-9]\\d{7,}$":{"prefix":"+"},"^\\+?1?([2-9][0-9]{2}[2-9][0-9]{6})$":{"prefix":"+1"}}}""");

        Assert.Equal("+14158867900", rules.Normalize("4158867900"));
        Assert.Equal("e164_converters", Assert.Single(rules.Warnings).Path);
    }

    [Fact]
    public void A_plus_is_converted_only_when_the_operator_says_so()
    {
        const string Bare = """ "e164_converters":{"^\\+?(\\d{8,})$":{}} """;

        Assert.Equal("+14158867900", Sets.From($$"""{ {{Bare}} }""").Normalize("+14158867900"));
        Assert.Equal("14158867900", Sets.From($$"""{ {{Bare}}, "normalize_plus_prefixed":"convert"}""").Normalize("+14158867900"));
        Assert.Equal("+14158867900", Sets.From($$"""{ {{Bare}}, "normalize_plus_prefixed":"bypass"}""").Normalize("+14158867900"));
    }

    [Fact]
    public void An_empty_set_of_rules_changes_nothing_and_an_absent_one_is_built_in()
    {
        Assert.Equal("4158867900", Sets.From("""{"e164_converters":{}}""").Normalize("4158867900"));
        Assert.Equal("+14158867900", Sets.From("{}").Normalize("4158867900"));
        Assert.Equal("+14158867900", Sets.From("""{"e164_converters":null}""").Normalize("4158867900"));
    }

    [Fact]
    public void A_preset_may_be_named_in_place_of_the_rules()
    {
        var rules = Sets.From("""{"e164_converters":"european","classifiers":"seed"}""");

        Assert.Equal("+4158867900", rules.Normalize("4158867900"));
        Assert.Equal("SSS011*", rules.Classes.Single(found => found.Name == "international").PrettyPrint);
    }

    [Fact]
    public void Text_longer_than_any_number_is_left_alone()
    {
        var longest = new string('9', 64);
        var longer = new string('9', 65);

        Assert.Equal("+" + longest, Sets.K.Normalize(longest));
        Assert.Equal(longer, Sets.K.Normalize(longer));
        Assert.Null(Sets.K.Classify(longer));
        Assert.False(Sets.K.IsReconcilable(longer));
        Assert.False(Sets.K.IsReconcilable(longest)); // with its plus it has 65 characters
    }

    [Fact]
    public void Only_visible_ascii_is_stored_whatever_the_expression_says()
    {
        var rules = Sets.From("""{"reconcile_regex":"^.*$","e164_converters":{}}""");

        Assert.True(rules.IsReconcilable("abcde"));
        Assert.False(rules.IsReconcilable("abc e"));
        Assert.False(rules.IsReconcilable("abcd\u00E9"));
        Assert.False(rules.IsReconcilable("abcd"));
    }

    [Fact]
    public void A_broken_reconcile_expression_gives_way_to_the_built_in_one_with_a_warning()
    {
        var rules = Sets.From("""{"reconcile_regex":"^(\\+"}""");

        Assert.True(rules.IsReconcilable("4158867900"));
        Assert.Equal("reconcile_regex", Assert.Single(rules.Warnings).Path);
    }
}
