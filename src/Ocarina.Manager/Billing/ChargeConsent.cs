using Ocarina.Core.Billing;
using Ocarina.Core.Errors;

namespace Ocarina.Manager.Billing;

/// <summary>Whether a caller agrees to pay, and what he was told instead when he did not (numbers.md 7.12). One for each call.</summary>
/// <param name="isAccepted">True when he agrees to whatever it costs.</param>
/// <param name="isDryRun">True when he only asks what it would cost: nothing is done, whatever the answer.</param>
public sealed class ChargeConsent(bool isAccepted, bool isDryRun = false)
{
    /// <summary>True when the caller pays whatever it costs.</summary>
    public bool IsAccepted => isAccepted;

    /// <summary>True when nothing is to be done.</summary>
    public bool IsDryRun => isDryRun;

    /// <summary>True where what comes was paid for elsewhere before.</summary>
    internal bool IsOpening { get; init; }

    /// <summary>Why a bookkeeper outside lets nobody pay for it; none when he does, or there is none. Nothing was done then.</summary>
    public string? Refusal { get; internal set; }

    /// <summary>The error of a number that was left alone because of its price.</summary>
    internal NumberError ErrorOf(string key) => Refusal is { } reason ? NumberErrors.ServiceRestriction(key, reason) : NumberErrors.AcceptCharges(key);

    /// <summary>What it would cost. Set when nothing was done because of it; the results of the numbers then say <c>accept charges</c>.</summary>
    public IReadOnlyList<Invoice>? Quote { get; internal set; }
}
