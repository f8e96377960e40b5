using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <summary>A stored document, decrypted; empty and of revision 0 when nothing is stored.</summary>
internal sealed record StoredConfig(JsonObject Document, long Revision)
{
    public bool IsStored => Revision > 0;
}

/// <summary>What a change of a document comes to, before anything is written.</summary>
internal abstract record ConfigPlan
{
    private ConfigPlan() { }

    /// <summary>Nothing is written.</summary>
    public sealed record Refuse(ConfigOutcome Outcome) : ConfigPlan;

    /// <summary>A document is written, or erased when there is none.</summary>
    /// <param name="Document">What is to be stored.</param>
    /// <param name="Reply">What is answered.</param>
    /// <param name="Warnings">What is doubtful.</param>
    public sealed record Write(JsonObject? Document, JsonObject Reply, IReadOnlyList<ConfigProblem> Warnings) : ConfigPlan;
}

/// <summary>What a change does to number rules.</summary>
/// <param name="Changed">True when a text may become another number than before: writers of numbers must decide again.</param>
/// <param name="Checks">What stored numbers must be looked at with.</param>
internal sealed record RuleEffect(bool Changed, IReadOnlyList<RuleChange> Checks)
{
    public static readonly RuleEffect None = new(false, []);
}

/// <summary>Carries changes of documents out: decided on what was read, written only over that revision, otherwise decided anew.</summary>
internal sealed class ConfigStore(IDatabase database, Directories directories, ConfigSecrets secrets, INumberScan numbers, TimeProvider clock)
{
    private const int TriesMax = 20;

    public async Task<StoredConfig> ReadAsync(string scope, string id, CancellationToken ct)
    {
        var row = await database.ReadAsync((session, token) => ConfigDocumentsTable.FindAsync(session, scope, id, token), ct);
        return row is null ? new StoredConfig([], 0) : new StoredConfig(Read(row, secrets, () => { }), row.Revision);
    }

    /// <summary>The document of a row as it is obeyed: decrypted, and an account's without what it cannot say, which older versions stored.</summary>
    public static JsonObject Read(ConfigDocumentRow row, ConfigSecrets secrets, Action unreadable)
    {
        var document = secrets.Unprotect(ConfigJson.Parse(row.Document), unreadable);
        return row.Scope == ConfigDocumentsTable.SystemScope ? document : AccountKeys.Own(row.Id, document);
    }

    public async Task<ConfigOutcome> ChangeAsync(
        string scope, string id, bool force, Func<StoredConfig, ConfigPlan> decide, Func<JsonObject, JsonObject, RuleEffect> effectOf, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var before = await ReadAsync(scope, id, ct);
            switch (decide(before))
            {
                case ConfigPlan.Refuse refused:
                    return refused.Outcome;
                case ConfigPlan.Write plan:
                    var effect = effectOf(before.Document, plan.Document ?? []);
                    var (report, end) = force || effect.Checks.Count == 0 ? (OrphanReport.None, 0) : await ScanAsync(effect.Checks, ct);
                    if (report.Count > 0) return new ConfigOutcome.WouldOrphanNumbers(report);
                    var written = await WriteAsync(scope, id, before, plan, effect, force, end, ct);
                    if (written is not null) return written;
                    break;
            }
        }

        throw new TimeoutException("The configuration document was changed by others again and again.");
    }

    /// <summary>Looks at all numbers. The place in the ledger is taken first, while no number is being written: what is written later is looked at again at the end.</summary>
    private async Task<(OrphanReport Report, long LedgerEnd)> ScanAsync(IReadOnlyList<RuleChange> checks, CancellationToken ct)
    {
        var end = await database.WriteAsync(
            async (session, token) =>
            {
                await Versions.LockRulesAsync(session, token);
                return await StoredNumbers.LedgerEndAsync(session, token);
            },
            WriteLane.Foreground, ct);
        return (await new OrphanScan(numbers).RunAsync(checks, ct), end);
    }

    /// <returns><see langword="null"/> when somebody wrote in between, and all must be decided anew.</returns>
    private async Task<ConfigOutcome?> WriteAsync(
        string scope, string id, StoredConfig before, ConfigPlan.Write plan, RuleEffect effect, bool force, long ledgerEnd, CancellationToken ct)
    {
        var text = plan.Document is { } document ? DocumentText.From(secrets.Protect(document)).ToString() : null;
        var revision = before.Revision + 1;
        var unchanged = before.IsStored && plan.Document is { } next && DocumentText.From(next) == DocumentText.From(before.Document);
        if (unchanged) return new ConfigOutcome.Shown(plan.Reply, Revision(before.Revision), plan.Warnings);

        var (saved, orphans) = await database.WriteAsync(
            async (session, token) =>
            {
                if (effect.Changed)
                {
                    // From here on nobody writes a number; who waits will see the new version and decide with the new rules.
                    await Versions.LockRulesAsync(session, token);
                    if (!force && effect.Checks.Count > 0 && await LateOrphansAsync(session, effect.Checks, ledgerEnd, token) is { Count: > 0 } late) return (false, late);
                }

                await Versions.BumpAsync(session, VersionKinds.Configuration, token);
                if (effect.Changed) await Versions.BumpAsync(session, VersionKinds.Rules, token);
                return (await SaveAsync(session, scope, id, text, revision, before, token), OrphanReport.None);
            },
            WriteLane.Foreground, ct);
        if (orphans.Count > 0) return new ConfigOutcome.WouldOrphanNumbers(orphans);
        if (!saved) return null;

        await directories.RefreshAsync(CancellationToken.None); // committed: obey it before answering, whoever still listens
        return new ConfigOutcome.Shown(plan.Reply, text is null ? null : Revision(revision), plan.Warnings);
    }

    private async Task<bool> SaveAsync(DbSession session, string scope, string id, string? text, long revision, StoredConfig before, CancellationToken ct) =>
        text is null
            ? await ConfigDocumentsTable.DeleteAsync(session, scope, id, before.Revision, ct)
            : await ConfigDocumentsTable.SaveAsync(
                session,
                new ConfigDocumentRow { Scope = scope, Id = id, Document = text, Revision = revision, Modified = clock.GetUtcNow().ToUnixTimeMilliseconds() },
                ct);

    private static async Task<OrphanReport> LateOrphansAsync(DbSession session, IReadOnlyList<RuleChange> checks, long ledgerEnd, CancellationToken ct)
    {
        var late = new List<OrphanedNumber>();
        foreach (var scope in checks.GroupBy(check => check.Scope))
        {
            var rules = scope.ToList();
            foreach (var number in await StoredNumbers.WrittenSinceAsync(session, scope.Key?.ToString(), ledgerEnd, ct))
                if (OrphanScan.FirstOf(rules, PhoneNumber.FromStorage(number)) is { } orphan) late.Add(orphan);
        }
        return new OrphanReport(late.Count, 0, [.. late.Take(OrphanReport.SamplesMax)]);
    }

    internal static string Revision(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
