using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>Operators write for PCRE; the meaning must survive (numbers.md 3.1, port notes).</summary>
public sealed class PatternTranslatorTests
{
    [Theory]
    [InlineData(@"^\d+$", "123", true)]
    [InlineData(@"^\d+$", "\u0661\u0662", false)]
    [InlineData(@"^[\d]+$", "\u0661", false)]
    [InlineData(@"^\D$", "\u0661", true)]
    [InlineData(@"^[^\D]$", "5", true)]
    [InlineData(@"^[^\D]$", "x", false)]
    [InlineData(@"^\w+$", "a_1", true)]
    [InlineData(@"^\w+$", "\u00E9", false)]
    [InlineData(@"^[\W]$", "\u00E9", true)]
    [InlineData(@"^\s$", "\u00A0", false)]
    [InlineData(@"^\s$", "\t", true)]
    [InlineData(@"^\S$", "\u00A0", true)]
    [InlineData(@"^\h$", " ", true)]
    [InlineData(@"^[[:digit:]]+$", "123", true)]
    [InlineData(@"^[[:alpha:]_]+$", "ab_", true)]
    [InlineData(@"^[^[:digit:]]$", "1", false)]
    [InlineData(@"^[]x]$", "]", true)]
    [InlineData(@"^[^]x]$", "]", false)]
    [InlineData(@"^[a-]$", "-", true)]
    [InlineData(@"^[a-\d]$", "-", true)]
    [InlineData(@"^[a-z-[aeiou]]$", "b]", true)]
    [InlineData(@"^[+*]$", "+", true)]
    [InlineData(@"^[\+\*]$", "*", true)]
    [InlineData(@"^a{,3}$", "a{,3}", true)]
    [InlineData(@"^a{x}$", "a{x}", true)]
    [InlineData(@"^a{2,3}$", "aaa", true)]
    [InlineData(@"^\Q+1(\E\d$", "+1(5", true)]
    [InlineData(@"^\x2b1$", "+1", true)]
    [InlineData(@"^\x{2B}1$", "+1", true)]
    [InlineData(@"^\0531$", "+1", true)]
    [InlineData(@"^(\d)\1$", "11", true)]
    [InlineData(@"^(\d)\1$", "12", false)]
    [InlineData(@"^(?<a>\d)\k<a>$", "11", true)]
    [InlineData(@"^(?P<a>\d)(?P=a)$", "11", true)]
    [InlineData(@"^(?'a'\d)\g{a}$", "11", true)]
    [InlineData(@"^(\d)(\d)\g{-1}$", "122", true)]
    [InlineData(@"^(\d)\g1$", "11", true)]
    [InlineData(@"^(?#the country)1$", "1", true)]
    [InlineData(@"^(?i)sip$", "SIP", true)]
    [InlineData(@"^(?i:s)ip$", "Sip", true)]
    [InlineData(@"^(?i:s)ip$", "SIP", false)]
    [InlineData(@"^(?=1)\d+$", "123", true)]
    [InlineData(@"^(?!1)\d+$", "123", false)]
    [InlineData(@"^(?>1+)2$", "112", true)]
    [InlineData(@"(?<=\+)1", "+1", true)]
    [InlineData(@"^\N$", "a", true)]
    [InlineData(@"^\p{Lu}$", "A", true)]
    [InlineData(@"^\PL$", "1", true)]
    [InlineData(@"^\j$", "j", true)]
    [InlineData(@"^#\ $", "# ", true)]
    [InlineData(@"^.$", "\n", false)]
    [InlineData("", "anything", true)]
    [InlineData("^1|2$", "12", true)]
    [InlineData(@"^[0-9]{2}?$", "12", true)]
    public void An_expression_means_what_it_meant(string regex, string text, bool expected)
    {
        Assert.True(NumberPattern.TryCreate(regex, out var pattern, out var fault), fault?.Why);

        Assert.Equal(expected, pattern.IsMatch(text));
    }

    [Theory]
    [InlineData(@"^+33(\d{9})$", @"^\+33(\d{9})$")]
    [InlineData(@"^0$|^+62(\d*)$", @"^0$|^\+62(\d*)$")]
    [InlineData(@"^*97$", @"^\*97$")]
    [InlineData(@"+1415", @"\+1415")]
    [InlineData(@"*97", @"\*97")]
    [InlineData(@"^\d++$", @"^\d+$")]
    [InlineData(@"^\d{2}+$", @"^\d{2}$")]
    [InlineData(@"^1\K\d+$", @"^1\d+$")]
    [InlineData(@"^[0-9$", @"^\[0-9$")]
    public void What_cannot_be_meant_is_refused_with_a_suggestion(string regex, string hint)
    {
        Assert.False(NumberPattern.TryCreate(regex, out _, out var fault));

        Assert.Equal(hint, fault.Hint);
    }

    [Theory]
    [InlineData("^(\\d+$")]
    [InlineData("^\\d+)$")]
    [InlineData("^\\")]
    [InlineData("^(?R)$")]
    [InlineData("^(?1)$")]
    [InlineData("^(?&x)$")]
    [InlineData("^(?|a|b)$")]
    [InlineData("^(?(1)a|b)$")]
    [InlineData("^(*FAIL)$")]
    [InlineData("^(?x)a$")]
    [InlineData("^(\\d)\\2$")]
    [InlineData("^\\k<nobody>$")]
    [InlineData("^(?<a>1)(?<a>2)$")]
    [InlineData("^(?<a-b>1)$")]
    [InlineData("^[z-a]$")]
    [InlineData("^a{3,2}$")]
    [InlineData("^\\p{Nonsense}$")]
    [InlineData("^[[:nonsense:]]$")]
    [InlineData("^(?")]
    [InlineData("^(?<")]
    [InlineData("[")]
    [InlineData("(?P=")]
    [InlineData("\\x{}")]
    [InlineData("\\c")]
    public void What_has_no_counterpart_is_refused(string regex)
    {
        Assert.False(NumberPattern.TryCreate(regex, out _, out var fault));

        Assert.NotEqual("", fault.Why);
    }

    [Fact]
    public void An_expression_has_a_longest_length_and_a_deepest_nesting()
    {
        Assert.True(NumberPattern.TryCreate(new string('1', 1024), out _, out _));
        Assert.False(NumberPattern.TryCreate(new string('1', 1025), out _, out _));
        Assert.False(NumberPattern.TryCreate(string.Concat(new string('(', 400), "1", new string(')', 400)), out _, out _));
    }
}
