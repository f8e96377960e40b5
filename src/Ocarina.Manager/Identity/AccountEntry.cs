using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>An account as the directory holds it: the node of the tree and what is asked for often.</summary>
/// <param name="Node">Place and flags.</param>
/// <param name="NameKey">The name as it is compared.</param>
/// <param name="Realm">SIP realm, lower case.</param>
/// <param name="Language">Language of its people, when set.</param>
/// <param name="DialPlan">The account's own dial plan; empty for nearly all.</param>
/// <param name="Revision">Counts writes.</param>
public sealed record AccountEntry(AccountNode Node, string NameKey, string Realm, string? Language, DocumentText DialPlan, long Revision)
{
    /// <summary>The account above; none for the master account.</summary>
    public AccountId? Parent => Node.Ancestors is [.., var last] ? last : null;

    internal static AccountEntry From(AccountRow row)
    {
        var document = DocumentText.FromStorage(row.Document).ToObject();
        var ids = row.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var ancestors = ids[..^1].Select(id => AccountId.FromStorage(id)).ToImmutableArray();
        var node = new AccountNode(
            AccountId.FromStorage(row.Id), ancestors, row.Name, row.IsReseller || ancestors.IsEmpty, row.SuperduperAdmin, row.AllowAdditions, row.Enabled);
        return new AccountEntry(
            node, row.NameKey, row.Realm, (document["language"] as JsonValue)?.TryGetValue<string>(out var language) == true ? language : null,
            DocumentText.From(document["dial_plan"] as JsonObject), row.Revision);
    }
}
