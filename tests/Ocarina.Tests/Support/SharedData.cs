using Ocarina.Tests.Architecture;
using Xunit;

namespace Ocarina.Tests.Support;

/// <summary>Data that lies beside the checkout (../shared) and not in it: recorded answers of carriers, documents and schemas of Kazoo, its manuals.</summary>
/// <remarks>A test that reads it carries <c>[Trait("Category", "Shared")]</c>. Without the data it is skipped; in CI the data must be there (.ci/run).</remarks>
internal static class SharedData
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared"));

    /// <summary>The file's whole path. Skips the test when the data is not there.</summary>
    public static string PathOf(string path)
    {
        var whole = Path.Combine(Folder, path);
        if (!Path.Exists(whole))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("OCARINA_REQUIRE_SHARED") == "1", $"../shared/{path} is not beside this checkout");
            Assert.Fail($"../shared/{path} is missing");
        }

        return whole;
    }

    /// <summary>The file's text. Skips the test when the data is not there.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Names of the files in a folder, in byte order. Skips the test when the data is not there.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern = "*") =>
        [.. Directory.GetFiles(PathOf(folder), pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
