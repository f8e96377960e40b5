using System.Collections.Immutable;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Billing;

/// <summary>What money has to know of accounts and numbers.</summary>
public interface IBillingScope
{
    /// <summary>The accounts that may be billed for a number of an owner: himself first, then all above him but the master account (numbers.md 13.2).</summary>
    IReadOnlyList<AccountId> PayersOf(AccountId owner);

    /// <summary>Name of a number's class; none for one without a class.</summary>
    string? ClassOf(PhoneNumber number);

    /// <summary>True when numbers of a carrier are counted as the carrier says (API profile <c>wnm</c>), instead of all that are not <c>local</c> (numbers.md 13.1).</summary>
    bool CountsByCarrier => false;
}

/// <summary>One payer as he stands before a run.</summary>
/// <param name="Account">The account.</param>
/// <param name="Plans">What it is billed by.</param>
/// <param name="Usage">What it has, counted; what is being bought counts as there.</param>
/// <param name="Manual">Quantities set by hand, which win.</param>
/// <param name="Credit">What may still be spent: balance less open holds, plus what may be owed.</param>
public sealed record PayerBooks(AccountId Account, IReadOnlyList<AccountPlan> Plans, AccountUsage Usage, Quantities Manual, decimal Credit);

/// <summary>The price of one change.</summary>
/// <param name="Refusal">Why it may not be made; none when it may.</param>
/// <param name="Lines">What it charges.</param>
public sealed record ChangePrice(NumberError? Refusal, ImmutableArray<ChargeLine> Lines)
{
    /// <summary>Costs nothing, changes nothing.</summary>
    public static ChangePrice Free { get; } = new(null, []);
}

/// <summary>Prices changes of numbers, one after the other, each on top of those before it: what is quoted, held and charged comes from here (numbers.md 13.2, 13.4). Pure; not safe to share.</summary>
/// <param name="payers">All accounts that may have to pay and are billed by a plan.</param>
/// <param name="scope">Accounts and classes.</param>
public sealed class BillingRun(IEnumerable<PayerBooks> payers, IBillingScope scope)
{
    /// <summary>Type of the bookkeeper that looks at the ledger kept here.</summary>
    public const string Ledger = "ledger";

    /// <summary>Type of the bookkeeper that is a system outside.</summary>
    public const string Outside = "webhook";

    private readonly Dictionary<AccountId, State> _payers = payers.ToDictionary(payer => payer.Account, payer => new State(payer));

    /// <summary>Prices one change.</summary>
    /// <param name="before">The number as it is; none when it is unknown.</param>
    /// <param name="after">The number as it will be; none when it is erased.</param>
    /// <param name="isEnforced">False where credit does not matter, such as a removal or an import.</param>
    /// <returns>A refused change counts for nothing in those after it.</returns>
    public ChangePrice Add(NumberRecord? before, NumberRecord? after, bool isEnforced = true)
    {
        if (_payers.Count == 0) return ChangePrice.Free;
        var steps = Steps(before, after);
        if (steps.Count == 0) return ChangePrice.Free;

        var lines = ImmutableArray.CreateBuilder<ChargeLine>();
        foreach (var (payer, usage) in steps)
        {
            var invoices = payer.Price(payer.Usage, usage);
            var amount = 0m;
            foreach (var line in invoices.SelectMany(ChargeLine.Of))
            {
                lines.Add(line);
                if (line.Bookkeeper == Ledger) amount += line.Amount;
            }

            // What costs nothing is never refused: who is in debt may give up what he has.
            if (isEnforced && amount > 0 && amount > payer.Credit) return new ChangePrice(Refusal(payer.Books.Account, after, amount, payer.Credit), []);
        }

        foreach (var (payer, usage) in steps)
        {
            payer.Usage = usage;
            payer.Credit -= lines.Where(line => line.Payer == payer.Books.Account && line.Bookkeeper == Ledger).Sum(line => line.Amount);
        }

        return new ChangePrice(null, lines.ToImmutable());
    }

    /// <summary>The invoices of all payers for everything that was added so far; the nearest payer first.</summary>
    public IReadOnlyList<Invoice> Invoices() =>
        [.. AllInvoices().Where(invoice => invoice.IsChanged)];

    /// <summary>The invoices of all payers, changed or not.</summary>
    public IReadOnlyList<Invoice> AllInvoices() => [.. _payers.Values.SelectMany(payer => payer.Price(payer.Books.Usage, payer.Usage))];

    // How much is left to those above is no business of the buyer's.
    private static NumberError Refusal(AccountId payer, NumberRecord? after, decimal amount, decimal credit) => after?.Account is { } owner && owner != payer
        ? NumberErrors.ServiceRestriction(after.Number.ToString(), "the credit of the reseller does not reach")
        : NumberErrors.NotEnoughCredit(payer, $"{amount} needed, {credit} left");

    private List<(State Payer, AccountUsage After)> Steps(NumberRecord? before, NumberRecord? after)
    {
        var (was, will) = (NumberUnits.Of(before, scope), NumberUnits.Of(after, scope));
        Dictionary<AccountId, AccountUsage> added = [];
        Count(before?.Account, Quantities.None.Minus(was));
        Count(after?.Account, will);
        return [.. _payers.Values
            .Where(payer => added.TryGetValue(payer.Books.Account, out var some) && (some.Own.Items.Any() || some.Cascade.Items.Any()))
            .Select(payer => (payer, payer.UsageWith(added[payer.Books.Account])))];

        void Count(AccountId? owner, Quantities units)
        {
            if (owner is not { } account || !units.Items.Any()) return;
            foreach (var payer in scope.PayersOf(account))
            {
                var known = added.GetValueOrDefault(payer, AccountUsage.None);
                added[payer] = payer == account ? known with { Own = known.Own.Plus(units) } : known with { Cascade = known.Cascade.Plus(units) };
            }
        }
    }

    private sealed class State(PayerBooks books)
    {
        private readonly bool _owesOnceBegun = books.Plans.Any(plan => plan.Plan.OwesOnceBegun);

        public PayerBooks Books => books;

        public AccountUsage Usage { get; set; } = books.Usage;

        public decimal Credit { get; set; } = books.Credit;

        public AccountUsage UsageWith(AccountUsage added) => new(Usage.Own.Plus(added.Own).Floored(), Usage.Cascade.Plus(added.Cascade).Floored())
        {
            Begun = _owesOnceBegun ? Usage.Begun.Union(Usage.Own.Items.Concat(Usage.Cascade.Items).Select(unit => unit.Key)) : Usage.Begun,
        };

        public IReadOnlyList<Invoice> Price(AccountUsage before, AccountUsage after) =>
            InvoiceMaker.Make(books.Account, books.Plans, ByHand(before), ByHand(after));

        private AccountUsage ByHand(AccountUsage counted) => counted with { Own = counted.Own.With(books.Manual) };
    }
}
