namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>One error in a reply, whatever its shape (carriers.md 4.9).</summary>
/// <param name="Code">The carrier's code; not unique, so it means something only together with the resource. None in some shapes.</param>
/// <param name="Description">The carrier's words.</param>
/// <param name="Number">The number it is about, as the carrier wrote it.</param>
internal sealed record WireError(string? Code, string? Description, string? Number = null);

/// <summary>What a code was said about. The same code means different things in different places.</summary>
internal enum WireContext
{
    /// <summary><c>availableNumbers</c>, <c>availableNpaNxx</c>.</summary>
    Search,

    /// <summary><c>orders</c>.</summary>
    Order,

    /// <summary><c>tnreservation</c>.</summary>
    Reservation,

    /// <summary><c>disconnects</c>.</summary>
    Disconnect,

    /// <summary><c>sites</c>, <c>sippeers</c>.</summary>
    Site,

    /// <summary><c>tns</c>, <c>inserviceNumbers</c>.</summary>
    Number,

    /// <summary><c>portins</c>, <c>lnpchecker</c>.</summary>
    Port,

    /// <summary><c>e911s</c>.</summary>
    Emergency,

    /// <summary>Everything else.</summary>
    Other,
}
