namespace Ocarina.Storage.Accounts;

/// <summary>A row of <c>users</c>. Times are Unix milliseconds UTC.</summary>
/// <remarks>A class, not a record: a record prints all its properties, and some of these are secrets.</remarks>
public sealed class UserRow
{
    /// <summary>The user.</summary>
    public required string Id { get; init; }

    /// <summary>The account the user belongs to.</summary>
    public required string AccountId { get; init; }

    /// <summary>Log-in name, lower case; none for a user who does not log in.</summary>
    public string? Username { get; init; }

    /// <summary><c>user</c> or <c>admin</c>.</summary>
    public required string PrivLevel { get; init; }

    /// <summary>Switched on.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>All other members, as JSON text.</summary>
    public required string Document { get; init; }

    /// <summary>Four bytes of an HMAC of the MD5 wire credential.</summary>
    public long? Md5Lookup { get; init; }

    /// <summary>Password hash over the MD5 wire credential.</summary>
    public string? Md5Hash { get; init; }

    /// <summary>Four bytes of an HMAC of the SHA-1 wire credential.</summary>
    public long? ShaLookup { get; init; }

    /// <summary>Password hash over the SHA-1 wire credential.</summary>
    public string? ShaHash { get; init; }

    /// <summary>Changes whenever the user's tokens must end.</summary>
    public required string Stamp { get; init; }

    /// <summary>First write.</summary>
    public long Created { get; init; }

    /// <summary>Last write.</summary>
    public long Modified { get; init; }

    /// <summary>Counts writes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>The value of versions(tokens) at the last write.</summary>
    public long Version { get; init; }

    /// <summary>Erased.</summary>
    public bool Deleted { get; init; }
}

/// <summary>What a token depends on: the stamp of one credential.</summary>
public sealed class StampRow
{
    /// <summary>Id of the user, or of the account for an API key.</summary>
    public required string Id { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The stamp.</summary>
    public required string Stamp { get; init; }

    /// <summary>False when nobody may act with the credential any more.</summary>
    public bool Alive { get; init; }
}

/// <summary>A row of <c>api_keys</c>.</summary>
public sealed class ApiKeyRow
{
    /// <summary>The account whose key it is.</summary>
    public required string AccountId { get; init; }

    /// <summary>HMAC of the key.</summary>
    public required string Lookup { get; init; }

    /// <summary>The key, encrypted.</summary>
    public required string Protected { get; init; }

    /// <summary>Changes with the key.</summary>
    public required string Stamp { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long Created { get; init; }

    /// <summary>The value of versions(tokens) at the write.</summary>
    public long Version { get; init; }
}
