using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Manager.Identity;

/// <summary>A user as shown: never with a password.</summary>
/// <param name="Id">The user.</param>
/// <param name="Data">The document of `http-api.md` 7.3; its caller's to keep.</param>
/// <param name="Revision">Counts writes.</param>
public sealed record UserView(string Id, JsonObject Data, long Revision);

/// <summary>How an operation on a user ended. Closed: nobody outside can add a case.</summary>
public abstract record UserOutcome
{
    private UserOutcome() { }

    /// <summary>Done; the user as it stands now (for a deletion: as it stood).</summary>
    public sealed record Done(UserView User) : UserOutcome;

    /// <summary>The body was refused; nothing has changed.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : UserOutcome;

    /// <summary>No such user in this account, or no such account.</summary>
    public sealed record NotFound(string Id) : UserOutcome;

    /// <summary>The caller named a revision, and it is not the stored one.</summary>
    public sealed record RevisionMismatch(long Revision) : UserOutcome;
}

/// <summary>Makes, shows, changes and erases the users of an account (`http-api.md` 7.3).</summary>
/// <remarks>A change of name, password or rank, a switch-off and a deletion end the user's tokens.</remarks>
public sealed partial class UsersOperation(IDatabase database, Directories directories, WireCredentials credentials, TimeProvider clock)
{
    private const string Kind = "user";
    private const int TriesMax = 20;

    private static readonly FrozenSet<string> ReadOnly = FrozenSet.ToFrozenSet(["id", "created", "modified", "features"], StringComparer.Ordinal);

    /// <summary>The users of an account, by log-in name, as rows of a listing.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(AccountId account, CancellationToken ct) =>
        [.. (await database.ReadAsync((session, token) => UsersTable.OfAccountAsync(session, account.ToString(), token), ct)).Select(Row)];

    /// <summary>One user.</summary>
    public async Task<UserOutcome> GetAsync(AccountId account, string id, CancellationToken ct) =>
        await FindAsync(account, id, ct) is { } row ? new UserOutcome.Done(Show(row)) : new UserOutcome.NotFound(id);

    /// <summary>Makes a user.</summary>
    public async Task<UserOutcome> CreateAsync(AccountId account, JsonObject body, CancellationToken ct)
    {
        if (directories.Accounts.Find(account) is null) return new UserOutcome.NotFound(account.ToString());
        // A repeat of a call that was cut off after its commit shows the user that it made.
        if (CommitMarks.Current?.Earlier.OfType<CallEffect.Document>().FirstOrDefault(made => made.Kind == Kind) is { } made)
            return await GetAsync(account, made.Id, ct);

        var blank = new UserRow { Id = NewId(), AccountId = account.ToString(), PrivLevel = "user", Document = "{}", Stamp = "" };
        var (row, problems) = Read(blank, OpenDocument.Strip(body, ReadOnly));
        if (row is null) return new UserOutcome.Invalid(problems);

        var outcome = await database.WriteAsync<UserOutcome>(
            async (session, token) =>
            {
                var version = await Versions.BumpAsync(session, VersionKinds.Tokens, token);
                if (await AccountsTable.FindAsync(session, row.AccountId, token) is null) return new UserOutcome.NotFound(row.AccountId);
                if (row.Username is { } name && await UsersTable.TakenAsync(session, row.AccountId, name, row.Id, token)) return Taken(name);
                var saved = row.At(revision: 1, version, Now());
                if (!await UsersTable.InsertAsync(session, saved, token)) return Taken(row.Username ?? "");
                session.Note(new CallEffect.Document(Kind, saved.Id));
                return new UserOutcome.Done(Show(saved));
            },
            WriteLane.Foreground, ct);
        return await AnswerAsync(outcome);
    }

    /// <summary>Writes a body in place of all members (POST). A password that is not in it stays, as long as the user name does.</summary>
    public Task<UserOutcome> ReplaceAsync(AccountId account, string id, JsonObject body, long? ifRevision, CancellationToken ct) =>
        ChangeAsync(account, id, ifRevision, row => Read(row, OpenDocument.Strip(body, ReadOnly)), ct);

    /// <summary>Merges a body into the members (PATCH).</summary>
    public Task<UserOutcome> MergeAsync(AccountId account, string id, JsonObject patch, long? ifRevision, CancellationToken ct) =>
        ChangeAsync(
            account, id, ifRevision,
            row =>
            {
                var document = DocumentText.FromStorage(row.Document).ToObject();
                if (row.Username is { } name) document["username"] = name;
                document["priv_level"] = row.PrivLevel;
                document["enabled"] = row.Enabled;
                return Read(row, ConfigMerge.Patch(document, OpenDocument.StripPatch(patch, ReadOnly)));
            },
            ct);

    /// <summary>Erases a user; the tokens end.</summary>
    public async Task<UserOutcome> DeleteAsync(AccountId account, string id, CancellationToken ct)
    {
        UserRow? gone = null;
        var outcome = await ChangeAsync(
            account, id, null,
            row =>
            {
                gone = row;
                return (row.With(username: null, row.PrivLevel, row.Enabled, row.Document, password: null, NewStamp()).Erased(), []);
            },
            ct);
        return outcome is UserOutcome.Done && gone is not null ? new UserOutcome.Done(Show(gone)) : outcome;
    }

