using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>One entry of the log of changes at rest. Never changed once it is written.</summary>
/// <param name="Id">Sorts by its making.</param>
/// <param name="Account">Whose services, or plans, were changed.</param>
/// <param name="Source">What of them: one of <see cref="AuditSources"/>.</param>
/// <param name="Reason">What was done.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="ActorName">Name of his account then; none for the system.</param>
/// <param name="AccountName">Name of the account then.</param>
/// <param name="Tree">The accounts above it then, and itself.</param>
/// <param name="Change">From what to what.</param>
/// <param name="Created">When.</param>
public sealed record AuditRow(
    string Id, AccountId Account, string Source, string Reason, Actor Actor, string? ActorName, string AccountName, IReadOnlyList<string> Tree, JsonObject Change, DateTimeOffset Created);

/// <summary>The log of who changed what accounts are billed by. Written in the transaction of the change.</summary>
public static class ServicesAuditTable
{
    internal const string Columns = "id, account, source, reason, actor, document, created";

    private const string Insert = $"INSERT INTO services_audit ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    /// <summary>Writes entries.</summary>
    public static async Task WriteAsync(DbSession session, AccountId account, AuditContext by, IEnumerable<AuditEntry> entries, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var entry in entries)
        {
            var document = new JsonObject { ["account_name"] = by.AccountName };
            if (by.ActorName is { } name) document["actor_name"] = name;
            document["tree"] = new JsonArray([.. by.Tree.Select(above => (JsonNode)above.ToString())]);
            document["change"] = entry.Change.DeepClone();
            await session.Hot(
                Insert, BillingBook.NewId(), account.ToString(), entry.Source, entry.Reason, by.Actor.ToString(), DocumentText.From(document).ToString(), now.ToUnixTimeMilliseconds())
                .ExecuteNonQueryAsync(ct);
        }
    }

    internal static AuditRow Read(System.Data.Common.DbDataReader row)
    {
        var document = DocumentText.FromStorage(row.GetString(5)).ToObject();
        return new AuditRow(
            row.GetString(0), AccountId.FromStorage(row.GetString(1)), row.GetString(2), row.GetString(3), Actor.FromStorage(row.GetString(4)),
            (string?)document["actor_name"], (string?)document["account_name"] ?? "",
            [.. (document["tree"] as JsonArray ?? []).Select(above => above!.ToString())], // we write texts only
            document["change"]?.DeepClone() as JsonObject ?? [], DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));
    }
}
