using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Configuration;

namespace Ocarina.Server.Crossbar.Configs;

/// <summary>What a call on configuration is answered with (`http-api.md` 4, design.md 11).</summary>
internal static class ConfigAnswers
{
    public static IResult ToResult(this ConfigOutcome outcome) => outcome switch
    {
        ConfigOutcome.Shown shown => CrossbarResults.Ok(shown.Document, shown.Revision, Metadata(shown.Warnings)),
        ConfigOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        ConfigOutcome.NotStored missing => CrossbarResults.BadIdentifier(missing.Id),
        ConfigOutcome.SectionMissing missing => CrossbarReply.UnknownKey(missing.Section),
        ConfigOutcome.WouldOrphanNumbers orphans => CrossbarResults.Fail(409, "would_orphan_numbers", ToJson(orphans.Report)),
        _ => throw new InvalidOperationException("A call on configuration ended in an unknown way."),
    };

    // Beside the data, which is compared whole by clients.
    private static JsonObject? Metadata(IReadOnlyList<ConfigProblem> warnings) => warnings.Count == 0 ? null : new JsonObject
    {
        ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)new JsonObject { ["path"] = warning.Path, ["message"] = warning.Message })]),
    };

    private static JsonObject ToJson(OrphanReport report) => new()
    {
        ["message"] = "Stored numbers could no longer be reached under the new rules. The same call with force=true saves them all the same.",
        ["count"] = report.Count,
        ["collisions"] = report.Collisions,
        ["samples"] = new JsonArray([.. report.Samples.Select(ToJson)]),
    };

    private static JsonNode ToJson(OrphanedNumber orphan)
    {
        var sample = new JsonObject { ["number"] = orphan.Number.ToString(), ["spelling"] = orphan.Spelling };
        if (orphan.Becomes is not null) sample["becomes"] = orphan.Becomes;
        return sample;
    }
}
