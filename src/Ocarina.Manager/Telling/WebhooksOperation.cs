using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Telling;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>How an operation on a webhook ended. Closed: nobody outside can add a case.</summary>
public abstract record WebhookOutcome
{
    private WebhookOutcome() { }

    /// <summary>Done; the webhook as it stands now (for a deletion: as it stood).</summary>
    public sealed record Done(WebhookView Webhook) : WebhookOutcome;

    /// <summary>The body was refused; nothing has changed.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : WebhookOutcome;

    /// <summary>No such webhook in this account.</summary>
    public sealed record NotFound(string Id) : WebhookOutcome;

    /// <summary>The caller named a revision, and it is not the stored one.</summary>
    public sealed record RevisionMismatch(long Revision) : WebhookOutcome;
}

/// <summary>What came back when a webhook was tried out.</summary>
/// <param name="Outcome">What it means.</param>
/// <param name="Payload">What was sent.</param>
/// <param name="Answer">Beginning of the answer's text.</param>
/// <param name="ElapsedMs">How long it took.</param>
public sealed record WebhookTrial(SendOutcome Outcome, JsonObject Payload, string Answer, long ElapsedMs);

/// <summary>Makes, shows, changes, tries out and erases the webhooks of an account (`http-api.md` 8.1).</summary>
public sealed class WebhooksOperation
{
    private const string Kind = "webhook";
    private const int HooksMax = 100;
    private const int TurnsMax = 10;
    private const int AnswerShownMax = 1024;
    private const int TrialsMax = 4;

    private readonly ConcurrentDictionary<AccountId, int> _trials = new();

    private readonly IDatabase _database;
    private readonly OutboxDatabase _outbox;
    private readonly AccountDirectory _accounts;
    private readonly TellingDocuments _documents;
    private readonly HookSecrets _secrets;
    private readonly HookPayloads _payloads;
    private readonly IHookCaller _caller;
    private readonly TimeProvider _clock;

    internal WebhooksOperation(
        IDatabase database, OutboxDatabase outbox, AccountDirectory accounts, TellingDocuments documents, HookSecrets secrets, HookPayloads payloads, IHookCaller caller, TimeProvider clock) =>
        (_database, _outbox, _accounts, _documents, _secrets, _payloads, _caller, _clock) = (database, outbox, accounts, documents, secrets, payloads, caller, clock);

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The webhooks of an account, oldest first.</summary>
    public async Task<IReadOnlyList<WebhookView>> ListAsync(AccountId account, CancellationToken ct) =>
        [.. (await _database.ReadAsync((session, token) => WebhooksTable.OfAccountAsync(session, account.ToString(), token), ct)).Select(row => WebhookDocument.Show(row, null))];

    /// <summary>One webhook.</summary>
    public async Task<WebhookOutcome> GetAsync(AccountId account, string id, CancellationToken ct) =>
        await FindAsync(account, id, ct) is { } row ? new WebhookOutcome.Done(WebhookDocument.Show(row, null)) : new WebhookOutcome.NotFound(id);

    /// <summary>Makes a webhook. Its secret is shown now and never again.</summary>
    public async Task<WebhookOutcome> CreateAsync(AccountId account, JsonObject body, CancellationToken ct)
    {
        // A repeat of a call that was cut off after its commit shows the webhook that it made; its secret it has to ask for anew.
        if (CommitMarks.Current?.Earlier.OfType<CallEffect.Document>().FirstOrDefault(made => made.Kind == Kind) is { } made) return await GetAsync(account, made.Id, ct);

        var (clear, stored) = _secrets.Make();
        var blank = new WebhookRow { Id = RandomNumberGenerator.GetHexString(32, lowercase: true), Account = account.ToString(), Hook = "", Document = "{}", Secret = stored, Created = NowMs, Modified = NowMs };
        var (read, problems) = WebhookDocument.Replace(blank, body);
        if (read is null) return new WebhookOutcome.Invalid(problems);

        var row = read.With(null, NowMs);
        return await _database.WriteAsync<WebhookOutcome>(async (session, token) =>
        {
            if ((await WebhooksTable.OfAccountAsync(session, row.Account, token)).Count >= HooksMax)
                return new WebhookOutcome.Invalid([new ConfigProblem("webhooks", "maxItems", $"The list is more than {HooksMax} items", HooksMax)]);
            await WebhooksTable.InsertAsync(session, row, token);
            session.Note(new CallEffect.Document(Kind, row.Id));
            return new WebhookOutcome.Done(WebhookDocument.Show(row, clear));
        }, WriteLane.Foreground, ct);
    }

