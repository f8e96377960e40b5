using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>Talks to the numbers API for one call of the module.</summary>
/// <param name="channel">The wire.</param>
/// <param name="settings">The document.</param>
/// <param name="context">For the form of numbers.</param>
/// <param name="asksAboutOpen">True for questions about open orders, which pass an open circuit.</param>
internal sealed class BandwidthClient(CarrierChannel channel, BandwidthSettings settings, CarrierContext context, bool asksAboutOpen)
{
    /// <summary>Numbers for sale, in the carrier's order, and how many were none.</summary>
    public async Task<(List<CarrierHit> Hits, int Dropped)> SearchAsync(CarrierCall call, CancellationToken ct)
    {
        var envelope = await AskAsync(call, "numberSearchResponse", ct);
        var hits = new List<CarrierHit>();
        var dropped = 0;
        foreach (var item in envelope.Root.Child("telephoneNumbers").Children("telephoneNumber").Select(BandwidthNumber.Read))
        {
            if (!item.IsAvailable) continue;
            if (item.In(context) is { } number) hits.Add(item.ToHit(number));
            else dropped++;
        }

        return (hits, dropped);
    }

    /// <summary>A number wherever it is; none when the carrier does not know it.</summary>
    public async Task<BandwidthNumber?> NumberAsync(PhoneNumber number, CancellationToken ct)
    {
        if (CarrierNumbers.TenDigits(number) is not { } digits) return null;
        BandwidthEnvelope envelope;
        try
        {
            envelope = await AskAsync(BandwidthWire.Number(settings.Key, digits), "getResponse", ct);
        }
        catch (CarrierException unknown) when (unknown.Error is { Kind: CarrierErrorKind.NotFound } && !unknown.Error.Detail!.StartsWith("HTTP ", StringComparison.Ordinal))
        {
            return null; // the envelope said so; an address that is not there says nothing about the number
        }

        var found = envelope.Root.Child("telephoneNumber") is { } element ? BandwidthNumber.Read(element) : null;
        if (found is not null && found.In(context) != number) throw Odd("The carrier answered about another number");
        return found;
    }

    /// <summary>An order by the carrier's id.</summary>
    public async Task<BandwidthOrder> OrderAsync(string id, CancellationToken ct)
    {
        var envelope = await AskAsync(BandwidthWire.Order(settings.Key, id), "getResponse", ct);
        var order = envelope.Root.Child("numberOrder") is { } element ? BandwidthOrder.Read(element) : throw Odd("The carrier answered without an order");
        return string.Equals(order.Id, id, StringComparison.OrdinalIgnoreCase) ? order : throw Odd("The carrier answered about another order");
    }

    /// <summary>The order that carries our reference, among those from a day on.</summary>
    public async Task<BandwidthOrder?> FindAsync(OrderKey reference, DateOnly from, CancellationToken ct)
    {
        var envelope = await AskAsync(BandwidthWire.Orders(settings.Key, from), "getResponse", ct);
        var orders = envelope.Root.Child("numberOrders") ?? envelope.Root; // some lists are wrapped
        return orders.Children("numberOrder").Select(BandwidthOrder.Read).FirstOrDefault(order => order.Reference == reference.ToString());
    }

    /// <summary>Sends a purchase, once.</summary>
    public Task<CarrierReply> BuyAsync(BandwidthPurchase purchase, CancellationToken ct) => channel.WriteAsync(BandwidthWire.Buy(settings, purchase), ct);

    /// <summary>Looks at an envelope's error: a refused key is tried no more for a while.</summary>
    public CarrierError Note(CarrierError error)
    {
        if (error.Kind == CarrierErrorKind.Unauthenticated) channel.ReportUnauthenticated();
        return error;
    }

    /// <summary>Proves that somebody is there who understands us, and takes the key.</summary>
    public async Task<CarrierError?> HealthAsync(CancellationToken ct)
    {
        var reply = await channel.ReadAsync(BandwidthWire.Number(settings.Key, "2005550100") with { Operation = "health", BypassesCircuit = true }, ct);
        var error = BandwidthEnvelope.Read(reply, "getResponse").Error;
        return error is { Kind: CarrierErrorKind.Unauthenticated or CarrierErrorKind.Unauthorized } ? Note(error) : null;
    }

    private async Task<BandwidthEnvelope> AskAsync(CarrierCall call, string root, CancellationToken ct)
    {
        var envelope = BandwidthEnvelope.Read(await channel.ReadAsync(call with { BypassesCircuit = asksAboutOpen }, ct), root);
        return envelope.Error is { } error ? throw new CarrierException(Note(error)) : envelope;
    }

    private static CarrierException Odd(string what) => new(new CarrierError(CarrierErrorKind.BadReply, what));
}
