using System.Diagnostics;
using System.Globalization;

namespace Ocarina.Tests.Proof;

/// <summary>How often and when the server is killed.</summary>
internal static class Kills
{
    /// <summary>Kills of one test: OCARINA_KILLS, a few when nobody says so.</summary>
    public static int Count { get; } = Read("OCARINA_KILLS") ?? 3;

    /// <summary>Kills of the torture test: OCARINA_TORTURE_KILLS, else OCARINA_KILLS, a few when nobody says so.</summary>
    public static int TortureCount { get; } = Read("OCARINA_TORTURE_KILLS") ?? Read("OCARINA_KILLS") ?? 5;

    /// <summary>Waits for a part of a few milliseconds without giving up the processor's time slice, which would be longer than they are.</summary>
    public static void Linger(Random random)
    {
        var until = TimeSpan.FromMicroseconds(random.Next(6_000));
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < until;) Thread.SpinWait(50);
    }

    private static int? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
