using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Errors;
using Ocarina.Manager.Billing;
using Ocarina.Storage.Billing;

namespace Ocarina.Server.Crossbar.Services;

/// <summary>A bill on the wire (`http-api.md` 6.2, <c>summary</c>).</summary>
internal static class BillDocument
{
    public static JsonObject Render(Bill bill, AccountNode account, IAccountTree tree, DateTimeOffset now)
    {
        var isGood = bill.Books.Credit >= 0 || bill.Invoices.All(invoice => invoice.BookkeeperType != BillingRun.Ledger);
        return new JsonObject
        {
            ["plans"] = bill.Services.Document["plans"]?.DeepClone() ?? new JsonObject(),
            ["overrides"] = bill.Services.Overrides.DeepClone(),
            ["invoices"] = new JsonArray([.. bill.Invoices.Select(invoice => (JsonNode)InvoiceJson.Write(invoice))]),
            ["quantities"] = new JsonObject
            {
                ["account"] = Render(bill.Books.Usage.Own),
                ["cascade"] = Render(bill.Books.Usage.Cascade),
                ["manual"] = Render(bill.Books.Manual),
            },
            ["reseller"] = new JsonObject { ["id"] = tree.ResellerOf(account.Id).ToString(), ["is_reseller"] = account.IsReseller },
            ["limits"] = bill.Services.Document["limits"]?.DeepClone() ?? new JsonObject(),
            ["applications"] = new JsonObject(),
            ["ratedeck"] = new JsonObject(),
            ["billing_cycle"] = new JsonObject { ["next"] = ChargeRow.MonthOf(now).AddMonths(1).ToGregorianSeconds(), ["period"] = 1, ["unit"] = "month" },
            ["balance"] = Money.Node(bill.Balance),
            ["held"] = Money.Node(bill.Held),
            ["status"] = new JsonObject { ["acceptable"] = isGood, ["reason"] = isGood ? "good_standing" : NumberErrors.NotEnoughCredit(account.Id, "").Error },
        };
    }

    private static JsonObject Render(Quantities quantities)
    {
        var json = new JsonObject();
        foreach (var (item, count) in quantities.Items)
        {
            if (json[item.Category] is not JsonObject category) json[item.Category] = category = [];
            category[item.Item] = count;
        }

        return json;
    }
}
