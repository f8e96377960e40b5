using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Asks the carrier and reads what it says. Failures leave as <see cref="CarrierException"/>.</summary>
/// <param name="channel">Rate, circuit, log, and the difference between a read and a write.</param>
/// <param name="settings">Which environment, and with which credentials.</param>
/// <param name="asksAboutOpen">True for questions about open orders: they are asked even of a carrier that failed a moment ago.</param>
internal sealed class VoxboneClient(CarrierChannel channel, VoxboneSettings settings, bool asksAboutOpen = false)
{
    /// <summary>Entries per page where the whole list is wanted: carts, orders, numbers delivered. Small pages would only spend requests.</summary>
    public const int ListPageSize = 1000;

    private const int PagesMax = 1000;

    /// <summary>The requests.</summary>
    public VoxboneRequests Requests { get; } = new(settings, asksAboutOpen);

    /// <summary>Our money.</summary>
    public async Task<VoxboneBalance> BalanceAsync(CancellationToken ct) =>
        VoxboneBalance.Read(await ReadAsync(Requests.Balance(), ct)) ?? throw Bad("The reply holds no balance.");

    /// <summary>One page of groups.</summary>
    public Task<VoxbonePage<VoxboneGroup>> GroupsAsync(IEnumerable<(string, string)> criteria, int page, int pageSize, CancellationToken ct) =>
        PageAsync(Requests.Groups(criteria, page, pageSize), "didGroups", VoxboneGroup.Read, pageSize, ct);

    /// <summary>A group by its id; none when the carrier does not list it.</summary>
    public async Task<VoxboneGroup?> GroupAsync(string id, string alpha3, CancellationToken ct)
    {
        var page = await GroupsAsync([("countryCodeA3", alpha3), ("didGroupIds", id), ("showEmpty", "true")], 0, 20, ct);
        return page.Items.FirstOrDefault(group => group.Id == id);
    }

    /// <summary>States of a country; empty where it has none.</summary>
    public async Task<IReadOnlyList<VoxboneState>> StatesAsync(string alpha3, CancellationToken ct)
    {
        var states = new List<VoxboneState>();
        await foreach (var state in AllAsync((page, size) => Requests.States(alpha3, page, size), "states",
                           item => item.Text("stateId") is { } id ? new VoxboneState(id, item.Text("stateCode"), item.Text("stateName")) : null, ct))
            states.Add(state);
        return states;
    }

    /// <summary>Numbers of ours, over all pages. The carrier's filters are hints: the caller compares.</summary>
    public IAsyncEnumerable<VoxboneDid> DidsAsync(CancellationToken ct, params (string Name, string Value)[] criteria) =>
        AllAsync((page, size) => Requests.Dids(criteria, page, size), "dids", VoxboneDid.Read, ct);

    /// <summary>One page of our numbers.</summary>
    public Task<VoxbonePage<VoxboneDid>> DidPageAsync(int page, int pageSize, CancellationToken ct) =>
        PageAsync(Requests.Dids([], page, pageSize), "dids", VoxboneDid.Read, pageSize, ct);

    /// <summary>The number of ours with exactly this text. TRAP: the filter is a pattern, and an ignored one lists the whole account.</summary>
    public async Task<VoxboneDid?> DidByNumberAsync(string e164, CancellationToken ct)
    {
        await foreach (var did in DidsAsync(ct, ("e164Pattern", e164)))
            if (did.E164 == e164) return did;
        return null;
    }

    /// <summary>The number of ours with exactly this id.</summary>
    public async Task<VoxboneDid?> DidByIdAsync(string id, CancellationToken ct)
    {
        await foreach (var did in DidsAsync(ct, ("didIds", id)))
            if (did.Id == id) return did;
        return null;
    }

    /// <summary>All that some orders delivered, in the order of ids.</summary>
    public async Task<IReadOnlyList<VoxboneDid>> DeliveredAsync(IEnumerable<string> references, CancellationToken ct)
    {
        var found = new List<VoxboneDid>();
        foreach (var reference in references)
            await foreach (var did in DidsAsync(ct, ("orderReference", reference)))
                if (did.OrderReference == reference && found.All(other => other.Id != did.Id)) found.Add(did);
        found.Sort((one, other) => (one.Id.Length, one.Id).CompareTo((other.Id.Length, other.Id)));
        return found;
    }

    /// <summary>Carts under our reference. Others' carts never come out, whatever the carrier lists.</summary>
    public async Task<IReadOnlyList<VoxboneCart>> CartsAsync(string reference, CancellationToken ct)
    {
        var carts = new List<VoxboneCart>();
        await foreach (var cart in AllAsync((page, size) => Requests.Carts(reference, null, page, size), "carts", VoxboneCart.Read, ct))
            if (cart.CustomerReference == reference) carts.Add(cart);
        return carts;
    }

