using System.Runtime.CompilerServices;
using System.Text.Json;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<OrderDocument> OrdersAsync(
        string account, OrderFilter filter, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ApiPath.Query($"{ApiPath.Account(account)}/orders", filter.Parameters()), pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.OrderDocument);
        }
    }

    /// <inheritdoc/>
    public async Task<OrderDocument> GetOrderAsync(string account, string order, CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Get, Order(account, order), null, ct)).Data, WireJson.Default.OrderDocument);

    /// <inheritdoc/>
    public Task<OrderDocument> SettleOrderAsync(string account, string order, CancellationToken ct) => ActAsync(account, order, ct, ("action", "settle"));

    /// <inheritdoc/>
    public Task<OrderDocument> AdoptOrderAsync(string account, string order, string owner, CancellationToken ct) =>
        ActAsync(account, order, ct, ("action", "adopt"), ("account_id", owner));

    /// <inheritdoc/>
    public Task<OrderDocument> ReleaseOrderAsync(string account, string order, bool byHand, CancellationToken ct) =>
        ActAsync(account, order, ct, ("action", "release"), ("by_hand", byHand ? "true" : null));

    /// <inheritdoc/>
    public async Task<string> RunCommandAsync(string module, IReadOnlyList<string> words, CancellationToken ct)
    {
        var path = string.Join('/', words.Prepend(module).Select(word => ApiPath.Segment(word, "a word of a command")));
        var data = (await SendAsync(HttpMethod.Get, $"sup/{path}", null, ct)).Data;
        return data.ValueKind == JsonValueKind.String && data.GetString() is { } text ? text : throw new OcarinaProtocolException("The reply holds no text.");
    }

    private async Task<OrderDocument> ActAsync(string account, string order, CancellationToken ct, params (string Name, string? Value)[] members) =>
        Read((await SendAsync(HttpMethod.Post, Order(account, order), RequestBody.Members(false, members), ct)).Data, WireJson.Default.OrderDocument);

    private static string Order(string account, string order) => $"{ApiPath.Account(account)}/orders/{ApiPath.Segment(order, "an order")}";
}
