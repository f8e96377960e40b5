using System.Text.Json.Nodes;
using Ocarina.Conformance.Wire;

namespace Ocarina.Conformance;

/// <summary>Stands in for the carrier: something that answers on a local address as the carrier does, and keeps count of what it sold. One per test.</summary>
/// <remarks>It need not know how to fail: the kit puts a <see cref="WireTap"/> between module and stub, which hangs up, stalls and talks nonsense.</remarks>
public interface ICarrierStub : IAsyncDisposable
{
    /// <summary>Where it listens: scheme, host and port.</summary>
    Uri Address { get; }

    /// <summary>What the module is asked, and how its carrier answers.</summary>
    CarrierSamples Samples { get; }

    /// <summary>Settings that make the module work and buy for real, with every address of the carrier moved to this scheme, host and port.</summary>
    JsonObject SettingsFor(Uri address);

    /// <summary>What a request does at the carrier.</summary>
    WireAct ActOf(WireRequest request);

    /// <summary>The numbers that are in our account now: <c>+</c> and digits.</summary>
    Task<IReadOnlyCollection<string>> OwnedAsync(CancellationToken ct);

    /// <summary>How often something was sold to us so far, given back or not; money counted in a currency serves as well.</summary>
    Task<long> SpentAsync(CancellationToken ct);

    /// <summary>Makes the carrier behave so from now on.</summary>
    /// <returns>False when this carrier has no such thing: the row is skipped, and says so.</returns>
    Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct) => Task.FromResult(false);
}

/// <summary>What a request does at the carrier.</summary>
public enum WireAct
{
    /// <summary>Asks for something; a log-in is of this kind too.</summary>
    Read,

    /// <summary>Asks what is for sale.</summary>
    Search,

    /// <summary>Changes something that costs nothing: a reservation, a cart, where calls go to.</summary>
    Prepare,

    /// <summary>Spends money.</summary>
    Order,

    /// <summary>Gives a number back.</summary>
    Release,
}

/// <summary>What carriers do, and only they themselves can play.</summary>
public enum StubSituation
{
    /// <summary>New orders show up in lists and look-ups a second or two after they were booked.</summary>
    OrdersLag,

    /// <summary>New orders are taken, and not carried out before a second or two.</summary>
    OrdersAreSlow,

    /// <summary>New orders are taken, and fail afterwards.</summary>
    OrdersFail,

    /// <summary>New orders bring one number more than was asked for.</summary>
    DeliversMore,

    /// <summary>New orders bring another number than the one that was asked for.</summary>
    DeliversOther,

    /// <summary>What is for sale is taken by somebody else as soon as we order it.</summary>
    TakenByOthers,

    /// <summary>Filters of lists are ignored: everything is in them.</summary>
    FiltersIgnored,

    /// <summary>Numbers cannot be given back before a date.</summary>
    ReleaseNotYet,

    /// <summary>Prices are higher than the search said.</summary>
    PriceRose,

    /// <summary>There is less money in our account than the cheapest number costs.</summary>
    NoMoney,

    /// <summary>Lists are untidy: blanks and line breaks around texts, counts that are wrong, entries that are no numbers.</summary>
    UntidyLists,
}
