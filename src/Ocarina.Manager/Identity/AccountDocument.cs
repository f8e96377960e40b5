using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>Between the document that clients send and see (`http-api.md` 7.2) and the row that is stored. Pure.</summary>
internal static class AccountDocument
{
    /// <summary>Members that come back in bodies and mean nothing there.</summary>
    private static readonly FrozenSet<string> ReadOnly = FrozenSet.ToFrozenSet(
        ["id", "is_reseller", "reseller_id", "superduper_admin", "created", "modified", "billing_mode", "api_key", "descendants_count", "tree", "metadata"],
        StringComparer.Ordinal);

    private static readonly string[] Objects =
        ["call_restriction", "caller_id", "dial_plan", "music_on_hold", "preflow", "ringtones"];

    /// <summary>What the actor may set beside the open members.</summary>
    internal readonly record struct Rights(bool Enabled, bool AllowAdditions)
    {
        public static Rights Of(IAccountTree tree, Actor actor, AccountId target)
        {
            var admin = tree.IsAdmin(actor);
            return new Rights(admin || (actor.Account is { } account && account != target && tree.IsAbove(account, target)), admin);
        }
    }

    /// <summary>Reads a body in place of everything the account has.</summary>
    public static (AccountRow Row, IReadOnlyList<ConfigProblem> Problems) Replace(AccountRow row, JsonObject body, Rights rights) =>
        Read(row, OpenDocument.Strip(body, ReadOnly), rights);

    /// <summary>Merges a body into what the account has.</summary>
    public static (AccountRow Row, IReadOnlyList<ConfigProblem> Problems) Merge(AccountRow row, JsonObject patch, Rights rights)
    {
        var document = DocumentText.FromStorage(row.Document).ToObject();
        document["name"] = row.Name;
        document["realm"] = row.Realm;
        return Read(row, ConfigMerge.Patch(document, OpenDocument.StripPatch(patch, ReadOnly)), rights);
    }

    /// <summary>The reply for an account.</summary>
    public static AccountView Show(AccountRow row, IAccountTree tree, string defaultTimezone)
    {
        var node = AccountEntry.From(row).Node;
        var reseller = tree.ResellerOf(node.Id).ToString();
        var created = DateTimeOffset.FromUnixTimeMilliseconds(row.Created).ToGregorianSeconds();
        var stored = DocumentText.FromStorage(row.Document).ToObject();
        var data = new JsonObject
        {
            ["id"] = row.Id,
            ["name"] = row.Name,
            ["realm"] = row.Realm,
            ["language"] = stored.Take("language") ?? "en-us",
            ["timezone"] = stored.Take("timezone") ?? defaultTimezone,
            ["enabled"] = row.Enabled,
            ["created"] = created,
            ["superduper_admin"] = row.SuperduperAdmin,
            ["wnm_allow_additions"] = row.AllowAdditions,
            ["is_reseller"] = node.IsReseller,
            ["reseller_id"] = reseller,
            ["billing_mode"] = "manual",
            ["notification_preference"] = stored.Take("notification_preference") ?? "teletype",
        };
        foreach (var name in Objects) data[name] = stored.Take(name) ?? new JsonObject();
        foreach (var (name, value) in stored) data[name] = value?.DeepClone();

        var metadata = new JsonObject
        {
            ["superduper_admin"] = row.SuperduperAdmin,
            ["wnm_allow_additions"] = row.AllowAdditions,
            ["is_reseller"] = node.IsReseller,
            ["reseller_id"] = reseller,
            ["created"] = created,
            ["enabled"] = row.Enabled,
        };
        return new AccountView(node, data, metadata, row.Revision);
    }

    /// <summary>The dial plan inside a row, for telling whether the account's number rules change.</summary>
    public static DocumentText DialPlanOf(AccountRow row) => AccountEntry.From(row).DialPlan;

    private static (AccountRow, IReadOnlyList<ConfigProblem>) Read(AccountRow row, JsonObject document, Rights rights)
    {
        var reader = new FieldReader(document);
        var name = reader.Text("name", 1, 128, required: true) ?? "";
        var key = AccountNames.KeyOf(name);
        if (name.Length > 0 && key.Length == 0) reader.Add("name", "invalid", "Account name must hold a letter or a digit", value: name);
        var realm = reader.Text("realm", 4, 253)?.Trim().ToLowerInvariant();
        if (realm is { Length: >= 4 } && !AccountNames.IsRealm(realm)) reader.Add("realm", "pattern", "Failed to match pattern 'host name'", "host name", realm);
        reader.Text("language", 0, 64);
        reader.Text("timezone", 5, 32);
        reader.Object(Objects);
        var enabled = reader.Truth("enabled");
        var additions = reader.Truth("wnm_allow_additions");
        if (reader.Problems.Count > 0) return (row, reader.Problems);

        foreach (var member in (ReadOnlySpan<string>)["name", "realm", "enabled", "wnm_allow_additions"]) document.Remove(member);
        return (row with
        {
            Name = name,
            NameKey = key,
            Realm = realm ?? row.Realm,
            Enabled = rights.Enabled ? enabled ?? row.Enabled : row.Enabled,
            AllowAdditions = rights.AllowAdditions ? additions ?? row.AllowAdditions : row.AllowAdditions,
            Document = DocumentText.From(document).ToString(),
        }, []);
    }
}
