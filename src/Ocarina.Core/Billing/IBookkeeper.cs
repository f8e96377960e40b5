namespace Ocarina.Core.Billing;

/// <summary>A billing system outside, which is asked before somebody buys (numbers.md 13.4, 13.7).</summary>
public interface IBookkeeper
{
    /// <summary>Asks whether a payer may take what a change adds. Never called inside a transaction.</summary>
    /// <param name="account">Who asks for the change.</param>
    /// <param name="invoices">The payers' invoices after it, those of plans whose bookkeeper is outside.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>Why he may not: the bookkeeper's own words, or <see cref="Fault"/>; none when he may.</returns>
    Task<string?> RefusalAsync(AccountId account, IReadOnlyList<Invoice> invoices, CancellationToken ct);

    /// <summary>What is said when the bookkeeper has not answered as it should: then nobody may.</summary>
    const string Fault = "bookkeeper_fault";
}