    /// <summary>Replaces a webhook; its secret stays.</summary>
    public Task<WebhookOutcome> ReplaceAsync(AccountId account, string id, JsonObject body, long? revision, CancellationToken ct) =>
        ChangeAsync(account, id, revision, row => WebhookDocument.Replace(row, body), null, ct);

    /// <summary>Merges members into a webhook.</summary>
    public Task<WebhookOutcome> MergeAsync(AccountId account, string id, JsonObject patch, long? revision, CancellationToken ct) =>
        ChangeAsync(account, id, revision, row => WebhookDocument.Merge(row, patch), null, ct);

    /// <summary>Gives a webhook a new secret, shown now and never again.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="id">Which.</param>
    /// <param name="overlap">How long the old one signs beside it; 0 ends it now.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<WebhookOutcome> RenewSecretAsync(AccountId account, string id, TimeSpan overlap, CancellationToken ct)
    {
        for (var turn = 1; ; turn++)
        {
            if (await FindAsync(account, id, ct) is not { } row) return new WebhookOutcome.NotFound(id);
            var now = _clock.GetUtcNow();
            var outcome = await ChangeAsync(account, id, row.Revision, same => (same, []), _secrets.Renew(row.Secret, now + overlap, now), ct);
            if (outcome is not WebhookOutcome.RevisionMismatch || turn == TurnsMax) return outcome; // somebody wrote in between
        }
    }

    /// <summary>Erases a webhook.</summary>
    public Task<WebhookOutcome> DeleteAsync(AccountId account, string id, CancellationToken ct) => _database.WriteAsync<WebhookOutcome>(async (session, token) =>
    {
        if (await WebhooksTable.FindAsync(session, account.ToString(), id, token) is not { } row) return new WebhookOutcome.NotFound(id);
        await WebhooksTable.DeleteAsync(session, row.Account, id, NowMs, token);
        return new WebhookOutcome.Done(WebhookDocument.Show(row, null));
    }, WriteLane.Foreground, ct);

    /// <summary>Switches all webhooks on again that were switched off for their failures.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="isBelow">True for those of the accounts below instead of its own.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many.</returns>
    public Task<int> EnableAsync(AccountId account, bool isBelow, CancellationToken ct)
    {
        List<AccountId> owners = isBelow ? [.. _accounts.DescendantsOf(account).Select(node => node.Id)] : [account];
        return _database.WriteAsync(async (session, token) =>
        {
            var count = 0;
            foreach (var owner in owners) count += await WebhooksTable.EnableAsync(session, owner.ToString(), NowMs, token);
            return count;
        }, WriteLane.Foreground, ct);
    }

    /// <summary>What was tried on an account's webhooks, newest first.</summary>
    public Task<(IReadOnlyList<AttemptRow> Rows, string? Next)> AttemptsAsync(AccountId account, string? webhook, string? startAt, int pageSize, CancellationToken ct) =>
        _outbox.AttemptsAsync(account.ToString(), webhook, startAt, pageSize, ct);

