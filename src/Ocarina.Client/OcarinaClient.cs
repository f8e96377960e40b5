using System.Net.Http.Headers;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

/// <summary>The typed client over HTTP. Logs in when it must, and once more when the server says that the token has ended.</summary>
public sealed partial class OcarinaClient : INumbersClient, IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private static readonly MediaTypeHeaderValue CsvType = new("text/csv");

    private readonly HttpClient _http;
    private readonly OcarinaClientOptions _options;
    private readonly Uri _base;
    private readonly SemaphoreSlim _oneLogin = new(1, 1);
    private volatile string? _token;

    /// <summary>A client of one server.</summary>
    /// <param name="http">Not disposed here. Its own time-out should be infinite: <see cref="OcarinaClientOptions.Timeout"/> also covers streams.</param>
    /// <param name="options">Where the server is, and who asks.</param>
    public OcarinaClient(HttpClient http, OcarinaClientOptions options)
    {
        _http = http;
        _options = options;
        _base = BaseOf(options.Server);
        _token = options.Token;
    }

    /// <inheritdoc/>
    public string? Token => _token;

    /// <inheritdoc/>
    public async Task<LoginReply> LoginAsync(CancellationToken ct)
    {
        await _oneLogin.WaitAsync(ct);
        try
        {
            return await LoginOnceAsync(ct);
        }
        finally
        {
            _oneLogin.Release();
        }
    }

    /// <inheritdoc/>
    public async Task LogoutAsync(CancellationToken ct)
    {
        await SendAsync(HttpMethod.Delete, "token_auth", null, ct);
        _token = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _oneLogin.Dispose();

    private async Task<LoginReply> LoginOnceAsync(CancellationToken ct)
    {
        var (path, body) = _options.Credentials switch
        {
            OcarinaCredentials.KeyCredentials key => ("api_auth", RequestBody.Members(false, ("api_key", key.Key))),
            OcarinaCredentials.UserCredentials user => ("user_auth", RequestBody.Members(
                false,
                ("credentials", user.Credential),
                (user.Account.Contains('.', StringComparison.Ordinal) ? "account_realm" : "account_name", user.Account),
                ("method", "md5"))),
            _ => throw new InvalidOperationException("There is nothing to log in with."),
        };

        using var patience = new Patience(_options.Timeout, _options.Clock, ct);
        using var response = await ExchangeAsync(HttpMethod.Put, path, body, JsonType, token: null, patience);
        var reply = await ReadLoginAsync(response, patience);
        _token = reply.AuthToken ?? throw new OcarinaProtocolException("The server accepted the login but gave no token.");
        return WireJson.Read(reply.Data, WireJson.Default.LoginReply);
    }

    private static async Task<Envelope> ReadLoginAsync(HttpResponseMessage response, Patience patience)
    {
        try
        {
            return await ReadAsync(response, patience);
        }
        catch (OcarinaApiException e)
        {
            throw new OcarinaApiException(e.Status, e.Error, e.Detail, e.RequestId, isLogin: true);
        }
    }

    /// <summary>The token for the next call; <paramref name="ended"/> is the one that was refused, and is never given again.</summary>
    private async Task<string?> TokenAsync(string? ended, CancellationToken ct)
    {
        if (_token is { } current && current != ended) return current;
        if (_options.Credentials is null) return _token;

        await _oneLogin.WaitAsync(ct);
        try
        {
            // Another call may have renewed it while this one waited.
            if (_token is { } renewed && renewed != ended) return renewed;
            await LoginOnceAsync(ct);
            return _token;
        }
        finally
        {
            _oneLogin.Release();
        }
    }

    private Task<Envelope> SendAsync(HttpMethod verb, string path, byte[]? body, CancellationToken ct, string? key = null) =>
        SendAsync(verb, path, body, _options.Timeout, ct, key);

    /// <summary>Sends a call and reads its reply. What changes something carries a key, and is repeated under it when the connection broke or an earlier try still runs.</summary>
    private async Task<Envelope> SendAsync(HttpMethod verb, string path, byte[]? body, TimeSpan silenceMax, CancellationToken ct, string? key = null)
    {
        if (verb == HttpMethod.Get) return await SendOnceAsync(verb, path, body, silenceMax, key: null, ct);

        key ??= CallOptions.NewKey();
        for (var repeats = new Repeats(_options.Clock, silenceMax); ;)
        {
            TimeSpan pause;
            try
            {
                return await SendOnceAsync(verb, path, body, silenceMax, key, ct);
            }
            catch (Exception e) when (repeats.MayFollow(e, out pause))
            {
                // Under the same key the server carries it out once, however often it comes.
            }

            await Task.Delay(pause, _options.Clock, ct);
        }
    }

    private async Task<Envelope> SendOnceAsync(HttpMethod verb, string path, byte[]? body, TimeSpan silenceMax, string? key, CancellationToken ct)
    {
        using var patience = new Patience(silenceMax, _options.Clock, ct);
        using var response = await OpenAsync(verb, path, body, JsonType, patience, ct, key);
        return await ReadAsync(response, patience);
    }

    /// <summary>Sends, and sends once more with a fresh token when the first was refused. The body stays unread.</summary>
    private async Task<HttpResponseMessage> OpenAsync(
        HttpMethod verb, string path, byte[]? body, MediaTypeHeaderValue type, Patience patience, CancellationToken ct, string? key = null)
    {
        var token = await TokenAsync(ended: null, ct);
        var response = await ExchangeAsync(verb, path, body, type, token, patience, key);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized || _options.Credentials is null) return response;

        response.Dispose();
        token = await TokenAsync(ended: token, ct);
        patience.Renew();
        return await ExchangeAsync(verb, path, body, type, token, patience, key);
    }

    private Task<HttpResponseMessage> ExchangeAsync(
        HttpMethod verb, string path, byte[]? body, MediaTypeHeaderValue type, string? token, Patience patience, string? key = null) => patience.GuardAsync(async ct =>
        {
            using var request = new HttpRequestMessage(verb, new Uri(_base, path));
            if (token is not null) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
            if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = type } };
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        });

    private static async Task<Envelope> ReadAsync(HttpResponseMessage response, Patience patience)
    {
        var body = await patience.GuardAsync(ct => response.Content.ReadAsByteArrayAsync(ct));
        var requestId = response.Headers.TryGetValues("X-Request-ID", out var ids) ? ids.FirstOrDefault() : null;
        return Envelope.Read((int)response.StatusCode, body, requestId);
    }

    private static Uri BaseOf(Uri server)
    {
        var text = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (text.EndsWith("/v2", StringComparison.Ordinal)) text = text[..^3];
        return new Uri($"{text}/v2/");
    }
}
