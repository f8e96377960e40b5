namespace Ocarina.Sandbox.Bandwidth;

/// <summary>An order as Bandwidth keeps it, and as the ledger stores it.</summary>
/// <param name="Serial">Counts from 1; id and order number follow from it.</param>
/// <param name="At">When it was placed.</param>
/// <param name="Name">The customer's name of the order.</param>
/// <param name="Reference">The customer's reference. Not unique: the carrier does not care.</param>
/// <param name="Subscriber">Whom the numbers are for.</param>
/// <param name="Numbers">Ten digits each.</param>
internal sealed record BandwidthOrder(
    long Serial, DateTimeOffset At, string Name, string Reference, string Subscriber, IReadOnlyList<string> Numbers)
{
    /// <summary>Its GUID.</summary>
    public string Id { get; init; } = "";

    /// <summary>How long the numbers stay pending, in milliseconds; negative: for ever.</summary>
    public long PendingMs { get; init; }

    /// <summary>How long lists do not show it, in milliseconds.</summary>
    public long LagMs { get; init; }

    /// <summary>True when nothing was sold: the order looks good first and ends failed.</summary>
    public bool Fails { get; init; }

    /// <summary>19 digits.</summary>
    public string OrderNumber => (1_000_003_000_000_000_000L + Serial).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What its numbers are at a time, in the carrier's words.</summary>
    public string NumberStatus(DateTimeOffset now) =>
        PendingMs < 0 || now - At < TimeSpan.FromMilliseconds(PendingMs) ? "PendingBandwidth" : Fails ? "Failed" : "InService";
}
