using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Loader;

namespace Ocarina.Carriers.PlugIns;

/// <summary>Where the assemblies of one plug-in live: the contract and the framework are the host's, everything else is the plug-in's own.</summary>
internal sealed class PlugInContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file), isCollectible: true)
{
    private static readonly FrozenSet<string> OfTheHost = HostAssemblies().ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly AssemblyDependencyResolver _resolver = new(file);

    // Null sends the question on to the host. A copy of the contract beside the plug-in would be another contract, whose types nobody here knows.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && !OfTheHost.Contains(name) && _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static IEnumerable<string> HostAssemblies()
    {
        yield return "Ocarina.Core";
        yield return "Ocarina.Carriers";
        // The framework: what the runtime knows of, and is not in the host's own folder.
        var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        foreach (var path in (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            if (Path.GetDirectoryName(path) != own) yield return Path.GetFileNameWithoutExtension(path);
    }
}
