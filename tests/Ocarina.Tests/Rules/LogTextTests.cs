using Ocarina.Core;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("+14155550123 is taken", "***0123 is taken")]
    [InlineData("Telephone number (415) 555-0123 not found", "Telephone number (***0123 not found")]
    [InlineData("<Number>3225550147</Number>", "<Number>***0147</Number>")]
    [InlineData("number_unavailable: 8005550199, 8005550198", "number_unavailable: ***0199, ***0198")]
    [InlineData("status 509 after 1500 ms", "status 509 after 1500 ms")]
    [InlineData("order 019a1f2e-7c3d-7aaa-8bbb-0123456789ab", "order 019a1f2e-7c3d-7aaa-8bbb-0123456789ab")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Telephone_numbers_lose_all_but_their_last_digits(string? text, string? expected) => Assert.Equal(expected, LogText.WithoutNumbers(text));
}
