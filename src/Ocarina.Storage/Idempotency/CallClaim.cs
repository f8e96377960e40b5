namespace Ocarina.Storage.Idempotency;

/// <summary>Which call: two with the same id are one.</summary>
/// <param name="Id">SHA-256 of authenticated account, method, path and key, hexadecimal.</param>
/// <param name="Account">The authenticated account.</param>
/// <param name="Fingerprint">SHA-256 of what was asked, hexadecimal.</param>
public sealed record CallIdentity(string Id, string Account, string Fingerprint);

/// <summary>What is to be done with a call that carries a key. Closed.</summary>
public abstract record CallClaim
{
    private CallClaim() { }

    /// <summary>Carry it out; nobody else does.</summary>
    /// <param name="Mark">To be entered while it runs, then kept or left.</param>
    public sealed record Mine(CommitMark Mark) : CallClaim;

    /// <summary>It was answered before.</summary>
    /// <param name="Reply">What was kept.</param>
    public sealed record Answered(string Reply) : CallClaim;

    /// <summary>The key was used for something else.</summary>
    public sealed record Reused : CallClaim;

    /// <summary>Somebody carries it out right now.</summary>
    public sealed record Running : CallClaim;
}
