using System.Text.Json.Nodes;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Manager.Operations;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>The price instead of the deed: 402 with the quote (`http-api.md` 2.7), or 200 for whoever only asked (<c>dry_run</c>).</summary>
internal static class ChargeReplies
{
    private const string Reason = "number_assignment";

    /// <summary>True when a call was not carried out because of its price, or was only to be priced and nothing of it failed.</summary>
    public static bool IsToldThePrice(CrossbarRequest request, IReadOnlyList<NumberResult> results) =>
        request.Consent is { } consent
        && ((consent.Quote is not null && results.Any(IsUnaccepted)) || (consent is { IsDryRun: true, Quote: not null } && !results.Any(result => result is NumberResult.Failed)));

    /// <summary>The invoices; numbers that could not be had at any price stand beside them, under <c>errors</c>.</summary>
    public static IResult Told(CrossbarRequest request, IReadOnlyList<NumberResult> results, NumberDesk desk)
    {
        // What those above pay is their business (its lines are charged all the same).
        IReadOnlyList<Invoice> quote = [.. (request.Consent.Quote ?? []).Where(invoice => desk.Tree.IsAdmin(request.Actor) || (request.Actor.Account is { } viewer && desk.Tree.IsAbove(viewer, invoice.Payer)))];
        JsonNode invoices = desk.QuotesAsOldClientsExpect ? InvoiceJson.WriteOld(quote) : InvoiceJson.Write(quote, Reason);
        var failures = new JsonObject();
        foreach (var failed in results.OfType<NumberResult.Failed>().Where(failed => !IsUnaccepted(failed))) failures[failed.Key] = CrossbarResults.ToJson(failed.Error);
        var beside = failures.Count > 0 ? new JsonObject { ["errors"] = failures } : null;
        return request.Consent.IsDryRun ? CrossbarResults.Quoted(invoices, beside) : CrossbarResults.AcceptCharges(invoices, beside);
    }

    private static bool IsUnaccepted(NumberResult result) => result is NumberResult.Failed { Error.IsNotAccepted: true };
}
