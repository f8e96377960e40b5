using System.Collections.Immutable;
using System.Globalization;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Storage.Orders;

namespace Ocarina.Storage.Billing;

/// <summary>Purchases of one transaction with their prices: each by itself, in the order given, for the rise over those before it (numbers.md 13.4).</summary>
internal sealed class BilledIntents
{
    private readonly Dictionary<OrderKey, ChangePrice> _prices = [];

    private BilledIntents() { }

    /// <summary>Locks the payers and prices the purchases.</summary>
    /// <exception cref="AcceptanceNeededException">Something billable would be added, and nobody agreed to pay.</exception>
    internal static async Task<BilledIntents> PriceAsync(DbSession session, IReadOnlyList<OrderIntent> intents, BillingTerms? terms, CancellationToken ct)
    {
        var billed = new BilledIntents();
        if (terms is null) return billed;
        var owners = intents.Select(intent => intent.After?.Account).OfType<AccountId>();
        if (await BillingBook.OpenAsync(session, terms.Scope, owners, terms.Now, charges: true, null, ct) is not { } run) return billed;

        foreach (var intent in intents) billed._prices[intent.Row.Id] = run.Add(intent.Before, intent.After, terms.IsEnforced);
        if (!terms.IsAccepted && run.Invoices() is var invoices && invoices.Any(invoice => invoice.NeedsAcceptance && intents.Any(intent => intent.After?.Account == invoice.Payer))) throw new AcceptanceNeededException(invoices);
        return billed;
    }

    internal NumberError? RefusalOf(OrderIntent intent) => _prices.GetValueOrDefault(intent.Row.Id)?.Refusal;

    /// <summary>The order of a purchase, with what people and its settlement have to know of its price.</summary>
    internal OrderRow Noted(OrderIntent intent) => intent.Row with { CreditHeld = HeldFor(intent), Data = intent.Row.Data with { IsPriced = _prices.ContainsKey(intent.Row.Id) } };

    /// <summary>What is held of the buyer's own credit, for people; none when nothing is.</summary>
    internal string? HeldFor(OrderIntent intent) =>
        LinesOf(intent).Where(line => line.Payer == intent.Row.Account && line.Bookkeeper == BillingRun.Ledger).Sum(line => line.Amount) is > 0 and var amount
            ? amount.ToString(CultureInfo.InvariantCulture)
            : null;

    internal ImmutableArray<ChargeLine> LinesOf(OrderIntent intent) => _prices.GetValueOrDefault(intent.Row.Id)?.Lines ?? [];
}
