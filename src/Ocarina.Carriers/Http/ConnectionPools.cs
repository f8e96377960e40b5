using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Connections, kept per carrier, address and all that decides how they are made.</summary>
internal sealed class ConnectionPools : IDisposable
{
    private const int CountMax = 64;
    private const int DefaultConnectTimeoutMs = 5000;
    private const int DefaultInFlight = 8;

    private readonly ConcurrentDictionary<PoolKey, Lazy<HttpMessageInvoker>> _pools = new();

    public HttpMessageInvoker For(CarrierName carrier, ChannelOptions options, CarrierSettings settings)
    {
        var bundle = settings.Text("ca_bundle");
        var key = new PoolKey(
            carrier, options.BaseAddress.GetLeftPart(UriPartial.Authority), ProxyOf(settings), bundle, bundle is null ? default : ChangedAt(bundle),
            settings.WholeNumber("connect_timeout_ms", DefaultConnectTimeoutMs, 100, 60_000),
            options.Connections ?? settings.WholeNumber("max_in_flight", DefaultInFlight, 1, 64));

        // Pools of settings of long ago: what is in flight on them ends by itself, their connections close when idle.
        if (_pools.Count > CountMax) _pools.Clear();
        return _pools.GetOrAdd(key, static made => new Lazy<HttpMessageInvoker>(() => Make(made))).Value;
    }

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
            if (pool.IsValueCreated) pool.Value.Dispose();
    }

    private static HttpMessageInvoker Make(PoolKey key)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromMilliseconds(key.ConnectTimeoutMs),
            MaxConnectionsPerServer = key.Connections,
            MaxResponseHeadersLength = 64, // KiB
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that a changed name is looked up again
            Proxy = key.Proxy is null ? null : new WebProxy(key.Proxy),
            UseProxy = key.Proxy is not null,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
            PlaintextStreamFilter = static (connection, _) => ValueTask.FromResult(
                // What opens a tunnel through a proxy is not yet the request.
                connection.InitialRequestMessage.Method == HttpMethod.Connect ? connection.PlaintextStream : new WireStream(connection.PlaintextStream)),
        };
        if (key.Bundle is not null)
        {
            var roots = Load(key.Bundle);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, roots);
        }

        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>What the system trusts, and beside it what leads to a root of the bundle. Another name is never right, nor is another purpose or date.</summary>
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // as for the system's roots
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1")); // server authentication
        if (presented is not null)
            foreach (var element in presented.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }

    private static X509Certificate2Collection Load(string path)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(path);
            return roots.Count > 0 ? roots : throw Unusable(path, null);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(path, broken);
        }
    }

    private static DateTime ChangedAt(string path) => File.Exists(path) ? File.GetLastWriteTimeUtc(path) : throw Unusable(path, null);

    private static CarrierException Unusable(string path, Exception? inner) =>
        new(new CarrierError(CarrierErrorKind.InvalidConfig, $"ca_bundle: {path} cannot be read as certificates"), inner);

    private static string? ProxyOf(CarrierSettings settings)
    {
        if (settings.Text("proxy_url") is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? text
            : throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidConfig, "proxy_url: This is no http(s) address"));
    }

    private sealed record PoolKey(CarrierName Carrier, string Origin, string? Proxy, string? Bundle, DateTime BundleChanged, int ConnectTimeoutMs, int Connections);
}
