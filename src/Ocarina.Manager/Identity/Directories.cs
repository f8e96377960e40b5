using Ocarina.Manager.Billing;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Identity;

/// <summary>All that a process keeps in memory about accounts, credentials, configuration and plans, refreshed together.</summary>
public sealed class Directories(AccountDirectory accounts, CredentialDirectory credentials, ConfigDirectory configuration, PlanDirectory plans)
{
    /// <summary>The tree of accounts.</summary>
    public AccountDirectory Accounts { get; } = accounts;

    /// <summary>What tokens depend on.</summary>
    public CredentialDirectory Credentials { get; } = credentials;

    /// <summary>Configuration and number rules.</summary>
    public ConfigDirectory Configuration { get; } = configuration;

    /// <summary>Who is billed by which plan.</summary>
    public PlanDirectory Plans { get; } = plans;

    /// <summary>Obeys all writes that were committed before the call. A writer calls it before it answers.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await Credentials.RefreshAsync(ct);
        await Plans.RefreshAsync(ct);
        await Configuration.RefreshAsync(ct); // the accounts go with it
    }
}
