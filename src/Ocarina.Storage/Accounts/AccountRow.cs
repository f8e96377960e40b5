namespace Ocarina.Storage.Accounts;

/// <summary>A row of <c>accounts</c>. Times are Unix milliseconds UTC.</summary>
public sealed record AccountRow
{
    /// <summary>The account.</summary>
    public required string Id { get; init; }

    /// <summary>The account above it; none for the master account.</summary>
    public string? ParentId { get; init; }

    /// <summary>Ids from the master account down to this one, each between slashes: <c>/master/child/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The name people know it by.</summary>
    public required string Name { get; init; }

    /// <summary>The name as it is compared: lower case, letters and digits only.</summary>
    public required string NameKey { get; init; }

    /// <summary>SIP realm, lower case.</summary>
    public required string Realm { get; init; }

    /// <summary>Sells to the accounts below it.</summary>
    public bool IsReseller { get; init; }

    /// <summary>Acts on everything.</summary>
    public bool SuperduperAdmin { get; init; }

    /// <summary>May create numbers.</summary>
    public bool AllowAdditions { get; init; }

    /// <summary>Switched on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>All other members, as JSON text.</summary>
    public required string Document { get; init; }

    /// <summary>First write.</summary>
    public long Created { get; init; }

    /// <summary>Last write.</summary>
    public long Modified { get; init; }

    /// <summary>Counts writes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>The value of versions(accounts) at the last write.</summary>
    public long Version { get; init; }

    /// <summary>Erased; the row stays, so that its path and events keep their meaning.</summary>
    public bool Deleted { get; init; }
}
