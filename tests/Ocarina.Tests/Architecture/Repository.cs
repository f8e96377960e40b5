using System.Reflection;

namespace Ocarina.Tests.Architecture;

/// <summary>The checkout the tests were built from: its rooms as assemblies, its files as text.</summary>
internal static class Repository
{
    private static readonly string[] FoldersOfMachines = ["bin", "obj", ".git", ".build", ".vs", ".idea", "data", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly string[] TextFiles =
        [".cs", ".md", ".sql", ".sh", ".csproj", ".props", ".targets", ".json", ".slnx", ".txt", ".yml", ".yaml", ".svg", ".editorconfig", ".http", ""];

    /// <summary>The folder with the solution, looked for upwards from where the tests run.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the rooms: the folders in src that hold a project.</summary>
    public static IReadOnlyList<string> Rooms { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order()!];

    /// <summary>A room's assembly. The command line's is named after its command.</summary>
    public static Assembly AssemblyOf(string room) => Assembly.Load(room == "Ocarina.Cli" ? "ocarina" : room);

    /// <summary>All types people wrote in a room; what the compiler made is left out.</summary>
    public static IEnumerable<Type> TypesOf(string room) =>
        AssemblyOf(room).GetTypes().Where(type => !IsMadeByCompiler(type));

    /// <summary>Text files of the checkout, as paths from its root with forward slashes.</summary>
    public static IEnumerable<string> Files(params string[] folders) =>
        (folders is [] ? [Root] : folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists))
            .SelectMany(Walk)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

    /// <summary>The text of a file given by its path from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            if (TextFiles.Contains(Path.GetExtension(file))) yield return file;

        foreach (var sub in Directory.EnumerateDirectories(folder))
        {
            if (FoldersOfMachines.Contains(Path.GetFileName(sub))) continue;
            foreach (var file in Walk(sub)) yield return file;
        }
    }

    private static bool IsMadeByCompiler(Type type) =>
        type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is not null
        || type.Name.Contains('<', StringComparison.Ordinal)
        || (type.Namespace is { } space && (space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.", StringComparison.Ordinal)))
        || (type.DeclaringType is { } outer && IsMadeByCompiler(outer));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ocarina.slnx"))) return folder.FullName;
        throw new InvalidOperationException($"No checkout of Ocarina above {AppContext.BaseDirectory}.");
    }
}
