using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Demo;

/// <summary>Accounts and stock to try the product on, made by the same operations that users call.</summary>
/// <remarks>All numbers are of ranges that regulators keep for fiction (NANPA 555-0100 to 555-0199, Ofcom 020 7946 0xxx): nobody is ever called.</remarks>
public sealed class DemoData(
    AccountsOperation accounts, ImportOperation import, ActivateOperation activate, ReserveOperation reserve, UpdateOperation update, ReleaseOperation release,
    ServicesOperation services)
{
    private static readonly string[] AreaCodes = ["303", "312", "404", "415", "503", "512", "617", "628", "702"];
    private static readonly string[] TollfreeCodes = ["800", "833", "844", "855", "866", "877", "888"];

    /// <summary>Makes the demo in an installation that has nothing but its master account.</summary>
    /// <param name="master">The master account, which acts.</param>
    /// <param name="ct">Stops; what was made stays.</param>
    /// <returns>How many numbers there are for sale.</returns>
    public async Task<int> MakeAsync(AccountId master, CancellationToken ct)
    {
        var actor = Actor.Of(master);
        var reseller = await CreateAsync(actor, master, "Demo Reseller", ct);
        await accounts.SetResellerAsync(actor, reseller, isReseller: true, ct);
        var bakery = await CreateAsync(actor, reseller, "Demo Bakery", ct);
        var clinic = await CreateAsync(actor, reseller, "Demo Clinic", ct);

        var imported = 0;
        using var stock = new StringReader(Stock(reseller));
        await foreach (var row in import.RunAsync(actor, master, stock, ct))
            if (row.Result == ImportResult.Created) imported++;

        await activate.RunAsync(actor, bakery, ["+14155550110", "+14155550111", "+14155550112"], null, ct);
        await update.RunAsync(actor, bakery, ["+14155550110"], Fields(), merge: true, null, ct);
        await release.RunAsync(actor, bakery, ["+14155550112"], hard: false, "demo: a number in quarantine", null, ct);
        await activate.RunAsync(actor, clinic, ["+442079460010"], null, ct);
        await reserve.RunAsync(actor, reseller, ["+18005550100"], null, ct);
        await SellAsync(actor, reseller, clinic, ct);
        return imported;
    }

    // The clinic alone is billed, so that everything else costs nothing.
    private async Task SellAsync(Actor actor, AccountId vendor, AccountId customer, CancellationToken ct)
    {
        var plan = new PlanDocument("demo_retail", vendor, Plan());
        await services.SavePlanAsync(actor, plan, ct);
        await services.ChangeAsync(actor, customer, [plan.Id], [], null, ct);
        await services.TopUpAsync(actor, customer, 20, ct);
    }

    private static JsonObject Plan() => new()
    {
        ["name"] = "Retail",
        ["plan"] = new JsonObject
        {
            [ChargeCategories.PhoneNumbers] = new JsonObject
            {
                ["did_us"] = new JsonObject { ["name"] = "US number", ["rate"] = 1.5m, ["activation_charge"] = 2.5m },
                ["tollfree_us"] = new JsonObject { ["name"] = "US toll-free number", ["rate"] = 3m },
            },
            [ChargeCategories.NumberServices] = new JsonObject { ["e911"] = new JsonObject { ["name"] = "E911", ["rate"] = 1m } },
        },
        ["bookkeeper"] = new JsonObject { ["type"] = BillingRun.Ledger },
    };

    private static JsonObject Fields() => new()
    {
        ["prepend"] = new JsonObject { ["enabled"] = true, ["name"] = "Orders: " },
        ["note"] = "the number on the shop window",
    };

    private async Task<AccountId> CreateAsync(Actor actor, AccountId parent, string name, CancellationToken ct) =>
        await accounts.CreateAsync(actor, parent, new JsonObject { ["name"] = name }, ct) is AccountOutcome.Done made
            ? made.Account.Node.Id
            : throw new InvalidOperationException($"The demo account '{name}' could not be made.");

    private static string Stock(AccountId reseller)
    {
        var csv = new StringBuilder("e164,state,carrier_module,account_id\n");
        foreach (var code in AreaCodes.Concat(TollfreeCodes))
            for (var line = 100; line < 200; line++) Add($"+1{code}5550{line}", "inventory");
        for (var line = 0; line < 1000; line++) Add(string.Create(CultureInfo.InvariantCulture, $"+442079460{line:000}"), "inventory");
        for (var line = 100; line < 120; line++) csv.Append(CultureInfo.InvariantCulture, $"+17205550{line},available,managed,{reseller}\n");
        return csv.ToString();

        void Add(string number, string carrier) => csv.Append(CultureInfo.InvariantCulture, $"{number},available,{carrier},\n");
    }
}
