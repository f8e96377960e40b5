using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Normalization;

namespace Ocarina.Manager.Billing;

/// <summary>The tree and the rules as they are now, as money sees them.</summary>
/// <param name="tree">The accounts.</param>
/// <param name="rules">The rules of the whole system: an account's own converters do not change what a number costs.</param>
/// <param name="countsByCarrier">True under the older profile of billing.</param>
public sealed class BillingScope(IAccountTree tree, INumberRules rules, bool countsByCarrier = false) : IBillingScope
{
    private readonly ClassMemory _classes = ClassMemory.Of(rules);

    /// <inheritdoc/>
    public bool CountsByCarrier => countsByCarrier;

    /// <inheritdoc/>
    public IReadOnlyList<AccountId> PayersOf(AccountId owner) =>
        owner == tree.Master ? [] : [owner, .. (tree.Find(owner)?.Ancestors ?? []).Where(account => account != tree.Master).Reverse()];

    /// <inheritdoc/>
    public string? ClassOf(PhoneNumber number) => number.IsEmpty ? null : _classes.Classify(number, rules);
}
