using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Configuration;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Config;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Identity;

/// <summary>Makes, shows, changes and erases accounts (`http-api.md` 7.2). Whether the actor may touch the account at all was asked before.</summary>
/// <remarks>The move of accounts and their flags: <c>AccountsOperation.Tree.cs</c>.</remarks>
public sealed partial class AccountsOperation(IDatabase database, Directories directories, IAccountDeletion deletion, TimeProvider clock)
{
    private const string Kind = "account";
    private const int RandomRealmTriesMax = 10;
    private const int EmptyingTriesMax = 3;

    private AccountDirectory Accounts => directories.Accounts;

    /// <summary>Makes an account below another.</summary>
    public async Task<AccountOutcome> CreateAsync(Actor actor, AccountId parent, JsonObject body, CancellationToken ct)
    {
        var suffix = directories.Configuration.TextOf("crossbar.accounts", "account_realm_suffix") ?? "sip.2600hz.com";
        // A repeat of a call that was cut off after its commit shows the account that it made.
        if (CommitMarks.Current?.Earlier.OfType<CallEffect.Document>().FirstOrDefault(made => made.Kind == Kind) is { } made && AccountId.TryParse(made.Id, out var known))
            return await GetAsync(known, ct);

        var id = NewId();
        var rights = new AccountDocument.Rights(Enabled: true, AllowAdditions: Accounts.IsAdmin(actor)); // the parent is an ancestor by making it
        var draft = new AccountRow { Id = id, ParentId = parent.ToString(), Path = "", Name = "", NameKey = "", Realm = "", Document = "{}" };
        var (read, problems) = AccountDocument.Replace(draft, body, rights);
        if (problems.Count > 0) return new AccountOutcome.Invalid(problems);

        var outcome = await database.WriteAsync(
            async (session, token) =>
            {
                var version = await Versions.BumpAsync(session, VersionKinds.Accounts, token);
                if (await AccountsTable.FindAsync(session, parent.ToString(), token) is not { } above) return new Written.Missing(parent.ToString());

                var now = Now();
                var row = read with { Path = $"{above.Path}{id}/", Created = now, Modified = now, Revision = 1, Version = version };
                for (var attempt = 0; ; attempt++)
                {
                    if (read.Realm.Length == 0) row = row with { Realm = RandomRealm(suffix) };
                    var (name, realm) = await AccountsTable.TakenAsync(session, row.NameKey, row.Realm, row.Id, token);
                    if (!name && realm && read.Realm.Length == 0 && attempt < RandomRealmTriesMax) continue;
                    if (name || realm || !await AccountsTable.InsertAsync(session, row, token)) return Taken(row, name, realm);
                    session.Note(new CallEffect.Document(Kind, id));
                    return (Written)new Written.Saved(row);
                }
            },
            WriteLane.Foreground, ct);
        return await AnswerAsync(outcome);
    }

    /// <summary>An account as it is shown.</summary>
    public async Task<AccountOutcome> GetAsync(AccountId id, CancellationToken ct) =>
        await database.ReadAsync((session, token) => AccountsTable.FindAsync(session, id.ToString(), token), ct) is { } row
            ? new AccountOutcome.Done(Show(row))
            : new AccountOutcome.NotFound(id.ToString());

    /// <summary>Writes a body in place of all members (POST).</summary>
    public Task<AccountOutcome> ReplaceAsync(Actor actor, AccountId id, JsonObject body, long? ifRevision, CancellationToken ct) =>
        ChangeAsync(actor, id, ifRevision, row => AccountDocument.Replace(row, body, AccountDocument.Rights.Of(Accounts, actor, id)), ct);

    /// <summary>Merges a body into the members (PATCH).</summary>
    public Task<AccountOutcome> MergeAsync(Actor actor, AccountId id, JsonObject patch, long? ifRevision, CancellationToken ct) =>
        ChangeAsync(actor, id, ifRevision, row => AccountDocument.Merge(row, patch, AccountDocument.Rights.Of(Accounts, actor, id)), ct);

    /// <summary>Erases an account: its numbers are released, its people and keys forgotten, its tokens end.</summary>
    public async Task<AccountOutcome> DeleteAsync(Actor actor, AccountId id, CancellationToken ct)
    {
        if (id == Accounts.Master) return new AccountOutcome.IsMaster();
        if (Accounts.Find(id) is null) return new AccountOutcome.NotFound(id.ToString());
        if (Accounts.ChildrenOf(id).Count > 0) return new AccountOutcome.HasDescendants();
        var tree = Accounts.Snapshot; // the reply shows the account as it stood, its reseller among it

        for (var attempt = 1; ; attempt++)
        {
            await deletion.ReleaseNumbersAsync(id, actor, ct);
            var outcome = await database.WriteAsync((session, token) => EraseAsync(session, id.ToString(), token), WriteLane.Foreground, ct);
            if (outcome is not Written.StillOwns || attempt == EmptyingTriesMax) return await AnswerAsync(outcome, tree);
        }
    }

