using Xunit;

namespace Ocarina.Tests.Rules;

/// <summary>The operators' manuals the product starts from. They stand beside the repository and are not part of it; without them the tests are skipped.</summary>
internal static class SeedDocuments
{
    /// <summary>The text of the manual whose file name begins so.</summary>
    public static string Read(string number)
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "The seed documents are not beside this repository.");
        return File.ReadAllText(Directory.EnumerateFiles(folder!, number + "*").Single());
    }

    /// <summary>The fenced code blocks of a manual, in order.</summary>
    public static IReadOnlyList<string> Blocks(string number) =>
        [.. Read(number).Split("```").Where((_, i) => i % 2 == 1).Select(block => block[(block.IndexOf('\n') + 1)..])];

    private static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "ocarina.slnx"))) continue;
            var seeds = Path.Combine(at.Parent?.FullName ?? "", "shared", "seeds");
            return Directory.Exists(seeds) ? seeds : null;
        }

        return null;
    }
}
