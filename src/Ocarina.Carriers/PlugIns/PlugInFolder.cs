using Microsoft.Extensions.Logging;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.PlugIns;

/// <summary>The folder that plug-ins are put into: each in a folder of its own, named as its assembly (<c>acme/acme.dll</c>).</summary>
public static class PlugInFolder
{
    /// <summary>How long a plug-in may take to come to life.</summary>
    internal static readonly TimeSpan StartMax = TimeSpan.FromSeconds(10);

    /// <summary>Loads all plug-ins. One that cannot be used is reported and left out; it stops nobody.</summary>
    /// <param name="folder">The folder; one that does not exist holds no plug-ins.</param>
    /// <param name="logger">Where refusals are reported.</param>
    public static IReadOnlyList<ICarrierFactory> Load(string folder, ILogger logger)
    {
        if (!Directory.Exists(folder)) return [];
        var found = new List<ICarrierFactory>();
        foreach (var own in Directory.GetDirectories(Path.GetFullPath(folder)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(own);
            var file = Path.Combine(own, name + ".dll");
            try
            {
                if (Fault(folder, own, file) is { } why) logger.PlugInRefused(name, why);
                else found.Add(FactoryIn(file));
            }
            catch (PlugInException refused)
            {
                logger.PlugInRefused(name, refused.Message);
            }
            catch (Exception broken)
            {
                logger.PlugInBroken(broken, name);
            }
        }

        return found;
    }

    /// <summary>Runs a plug-in's code that belongs to its start, for a limited time.</summary>
    /// <exception cref="PlugInException">It did not come back in time.</exception>
    internal static T Bounded<T>(Func<T> start)
    {
        // A thread of its own: if it never comes back, nobody else misses it.
        var starting = Task.Factory.StartNew(start, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return starting.Wait(StartMax) ? starting.Result : throw new PlugInException($"it did not start within {StartMax.TotalSeconds:0} s");
        }
        catch (AggregateException broken)
        {
            throw broken.InnerException ?? broken;
        }
    }

    private static ICarrierFactory FactoryIn(string file)
    {
        var factories = new PlugInContext(file).LoadFromAssemblyPath(file).GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(ICarrierFactory).IsAssignableFrom(type))
            .ToList();
        if (factories.Count != 1) throw new PlugInException($"it has {factories.Count} public classes with the interface ICarrierFactory, and must have one");
        if (factories[0].GetConstructor(Type.EmptyTypes) is null) throw new PlugInException($"{factories[0].Name} has no public constructor without parameters");
        return Bounded(() => (ICarrierFactory)Activator.CreateInstance(factories[0])!); // a class has an instance
    }

    // What is loaded runs with all rights of the server.
    private static string? Fault(string folder, string own, string file)
    {
        if (!File.Exists(file)) return $"there is no {Path.GetFileName(file)} in it";
        foreach (var path in (string[])[folder, own, file])
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite)) return $"everybody may write to {path}";
        return null;
    }
}

/// <summary>A plug-in cannot be used; the message goes on from <i>because</i>.</summary>
internal sealed class PlugInException(string message) : Exception(message);
