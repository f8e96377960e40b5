using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>On what terms changes of numbers are made that may cost something.</summary>
/// <param name="Scope">Who pays, and what a number counts as.</param>
/// <param name="Now">The moment of the change: the month it is charged in.</param>
public sealed record BillingTerms(IBillingScope Scope, DateTimeOffset Now)
{
    /// <summary>False when nobody has agreed to pay: then a change that adds something billable ends in <see cref="AcceptanceNeededException"/>, and nothing is written.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>False where credit does not matter: an operator's own hand.</summary>
    public bool IsEnforced { get; init; } = true;

    /// <summary>True where what comes was paid for elsewhere before, as at an import: it is written down with amount 0, and costs from the next month on.</summary>
    public bool IsOpening { get; init; }
}

/// <summary>Something billable would have been added, and nobody has agreed to pay. Nothing was written.</summary>
public sealed class AcceptanceNeededException(IReadOnlyList<Invoice> invoices) : Exception("The charges were not accepted.")
{
    /// <summary>What it would cost.</summary>
    public IReadOnlyList<Invoice> Invoices { get; } = invoices;
}
