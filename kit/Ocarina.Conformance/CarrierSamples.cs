using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Conformance;

/// <summary>What a module is asked by the kit. What a carrier has no case of is left out, and its row is skipped.</summary>
public sealed record CarrierSamples
{
    /// <summary>A search that finds at least twelve numbers; its quantity does not matter.</summary>
    public required CarrierSearch Stock { get; init; }

    /// <summary>Content type and body of a reply that is well-formed and means nothing to the module, such as <c>&lt;surprise/&gt;</c>.</summary>
    public required (string ContentType, string Body) Surprise { get; init; }

    /// <summary>A search that the carrier understands and has nothing for.</summary>
    public CarrierSearch? Nothing { get; init; }

    /// <summary>A search for what the carrier does not sell: no request is made for it.</summary>
    public CarrierSearch? Unsupported { get; init; }

    /// <summary>A number as the carrier sells them, that is neither in our account nor for sale.</summary>
    public required PhoneNumber Foreign { get; init; }

    /// <summary>Keys without which the carrier counts as not configured.</summary>
    public IReadOnlyList<string> RequiredKeys { get; init; } = [];

    /// <summary>Values that must not be saved, each with the key whose name the message shows.</summary>
    public IReadOnlyList<(string Key, JsonNode? Value)> InvalidSettings { get; init; } = [];

    /// <summary>The module's table of searches.</summary>
    public IReadOnlyList<SearchCase> Searches { get; init; } = [];

    /// <summary>The module's table of errors.</summary>
    public IReadOnlyList<ErrorCase> Errors { get; init; } = [];

    /// <summary>The states an order can be in, by the carrier's words, and one that nobody has ever heard of.</summary>
    public IReadOnlyList<StateCase> States { get; init; } = [];

    /// <summary>Carrier data of a number as Kazoo stored it; its keys are read for ever.</summary>
    public Func<CarrierHit, DocumentText>? KazooData { get; init; }

    /// <summary>Settings in which the credentials are wrong.</summary>
    public IReadOnlyList<(string Key, JsonNode? Value)> WrongCredentials { get; init; } = [];

    /// <summary>Settings with right credentials for an account that is not ours.</summary>
    public IReadOnlyList<(string Key, JsonNode? Value)> WrongAccount { get; init; } = [];

    /// <summary>Settings that ask the carrier to send notices of orders to an address; none where it sends none.</summary>
    public Func<Uri, IReadOnlyList<(string Key, JsonNode? Value)>>? Notices { get; init; }

    /// <summary>What becomes of a number that is given back.</summary>
    public ReleaseWay Release { get; init; } = ReleaseWay.AtCarrier;

    /// <summary>False where an order leaves no trace that the carrier could be asked for: a lost reply then is a person's affair.</summary>
    public bool FindsOrders { get; init; } = true;
}

/// <summary>One row of the table of searches: exactly these requests, in this order.</summary>
/// <param name="Search">The search.</param>
/// <param name="Requests">A regular expression per request, matched against method, blank, path with query, line feed, body.</param>
public sealed record SearchCase(CarrierSearch Search, params IReadOnlyList<string> Requests);

/// <summary>One row of the table of errors: a reply, and what it means.</summary>
/// <param name="Act">To what kind of request it is given.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body, with the content type of <see cref="CarrierSamples.Surprise"/>.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Code">The carrier's own code that has to be kept; none when it has none.</param>
public sealed record ErrorCase(WireAct Act, int Status, string Body, CarrierErrorKind Kind, string? Code = null);

/// <summary>One state of an order: the carrier's replies with a word replaced.</summary>
/// <param name="Name">The state.</param>
/// <param name="Rewrite">Puts it into the replies about orders.</param>
/// <param name="Expected">What it leads to.</param>
public sealed record StateCase(string Name, Func<string, string> Rewrite, ExpectedOutcome Expected);

/// <summary>What a state of an order leads to.</summary>
public enum ExpectedOutcome
{
    /// <summary>The number is ours.</summary>
    Done,

    /// <summary>The order is asked about again.</summary>
    Open,

    /// <summary>There will be no number.</summary>
    Refused,

    /// <summary>Ours or open: what is not understood is never believed to have failed.</summary>
    NotRefused,
}

/// <summary>What becomes of a number that is given back.</summary>
public enum ReleaseWay
{
    /// <summary>The carrier takes it back.</summary>
    AtCarrier,

    /// <summary>It leaves this system; the carrier is told by a person.</summary>
    HereOnly,

    /// <summary>The carrier has no such call: the order is stranded, for a person.</summary>
    Nowhere,
}