    /// <summary>All carts of the account, ours and others'.</summary>
    public IAsyncEnumerable<VoxboneCart> AllCartsAsync(CancellationToken ct) =>
        AllAsync((page, size) => Requests.Carts(null, null, page, size), "carts", VoxboneCart.Read, ct);

    /// <summary>Orders of some days: the carrier's references with ours.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> OrderOwnersAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var owners = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var order in AllAsync((page, size) => Requests.Orders([("dateFrom", Date(from)), ("dateTo", Date(to))], page, size), "orders", VoxboneOrder.Read, ct))
            owners[order.Reference] = order.CustomerReference;
        return owners;
    }

    /// <summary>An order by the carrier's reference; none when it is not listed.</summary>
    public async Task<VoxboneOrder?> OrderAsync(string reference, CancellationToken ct)
    {
        await foreach (var order in AllAsync((page, size) => Requests.Orders([("reference", reference)], page, size), "orders", VoxboneOrder.Read, ct))
            if (order.Reference == reference) return order;
        return null;
    }

    /// <summary>Id of the voice URI with exactly this text; none when there is none.</summary>
    public async Task<string?> VoiceUriAsync(string uri, CancellationToken ct)
    {
        await foreach (var found in AllAsync((page, size) => Requests.VoiceUris(uri, page, size), "voiceUris",
                           item => item.Text("voiceUriId") is { } id ? Tuple.Create(id, item.Text("uri")) : null, ct))
            if (found.Item2 == uri) return found.Item1;
        return null;
    }

    /// <summary>Sends a write once and reads its reply.</summary>
    /// <exception cref="CarrierException">Refused, or (<see cref="CarrierErrorKind.OutcomeUnknown"/>) nobody knows.</exception>
    public async Task<JsonElement> WriteAsync(CarrierCall call, CancellationToken ct)
    {
        var reply = await channel.WriteAsync(call, ct);
        if (VoxboneErrors.Find(reply, settings.Environment) is not { } error) return CarrierJson.Parse(reply);
        // A reply that is no error of theirs does not prove that nothing was done.
        var isProof = reply.Status is >= 400 and <= 499 and not 408 || reply.Status == 509 || reply.IsSuccess && error.Kind != CarrierErrorKind.BadReply;
        throw new CarrierException(isProof ? error : error with { Kind = CarrierErrorKind.OutcomeUnknown });
    }

    /// <summary>Sends the checkout: once, and its reply comes back as it is.</summary>
    public Task<CarrierReply> CheckoutAsync(string cart) => channel.WriteAsync(Requests.Checkout(cart), CancellationToken.None);

    /// <summary>What a reply says is wrong; none when nothing.</summary>
    public CarrierError? ErrorOf(CarrierReply reply) => VoxboneErrors.Find(reply, settings.Environment);

    private async Task<JsonElement> ReadAsync(CarrierCall call, CancellationToken ct)
    {
        var reply = await channel.ReadAsync(call, ct);
        return VoxboneErrors.Find(reply, settings.Environment) is { } error ? throw new CarrierException(error) : CarrierJson.Parse(reply);
    }

    private async Task<VoxbonePage<T>> PageAsync<T>(CarrierCall call, string member, Func<JsonElement, T?> read, int pageSize, CancellationToken ct)
        where T : class
    {
        var reply = await channel.ReadAsync(call, ct);
        if (VoxboneErrors.Find(reply, settings.Environment) is { } error)
            return VoxboneErrors.CodeOf(error) == VoxboneErrors.PageBeyondEnd ? VoxbonePage<T>.End : throw new CarrierException(error);

        var root = CarrierJson.Parse(reply);
        if (root.Member(member) is null && root.Member("resultCount") is null) throw Bad($"The reply has no {member}.");
        var raw = root.Members(member).ToList();
        return new VoxbonePage<T>([.. raw.Select(read).OfType<T>()], root.Long("resultCount"), raw.Count < pageSize);
    }

    private async IAsyncEnumerable<T> AllAsync<T>(
        Func<int, int, CarrierCall> call, string member, Func<JsonElement, T?> read, [EnumeratorCancellation] CancellationToken ct)
        where T : class
    {
        for (var page = 0; page < PagesMax; page++)
        {
            var found = await PageAsync(call(page, ListPageSize), member, read, ListPageSize, ct);
            foreach (var item in found.Items) yield return item;
            if (found.IsLast) yield break;
        }

        throw Bad($"The list of {member} does not end.");
    }

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static CarrierException Bad(string detail) => new(new CarrierError(CarrierErrorKind.BadReply, detail));
}

/// <summary>One page of a list.</summary>
/// <param name="Items">What could be read.</param>
/// <param name="Total">How many the carrier says there are; informational.</param>
/// <param name="IsLast">True when the page was not full, or beyond the end.</param>
internal sealed record VoxbonePage<T>(IReadOnlyList<T> Items, long? Total, bool IsLast)
{
    /// <summary>Beyond the end.</summary>
    public static VoxbonePage<T> End { get; } = new([], null, true);
}
