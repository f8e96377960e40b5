using Ocarina.Core.Normalization;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class NumberInputTests
{
    [Theory]
    [InlineData("(415) 886-7900", "4158867900")]
    [InlineData("+1 415.886.7900", "+14158867900")]
    [InlineData("  4158867900\t", "4158867900")]
    [InlineData("tel:+1-415-886-7900", "+14158867900")]
    [InlineData("TEL:4158867900", "4158867900")]
    [InlineData("+44\u00A020\u20117946\u20130000", "+442079460000")]
    [InlineData("030/123456", "030123456")]
    [InlineData("*97", "*97")]
    [InlineData(" NOTanumber ", "NOTanumber")]
    [InlineData("sip:4158867900", "sip:4158867900")]
    [InlineData("tel:*97", "tel:*97")]
    [InlineData("1+4158867900", "1+4158867900")]
    [InlineData("+", "+")]
    [InlineData("- -", "- -")]
    [InlineData("", "")]
    [InlineData("\u0664\u0661\u0665", "\u0664\u0661\u0665")]
    [InlineData("415 886 790O", "415 886 790O")]
    public void Ornaments_go_only_when_a_number_is_left(string typed, string expected) => Assert.Equal(expected, NumberInput.Clean(typed));

    [Fact]
    public void A_typed_number_is_read_to_its_key()
    {
        Assert.True(NumberInput.TryRead(Sets.K, " (415) 886-7900 ", out var number, out var error));

        Assert.Equal("+14158867900", number.ToString());
        Assert.Null(error);
    }

    [Theory]
    [InlineData("100")]
    [InlineData(" 0044 ")]
    [InlineData("NOTanumber")]
    public void What_is_not_routable_is_refused_with_the_text_as_given(string typed)
    {
        Assert.False(NumberInput.TryRead(Sets.K, typed, out var number, out var error));

        Assert.True(number.IsEmpty);
        Assert.Equal(("not_reconcilable", typed, 404), (error!.Error, error.Cause, error.Code));
    }
}
