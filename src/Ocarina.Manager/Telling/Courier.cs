using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Telling;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>Carries deliveries to their receivers, a few of each receiver at a time, and writes what became of each.</summary>
internal sealed class Courier(
    OutboxDatabase outbox, IDatabase database, TellingDocuments documents, MailComposer composer, HookPayloads payloads, IMailer mailer, IHookCaller hooks,
    OutsideBookkeeper bookkeeper, AccountDirectory accounts, TimeProvider clock, ILogger<Courier> logger)
{
    /// <summary>Longest time of one attempt.</summary>
    internal static readonly TimeSpan AttemptMax = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any attempt with its write: after it another process may try.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    // A place that has delivered goes on with the same receiver, for as many as this; then others may have it.
    private const int InARowMax = 100;

    private static readonly DeliveryLimits Limits = new(AtOnce: 128, PerReceiver: 4, PerParty: 16);

    private readonly ConcurrentDictionary<string, DeliveryReceiver> _running = new(StringComparer.Ordinal);
    private volatile bool _isStopping;

    /// <summary>Takes what is due and starts it.</summary>
    /// <returns>The attempts; they never fail.</returns>
    public async Task<IReadOnlyList<Task>> StartAsync(CancellationToken ct)
    {
        if (_running.Count >= Limits.AtOnce) return [];
        var lease = NewLease();
        var claimed = await outbox.ClaimAsync(lease, Lease, Limits, [.. _running.Values], ct);
        return [.. claimed.Select(delivery => RunAsync(delivery, lease))];
    }

    /// <summary>Waits for the attempts that run, for a while.</summary>
    public async Task StopAsync(TimeSpan most)
    {
        _isStopping = true;
        var began = clock.GetTimestamp();
        while (!_running.IsEmpty && clock.GetElapsedTime(began) < most) await Task.Delay(TimeSpan.FromMilliseconds(50));
    }

    private string NewLease() => TimeOrderedId.New(clock.GetUtcNow());

    private async Task RunAsync(DeliveryRow first, string firstLease)
    {
        // What is written here is no part of the call that caused the message.
        using var apart = CommitMarks.Enter(null);
        var (delivery, lease) = ((DeliveryRow?)first, firstLease);
        for (var count = 1; delivery is not null; count++)
        {
            var isTaken = await RunOneAsync(delivery, lease);
            lease = NewLease();
            delivery = isTaken && count < InARowMax && !_isStopping ? await NextAsync(delivery.Receiver, lease) : null;
        }
    }

    /// <returns>True when the receiver took it.</returns>
    private async Task<bool> RunOneAsync(DeliveryRow delivery, string lease)
    {
        if (!_running.TryAdd(delivery.Id, new DeliveryReceiver(delivery.Receiver, delivery.Party))) return false;
        try
        {
            var began = clock.GetTimestamp();
            var outcome = await TryAsync(delivery);
            await WriteAsync(delivery, lease, outcome, (long)clock.GetElapsedTime(began).TotalMilliseconds);
            return outcome is SendOutcome.Taken;
        }
        catch (Exception e)
        {
            logger.AttemptFailed(delivery.Id, e);
            return false;
        }
        finally
        {
            _running.TryRemove(delivery.Id, out _);
        }
    }

    private async Task<DeliveryRow?> NextAsync(string receiver, string lease)
    {
        try
        {
            return await outbox.ClaimNextAsync(lease, Lease, receiver, others: Limits.PerReceiver, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.OutboxFailed(e);
            return null;
        }
    }

    private async Task<SendOutcome> TryAsync(DeliveryRow delivery)
    {
        using var time = new CancellationTokenSource(AttemptMax);
        try
        {
            return Mail.AddressOf(delivery.Receiver) is { } address ? await MailAsync(delivery, address, time.Token)
                : WebhookRow.IdOf(delivery.Receiver) is { } webhook ? await CallAsync(delivery, webhook, time.Token)
                : delivery.Receiver == OutsideBookkeeper.Receiver
                    ? await bookkeeper.TellAsync(DocumentText.FromStorage(delivery.Payload).ToObject(), AccountId.FromStorage(delivery.Account ?? ""), delivery.Message, time.Token)
                : new SendOutcome.Refused("The receiver is of no kind that is known here");
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            return new SendOutcome.Failed(string.Create(CultureInfo.InvariantCulture, $"Took longer than {AttemptMax.TotalSeconds} seconds"));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect of ours or of a transport ends no delivery: it is tried again, and seen in the log.
            logger.AttemptFailed(delivery.Id, e);
            return new SendOutcome.Failed(e.GetType().Name);
        }
    }

    private async Task<SendOutcome> MailAsync(DeliveryRow delivery, string address, CancellationToken ct)
    {
        if (documents.Relay() is not { } relay) return new SendOutcome.Refused("smtp.relay is not set: no mail can be sent");
        if (address.Length == 0 && documents.Admins is [var first, ..]) address = first;
        return address.Length > 0
            ? await mailer.SendAsync(relay, composer.Compose(delivery, address), ct)
            : new SendOutcome.Refused("There is nobody to tell: smtp.admins is not set, and no admin of the master account has an email");
    }

    private async Task<SendOutcome> CallAsync(DeliveryRow delivery, string webhook, CancellationToken ct)
    {
        if (await database.ReadAsync((session, token) => WebhooksTable.FindAsync(session, webhook, token), ct) is not { } row) return NotAsked("The webhook was deleted");
        if (!row.Enabled) return NotAsked("The webhook is switched off");
        if (accounts.Snapshot.Find(AccountId.FromStorage(row.Account)) is { Enabled: false }) return NotAsked("Its account is switched off");
        HookCall? call;
        try
        {
            call = payloads.CallOf(row, delivery.Kind, delivery.Account, DocumentText.FromStorage(delivery.Payload).ToObject(), delivery.Message);
        }
        catch (CryptographicException)
        {
            return new SendOutcome.Failed("The webhook's secret cannot be decrypted");
        }

        return call is null ? new SendOutcome.Refused("The webhook's address cannot be used") : (await hooks.CallAsync(call, documents.Hooks, ct)).Outcome;
    }

    private static SendOutcome.Refused NotAsked(string why) => new(why) { WasAsked = false };

    private async Task WriteAsync(DeliveryRow delivery, string lease, SendOutcome outcome, long elapsedMs)
    {
        var now = clock.GetUtcNow();
        var reason = outcome switch { SendOutcome.Refused refused => refused.Reason, SendOutcome.Failed failed => failed.Reason, _ => null };
        if (reason is not null) reason = LogText.WithoutNumbers(Storable(reason));
        var next = outcome is SendOutcome.Failed
            ? DeliverySchedule.Next(delivery.Id, (int)delivery.Attempts + 1, now, DateTimeOffset.FromUnixTimeMilliseconds(delivery.GiveUpAt))
            : null;
        var attempt = new DeliveryAttempt(outcome is SendOutcome.Taken, outcome.Code, reason, elapsedMs) { WasAsked = outcome is not SendOutcome.Refused { WasAsked: false } };
        var disabled = await outbox.FinishAsync(
            delivery, lease, attempt, next, since => Disable(outcome, since, now), CancellationToken.None);

        if (outcome is SendOutcome.Taken) logger.Delivered(delivery.Id, delivery.Kind);
        else if (next is null || disabled is not null) logger.DeliveryDead(delivery.Id, delivery.Kind, reason);
        if (disabled is not null) logger.WebhookDisabled(WebhookRow.IdOf(delivery.Receiver), disabled);
    }

    private string? Disable(SendOutcome outcome, DateTimeOffset failingSince, DateTimeOffset now)
    {
        if (outcome is SendOutcome.Refused { Code: 410 } gone) return gone.Reason;
        return documents.DisableHooksAfter is { } after && now - failingSince >= after
            ? string.Create(CultureInfo.InvariantCulture, $"It has failed for {after.TotalHours:0} hours without one success")
            : null;
    }

    // A receiver's words may hold what no database takes.
    internal static string Storable(string text) => string.Concat(text.Where(letter => !char.IsSurrogate(letter) && !char.IsControl(letter)).Take(500));
}

/// <summary>What webhooks are told (`http-api.md` 8.1).</summary>
internal sealed class HookPayloads(HookSecrets hookSecrets, ServerSecrets secrets, TimeProvider clock)
{
    /// <summary>The signed call that tells a message; none when the webhook's address cannot be used.</summary>
    public HookCall? CallOf(WebhookRow hook, string kind, string? account, JsonObject payload, string messageId)
    {
        var told = new JsonObject();
        if (kind != MessageKinds.NumberObject)
        {
            told["event_category"] = "notification";
            told["event_name"] = kind;
        }

        if (account is not null) told["account_id"] = account;
        foreach (var (name, value) in payload) told[name] = value?.DeepClone();
        told["cluster_id"] = secrets.ClusterId;
        var document = new HookDocument(hook.Id, AccountId.FromStorage(hook.Account), DocumentText.FromStorage(hook.Document).ToObject());
        var now = clock.GetUtcNow();
        return document.CallOf(told, AccountId.FromStorageOrNull(account), messageId, hookSecrets.Read(hook.Secret, now), now);
    }
}
