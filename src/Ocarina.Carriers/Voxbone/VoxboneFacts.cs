using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>A state as the carrier lists it.</summary>
internal sealed record VoxboneState(string Id, string? Code, string? Name);

/// <summary>Look-ups of one call that are kept for later calls too: the account's currency, states of countries, ids of voice URIs.</summary>
internal sealed class VoxboneFacts(VoxboneClient client, VoxboneSettings settings, VoxboneCache cache, TimeProvider clock)
{
    private static readonly TimeSpan CurrencyLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan StatesLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan VoiceUriLife = TimeSpan.FromHours(1);

    /// <summary>How far back the shared list of orders goes.</summary>
    public static readonly TimeSpan RecentOrders = TimeSpan.FromDays(1);

    /// <summary>A day on each side of a time: the carrier does not say in which time zone its dates are.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    // Accounts never see each other's; the credentials themselves are not kept.
    private readonly string _scope = $"{settings.Address} {settings.Credentials().Value.GetHashCode(StringComparison.Ordinal)}";
    private readonly Dictionary<string, IReadOnlyList<VoxboneState>> _states = [];

    /// <summary>Currency of all prices; none when the carrier does not say.</summary>
    public Task<string?> CurrencyAsync(CancellationToken ct) =>
        cache.GetAsync($"{_scope} currency", CurrencyLife, async () => (await client.BalanceAsync(ct)).Currency);

    /// <summary>Keeps the currency of a balance that was read anyway.</summary>
    public void Saw(VoxboneBalance balance) => cache.Keep($"{_scope} currency", balance.Currency);

    /// <summary>Code of a state; none when it cannot be said, which never costs a result.</summary>
    public async Task<string?> StateCodeAsync(string? alpha3, string? stateId, CancellationToken ct)
    {
        if (alpha3 is null || stateId is null) return null;
        if (!_states.TryGetValue(alpha3, out var states))
        {
            try
            {
                states = await StatesAsync(alpha3, ct);
            }
            catch (CarrierException)
            {
                states = []; // for this call: the next one asks again
            }

            _states[alpha3] = states;
        }

        return states.FirstOrDefault(state => state.Id == stateId)?.Code;
    }

    /// <summary>Id of a state by its code or name; none when the country has no such state.</summary>
    public async Task<string?> StateIdAsync(string alpha3, string state, CancellationToken ct)
    {
        var wanted = state.Trim();
        var states = _states[alpha3] = await StatesAsync(alpha3, ct);
        return (states.FirstOrDefault(one => Is(one.Code)) ?? states.FirstOrDefault(one => Is(one.Name)))?.Id;

        bool Is(string? text) => string.Equals(text, wanted, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Id of a voice URI: as kept, else asked for.</summary>
    public Task<string> VoiceUriAsync(string uri, Func<Task<string>> ask) => cache.GetAsync(VoiceKey(uri), VoiceUriLife, ask);

    /// <summary>Forgets a voice URI that the carrier does not know any more.</summary>
    public void ForgetVoiceUri(string uri) => cache.Forget(VoiceKey(uri));

    /// <summary>The orders of the last days, as the carrier lists them now or a moment ago: one list answers everybody who asks at the same time.</summary>
    /// <param name="moment">How old the list may be.</param>
    /// <param name="ct">Cancels the waiting.</param>
    public Task<IReadOnlyDictionary<string, string?>> RecentOrdersAsync(TimeSpan moment, CancellationToken ct) =>
        cache.ShareAsync($"{_scope} orders", moment, async () =>
        {
            var now = clock.GetUtcNow();
            return await client.OrderOwnersAsync(now - RecentOrders - Margin, now + Margin, CancellationToken.None);
        }, ct);

    private Task<IReadOnlyList<VoxboneState>> StatesAsync(string alpha3, CancellationToken ct) =>
        cache.GetAsync($"{_scope} states {alpha3}", StatesLife, () => client.StatesAsync(alpha3, ct));

    private string VoiceKey(string uri) => $"{_scope} voice {uri}";
}
