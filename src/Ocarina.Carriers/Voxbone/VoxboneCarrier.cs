using System.Globalization;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>The carrier <c>voxbone</c> (carriers.md chapter 5): sells stock of groups, and chosen numbers where it lists them, through carts.</summary>
internal sealed class VoxboneCarrier(ICarrierHost host) : HttpCarrier(host), ICarrierCleaner
{
    private const int OwnedPageSize = 1000;

    private readonly VoxboneCache _cache = new(host.Clock);

    /// <inheritdoc/>
    public override CarrierName Name { get; } = CarrierName.Parse("voxbone");

    /// <inheritdoc/>
    public override CarrierInfo Info { get; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.Tollfree
            | CarrierCapabilities.ListsOwned | CarrierCapabilities.WritesInSteps, // not MayResend: a checkout is never sent twice
        PrefixLengthMax: 3, []);

    /// <inheritdoc/>
    protected override string? MissingKey(CarrierSettings settings, OrderKind? kind) => VoxboneSettings.Read(settings).MissingKey;

    /// <inheritdoc/>
    protected override Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        var (client, settings, facts) = Open(context);
        return new VoxboneFinder(client, settings, facts, context).RunAsync(search, ct);
    }

    /// <inheritdoc/>
    protected override CarrierError? Refusal(CarrierOrder order, CarrierContext context)
    {
        var wish = VoxboneStep.Of(order).Wish;
        if (wish.E164 is null && wish.GroupId is null) return new CarrierError(CarrierErrorKind.InvalidRequest, "Neither a number nor a group was given.");
        // A number pretended to come from a group would not exist.
        return wish.E164 is null && context.Settings.Pretends
            ? new CarrierError(CarrierErrorKind.NotSupported, "While purchases are pretended no number can come from a group.")
            : null;
    }

    /// <inheritdoc/>
    protected override DocumentText PretendedData(CarrierOrder order, CarrierContext context)
    {
        var data = base.PretendedData(order, context).ToObject();
        data["order_reference"] = $"sandbox-{order.Key}";
        return DocumentText.From(data);
    }

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        new VoxbonePurchase(Call(order, context, asksAboutOpen: false)).RunAsync(ct);

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var call = Call(order, context, asksAboutOpen: true);
        return order.Kind == OrderKind.Acquire ? new VoxboneRecovery(call).RunAsync(ct) : new VoxboneRelease(call).LookUpAsync(ct);
    }

    /// <inheritdoc/>
    protected override Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) =>
        new VoxboneRelease(Call(order, context, asksAboutOpen: false)).RunAsync(ct);

    /// <inheritdoc/>
    protected override async Task<OwnedPage> ListOwnedCoreAsync(string? cursor, CarrierContext context, CancellationToken ct)
    {
        var number = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : 0;
        var page = await Open(context).Client.DidPageAsync(number, OwnedPageSize, ct);
        var numbers = new List<OwnedNumber>(page.Items.Count);
        foreach (var did in page.Items)
            if (CarrierNumbers.FromE164(did.E164, context) is { } known)
                numbers.Add(new OwnedNumber(known, DocumentText.From(VoxboneMapping.Owned(did, null, null, new VoxboneData()))));
        return new OwnedPage(numbers, page.IsLast ? null : (number + 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    protected override async Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct)
    {
        var balance = await Open(context).Client.BalanceAsync(ct);
        return balance.IsActive ? null : new CarrierError(CarrierErrorKind.Unauthorized, "The account at the carrier is not active.");
    }

    /// <inheritdoc/>
    /// <remarks>QUIRK: Kazoo deletes every cart of the account, those of other systems too.</remarks>
    public async Task<int> CleanUpAsync(Func<IReadOnlyList<OrderKey>, CancellationToken, Task<IReadOnlySet<OrderKey>>> ended, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ended);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Settings.IsEnabled || !context.Settings.CanProvision || context.Settings.Pretends || MissingKey(context.Settings, null) is not null) return 0;

        var client = Open(context).Client;
        var carts = new List<(string Cart, OrderKey Key)>();
        await foreach (var cart in client.AllCartsAsync(ct))
            if (OrderKey.TryParse(cart.CustomerReference, out var key)) carts.Add((cart.Id, key));
        if (carts.Count == 0) return 0;

        var over = await ended([.. carts.Select(cart => cart.Key).Distinct()], ct);
        var cleared = 0;
        foreach (var (cart, key) in carts)
            if (over.Contains(key) && await new VoxboneCarts(client, key, "").RemoveAsync(cart, ct) == CartRemoval.Deleted) cleared++;
        return cleared;
    }

    private VoxboneCall Call(CarrierOrder order, CarrierContext context, bool asksAboutOpen)
    {
        var (client, settings, facts) = Open(context, asksAboutOpen);
        return new VoxboneCall(client, settings, facts, order, context);
    }

    private (VoxboneClient Client, VoxboneSettings Settings, VoxboneFacts Facts) Open(CarrierContext context, bool asksAboutOpen = false)
    {
        var (settings, missing) = VoxboneSettings.Read(context.Settings);
        if (settings is null) throw new CarrierException(new CarrierError(CarrierErrorKind.NotConfigured, $"{missing} is not set"));
        var channel = Http.Open(Name, context, new ChannelOptions(settings.Address)
        {
            LimitScope = settings.LimitScope,
            RatePerSecond = VoxboneSettings.RateDefault,
            DebugFile = "/tmp/voxbone.log",
        });
        var client = new VoxboneClient(channel, settings, asksAboutOpen);
        return (client, settings, new VoxboneFacts(client, settings, _cache, context.Clock));
    }
}
