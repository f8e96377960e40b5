using Ocarina.Tests.Support;

namespace Ocarina.Tests.Rules;

/// <summary>The operators' manuals the product starts from; see <see cref="SharedData"/>.</summary>
internal static class SeedDocuments
{
    /// <summary>The text of the manual whose file name begins so.</summary>
    public static string Read(string number) => SharedData.Read($"seeds/{SharedData.Files("seeds", number + "*").Single()}");

    /// <summary>The fenced code blocks of a manual, in order.</summary>
    public static IReadOnlyList<string> Blocks(string number) =>
        [.. Read(number).Split("```").Where((_, i) => i % 2 == 1).Select(block => block[(block.IndexOf('\n') + 1)..])];
}
