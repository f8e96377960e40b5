using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Carriers;

/// <summary>The carriers' documents as they are obeyed: checked whenever they change, and the last one that was right stays when the new one is not.</summary>
internal sealed class CarrierDocuments(ConfigDirectory configuration, ILogger logger)
{
    private readonly ConcurrentDictionary<CarrierName, Held> _held = new();

    /// <summary>Name of a carrier's document.</summary>
    public static string IdOf(CarrierName name) => $"number_manager.{name}";

    /// <summary>The settings in use.</summary>
    public CarrierSettings SettingsOf(CarrierName name) => Current(name).Settings;

    /// <summary>What is wrong with the document as it stands.</summary>
    public CarrierError? FaultOf(CarrierName name) => Current(name).Fault;

    private Held Current(CarrierName name)
    {
        var version = configuration.Version; // first: what is read afterwards may be newer, and is then read once more
        if (_held.TryGetValue(name, out var held) && held.Version == version) return held;
        var section = configuration.SystemObeyed(IdOf(name));
        if (held is not null && JsonNode.DeepEquals(held.Section, section)) return _held[name] = held with { Version = version };
        return _held[name] = Read(name, version, section, held);
    }

    private Held Read(CarrierName name, long version, JsonObject section, Held? before)
    {
        var id = IdOf(name);
        var used = SecretReferences.Resolve(section, out var unresolved);
        List<ConfigProblem> problems = [.. ConfigSchemas.Validate(id, section), .. unresolved];
        foreach (var doubt in problems.Where(problem => problem.IsWarning)) logger.DocumentDoubtful(id, doubt.Path, doubt.Message);
        var errors = problems.Where(problem => !problem.IsWarning).ToList();
        if (errors.Count == 0) return new Held(version, section, new CarrierSettings(used), null);

        logger.DocumentInvalid(id, errors[0].Path, errors[0].Message);
        var fault = new CarrierError(CarrierErrorKind.InvalidConfig, $"{id}: {errors[0].Path}: {errors[0].Message}");
        // A section with an error that was never right: what is wrong counts as not set, so that safe defaults hold, or the carrier is not configured.
        return new Held(version, section, before?.Settings ?? new CarrierSettings(Without(used, errors)), fault);
    }

    private static JsonObject Without(JsonObject section, List<ConfigProblem> errors)
    {
        foreach (var error in errors) section.Remove(error.Path.Split('.')[0].Replace("%2E", ".", StringComparison.Ordinal));
        return section;
    }

    /// <summary>A document at one version of the configuration.</summary>
    private sealed record Held(long Version, JsonObject Section, CarrierSettings Settings, CarrierError? Fault);
}
