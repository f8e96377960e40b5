namespace Ocarina.Client;

/// <summary>Where a server is and how to speak to it. A class, not a record: it holds secrets.</summary>
public sealed class OcarinaClientOptions
{
    /// <summary>Address of the server, with or without the trailing <c>/v2</c>. Required.</summary>
    public required Uri Server { get; init; }

    /// <summary>What to log in with when there is no token, or when it has ended. Absent: only <see cref="Token"/>.</summary>
    public OcarinaCredentials? Credentials { get; init; }

    /// <summary>A token from an earlier login.</summary>
    public string? Token { get; init; }

    /// <summary>Longest silence of the server before a call is given up. Default 100 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Longest silence during the check of the ledger, which reads everything. Default 1 hour.</summary>
    public TimeSpan VerifyTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The clock of the time-outs.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
