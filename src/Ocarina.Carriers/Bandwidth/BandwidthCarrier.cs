using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth.Tollfree;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>The carrier <c>bandwidth</c> (carriers.md chapters 2 and 3): the withdrawn first generation of Bandwidth's API, for installations and simulators that still have it.</summary>
internal sealed class BandwidthCarrier(ICarrierHost host) : HttpCarrier(host)
{
    private const string DebugFile = "/tmp/bandwidth.log";
    private const int NameLengthMax = 64;
    private const int ChecksAtOnce = 4;

    private readonly TollfreeMemory _tollfree = new(host.Clock);

    /// <inheritdoc/>
    public override CarrierName Name { get; } = CarrierName.Parse("bandwidth");

    /// <inheritdoc/>
    public override CarrierInfo Info { get; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.Tollfree | CarrierCapabilities.Checks
            | CarrierCapabilities.MayResend,
        PrefixLengthMax: 3, []);

    /// <inheritdoc/>
    protected override string? MissingKey(CarrierSettings settings, OrderKind? kind) =>
        !settings.IsSet("numbers_api_url") ? "numbers_api_url" : !settings.IsSet("developer_key") && kind != OrderKind.Disconnect ? "developer_key" : null;

    /// <inheritdoc/>
    protected override async Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        var settings = new BandwidthSettings(context.Settings);
        switch (BandwidthSearch.For(search, settings.SearchQuantityMax))
        {
            case BandwidthSearch.Nothing:
                return FindReply.Skipped;
            case BandwidthSearch.Wrong wrong:
                return FindReply.Failed(new CarrierError(CarrierErrorKind.InvalidRequest, wrong.Why));
            case BandwidthSearch.Tollfree when !settings.HasTollfree:
                _tollfree.WarnOnce(Http.Logger, settings.Fingerprint);
                return FindReply.Skipped;
            case BandwidthSearch.Tollfree tollfree:
                return await TollfreeOf(context, settings).SearchAsync(tollfree.Keys, search, ct);
            case var plan:
                var call = plan switch
                {
                    BandwidthSearch.ByAreaCode by => BandwidthWire.AreaCode(settings.Key, by.AreaCode, by.Most),
                    BandwidthSearch.ByExchange by => BandwidthWire.NpaNxx(settings.Key, by.NpaNxx, by.Most),
                    BandwidthSearch.ByRateCenter by => BandwidthWire.RateCenter(settings.Key, by.State, by.RateCenter, by.Most),
                    _ => throw new InvalidOperationException("The plans of a search are a closed set."),
                };
                var (hits, dropped) = await Client(context, settings).SearchAsync(call, ct);
                return new FindReply(SearchResults.Window(hits, search)) { Dropped = dropped + hits.Count(hit => !CarrierNumbers.IsWithin(hit.Number, search.Prefix[..Math.Min(5, search.Prefix.Length)])) };
        }
    }

    /// <inheritdoc/>
    protected override CarrierError? Refusal(CarrierOrder order, CarrierContext context) =>
        CarrierNumbers.TenDigits(order.Number) is null ? new CarrierError(CarrierErrorKind.InvalidRequest, "This carrier sells numbers under +1 only") : null;

    /// <inheritdoc/>
    protected override async Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var settings = new BandwidthSettings(context.Settings);
        var client = Client(context, settings);
        var isTollfree = CarrierNumbers.IsTollfree(CarrierNumbers.TenDigits(order.Number));
        var id = IdOf(order.CarrierData.ToObject());
        if (id is null)
        {
            var number = isTollfree && settings.HasTollfree ? await TollfreeOf(context, settings).FindAsync(order.Number, ct) : await client.NumberAsync(order.Number, ct);
            if (number is not { Id: { } found, IsAvailable: true })
                return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, number is null ? "The carrier does not have this number" : $"The number is {number.Status}"));
            id = found;
        }

        var purchase = new BandwidthPurchase(
            isTollfree ? settings.TollfreeOperation : "basicNumberOrder", OrderName(context.Settings, order.Key, NameLengthMax), order.Key.ToString(), id,
            order.Account?.ToString() ?? "no_assigned_account");
        return await new BandwidthOrders(client, settings, context).BuyAsync(order, purchase, PretendedData(order, context), ct);
    }

    /// <inheritdoc/>
    protected override async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var settings = new BandwidthSettings(context.Settings);
        if (order.Kind == OrderKind.Acquire) return await new BandwidthOrders(Client(context, settings, asksAboutOpen: true), settings, context).LookUpAsync(order, ct);
        if (Elsewhere(order, settings) is { } elsewhere) return elsewhere;
        return settings.ReleasesByBandwidth2 && await PeerAsync(ct) is var (peer, theirs) ? await peer.RecoverAsync(Plain(order), theirs, ct) : NoRelease();
    }

    /// <inheritdoc/>
    protected override async Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var settings = new BandwidthSettings(context.Settings);
        if (Elsewhere(order, settings) is { } elsewhere) return elsewhere;
        if (!settings.ReleasesByBandwidth2) return NoRelease();
        return await PeerAsync(ct) is var (peer, theirs)
            ? await peer.DisconnectAsync(Plain(order), theirs, ct)
            : new CarrierOutcome.Stranded("release_via is bandwidth2, and bandwidth2 is not configured: release the number in the carrier's portal");
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckCoreAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct)
    {
        var client = Client(context, new BandwidthSettings(context.Settings));
        var checks = new System.Collections.Concurrent.ConcurrentDictionary<PhoneNumber, CarrierCheck>();
        await Parallel.ForEachAsync(numbers.Distinct(), new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = ct }, async (number, token) =>
        {
            try
            {
                checks[number] = await client.NumberAsync(number, token) is { IsAvailable: true, Status: not null } ? CarrierCheck.Available : CarrierCheck.Unavailable;
            }
            catch (CarrierException)
            {
                checks[number] = CarrierCheck.Error;
            }
        });
        return checks;
    }

    /// <inheritdoc/>
    protected override Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct) => Client(context, new BandwidthSettings(context.Settings)).HealthAsync(ct);

    /// <summary>The handle to buy by: beside the other facts after a search, under <c>number</c> in documents of bought numbers.</summary>
    private static string? IdOf(JsonObject data) =>
        new CarrierSettings(data).Text("number_id") ?? (data["number"] is JsonObject number ? new CarrierSettings(number).Text("number_id") : null);

    // Through the newer interface too: it belongs to the same account, and moves with it.
    private static CarrierOutcome.Refused? Elsewhere(CarrierOrder order, BandwidthSettings settings) =>
        PurchaseAccount.Elsewhere("a developer_key with the mark", PurchaseAccount.Of(order.CarrierData, BandwidthOrders.KeyMember), settings.KeyMark);

    private static CarrierOutcome.Stranded NoRelease() => new("There is no call that releases numbers of this carrier: cancel it in the carrier's portal");

    /// <summary>For another module: facts of this one would mislead it.</summary>
    private static CarrierOrder Plain(CarrierOrder order) => order with { CarrierData = DocumentText.Empty };

    private async Task<(ICarrier Carrier, CarrierContext Context)?> PeerAsync(CancellationToken ct) =>
        Host.Service<ICarrierPeers>() is { } peers ? await peers.FindAsync(CarrierName.Parse("bandwidth2"), ct) : null;

    private BandwidthClient Client(CarrierContext context, BandwidthSettings settings, bool asksAboutOpen = false) =>
        new(Http.Open(Name, context, new ChannelOptions(settings.Address) { DebugFile = DebugFile }), settings, context, asksAboutOpen);

    private TollfreeClient TollfreeOf(CarrierContext context, BandwidthSettings settings)
    {
        // Slow and old: connections, circuit and patience of its own.
        var options = new ChannelOptions(settings.TollfreeAddress)
        {
            DebugFile = DebugFile, Connections = 2, Circuit = "tollfree", ReadTimeout = settings.TollfreeTimeout,
        };
        return new TollfreeClient(Http.Open(Name, context, options), _tollfree, settings, context);
    }
}
