using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Ocarina.Tests.Architecture;

/// <summary>Habits that a compiler does not check by itself (CONTRIBUTING.md names them).</summary>
public sealed class CodeRuleTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Rooms => [.. Repository.Rooms];

    // An exception in such a method ends the process, and nobody can wait for it. Lambdas count: they are methods of nested types.
    [Theory, MemberData(nameof(Rooms))]
    public void Nothing_is_async_void(string room)
    {
        var methods = Repository.AssemblyOf(room).GetTypes().SelectMany(type => type.GetMethods(Everything));

        Assert.Empty(methods
            .Where(method => method.ReturnType == typeof(void) && method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null)
            .Select(method => $"{method.DeclaringType}.{method.Name}"));
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Every_class_is_sealed_unless_something_derives_from_it(string room)
    {
        var types = Repository.TypesOf(room).ToList();
        var bases = types.Select(type => type.BaseType is { IsGenericType: true } b ? b.GetGenericTypeDefinition() : type.BaseType).ToHashSet();

        Assert.Empty(types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract && !bases.Contains(type) && type.Name != "Program")
            .Select(type => type.FullName));
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var sources = Repository.Files("src", "kit", "templates", "tests", "bench").Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(sources);
        Assert.Empty(sources
            .Select(path => (path, lines: File.ReadLines(Path.Combine(Repository.Root, path)).Count()))
            .Where(file => file.lines > 400)
            .Select(file => $"{file.path}: {file.lines} lines"));
    }

    // The words are put together here, so that this file does not find itself.
    [Fact]
    public void No_file_holds_a_stub_or_a_path_of_somebodys_machine()
    {
        string[] forbidden =
        [
            "NotImplemented" + "Exception", // half a product is none
            "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", @"C:\Us" + "ers", "/tmp/" + "wt", // works nowhere else
            "<<<<" + "<<< ", ">>>>" + ">>> ", // a merge that was not finished
        ];

        var found =
            from path in Repository.Files()
            let text = Repository.Read(path)
            from word in forbidden
            where text.Contains(word, StringComparison.Ordinal)
            select $"{path}: {word}";

        Assert.Empty(found);
    }

    [Fact]
    public void A_note_to_do_something_later_names_its_issue()
    {
        var found =
            from path in Repository.Files("src", "kit", "templates", "tests", "bench", "eng")
            from line in File.ReadLines(Path.Combine(Repository.Root, path))
            where line.Contains("TO" + "DO", StringComparison.Ordinal) || line.Contains("FIX" + "ME", StringComparison.Ordinal)
            where !line.Contains('#', StringComparison.Ordinal)
            select $"{path}: {line.Trim()}";

        Assert.Empty(found);
    }

    // A test that waits by the clock is slow on a good day and red on a bad one.
    [Fact]
    public void No_test_sleeps()
    {
        var found =
            from path in Repository.Files("tests")
            where path.EndsWith(".cs", StringComparison.Ordinal) && Repository.Read(path).Contains("Thread.Sl" + "eep", StringComparison.Ordinal)
            select path;

        Assert.Empty(found);
    }
}
