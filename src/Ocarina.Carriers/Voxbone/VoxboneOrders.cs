namespace Ocarina.Carriers.Voxbone;

/// <summary>Finds orders at the carrier by our reference.</summary>
internal sealed class VoxboneOrders(VoxboneCall call)
{
    // Part of the time that lists may lag: a list that was asked for so little before is as good as a new one.
    private const int Moments = 8;

    /// <summary>References of all orders that carry our key; nearly always none or one.</summary>
    /// <param name="sentAt">When the checkout went out; none means now.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<string>> FindAsync(DateTimeOffset? sentAt, CancellationToken ct)
    {
        var lag = call.Context.Settings.RecoverLag;
        var age = call.Age(sentAt) ?? TimeSpan.Zero;
        // Many orders are asked about at a time after an outage, and requests are few. A list from before the checkout, or from before lists had to know of it, is none.
        var sinceUseful = age < lag ? age : age - lag;
        var moment = TimeSpan.FromTicks(Math.Clamp(sinceUseful.Ticks, 0, (lag / Moments).Ticks));
        var owners = age < VoxboneFacts.RecentOrders
            ? await call.Facts.RecentOrdersAsync(moment, ct)
            : await call.Client.OrderOwnersAsync(sentAt!.Value - VoxboneFacts.Margin, call.Context.Clock.GetUtcNow() + VoxboneFacts.Margin, ct); // it has an age
        var key = call.Order.Key.ToString();
        return [.. owners.Where(pair => pair.Value == key).Select(pair => pair.Key)];
    }
}
