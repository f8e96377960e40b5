using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;

namespace Ocarina.Storage.Billing;

/// <summary>Changes of one transaction with their prices: who may be made, and what each charges once it is written.</summary>
internal sealed class BilledChanges
{
    private readonly BillingRun? _run;
    private readonly BillingTerms? _terms;
    private readonly Dictionary<NumberChange, ImmutableArray<ChargeLine>> _lines = new(ReferenceEqualityComparer.Instance);

    // They agree to what they pay themselves.
    private readonly HashSet<AccountId> _owners = [];

    private BilledChanges(BillingRun? run, BillingTerms? terms) => (_run, _terms) = (run, terms);

    /// <summary>Locks the payers and counts what they have. First of all in a transaction.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="terms">On what terms; none where nothing is billed.</param>
    /// <param name="owners">Owners before and after.</param>
    /// <param name="except">Key of the order that is being settled.</param>
    /// <param name="ct">Ends the waiting.</param>
    internal static async Task<BilledChanges> OpenAsync(DbSession session, BillingTerms? terms, IEnumerable<AccountId?> owners, string? except, CancellationToken ct) =>
        new(terms is null ? null : await BillingBook.OpenAsync(session, terms.Scope, owners.OfType<AccountId>(), terms.Now, charges: true, except, ct), terms);

    /// <summary>Owners of those changes that count for other units than before: the rest costs nothing, and nobody is locked for it.</summary>
    internal static IEnumerable<AccountId?> OwnersOf(IEnumerable<NumberChange> changes, BillingTerms? terms) => terms is null ? [] : OwnersOf(changes.Where(change =>
        change.Before?.Account != change.After?.Account
        || !NumberUnits.Of(change.Before, terms.Scope).Items.SequenceEqual(NumberUnits.Of(change.After, terms.Scope).Items)));

    /// <summary>Owners before and after.</summary>
    internal static IEnumerable<AccountId?> OwnersOf(IEnumerable<NumberChange> changes) => changes.SelectMany(change => (AccountId?[])[change.Before?.Account, change.After?.Account]);

    /// <summary>Prices one more change.</summary>
    /// <returns>Why it may not be made; none when it may.</returns>
    internal NumberError? Refusal(NumberChange change)
    {
        if (_run is null || _terms is null) return null;
        if (change.After?.Account is { } owner) _owners.Add(owner);
        var price = _run.Add(change.Before, change.After, _terms.IsEnforced && !_terms.IsOpening);
        if (price.Refusal is null)
            _lines[change] = _terms.IsOpening ? Opened(price.Lines) : price.Lines;
        return price.Refusal;
    }

    /// <summary>What a change costs by now, to be charged whatever credit there is.</summary>
    internal ImmutableArray<ChargeLine> Arriving(NumberChange change) => _run is null ? [] : _run.Add(change.Before, change.After, isEnforced: false).Lines;

    /// <summary>What a change is written down as that nobody pays for in this month.</summary>
    internal ImmutableArray<ChargeLine> Opening(NumberChange change) => _run is null ? [] : Opened(_run.Add(change.Before, change.After, isEnforced: false).Lines);

    private static ImmutableArray<ChargeLine> Opened(ImmutableArray<ChargeLine> lines) =>
        [.. lines.Where(line => line.Kind == ChargeKind.Recurring).Select(line => line with { Amount = 0 })];

    /// <summary>To be called when all are priced and before any is written.</summary>
    /// <exception cref="AcceptanceNeededException">Something billable would be added, and nobody agreed to pay.</exception>
    internal void MustBeAccepted()
    {
        if (_run is null || _terms is null or { IsAccepted: true } or { IsOpening: true }) return;
        var invoices = _run.Invoices();
        if (invoices.Any(invoice => invoice.NeedsAcceptance && _owners.Contains(invoice.Payer))) throw new AcceptanceNeededException(invoices);
    }

    /// <summary>What a priced change charges.</summary>
    internal ImmutableArray<ChargeLine> LinesOf(NumberChange change) => _lines.GetValueOrDefault(change, []);

    /// <summary>Writes down what a change without an order charges.</summary>
    internal Task ChargeAsync(DbSession session, NumberChange change, NumberRecord written, DateTimeOffset now, CancellationToken ct) =>
        LinesOf(change) is { IsEmpty: false } lines
            ? BillingBook.ChargeAsync(session, BillingBook.CauseOf(written), lines, change.After?.Account ?? change.Before?.Account, written.Number, now, ct)
            : Task.CompletedTask;
}
