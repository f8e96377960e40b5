using System.Runtime.CompilerServices;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DeliveryDocument> DeliveriesAsync(
        string? state, string? kind, string? number, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ApiPath.Query("outbox", ("state", state), ("kind", kind), ("number", number)), pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.DeliveryDocument);
        }
    }

    /// <inheritdoc/>
    public async Task<DeliveryDocument> GetDeliveryAsync(string delivery, CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Get, Delivery(delivery), null, ct)).Data, WireJson.Default.DeliveryDocument);

    /// <inheritdoc/>
    public async Task<DeliveryDocument> RepeatDeliveryAsync(string delivery, CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Post, $"{Delivery(delivery)}/repeat", null, ct)).Data, WireJson.Default.DeliveryDocument);

    private static string Delivery(string delivery) => $"outbox/{ApiPath.Segment(delivery, "a delivery")}";
}
