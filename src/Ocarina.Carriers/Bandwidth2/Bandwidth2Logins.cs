using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Tokens of OAuth2 (carriers.md 4.1): kept in memory only, fetched by one call while the others wait, renewed when a fifth of their life is left.</summary>
/// <param name="clock">Monotonic, for their age.</param>
internal sealed class Bandwidth2Logins(TimeProvider clock)
{
    /// <summary>After a refused login nobody tries again for so long: the carrier locks accounts that guess.</summary>
    internal static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(31);

    private const double UsedShare = 0.8;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, Login> _logins = new(StringComparer.Ordinal);

    /// <summary>A token that is good for a while.</summary>
    /// <exception cref="CarrierException">None could be had. The request it was for was not sent.</exception>
    internal async Task<string> TokenAsync(CarrierHttp http, CarrierContext context, Bandwidth2Settings settings, CancellationToken ct)
    {
        var login = _logins.GetOrAdd(KeyOf(settings), _ => new Login());
        if (login.Token is { } known && !IsOver(known.From, known.Life)) return known.Text;

        await login.Turn.WaitAsync(ct);
        try
        {
            if (login.Token is { } fresh && !IsOver(fresh.From, fresh.Life)) return fresh.Text;
            if (login.Refused is { } refused && !IsOver(refused.From, RefusedPause)) throw new CarrierException(refused.Error);
            var token = await FetchAsync(http, context, settings, login, ct);
            (login.Token, login.Refused) = (token, null);
            return token.Text;
        }
        finally
        {
            login.Turn.Release();
        }
    }

    /// <summary>Drops a token that the carrier no longer takes. One that was renewed meanwhile stays.</summary>
    internal void Forget(Bandwidth2Settings settings, string token)
    {
        if (_logins.TryGetValue(KeyOf(settings), out var login) && login.Token?.Text == token) login.Token = null;
    }

    private async Task<Token> FetchAsync(CarrierHttp http, CarrierContext context, Bandwidth2Settings settings, Login login, CancellationToken ct)
    {
        var channel = http.Open(Bandwidth2Carrier.CarrierName, context,
            new ChannelOptions(settings.TokenAddress) { LimitScope = "bandwidth2 tokens", RatePerSecond = 1, DebugFile = "/tmp/bandwidth.log", Circuit = "login" });
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.ClientId}:{settings.ClientSecret}"));
        var call = new CarrierCall(HttpMethod.Post, settings.TokenAddress, "login")
        {
            Body = "grant_type=client_credentials"u8.ToArray(), ContentType = "application/x-www-form-urlencoded", Accept = "application/json",
            Headers = [new("Authorization", $"Basic {pair}")], MayHaveOldLogin = true,
        };
        var asked = clock.GetTimestamp();
        // A read in the chassis' sense: it may be repeated, and no order hangs on it.
        var reply = await channel.ReadAsync(call, ct);
        if (!reply.IsSuccess)
        {
            var error = HttpErrors.Of(reply, $"Login refused: HTTP {reply.Status}");
            // 400 and 403 are what such servers say to a wrong secret, too.
            if (reply.Status is 400 or 401 or 403) login.Refused = new(error = error with { Kind = CarrierErrorKind.Unauthenticated }, asked);
            throw new CarrierException(error);
        }

        var root = CarrierJson.Parse(reply);
        var text = root.Text("access_token") ?? throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The login answered no token"));
        var life = root.Long("expires_in") is { } seconds and > 0 and < 1_000_000 ? TimeSpan.FromSeconds(seconds) : DefaultLife;
        return new Token(text, asked, life * UsedShare);
    }

    private bool IsOver(long from, TimeSpan life) => clock.GetElapsedTime(from) >= life;

    // The secret is part of the key: a corrected one must not wait for the wrong one's pause.
    private static string KeyOf(Bandwidth2Settings settings) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.TokenAddress}\n{settings.ClientId}\n{settings.ClientSecret}")));

    private sealed record Token(string Text, long From, TimeSpan Life);

    private sealed record Refusal(CarrierError Error, long From);

    private sealed class Login
    {
        internal SemaphoreSlim Turn { get; } = new(1);

        internal volatile Token? Token;

        internal Refusal? Refused { get; set; }
    }
}