    private async Task<UserOutcome> ChangeAsync(
        AccountId account, string id, long? ifRevision, Func<UserRow, (UserRow? Row, IReadOnlyList<ConfigProblem> Problems)> change, CancellationToken ct)
    {
        // Hashing takes tens of milliseconds and so stays out of the transaction; the revision tells whether somebody wrote in between.
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(account, id, ct) is not { } before) return new UserOutcome.NotFound(id);
            if (ifRevision is { } wanted && wanted != before.Revision) return new UserOutcome.RevisionMismatch(before.Revision);
            var (after, problems) = change(before);
            if (after is null) return new UserOutcome.Invalid(problems);

            var outcome = await database.WriteAsync<UserOutcome?>(
                async (session, token) =>
                {
                    var version = await Versions.BumpAsync(session, VersionKinds.Tokens, token);
                    if (after.Username is { } name && await UsersTable.TakenAsync(session, after.AccountId, name, id, token)) return Taken(name);
                    var saved = after.At(before.Revision + 1, version, Math.Max(Now(), before.Modified));
                    return await UsersTable.UpdateAsync(session, saved, token) ? new UserOutcome.Done(Show(saved)) : null;
                },
                WriteLane.Foreground, ct);
            if (outcome is not null) return await AnswerAsync(outcome);
            if (attempt == TriesMax) throw new TimeoutException("The user was changed by others again and again.");
        }
    }

    private (UserRow? Row, IReadOnlyList<ConfigProblem> Problems) Read(UserRow before, JsonObject document)
    {
        var reader = new FieldReader(document);
        reader.Text("first_name", 1, 128, required: true);
        reader.Text("last_name", 1, 128, required: true);
        reader.Text("email", 3, 254);
        reader.Text("timezone", 5, 32);
        var username = reader.Text("username", 1, 256)?.ToLowerInvariant();
        if (username is not null && !UsernamePattern().IsMatch(username)) reader.Add("username", "pattern", "Failed to match pattern '^[+@.\\w-]+$'", "^[+@.\\w-]+$", username);
        var password = reader.Text("password", 1, 1024);
        var level = reader.Text("priv_level", 1, 16) ?? "user";
        if (level is not ("user" or "admin"))
            reader.Add("priv_level", "enum", "Value not found in enumerated list of values", new JsonArray("user", "admin"), level);
        var enabled = reader.Truth("enabled") ?? true;

        // The wire credential holds name and password together, so a new name makes the stored one worthless.
        if (username is not null && password is null && (username != before.Username || before.Md5Hash is null))
            reader.Add("password", "required", "Field is required but missing");
        if (username is null && password is not null) reader.Add("username", "required", "Field is required but missing");
        if (reader.Problems.Count > 0) return (null, reader.Problems);

        foreach (var member in (ReadOnlySpan<string>)["username", "password", "priv_level", "enabled"]) document.Remove(member);
        var stored = username is null ? null : password is null ? before.Password() : credentials.Store(before.AccountId, username, password);
        var ends = before.Stamp.Length == 0 || password is not null || username != before.Username || enabled != before.Enabled || level != before.PrivLevel;
        return (before.With(username, level, enabled, DocumentText.From(document).ToString(), stored, ends ? NewStamp() : before.Stamp), []);
    }

    /// <summary>Obeys what was written, then answers. Committed by now: a caller who hangs up does not leave this process behind.</summary>
    private async Task<UserOutcome> AnswerAsync(UserOutcome outcome)
    {
        await directories.Credentials.RefreshAsync(CancellationToken.None);
        return outcome;
    }

    private Task<UserRow?> FindAsync(AccountId account, string id, CancellationToken ct) =>
        database.ReadAsync((session, token) => UsersTable.FindAsync(session, account.ToString(), id, token), ct);

    private static UserOutcome.Invalid Taken(string username) =>
        new([new ConfigProblem("username", "unique", "Username already in use", Value: username)]);

    private static UserView Show(UserRow row)
    {
        var data = new JsonObject { ["id"] = row.Id };
        if (row.Username is { } name) data["username"] = name;
        data["priv_level"] = row.PrivLevel;
        data["enabled"] = row.Enabled;
        foreach (var (member, value) in DocumentText.FromStorage(row.Document).ToObject()) data[member] = value?.DeepClone();
        return new UserView(row.Id, data, row.Revision);
    }

    private static JsonObject Row(UserRow user)
    {
        var document = DocumentText.FromStorage(user.Document).ToObject();
        var row = new JsonObject { ["id"] = user.Id };
        if (user.Username is { } name) row["username"] = name;
        foreach (var member in (ReadOnlySpan<string>)["first_name", "last_name", "email"])
            if (document.Take(member) is { } value) row[member] = value;
        row["priv_level"] = user.PrivLevel;
        row["features"] = new JsonArray();
        foreach (var member in (ReadOnlySpan<string>)["timezone", "presence_id"])
            if (document.Take(member) is { } value) row[member] = value;
        return row;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    internal static string NewStamp() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    [GeneratedRegex(@"\A[+@.\w-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex UsernamePattern();
}
