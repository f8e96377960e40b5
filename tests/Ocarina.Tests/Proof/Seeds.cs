using System.Globalization;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>Randomness that can be played again: each seed is printed, and OCARINA_SEED sets it.</summary>
internal static class Seeds
{
    public static int Next()
    {
        var seed = Environment.GetEnvironmentVariable("OCARINA_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000_000);
        TestContext.Current.SendDiagnosticMessage($"{TestContext.Current.Test?.TestDisplayName}: OCARINA_SEED={seed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"OCARINA_SEED={seed}");
        return seed;
    }
}
