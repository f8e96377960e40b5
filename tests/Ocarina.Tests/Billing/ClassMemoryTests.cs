using Ocarina.Core;
using Ocarina.Manager.Billing;
using Ocarina.Tests.Rules;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Classes are remembered by the rules that found them.</summary>
public sealed class ClassMemoryTests
{
    [Fact]
    public void Other_rules_find_other_classes()
    {
        var (one, two) = (Sets.From("""{"classifiers":{"west":"^\\+1415\\d{7}$"}}"""), Sets.From("""{"classifiers":{"east":"^\\+1212\\d{7}$"}}"""));
        var (western, eastern) = (PhoneNumber.Parse("+14155550100"), PhoneNumber.Parse("+12125550100"));

        // Twice: found, and remembered.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(("west", null), (ClassMemory.Of(one).Classify(western, one), ClassMemory.Of(one).Classify(eastern, one)));
            Assert.Equal((null, "east"), (ClassMemory.Of(two).Classify(western, two), ClassMemory.Of(two).Classify(eastern, two)));
        }
    }
}
