using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ocarina.Sandbox;

/// <summary>An authority made for one run, and the certificates it may show: a good one and the bad ones a careful client refuses.</summary>
internal sealed class Authority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly Dictionary<string, X509Certificate2> _certificates;
    private volatile X509Certificate2 _shown;

    /// <summary>Makes the keys.</summary>
    public Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Ocarina sandbox authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = DateTimeOffset.UtcNow;
        _root = request.CreateSelfSigned(now.AddDays(-30), now.AddYears(1));
        _certificates = new(StringComparer.Ordinal)
        {
            ["good"] = Issue("localhost", now.AddDays(-1), now.AddDays(90)),
            ["expired"] = Issue("localhost", now.AddDays(-20), now.AddDays(-10)),
            ["wrong_host"] = Issue("elsewhere.example", now.AddDays(-1), now.AddDays(90)),
            ["self_signed"] = Issue("localhost", now.AddDays(-1), now.AddDays(90), selfSigned: true),
        };
        _shown = _certificates["good"];
    }

    /// <summary>What a client must trust.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>The certificate new connections get.</summary>
    public X509Certificate2 Shown => _shown;

    /// <summary>Swaps the certificate: <c>good</c>, <c>expired</c>, <c>wrong_host</c> or <c>self_signed</c>. False: no such word.</summary>
    public bool Show(string which)
    {
        if (!_certificates.TryGetValue(which, out var certificate)) return false;
        _shown = certificate;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var certificate in _certificates.Values) certificate.Dispose();
        _root.Dispose();
    }

    private X509Certificate2 Issue(string host, DateTimeOffset from, DateTimeOffset to, bool selfSigned = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        if (host == "localhost") names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (selfSigned) return request.CreateSelfSigned(from, to);

        using var issued = request.Create(_root, from, to, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
