using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Finds orders at the carrier by our reference.</summary>
internal sealed class VoxboneOrders(VoxboneClient client, OrderKey key, TimeProvider clock)
{
    // A day on each side: the carrier does not say in which time zone its dates are.
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    /// <summary>References of all orders that carry our key; nearly always none or one.</summary>
    /// <param name="sentAt">When the checkout went out; none means now.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<string>> FindAsync(DateTimeOffset? sentAt, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var found = new List<string>();
        await foreach (var order in client.OrdersAsync((sentAt ?? now) - Margin, now + Margin, ct))
            if (order.CustomerReference == key.ToString() && !found.Contains(order.Reference)) found.Add(order.Reference);
        return found;
    }
}
