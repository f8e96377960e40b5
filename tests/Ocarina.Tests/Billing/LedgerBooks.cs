using System.Text.Json.Nodes;
using Ocarina.Core.Billing;
using Ocarina.Storage.Billing;
using Ocarina.Tests.Orders;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Has Alice of a laboratory of orders billed by a plan of the master account's, through a ledger.</summary>
internal static class LedgerBooks
{
    internal static async Task<BillingDatabase> OpenAsync(OrderLab lab, string prices, decimal credit)
    {
        var billing = new BillingDatabase(lab.Host.Db.Database, lab.Host.Clock);
        var vendor = lab.Host.Admin.Account!.Value;
        var plan = new PlanDocument("retail", vendor, JsonNode.Parse($$$"""{"name":"Retail","plan":{{{prices}}},"bookkeeper":{"type":"ledger"}}""")!.AsObject());
        var by = AuditContext.Of(lab.One.Desk.Tree, lab.Host.Admin, lab.Alice);
        Assert.True(await billing.SavePlanAsync(plan, by, OrderLab.Ct));
        await billing.ChangeServicesAsync(
            lab.Alice, document => document["plans"] = new JsonObject { [plan.Id] = new JsonObject() }, lab.One.Desk.BillingScope, by, OrderLab.Ct);
        await billing.TopUpAsync(lab.Alice, vendor, credit, by, OrderLab.Ct);
        return billing;
    }

    /// <summary>What she is charged for is what she has.</summary>
    internal static async Task MustBalanceAsync(this BillingDatabase billing, OrderLab lab) =>
        Assert.Empty(await billing.CompareAsync(lab.Alice, lab.One.Desk.BillingScope, OrderLab.Ct));

    /// <summary>What she paid in and has neither spent nor held.</summary>
    internal static async Task<decimal> LeftAsync(this BillingDatabase billing, OrderLab lab)
    {
        var (balance, held) = await billing.BalanceAsync(lab.Alice, OrderLab.Ct);
        return balance - held;
    }
}
