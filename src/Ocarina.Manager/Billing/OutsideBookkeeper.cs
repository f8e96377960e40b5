using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Telling;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Billing;

/// <summary>The billing system outside, over signed HTTP (document <c>billing</c>): asked before, told afterwards.</summary>
public sealed class OutsideBookkeeper(ConfigDirectory configuration, IHookCaller hooks, TimeProvider clock, ILogger<OutsideBookkeeper> logger) : IBookkeeper
{
    /// <summary>How deliveries name it.</summary>
    public const string Receiver = "bookkeeper:";

    private const string Id = "billing";
    private const string NotSet = "billing.webhook_url or billing.webhook_secret is not set";
    private const int ReasonMax = 200;

    /// <inheritdoc/>
    public async Task<string?> RefusalAsync(AccountId account, IReadOnlyList<Invoice> invoices, CancellationToken ct)
    {
        foreach (var payer in invoices.GroupBy(invoice => invoice.Payer))
            if (await RefusalAsync(account, payer.Key, [.. payer], ct) is { } reason) return reason;
        return null;
    }

    /// <summary>Tells what was charged.</summary>
    /// <param name="payload">What.</param>
    /// <param name="payer">Whom.</param>
    /// <param name="message">Id of the message: the same at each attempt.</param>
    /// <param name="ct">Ends the attempt.</param>
    internal async Task<SendOutcome> TellAsync(JsonObject payload, AccountId payer, string message, CancellationToken ct) =>
        await CallAsync("charge", payload, payer, message, ct) is { } reply ? reply.Outcome : new SendOutcome.Failed(NotSet);

    private async Task<string?> RefusalAsync(AccountId account, AccountId payer, IReadOnlyList<Invoice> invoices, CancellationToken ct)
    {
        var question = new JsonObject
        {
            ["account_id"] = account.ToString(),
            ["payer"] = payer.ToString(),
            ["amount"] = Money.Node(invoices.Sum(invoice => invoice.Amount)),
            ["invoices"] = InvoiceJson.Write(invoices),
        };
        var reply = await CallAsync("standing", question, payer, TimeOrderedId.New(clock.GetUtcNow()), ct);
        if (reply is { Outcome: SendOutcome.Taken { Code: 200 } } && Read(reply.Body) is { } answer)
        {
            if (IsYes(answer["acceptable"])) return null;
            if (answer["acceptable"]?.GetValueKind() == JsonValueKind.False) return Reason(answer["reason"]);
        }

        // What is no yes is no yes: whoever cannot be asked lets nobody spend.
        logger.BookkeeperFailed(payer.ToString(), reply?.Outcome switch
        {
            null => NotSet,
            SendOutcome.Refused refused => refused.Reason,
            SendOutcome.Failed failed => failed.Reason,
            _ => "the answer says neither yes nor no",
        });
        return IBookkeeper.Fault;
    }

    private async Task<HookReply?> CallAsync(string kind, JsonObject payload, AccountId payer, string message, CancellationToken ct)
    {
        var section = SecretReferences.Resolve(configuration.SystemObeyed(Id), out _);
        if (Text(section, "webhook_secret") is not { } secret || !HookSignature.IsSecret(secret) || Text(section, "webhook_url") is not { } address) return null;
        var told = new JsonObject { ["type"] = kind };
        foreach (var (name, value) in payload) told[name] = value?.DeepClone();
        var hook = new HookDocument(Id, payer, new JsonObject { ["uri"] = address, ["format"] = "json" });
        var timeout = TimeSpan.FromMilliseconds(section["webhook_timeout_ms"] is JsonValue wait && wait.TryGetValue<int>(out var ms) ? ms : 5000);
        return hook.CallOf(told, payer, message, [secret], clock.GetUtcNow()) is { } call ? await hooks.CallAsync(call, HookPolicy.Anywhere(timeout), ct) : null;
    }

    private static JsonObject? Read(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsYes(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    private static string Reason(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, ReasonMax)] : "not acceptable";

    private static string? Text(JsonObject section, string key) =>
        section[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
