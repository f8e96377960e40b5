using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>All that one call about one order works with.</summary>
internal sealed record VoxboneCall(VoxboneClient Client, VoxboneSettings Settings, VoxboneFacts Facts, CarrierOrder Order, CarrierContext Context)
{
    /// <summary>The carts of the order.</summary>
    public VoxboneCarts Carts() => new(Client, Order.Key, Context.Settings.OrderNamePrefix);

    /// <summary>The order at the carrier.</summary>
    public VoxboneOrders Orders() => new(this);

    /// <summary>Time since an order went out; none when it did not.</summary>
    public TimeSpan? Age(DateTimeOffset? sentAt) => sentAt is { } sent ? Context.Clock.GetUtcNow() - sent : null;
}
