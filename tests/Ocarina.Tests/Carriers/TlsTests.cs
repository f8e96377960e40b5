using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>Certificates are always verified; an operator may add a root and nothing else (carriers.md 1.3).</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _root = Root("CN=Some authority");
    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-tls-").FullName;

    public enum Fault
    {
        None,
        OtherHost,
        Expired,
        OtherAuthority,
        SelfSigned,
    }

    [Fact]
    public async Task An_authority_that_was_added_is_believed()
    {
        using var lab = new CarrierLab();
        await using var server = await StartAsync(Fault.None);

        var reply = await lab.Open(Named(server), Settings(_root)).ReadAsync(Get(), Ct);

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData(Fault.OtherHost)]
    [InlineData(Fault.Expired)]
    [InlineData(Fault.OtherAuthority)]
    [InlineData(Fault.SelfSigned)]
    public async Task Nobody_else_is_and_nothing_is_sent(Fault fault)
    {
        using var lab = new CarrierLab();
        await using var server = await StartAsync(fault);

        var error = await FailsAsync(() => lab.Open(Named(server), Settings(_root)).WriteAsync(Post(), Ct));
        var unasked = await FailsAsync(() => lab.Open(Named(server), """{"verify":false,"allow_plain_http":true}""").WriteAsync(Post(), Ct));

        Assert.Equal((CarrierErrorKind.Unreachable, "tls"), (error.Kind, error.Detail));
        Assert.Equal(CarrierErrorKind.Unreachable, unasked.Kind);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task Through_a_proxy_a_write_arrives_and_is_seen_once()
    {
        using var lab = new CarrierLab();
        await using var server = await StartAsync(Fault.None);
        await using var proxy = new RawStub(async (stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), ct);
            using var onward = new System.Net.Sockets.TcpClient();
            await onward.ConnectAsync("127.0.0.1", server.Address.Port, ct);
            await Task.WhenAny(stream.CopyToAsync(onward.GetStream(), ct), onward.GetStream().CopyToAsync(stream, ct));
        });
        var settings = Settings(_root).Replace("{", $$"""{"proxy_url":"{{proxy.Address}}",""", StringComparison.Ordinal);

        var reply = await lab.Open(Named(server), settings).WriteAsync(Post(), Ct);

        Assert.Equal(200, reply.Status);
        Assert.StartsWith("CONNECT localhost:", Assert.Single(proxy.Seen), StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Fact]
    public void A_bundle_that_is_none_is_a_fault_of_the_settings()
    {
        using var lab = new CarrierLab();
        var empty = Path.Combine(_folder, "empty.pem");
        File.WriteAllText(empty, "nothing");

        Assert.All([empty, Path.Combine(_folder, "absent.pem")], file =>
        {
            var error = Assert.Throws<CarrierException>(() => lab.Open(new Uri("https://localhost/"), $$"""{"ca_bundle":"{{file}}"}""")).Error;
            Assert.Equal(CarrierErrorKind.InvalidConfig, error.Kind);
        });
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Uri Named(CarrierStub server) => new($"https://localhost:{server.Address.Port}/");

    private string Settings(X509Certificate2 root)
    {
        var file = Path.Combine(_folder, "root.pem");
        File.WriteAllText(file, root.ExportCertificatePem());
        return $$"""{"ca_bundle":"{{file}}"}""";
    }

    private Task<CarrierStub> StartAsync(Fault fault)
    {
        var certificate = Leaf(fault);
        return CarrierStub.StartAsync((context, _) => CarrierStub.SayAsync(context, 200, "<a/>"), listen => listen.UseHttps(certificate));
    }

    private X509Certificate2 Leaf(Fault fault)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=carrier", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(fault == Fault.OtherHost ? "elsewhere.example" : "localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = DateTimeOffset.UtcNow;
        var (from, to) = fault == Fault.Expired ? (now.AddDays(-20), now.AddDays(-10)) : (now.AddDays(-1), now.AddDays(10));
        if (fault == Fault.SelfSigned)
        {
            using var own = request.CreateSelfSigned(from, to);
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        }

        using var other = Root("CN=Another authority");
        using var issued = request.Create(fault == Fault.OtherAuthority ? other : _root, from, to, [1, 2, 3, 4]);
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    private static X509Certificate2 Root(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(root.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
