using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>Every row of the tables of numbers.md 3.8.</summary>
public sealed class NumberTableTests
{
    public static TheoryData<int, string> RowsOnEverySet()
    {
        var rows = new TheoryData<int, string>();
        foreach (var row in NumberCases.All)
            foreach (var set in new[] { "A", "B", "K" })
                rows.Add(row.Row, set);
        return rows;
    }

    public static TheoryData<int> Rows => [.. NumberCases.All.Select(row => row.Row)];

    [Theory, MemberData(nameof(RowsOnEverySet))]
    public void A_number_is_normalised_as_the_table_says(int row, string set)
    {
        var expected = NumberCases.Of(row);

        Assert.Equal(expected.Expected(set), Sets.By(set).Normalize(expected.Input));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_number_is_routable_as_the_table_says(int row)
    {
        var expected = NumberCases.Of(row);

        Assert.Equal(expected.SeedRoutable, Sets.B.MatchesReconcile(expected.Expected("B")));
        Assert.Equal(expected.KazooRoutable, Sets.K.MatchesReconcile(expected.Expected("K")));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_number_is_stored_when_it_is_routable_and_has_five_characters(int row)
    {
        var expected = NumberCases.Of(row);

        Assert.Equal(expected.SeedRoutable && expected.Expected("B").Length >= 5, Sets.B.IsReconcilable(expected.Input));
        Assert.Equal(expected.KazooRoutable && expected.Expected("K").Length >= 5, Sets.K.IsReconcilable(expected.Input));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_number_has_the_class_the_table_says(int row)
    {
        var expected = NumberCases.Of(row);

        Assert.Equal(expected.SeedClass, Sets.B.Classify(expected.Input)?.Name);
        Assert.Equal(expected.KazooClass, Sets.K.Classify(expected.Input)?.Name);
    }

    [Theory]
    [InlineData(68, "4158867900", "+4158867900")]
    [InlineData(69, "00442079460000", "+442079460000")]
    [InlineData(70, "1158867900", "+1158867900")]
    [InlineData(71, "100", "100")]
    public void The_european_set_reads_numbers_its_way(int row, string input, string expected) =>
        Assert.True(Sets.E.Normalize(input) == expected, $"row {row}");

    [Theory]
    [InlineData(72, """{"^(\\d{10})$":{"suffix":"#x"}}""", "4158867900", "4158867900#x")]
    [InlineData(73, """{"^\\d{4}$":{"prefix":"+3312345"}}""", "6789", "+33123456789")]
    [InlineData(74, """{"^9":{"prefix":"x"}}""", "9415", "x9415")]
    [InlineData(75, """{"^((4)(1)5)$":{"prefix":"+"}}""", "415", "+1")]
    [InlineData(76, """{"^(a)(x)?$":{"prefix":"p"}}""", "a", "pa")]
    [InlineData(77, """{"^(a)(x)?(b)$":{}}""", "ab", "b")]
    [InlineData(78, """{"^0(\\d{9})$":{"prefix":"+33"}}""", "0123456789", "+33123456789")]
    [InlineData(79, """{"^(\\d{7})$":{"prefix":"+1415"},"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$":{"prefix":"+1"}}""", "8867900", "+14158867900")]
    public void A_rule_of_ones_own_does_what_the_table_says(int row, string converters, string input, string expected)
    {
        var rules = Sets.From($$"""{"e164_converters":{{converters}}}""");

        Assert.True(rules.Normalize(input) == expected, $"row {row}: {rules.Normalize(input)}");
    }

    [Fact]
    public void Row_80_a_dial_plan_strips_the_outside_line_and_the_converters_finish()
    {
        var rules = Sets.From("{}", dialPlan: """{"^9(\\d{10})$":{"description":"outside line","prefix":""}}""");

        Assert.Equal("+14158867900", rules.Normalize("94158867900"));
    }

    [Fact]
    public void Row_81_a_broken_rule_is_skipped_with_a_warning()
    {
        var rules = Sets.From("""{"e164_converters":{"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6}$":{"prefix":"+1"},"^011(\\d{5,})$|^00(\\d{5,})$":{"prefix":"+"},"^[2-9]\\d{7,}$":{"prefix":"+"}}}""");

        Assert.Equal("+4158867900", rules.Normalize("4158867900"));
        var warning = Assert.Single(rules.Warnings);
        Assert.True(warning.IsWarning);
        Assert.StartsWith("e164_converters.", warning.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_82_the_empty_text_is_unknown_and_nowhere_routable()
    {
        Assert.Equal("", Sets.K.Normalize(""));
        Assert.False(Sets.K.IsReconcilable(""));
        Assert.Equal("unknown", Sets.K.Classify("")?.Name);
    }

    [Fact]
    public void Row_83_a_newline_at_the_end_does_no_harm()
    {
        Assert.Equal("+14158867900", Sets.K.Normalize("4158867900\n"));
        Assert.Equal("4158867900", NumberInput.Clean("4158867900\n"));
    }

    [Fact]
    public void Row_84_digits_of_other_scripts_are_no_digits()
    {
        const string Arabic = "\u0664\u0661\u0665\u0668\u0668\u0666\u0667\u0669\u0660\u0660";

        foreach (var set in new[] { "A", "B", "K", "E" }) Assert.Equal(Arabic, Sets.By(set).Normalize(Arabic));
        Assert.False(Sets.K.IsReconcilable(Arabic));
        Assert.Equal(Arabic, NumberInput.Clean(Arabic));
    }
}
