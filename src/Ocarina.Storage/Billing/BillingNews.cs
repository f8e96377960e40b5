using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Telling;
using Ocarina.Storage.Outbox;

namespace Ocarina.Storage.Billing;

/// <summary>Tells of charges in the transaction that writes them: a bookkeeper outside what to book, webhooks that somebody has more services now (numbers.md 13.7).</summary>
internal static class BillingNews
{
    /// <summary>Tells of the rows of one cause: one message to each payer's bookkeeper, with the cause as its key.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="cause">What caused them.</param>
    /// <param name="written">The rows that were really written; a cause that was charged before tells nothing.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends the waiting.</param>
    internal static async Task TellAsync(DbSession session, string cause, IReadOnlyList<ChargeRow> written, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var rows in written.GroupBy(row => row.Line.Payer))
        {
            var outside = rows.Where(row => row.Line.Bookkeeper == BillingRun.Outside).ToList();
            if (outside.Count > 0) await WriteAsync(MessageKinds.Charge, Charge(cause, rows.Key, outside));
            var raised = rows.Where(row => row is { Number: not null, Line: { Kind: ChargeKind.Recurring, Quantity: > 0 } }).ToList();
            if (raised.Count > 0) await WriteAsync(MessageKinds.ServiceAdded, new JsonObject { ["audit_log"] = Charge(cause, rows.Key, raised), ["timestamp"] = now.ToGregorianSeconds() });

            Task WriteAsync(string kind, JsonObject payload) => OutboxTable.InsertAsync(session, new Message(kind, rows.Key, default, DocumentText.From(payload)), now, ct);
        }
    }

    private static JsonObject Charge(string cause, AccountId payer, IReadOnlyList<ChargeRow> rows)
    {
        var json = new JsonObject { ["cause"] = cause, ["payer"] = payer.ToString(), ["period"] = rows[0].Period.ToString("yyyy-MM", CultureInfo.InvariantCulture) };
        if (rows[0].Account is { } account) json["account_id"] = account.ToString();
        if (rows[0].Number is { } number) json["number"] = number.ToString();
        json["amount"] = Money.Node(rows.Sum(row => row.Line.Amount));
        json["charges"] = new JsonArray([.. rows.Select(row => (JsonNode)row.Shown())]);
        return json;
    }
}