    private Task<AccountOutcome> ChangeAsync(
        Actor actor, AccountId id, long? ifRevision, Func<AccountRow, (AccountRow Row, IReadOnlyList<ConfigProblem> Problems)> change, CancellationToken ct) =>
        WriteAsync(
            async (session, version, token) =>
            {
                if (await AccountsTable.FindAsync(session, id.ToString(), token) is not { } before) return new Written.Missing(id.ToString());
                if (ifRevision is { } wanted && wanted != before.Revision) return new Written.Refused(new AccountOutcome.RevisionMismatch(before.Revision));

                var (after, problems) = change(before);
                if (problems.Count > 0) return new Written.Refused(new AccountOutcome.Invalid(problems));
                var (name, realm) = await AccountsTable.TakenAsync(session, after.NameKey, after.Realm, after.Id, token);
                if (name || realm) return Taken(after, name, realm);

                var row = after with { Modified = Math.Max(Now(), before.Modified), Revision = before.Revision + 1, Version = version };
                if (AccountDocument.DialPlanOf(before) != AccountDocument.DialPlanOf(row)) await RulesChangedAsync(session, token);
                if (!await AccountsTable.UpdateAsync(session, row, token)) return new Written.Missing(id.ToString());
                if (before.Enabled != row.Enabled)
                    await ServicesAuditTable.WriteAsync(session, id, AuditContext.Of(Accounts, actor, id), [AuditEntry.OfSwitch(row.Enabled)], clock.GetUtcNow(), token);
                return new Written.Saved(row);
            },
            ct);

    private async Task<Written> EraseAsync(DbSession session, string id, CancellationToken ct)
    {
        var version = await Versions.BumpAsync(session, VersionKinds.Accounts, ct);
        if (await AccountsTable.FindAsync(session, id, ct) is not { } row) return new Written.Missing(id);
        if (await AccountsTable.HasChildrenAsync(session, row.Path, ct)) return new Written.Refused(new AccountOutcome.HasDescendants());

        // No number can be given to the account from here on: writes of numbers wait, and redo what they decided before, with the account gone.
        await RulesChangedAsync(session, ct);
        var owned = await AccountsTable.NumbersOwnedAsync(session, id, ct);
        if (owned > 0) return new Written.StillOwns(owned);

        var now = Math.Max(Now(), row.Modified);
        var tokens = await Versions.BumpAsync(session, VersionKinds.Tokens, ct);
        await UsersTable.DeleteAllAsync(session, id, now, tokens, ct);
        await ApiKeysTable.DeleteAsync(session, id, ct);
        foreach (var hook in await WebhooksTable.OfAccountAsync(session, id, ct)) await WebhooksTable.DeleteAsync(session, id, hook.Id, now, ct);
        await Versions.BumpAsync(session, VersionKinds.Configuration, ct);
        await ConfigDocumentsTable.DeleteScopeAsync(session, id, ct);
        await AccountsTable.UpdateAsync(session, row with { Deleted = true, Modified = now, Revision = row.Revision + 1, Version = version }, ct);
        return new Written.Saved(row);
    }

    private async Task<AccountOutcome> WriteAsync(Func<DbSession, long, CancellationToken, Task<Written>> write, CancellationToken ct)
    {
        var outcome = await database.WriteAsync(
            async (session, token) => await write(session, await Versions.BumpAsync(session, VersionKinds.Accounts, token), token),
            WriteLane.Foreground, ct);
        return await AnswerAsync(outcome);
    }

    /// <summary>Obeys what was written, then answers. Committed by now: a caller who hangs up does not leave this process behind.</summary>
    private async Task<AccountOutcome> AnswerAsync(Written written, AccountSnapshot? shownIn = null)
    {
        await directories.RefreshAsync(CancellationToken.None);
        return written switch
        {
            Written.Saved saved => new AccountOutcome.Done(Show(saved.Row, shownIn)),
            Written.Missing missing => new AccountOutcome.NotFound(missing.Id),
            Written.StillOwns owns => new AccountOutcome.OwnsNumbers(owns.Count),
            Written.Refused refused => refused.Outcome,
            _ => throw new InvalidOperationException("A write ended in an unknown way."),
        };
    }

    private static Written.Refused Taken(AccountRow row, bool name, bool realm)
    {
        var problems = new List<ConfigProblem>();
        if (name || !realm) problems.Add(new ConfigProblem("name", "unique", "Account name already in use", Value: row.Name));
        if (realm) problems.Add(new ConfigProblem("realm", "unique", "Account realm already in use", Value: row.Realm));
        return new Written.Refused(new AccountOutcome.Invalid(problems));
    }

    private static async Task RulesChangedAsync(DbSession session, CancellationToken ct)
    {
        await Versions.LockRulesAsync(session, ct);
        await Versions.BumpAsync(session, VersionKinds.Rules, ct);
    }

    private AccountView Show(AccountRow row, AccountSnapshot? tree = null) =>
        AccountDocument.Show(row, tree ?? Accounts.Snapshot, directories.Configuration.DefaultTimezone);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static string NewId() => RandomNumberGenerator.GetHexString(AccountId.Length, lowercase: true);

    internal static string RandomRealm(string suffix) => $"{RandomNumberGenerator.GetHexString(6, lowercase: true)}.{suffix.Trim('.').ToLowerInvariant()}";

    private abstract record Written
    {
        public sealed record Saved(AccountRow Row) : Written;

        public sealed record Missing(string Id) : Written;

        public sealed record StillOwns(long Count) : Written;

        public sealed record Refused(AccountOutcome Outcome) : Written;
    }
}