    /// <summary>Calls a webhook now with a sample, writes it into the log of attempts, and says what came back.</summary>
    /// <returns>None when there is no such webhook; no trial when the account has too many under way.</returns>
    public async Task<(bool IsFound, WebhookTrial? Trial)> TryAsync(AccountId account, string id, CancellationToken ct)
    {
        if (await FindAsync(account, id, ct) is not { } row) return (false, null);
        try
        {
            // Each waits for somebody outside: without a limit one account could keep the whole server waiting.
            if (_trials.AddOrUpdate(account, 1, (_, count) => count + 1) > TrialsMax) return (true, null);
            var trial = await TryAsync(account, row, ct);
            var reason = trial.Outcome switch { SendOutcome.Refused refused => refused.Reason, SendOutcome.Failed failed => failed.Reason, _ => null };
            await _outbox.NoteTrialAsync(row, new DeliveryAttempt(trial.Outcome is SendOutcome.Taken, trial.Outcome.Code, reason is null ? null : Courier.Storable(reason), trial.ElapsedMs), ct);
            return (true, trial);
        }
        finally
        {
            _trials.AddOrUpdate(account, 0, (_, count) => count - 1);
        }
    }

    private async Task<WebhookTrial> TryAsync(AccountId account, WebhookRow row, CancellationToken ct)
    {
        var type = DocumentText.FromStorage(row.Document).ToObject()["custom_data"]?["type"]?.ToString();
        var (kind, payload) = HookSamples.For(row.Hook, type);
        var began = _clock.GetTimestamp();
        HookReply reply;
        try
        {
            var call = _payloads.CallOf(row, kind, account.ToString(), payload, TimeOrderedId.New(_clock.GetUtcNow()));
            reply = call is null ? new HookReply(new SendOutcome.Refused("The address cannot be used"), "") : await _caller.CallAsync(call, _documents.Hooks, ct);
        }
        catch (CryptographicException)
        {
            reply = new HookReply(new SendOutcome.Failed("The secret cannot be decrypted: renew it"), "");
        }

        return new WebhookTrial(reply.Outcome, payload, reply.Body[..Math.Min(reply.Body.Length, AnswerShownMax)], (long)_clock.GetElapsedTime(began).TotalMilliseconds);
    }

    private static string? AddressOf(WebhookRow row) => DocumentText.FromStorage(row.Document).ToObject()["uri"]?.ToString();

    private Task<WebhookRow?> FindAsync(AccountId account, string id, CancellationToken ct) =>
        _database.ReadAsync((session, token) => WebhooksTable.FindAsync(session, account.ToString(), id, token), ct);

    private async Task<WebhookOutcome> ChangeAsync(
        AccountId account, string id, long? revision, Func<WebhookRow, (WebhookRow? Row, IReadOnlyList<ConfigProblem> Problems)> change, (string Clear, string Stored)? secret, CancellationToken ct)
    {
        for (var turn = 1; ; turn++)
        {
            var outcome = await ChangeOnceAsync(account, id, revision, change, secret, ct);
            // Who stated no revision means whatever is there.
            if (outcome is not WebhookOutcome.RevisionMismatch || revision is not null || turn == TurnsMax) return outcome;
        }
    }

    private Task<WebhookOutcome> ChangeOnceAsync(
        AccountId account, string id, long? revision, Func<WebhookRow, (WebhookRow? Row, IReadOnlyList<ConfigProblem> Problems)> change, (string Clear, string Stored)? secret, CancellationToken ct) =>
        _database.WriteAsync<WebhookOutcome>(async (session, token) =>
        {
            if (await WebhooksTable.FindAsync(session, account.ToString(), id, token) is not { } row) return new WebhookOutcome.NotFound(id);
            if (revision is { } stated && stated != row.Revision) return new WebhookOutcome.RevisionMismatch(row.Revision);
            var (read, problems) = change(row);
            if (read is null) return new WebhookOutcome.Invalid(problems);
            var next = read.With(secret?.Stored, NowMs);
            if (!await WebhooksTable.UpdateAsync(session, next, isFresh: AddressOf(row) != AddressOf(next), token)) return new WebhookOutcome.RevisionMismatch(row.Revision);
            session.Note(new CallEffect.Document(Kind, id));
            return new WebhookOutcome.Done(WebhookDocument.Show(next, secret?.Clear));
        }, WriteLane.Foreground, ct);
}
