using System.Text.Json;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Acme;

/// <summary>The carrier <c>acme</c>. Switches, missing keys, faults, masking and the order of results are the base class's work; here is how this carrier talks.</summary>
public sealed class AcmeCarrier(ICarrierHost host) : HttpCarrier(host)
{
    private const int SearchQuantityMax = 500;

    private static readonly string[] Countries = ["US", "CA"];

    /// <summary>Stored with every number: never rename it.</summary>
    public override CarrierName Name { get; } = CarrierName.Parse("acme");

    /// <inheritdoc/>
    public override CarrierInfo Info { get; } = new(
        // MayResend: an order that the carrier does not know may be sent a second time under the same reference.
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.ListsOwned | CarrierCapabilities.MayResend,
        PrefixLengthMax: 10,
        [
            new CarrierKey("api_url", CarrierKeyKind.Text) { IsRequired = true, Default = "\"\"" },
            new CarrierKey("api_token", CarrierKeyKind.Text) { IsRequired = true, IsSecret = true, Default = "\"\"" },
            new CarrierKey("order_type", CarrierKeyKind.Text) { Names = ["standard", "express"], Default = "\"standard\"" },
        ]);

    /// <inheritdoc/>
    protected override async Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        if (!Countries.Contains(search.Country)) return FindReply.Skipped; // nothing is asked for what is not sold
        var most = Math.Min(search.Quantity, context.Settings.WholeNumber("max_search_quantity", SearchQuantityMax, 1));
        var root = AcmeWire.Read(await Open(context).ReadAsync(AcmeWire.Search(context.Settings, search.Prefix, most, search.Offset), ct), "numbers");

        var hits = new List<CarrierHit>();
        var dropped = 0;
        foreach (var item in root.Members("numbers"))
        {
            if (CarrierNumbers.FromE164(item.Text("number"), context) is { } number) hits.Add(AcmeWire.Hit(number, item, search.Country));
            else dropped++;
        }

        return new FindReply(hits) { Dropped = dropped };
    }

    /// <summary>Sends the order, once. Only proof of a refusal is a refusal: everything that is not understood is looked up.</summary>
    protected override async Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var name = OrderName(context.Settings, order.Key, 64);
        var reply = await Open(context).WriteAsync(AcmeWire.Order(context.Settings, order, name), ct);
        if (!reply.IsSuccess) return AcmeWire.Failure(reply);
        try
        {
            return AcmeWire.Outcome(AcmeWire.Read(reply, "id"), order);
        }
        catch (CarrierException unreadable)
        {
            return new CarrierOutcome.Unknown(unreadable.Error);
        }
    }

    /// <summary>Finds an order again by our reference; lists of carriers lag, so the engine asks several times.</summary>
    protected override async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var channel = Open(context);
        if (order.Kind == OrderKind.Disconnect)
        {
            var owned = await channel.ReadAsync(AcmeWire.Owned(context.Settings, order.Number), ct);
            if (owned.Status == 404) return new CarrierOutcome.Done(DocumentText.Empty); // it left our account
            AcmeWire.Read(owned, "number");
            return new CarrierOutcome.Absent();
        }

        var root = AcmeWire.Read(await channel.ReadAsync(AcmeWire.FindOrder(context.Settings, order.Key), ct), "orders");
        JsonElement? ours = null;
        foreach (var item in root.Members("orders"))
            if (item.Text("reference") == order.Key.ToString()) ours = item; // the filter is the carrier's, the check is ours
        return ours is { } found ? AcmeWire.Outcome(found, order) : new CarrierOutcome.Absent();
    }

    /// <inheritdoc/>
    protected override async Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        var reply = await Open(context).WriteAsync(AcmeWire.Release(context.Settings, order.Number), ct);
        return reply.Status switch
        {
            204 => new CarrierOutcome.Done(DocumentText.Empty),
            404 => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NotOwned, "The number is not in our account")),
            >= 200 and <= 299 => new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The reply to a release has nothing to say")),
            _ => AcmeWire.Failure(reply),
        };
    }

    /// <inheritdoc/>
    protected override async Task<OwnedPage> ListOwnedCoreAsync(string? cursor, CarrierContext context, CancellationToken ct)
    {
        var root = AcmeWire.Read(await Open(context).ReadAsync(AcmeWire.Owned(context.Settings, cursor), ct), "numbers");
        var numbers = root.Members("numbers").Select(item => CarrierNumbers.FromE164(item.Text("number"), context)).OfType<PhoneNumber>();
        return new OwnedPage([.. numbers.Select(number => new OwnedNumber(number, DocumentText.Empty))], root.Text("next"));
    }

    /// <inheritdoc/>
    protected override async Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct)
    {
        AcmeWire.Read(await Open(context).ReadAsync(AcmeWire.Account(context.Settings), ct), "account");
        return null;
    }

    private CarrierChannel Open(CarrierContext context) => Http.Open(Name, context, new ChannelOptions(AcmeWire.Address(context.Settings)) { RatePerSecond = 10 });
}
