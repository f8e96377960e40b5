using Ocarina.Core;

namespace Ocarina.Manager.Identity;

/// <summary>What must happen to an account's numbers before the account goes.</summary>
public interface IAccountDeletion
{
    /// <summary>Releases all numbers the account owns. Called while the account still lives; repeated when it got numbers meanwhile.</summary>
    Task ReleaseNumbersAsync(AccountId account, Actor actor, CancellationToken ct);
}
