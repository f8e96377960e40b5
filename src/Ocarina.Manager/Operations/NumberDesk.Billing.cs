using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Features;
using Ocarina.Manager.Billing;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Operations;

/// <content>Money: what a plan costs, and whether it may be carried out (docs/decisions/0013-money.md).</content>
public sealed partial class NumberDesk
{
    /// <summary>Who pays for what, as it is now.</summary>
    internal BillingScope BillingScope => new(directories.Accounts, directories.Configuration.RulesFor(null), QuotesAsOldClientsExpect);

    /// <summary>The terms that go with a call; none where nothing is billed at all (`billing`, <c>back_end</c>).</summary>
    /// <param name="consent">Whether the caller agrees to pay; none where the operator acts himself, and credit does not matter.</param>
    internal BillingTerms? TermsOf(ChargeConsent? consent) => IsBilling
        ? new BillingTerms(BillingScope, Now) { IsAccepted = consent?.IsAccepted ?? true, IsEnforced = consent is not null, IsOpening = consent?.IsOpening ?? false }
        : null;

    /// <summary>Fields as an actor may write them: what is billed by hand stays as it is stored, unless he sells to the owner.</summary>
    /// <param name="actor">Who writes.</param>
    /// <param name="owner">Who has the number, or will have it; none for nobody.</param>
    /// <param name="fields">What he writes.</param>
    /// <param name="before">The stored number; none when it is new.</param>
    internal JsonObject Writable(Actor actor, AccountId? owner, JsonObject fields, NumberRecord? before) =>
        (owner is { } account ? Tree.MaySell(actor, account) : Tree.IsAdmin(actor)) ? fields : PublicFields.KeepBilling(fields, before?.PublicFields ?? default);

    private bool IsBilling => directories.Configuration.TextOf("billing", "back_end") != "none";

    /// <summary>Runs something that writes; when the price rose between the quote and the write, nothing is done and the caller is told it.</summary>
    /// <param name="consent">Whether he agrees to pay; none where nobody is asked.</param>
    /// <param name="run">What is done.</param>
    /// <param name="keys">The keys of the results that there are then.</param>
    internal static async Task<IReadOnlyList<NumberResult>> ConsentedAsync(ChargeConsent? consent, Func<Task<IReadOnlyList<NumberResult>>> run, Func<IEnumerable<string>> keys)
    {
        try
        {
            return await run();
        }
        catch (AcceptanceNeededException e) when (consent is not null)
        {
            consent.Quote = e.Invoices;
            return [.. keys().Select(key => new NumberResult.Failed(key, consent.ErrorOf(key)))];
        }
    }

    private static (NumberRecord? Before, NumberRecord? After) PriceOf(NumberPlan plan) => plan switch
    {
        NumberPlan.Write write => (write.Change.Before, write.Priced),
        NumberPlan.Buy purchase => (purchase.Before, purchase.Priced),
        NumberPlan.Arrange arrange => (arrange.Before, arrange.Priced),
        _ => (null, null),
    };

    /// <summary>Asks for the price when the caller has to be told it, and a bookkeeper outside when he agreed to it; true when nothing may be done.</summary>
    internal async Task<bool> IsToldThePriceAsync(ChargeConsent consent, IReadOnlyList<(NumberRecord? Before, NumberRecord? After)> changes, CancellationToken ct)
    {
        if (consent.IsOpening) return false;
        if (consent is { IsAccepted: true, IsDryRun: false }) return await IsRefusedOutsideAsync(consent, changes, ct);
        var quote = TermsOf(consent) is { } terms ? await _billing.QuoteAsync(changes, terms.Scope, ct) : [];
        // The buyer agrees to what he and those below him pay; what his reseller pays for it was agreed on between others.
        if (!consent.IsDryRun && !quote.Any(invoice => invoice.NeedsAcceptance && changes.Any(change => change.After?.Account == invoice.Payer))) return false;
        consent.Quote = quote;
        return true;
    }

    /// <summary>True when somebody who pays for an account's numbers is billed by a plan whose bookkeeper is outside.</summary>
    internal async Task<bool> IsBookedOutsideAsync(AccountId owner, CancellationToken ct) =>
        TermsOf(null) is { } terms && await _billing.IsKeptByAsync(BillingRun.Outside, [owner], terms.Scope, ct);

    private async Task<bool> IsRefusedOutsideAsync(ChargeConsent consent, IReadOnlyList<(NumberRecord? Before, NumberRecord? After)> changes, CancellationToken ct)
    {
        var owners = changes.Select(change => change.After?.Account).OfType<AccountId>().Distinct().ToList();
        if (owners.Count == 0 || TermsOf(consent) is not { } terms || !await _billing.IsKeptByAsync(BillingRun.Outside, owners, terms.Scope, ct)) return false;
        var added = (await _billing.QuoteAsync(changes, terms.Scope, ct)).Where(invoice => invoice.NeedsAcceptance && invoice.BookkeeperType == BillingRun.Outside).ToList();
        if (added.Count == 0) return false;
        consent.Refusal = bookkeeper is null ? IBookkeeper.Fault : await bookkeeper.RefusalAsync(owners[0], added, ct);
        return consent.Refusal is not null;
    }
}
