using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <content>Calls on one section: <c>default</c>, a zone or a node.</content>
public sealed partial class ConfigOperation
{
    /// <summary>What is stored in a section, or what a node of that name obeys. Never fails.</summary>
    public async Task<ConfigOutcome.Shown> GetSectionAsync(string id, string section, bool withDefaults, CancellationToken ct)
    {
        var stored = await _store.ReadAsync(ConfigDocumentsTable.SystemScope, id, ct);
        var members = withDefaults ? Obeyed(id, stored.Document, section) : ConfigSnapshot.Clone(stored.Document[section] as JsonObject);
        return new ConfigOutcome.Shown(ShowSection(id, section, members), RevisionOf(stored), []);
    }

    /// <summary>Puts a section in place of the stored one (POST).</summary>
    public Task<ConfigOutcome> ReplaceSectionAsync(string id, string section, JsonObject body, bool force, CancellationToken ct) =>
        SectionAsync(id, section, force, body, (current, members) => ConfigMerge.KeepMaskedSecrets(members, current), isWhole: true, ct);

    /// <summary>Merges members into a section (PATCH).</summary>
    public Task<ConfigOutcome> MergeSectionAsync(string id, string section, JsonObject patch, bool force, CancellationToken ct) =>
        SectionAsync(id, section, force, patch, Merged, isWhole: false, ct);

    /// <summary>Erases a section.</summary>
    public Task<ConfigOutcome> DeleteSectionAsync(string id, string section, bool force, CancellationToken ct) =>
        ChangeAsync(id, force, stored =>
        {
            if (stored.Document[section] is not JsonObject) return new ConfigPlan.Refuse(new ConfigOutcome.SectionMissing(section));
            var wanted = Whole(id, stored.Document);
            wanted.Remove(section);
            if (section == ConfigSections.Default) wanted.Insert(0, section, new JsonObject());
            return Plan(id, wanted, (_, _, _) => ShowSection(id, section, []));
        }, ct);

    /// <summary>Changes a section. Answered are the members that are stored and those the call named, in full, though they may equal the defaults.</summary>
    private Task<ConfigOutcome> SectionAsync(
        string id, string section, bool force, JsonObject body, Func<JsonObject, JsonObject, JsonObject> change, bool isWhole, CancellationToken ct) =>
        ChangeAsync(id, force, stored =>
        {
            if (section is "id" || section.StartsWith('_') || section.StartsWith("pvt_", StringComparison.Ordinal))
                return Refuse("section", "invalid", "This is no name of a section");
            var whole = Whole(id, stored.Document);
            var named = Body(body);
            var wanted = change(whole[section] as JsonObject ?? [], named);
            whole[section] = wanted.DeepClone();
            var plan = Plan(id, whole, (_, document, _) =>
            {
                var kept = document[section] as JsonObject ?? [];
                var shown = new JsonObject();
                foreach (var (name, value) in wanted)
                    if (kept.ContainsKey(name) || named.ContainsKey(name)) shown[name] = value?.DeepClone();
                return ShowSection(id, section, shown);
            });
            return isWhole ? Doubting(plan, ConfigSections.Doubts(id, new JsonObject { [section] = named.DeepClone() })) : plan;
        }, ct);

    private static JsonObject ShowSection(string id, string section, JsonObject members)
    {
        var shown = new JsonObject { ["id"] = $"{id}/{section}" };
        foreach (var (name, value) in ConfigMerge.MaskSecrets(members)) shown[name] = value?.DeepClone();
        return shown;
    }

    private static JsonObject Body(JsonObject body)
    {
        var members = new JsonObject();
        foreach (var (name, value) in Sections(body)) members[name] = value?.DeepClone();
        return members;
    }
}
