using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class NumberFormatTests
{
    [Theory]
    [InlineData("+12234567890", "2234567890", "12234567890")]
    [InlineData("12234567890", "2234567890", "12234567890")]
    [InlineData("2234567890", "2234567890", "12234567890")]
    [InlineData("+442079460000", "+442079460000", "+442079460000")]
    [InlineData("1234567890", "1234567890", "1234567890")]
    [InlineData("+2234567890", "+2234567890", "+2234567890")]
    [InlineData("22345678901", "22345678901", "22345678901")]
    [InlineData("", "", "")]
    public void North_american_forms_change_north_american_numbers_only(string number, string npan, string longNpan)
    {
        Assert.Equal(npan, NumberFormats.ToNpan(number));
        Assert.Equal(longNpan, NumberFormats.To1Npan(number));
        Assert.Equal(npan == number, NumberFormats.IsNpan(number));
        Assert.Equal(longNpan == number, NumberFormats.Is1Npan(number));
    }

    [Theory]
    [InlineData("e164", "+12234567890")]
    [InlineData("e.164", "+12234567890")]
    [InlineData("e164_without_plus", "12234567890")]
    [InlineData("strip_plus", "12234567890")]
    [InlineData("1npan", "12234567890")]
    [InlineData("1npanxxxxxx", "12234567890")]
    [InlineData("npan", "2234567890")]
    [InlineData("npanxxxxxx", "2234567890")]
    [InlineData("username", "12234567890")]
    public void A_trunk_gets_the_form_it_asks_for(string format, string expected) =>
        Assert.Equal(expected, NumberFormats.ForInvite(Sets.K, format, "12234567890"));

    [Theory]
    [InlineData("+14158867900", "numbers%2F%2B1415")]
    [InlineData("14158867900", "numbers%2F14158")]
    [InlineData("1234", null)]
    public void Kazoos_database_names_are_derived(string number, string? expected) => Assert.Equal(expected, NumberFormats.ToKazooDatabase(number));

    [Theory]
    [InlineData("BE", "+32")]
    [InlineData("be", "+32")]
    [InlineData("US", "+1")]
    [InlineData("JM", "+1")]
    [InlineData("PR", "+1")]
    [InlineData("BM", "+1")]
    [InlineData("GB", "+44")]
    [InlineData("CU", "+53")]
    public void A_country_has_its_calling_code(string alpha2, string expected)
    {
        Assert.True(CountryCodes.TryGetPrefix(alpha2, out var prefix));
        Assert.Equal(expected, prefix);
        Assert.Equal(expected, CountryCodes.DialCode(alpha2));
        Assert.True(CountryCodes.IsKnown(alpha2));
    }

    [Fact]
    public void A_code_of_no_country_has_no_prefix_by_default()
    {
        Assert.False(CountryCodes.TryGetPrefix("ZZ", out var prefix));
        Assert.False(CountryCodes.TryGetPrefix(null, out _));
        Assert.False(CountryCodes.IsKnown("ZZ"));
        Assert.Throws<ArgumentException>(() => CountryCodes.DialCode("ZZ"));
        Assert.False(CountryCodes.TryToAlpha2("ZZZ", out _));
        Assert.Equal("", prefix);
    }

    [Fact]
    public void Two_and_three_letters_lead_to_each_other()
    {
        Assert.True(CountryCodes.TryToAlpha2("bel", out var belgium));
        Assert.Equal("BE", belgium);
        Assert.Equal(CountryCodes.Alpha2Codes.Count, CountryCodes.Alpha2Codes.Distinct().Count());
        foreach (var alpha2 in CountryCodes.Alpha2Codes)
        {
            Assert.True(CountryCodes.TryToAlpha3(alpha2, out var alpha3));
            Assert.True(CountryCodes.TryToAlpha2(alpha3, out var back));
            Assert.Equal(alpha2, back);
        }
    }

    [Fact]
    public void All_north_american_countries_and_no_others_have_the_code_1()
    {
        string[] expected =
        [
            "AG", "AI", "AS", "BB", "BM", "BS", "CA", "DM", "DO", "GD", "GU", "JM", "KN", "KY", "LC", "MP", "MS", "PR", "SX", "TC", "TT", "UM", "US", "VC", "VG", "VI",
        ];

        Assert.Equal(expected, CountryCodes.Alpha2Codes.Where(code => CountryCodes.TryGetPrefix(code, out var prefix) && prefix == "+1").Order());
    }
}
