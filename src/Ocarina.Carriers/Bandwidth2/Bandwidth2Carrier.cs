using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Bandwidth by the account interface of its dashboard (carriers.md 4; seed 001: <c>knm_bandwidth2</c>).</summary>
internal sealed class Bandwidth2Carrier(ICarrierHost host) : HttpCarrier(host), ICarrierMaintenance
{
    private const int ChecksAtOnce = 4;

    private readonly Bandwidth2Logins _logins = new(host.Clock);

    /// <summary>Stored with every number, so never renamed.</summary>
    internal static CarrierName CarrierName { get; } = CarrierName.Parse("bandwidth2");

    /// <inheritdoc/>
    public override CarrierName Name => CarrierName;

    /// <inheritdoc/>
    public override CarrierInfo Info { get; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.Tollfree | CarrierCapabilities.Checks
            | CarrierCapabilities.ListsOwned | CarrierCapabilities.WritesInSteps | CarrierCapabilities.MayResend,
        PrefixLengthMax: 3, []);

    /// <inheritdoc/>
    public IReadOnlyList<CarrierCommand> Commands => Maintenance.Commands;

    /// <inheritdoc/>
    public Task<CarrierCommandReply> RunAsync(string function, IReadOnlyList<string> arguments, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Maintenance(Client(context)).RunAsync(function, arguments, ct);
    }

    /// <inheritdoc/>
    protected override string? MissingKey(CarrierSettings settings, OrderKind? kind) => new Bandwidth2Settings(settings).MissingKey(kind);

    /// <inheritdoc/>
    protected override bool AllowsNeighbours(CarrierSettings settings) => new Bandwidth2Settings(settings).WantsNeighbours;

    /// <inheritdoc/>
    protected override CarrierError? Refusal(CarrierOrder order, CarrierContext context) =>
        WireNumbers.ToWire(order.Number, new Bandwidth2Settings(context.Settings).IsV2) is null
            ? new CarrierError(CarrierErrorKind.InvalidRequest, "The carrier sells no such numbers")
            : null;

    /// <inheritdoc/>
    protected override Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => new Finder(Client(context)).FindAsync(search, ct);

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => new Purchases(Client(context)).PlaceAsync(order, ct);

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var client = Client(context, isAboutOrder: true);
        return order.Kind == OrderKind.Acquire ? new Purchases(client).LookUpAsync(order, ct) : new Releases(client).LookUpAsync(order, ct);
    }

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => new Releases(Client(context)).SendAsync(order, ct);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckCoreAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct)
    {
        var client = Client(context);
        var answers = new System.Collections.Concurrent.ConcurrentDictionary<PhoneNumber, CarrierCheck>();
        await Parallel.ForEachAsync(numbers.Distinct(), new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = ct },
            async (number, token) => answers[number] = await CheckOneAsync(client, number, token));
        return answers;
    }

    /// <inheritdoc/>
    protected override async Task<OwnedPage> ListOwnedCoreAsync(string? cursor, CarrierContext context, CancellationToken ct)
    {
        var page = cursor ?? "1";
        if (!PathPart.IsSafe(page)) throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, "The cursor is none of this carrier's"));
        var reply = await Client(context).ReadAsync("inservice_list", "inserviceNumbers", LimitGroups.Account, ct, new("page", page), new("size", "500"));
        if (reply.Status == 204) return new OwnedPage([], null);
        var list = Lists.NumbersPage(Faults.Xml(reply, WireContext.Number, "TNs"));
        var owned = list.Numbers.Select(text => context.Normalise(text) is { } number
            ? new OwnedNumber(number, DocumentText.From(new() { ["number"] = text }))
            : null).OfType<OwnedNumber>();
        return new OwnedPage([.. owned], list.NextPage == page ? null : list.NextPage);
    }

    /// <inheritdoc/>
    protected override async Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct)
    {
        var reply = await Client(context).ReadAsync("health", "sites", LimitGroups.Account, ct);
        var errors = Faults.Read(reply);
        if (reply.Status == 404) return Faults.Of(reply, WireContext.Site, errors) with { Kind = CarrierErrorKind.InvalidConfig, Detail = "There is no such account_id" };
        if (!reply.IsSuccess || errors.Count > 0) return Faults.Of(reply, WireContext.Site, errors);
        Faults.Xml(reply, WireContext.Site, "SitesResponse");
        return null;
    }

    private static async Task<CarrierCheck> CheckOneAsync(Bandwidth2Client client, PhoneNumber number, CancellationToken ct)
    {
        if (WireNumbers.ToWire(number, client.Settings.IsV2) is not { } wire) return CarrierCheck.Unavailable;
        try
        {
            if (await client.IsInServiceAsync(number, ct)) return CarrierCheck.InService;
            var reply = await client.ReadNumberAsync(wire, ct);
            if (reply.Status == 404) return CarrierCheck.Unavailable;
            return NumberReply.Of(Faults.Xml(reply, WireContext.Number, "TelephoneNumberResponse")).IsAvailable ? CarrierCheck.Available : CarrierCheck.Unavailable;
        }
        catch (CarrierException)
        {
            return CarrierCheck.Error;
        }
    }

    private Bandwidth2Client Client(CarrierContext context, bool isAboutOrder = false) => new(Http, _logins, context, isAboutOrder);
}
