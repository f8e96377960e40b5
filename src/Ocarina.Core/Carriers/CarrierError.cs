namespace Ocarina.Core.Carriers;

/// <summary>The vocabulary of what goes wrong with carriers (carriers.md 1.11, where each kind's meaning and treatment stand).</summary>
public enum CarrierErrorKind
{
    /// <summary>A required key of the configuration is missing; nothing was sent.</summary>
    NotConfigured,

    /// <summary>Buying and releasing are switched off (carriers.md 1.8).</summary>
    ProvisioningDisabled,

    /// <summary>The carrier refuses the criteria or our data.</summary>
    InvalidRequest,

    /// <summary>Site, peer, account or end point refused.</summary>
    InvalidConfig,

    /// <summary>Wrong credentials.</summary>
    Unauthenticated,

    /// <summary>The credentials may not do this.</summary>
    Unauthorized,

    /// <summary>What was addressed does not exist.</summary>
    NotFound,

    /// <summary>Gone, taken, not to be ordered.</summary>
    NumberUnavailable,

    /// <summary>The number is in our account already.</summary>
    AlreadyOurs,

    /// <summary>Release of a number that is not ours.</summary>
    NotOwned,

    /// <summary>Our balance at the carrier does not reach.</summary>
    InsufficientFunds,

    /// <summary>An address or document is needed first.</summary>
    RegulationRequired,

    /// <summary>More than the carrier allows.</summary>
    Quantity,

    /// <summary>The carrier says that this was ordered already.</summary>
    DuplicateOrder,

    /// <summary>Less was delivered than asked for.</summary>
    Partial,

    /// <summary>Too many requests; nothing was taken.</summary>
    RateLimited,

    /// <summary>No reply in time.</summary>
    Timeout,

    /// <summary>Name resolution, connection or TLS failed: nothing was sent.</summary>
    Unreachable,

    /// <summary>The carrier's own fault (5xx).</summary>
    CarrierFault,

    /// <summary>A reply that cannot be read, or is of the wrong kind.</summary>
    BadReply,

    /// <summary>A write was sent, and what became of it is not known.</summary>
    OutcomeUnknown,

    /// <summary>There is no such operation here.</summary>
    NotSupported,
}

/// <summary>One failure at a carrier.</summary>
/// <param name="Kind">What in general.</param>
/// <param name="Detail">What in particular: the carrier's words, masked, at most 500 characters.</param>
/// <param name="Code">The carrier's own code, when it gave one.</param>
public sealed record CarrierError(CarrierErrorKind Kind, string? Detail = null, string? Code = null)
{
    /// <summary>Longest <see cref="Detail"/>, in characters.</summary>
    public const int DetailMax = 500;

    /// <summary>How long the carrier asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What has to be provided first, when that is why (carriers.md 1.7, restrictions).</summary>
    public DocumentText? Restrictions { get; init; }

    /// <summary>The name on the wire and in stored orders, such as <c>number_unavailable</c>.</summary>
    public string Name => CarrierErrorNames.Of(Kind);
}

/// <summary>Names of the kinds. Stored with orders, so never renamed.</summary>
public static class CarrierErrorNames
{
    private static readonly string[] Names = [.. Enum.GetNames<CarrierErrorKind>().Select(SnakeCase)];

    /// <summary>The name of a kind.</summary>
    public static string Of(CarrierErrorKind kind) => Names[(int)kind];

    /// <summary>The kind of a name; false for an unknown one.</summary>
    public static bool TryParse(string? name, out CarrierErrorKind kind)
    {
        var index = Array.IndexOf(Names, name);
        kind = (CarrierErrorKind)Math.Max(index, 0);
        return index >= 0;
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}

/// <summary>Carries a <see cref="CarrierError"/> up through a module. It leaves the module only where the contract says so.</summary>
public sealed class CarrierException(CarrierError error, Exception? inner = null) : Exception(error.Detail ?? error.Name, inner)
{
    /// <summary>What went wrong.</summary>
    public CarrierError Error { get; } = error;
}
