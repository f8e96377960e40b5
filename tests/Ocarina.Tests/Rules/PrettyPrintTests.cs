using System.Text.Json.Nodes;
using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>Every row of the pretty-print table of numbers.md 3.8.</summary>
public sealed class PrettyPrintTests
{
    [Theory]
    [InlineData(1, "SS(###) ### - *", "+14158867900", "(415) 886 - 7900")]
    [InlineData(2, "SS(###) ### - ####", "+14158867900", "(415) 886 - 7900")]
    [InlineData(3, "SS(###) ### - ####", "+1415886", "(415) 886 - ")]
    [InlineData(4, "SS(###) ### - ####", "+1", "()  - ")]
    [InlineData(5, "SS(###) ### - ####", "+141588679001234", "(415) 886 - 7900")]
    [InlineData(6, "SS(###) ### - *", "+141588679001234", "(415) 886 - 79001234")]
    [InlineData(7, "SSS011*", "011442079460000", "011442079460000")]
    [InlineData(8, "SSS011*", "+442079460000", "0112079460000")]
    [InlineData(9, "S011*", "+442079460000", "011442079460000")]
    [InlineData(10, "S*", "+442079460000", "442079460000")]
    [InlineData(11, "*", "+14158867900", "+14158867900")]
    [InlineData(12, @"S\SS(###\#) ### - *\*", "+14158867900", "S(415#) 886 - 7900*")]
    [InlineData(13, "###*###", "+14158867900", "+14158867900")]
    [InlineData(14, "SS*-*", "+14158867900", "4158867900-")]
    [InlineData(15, @"\\#", "12", @"\#")]
    [InlineData(16, @"\x#", "12", @"\x1")]
    [InlineData(17, "SS(###) ##### - ####", "+14158867900", "(415) 88679 - 00")]
    [InlineData(18, "Ext. *", "100", "Ext. 100")]
    [InlineData(19, "ssS#", "12", "ss2")]
    [InlineData(20, "", "+14158867900", "")]
    [InlineData(21, "SS", "+14158867900", "")]
    [InlineData(22, "####", "12", "12")]
    [InlineData(23, "S####S####", "+14158867900", "14158679")]
    [InlineData(24, "SS###.###.####", "+14158867900", "415.886.7900")]
    [InlineData(25, "SS1-###-###-####", "+18005551212", "1-800-555-1212")]
    [InlineData(26, "S## ## #### ####", "+442079460000", "44 20 7946 0000")]
    [InlineData(27, "abc", "12", "abc")]
    [InlineData(28, "Tel: *", "", "Tel: ")]
    public void A_format_prints_as_the_table_says(int row, string format, string number, string expected)
    {
        var section = new JsonObject
        {
            ["e164_converters"] = new JsonObject(),
            ["classifiers"] = new JsonObject { ["all"] = new JsonObject { ["regex"] = "^.*$", ["pretty_print"] = format } },
        };

        var printed = NumberRules.Prepare(section, null, null).PrettyPrint(number);

        Assert.True(printed == expected, $"row {row}: '{printed}'");
    }

    [Fact]
    public void Row_29_the_class_gives_the_format() => Assert.Equal("(415) 886 - 7900", Sets.K.PrettyPrint("4158867900"));

    [Fact]
    public void Row_30_a_foreign_number_without_format_is_printed_normalised() => Assert.Equal("+442079460000", Sets.B.PrettyPrint("011442079460000"));

    [Fact]
    public void Row_31_an_extension_is_printed_as_it_is() => Assert.Equal("100", Sets.K.PrettyPrint("100"));

    [Fact]
    public void Row_32_no_number_is_printed_as_unknown() => Assert.Equal("unknown", Sets.K.PrettyPrint(null));

    [Fact]
    public void Row_33_a_north_american_number_without_format_has_the_usual_one() => Assert.Equal("(800) 555 - 1212", Sets.B.PrettyPrint("8005551212"));

    [Fact]
    public void A_number_no_class_is_for_is_printed_by_the_default()
    {
        var rules = Sets.From("""{"classifiers":{}}""");

        Assert.Equal("(415) 886 - 7900", rules.PrettyPrint("4158867900"));
        Assert.Equal("+442079460000", rules.PrettyPrint("00442079460000"));
        Assert.Equal("0044", rules.PrettyPrint("0044"));
    }
}
