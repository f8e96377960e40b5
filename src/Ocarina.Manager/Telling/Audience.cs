using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Telling;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>Who gets what: people by mail (seed 004), webhooks by what they ask for. A webhook hears of its own account, and of those below when it wants that; of no other.</summary>
internal sealed class Audience(TellingDocuments documents, AccountDirectory accounts)
{
    private const string ManualAction = MessageKinds.NumberFeatureManualAction;
    private const int PeopleMax = 50;
    private const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries;

    // Kazoo's documents name one; operators write several, or no address at all: then the admins have to know.
    private static readonly char[] Between = [',', ';', ' '];

    private static readonly string[] ToRepresentative =
    [
        MessageKinds.PortUnconfirmed, MessageKinds.PortRequest, MessageKinds.PortPending, MessageKinds.PortScheduled, MessageKinds.PortRejected,
        MessageKinds.PortCancel, MessageKinds.Ported, MessageKinds.PortComment,
    ];

    /// <summary>Obeys what other processes have written about accounts.</summary>
    public Task RefreshAsync(CancellationToken ct) => accounts.RefreshAsync(ct);

    /// <summary>Receivers of a message, each once.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(DbSession session, Message message, IReadOnlyList<WebhookRow> hooks, CancellationToken ct)
    {
        if (message.Kind == MessageKinds.Charge) return [OutsideBookkeeper.Receiver];
        List<string> receivers = [.. hooks.Where(hook => Hears(hook, message.Account, message.Kind, null)).Select(hook => hook.Receiver)];
        if (MailComposer.Knows(message.Kind) && documents.NotificationOf(message.Kind) is { IsEnabled: true } mail)
        {
            // Nobody to tell is no reason to forget it: it is kept as dead, and goes to the admins when there are some.
            IReadOnlyList<string> people = await PeopleAsync(session, message, mail, ct) is { Count: > 0 } some ? some : [""];
            receivers.AddRange(people.Select(address => Mail.Prefix + address));
        }

        return receivers;
    }

    /// <summary>What a change of a number means to webhooks: the old owner loses a number, the new one gains one, and neither sees the other.</summary>
    public IEnumerable<(Message Message, IReadOnlyList<string> Receivers)> OfChange(NumberEventRow change, IReadOnlyList<WebhookRow> hooks)
    {
        var (before, after) = (change.Before?.Account, change.After?.Account);
        if (before is { } loser && loser != after) yield return Told(loser, "doc_deleted");
        if (after is { } owner) yield return Told(owner, owner == before ? "doc_edited" : "doc_created");

        (Message, IReadOnlyList<string>) Told(AccountId account, string action)
        {
            var payload = new JsonObject { ["id"] = change.Body.Number.ToString(), ["action"] = action, ["type"] = "number" };
            return (new Message(MessageKinds.NumberObject, account, change.Body.Number, DocumentText.From(payload)),
                [.. hooks.Where(hook => Hears(hook, account, "number", action)).Select(hook => hook.Receiver)]);
        }
    }

    private bool Hears(WebhookRow hook, AccountId? account, string type, string? action)
    {
        var tree = accounts.Snapshot;
        var owner = AccountId.FromStorage(hook.Account);
        if (tree.Find(owner) is not { Enabled: true }) return false;
        var concerned = account ?? tree.Master;
        var isNear = owner == concerned || (hook.IncludeSubaccounts && tree.IsAbove(owner, concerned));
        return isNear && new HookDocument(hook.Id, owner, DocumentText.FromStorage(hook.Document).ToObject()).Wants(type, action);
    }

    private async Task<IReadOnlyList<string>> PeopleAsync(DbSession session, Message message, NotificationSettings settings, CancellationToken ct)
    {
        List<string> people = [];
        // The message itself says who switches the feature.
        if (message.Kind == ManualAction && message.Payload.ToObject()["to"]?["email_addresses"] is JsonArray named)
            people.AddRange(named.OfType<JsonValue>().SelectMany(item => item.TryGetValue<string>(out var text) ? text.Split(Between, Split) : []).Where(Mail.IsAddress));
        if (settings.To.Count > 0) people.AddRange(settings.To);
        else if (people.Count == 0) people.AddRange(await AdminsAsync(session, ct));
        if (ToRepresentative.Contains(message.Kind) && message.Account is { } account) people.AddRange(await AdminsOfAsync(session, account, ct));
        return [.. people.Where(Mail.IsAddress).Distinct(StringComparer.OrdinalIgnoreCase).Take(PeopleMax)];
    }

    private async Task<IReadOnlyList<string>> AdminsAsync(DbSession session, CancellationToken ct) =>
        documents.TellsMasterAdmins ? [.. documents.Admins, .. await AdminsOfAsync(session, accounts.Snapshot.Master, ct)] : documents.Admins;

    // An account's representatives are its admins who gave an address.
    private static async Task<IEnumerable<string>> AdminsOfAsync(DbSession session, AccountId account, CancellationToken ct) =>
        (await UsersTable.OfAccountAsync(session, account.ToString(), ct))
            .Where(user => user is { Enabled: true, PrivLevel: "admin" })
            .Select(user => DocumentText.FromStorage(user.Document).ToObject()["email"] is JsonValue value && value.TryGetValue<string>(out var email) ? email : "");
}
