using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Ocarina.Conformance.Wire;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Encryption.</content>
public abstract partial class CarrierConformance
{
    private static readonly string[] Switches = ["verify", "verify_peer", "ssl_verify", "tls_verify", "verify_tls", "check_certificate"];

    /// <summary>C06: a certificate of another name, date or authority is refused, and no setting changes that.</summary>
    [Theory]
    [InlineData("unknown authority", false)]
    [InlineData("good", true)]
    [InlineData("expired", false)]
    [InlineData("other name", false)]
    public async Task C06_Only_a_right_certificate_is_taken(string kind, bool isTaken)
    {
        using var authority = new Authority();
        using var stranger = new Authority();
        using var certificate = kind switch
        {
            "unknown authority" => stranger.Issue("127.0.0.1", -1, 1),
            "expired" => authority.Issue("127.0.0.1", -3, -2),
            "other name" => authority.Issue("127.0.0.2", -1, 1),
            _ => authority.Issue("127.0.0.1", -1, 1),
        };
        var visits = 0;
        var (app, address) = await LocalServer.StartAsync(
            http =>
            {
                Interlocked.Increment(ref visits);
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            },
            Row.Ct, listen => listen.UseHttps(certificate));
        var bundle = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(bundle, authority.Pem, Row.Ct);
            var settings = Lab.Stub.SettingsFor(new UriBuilder(address) { Host = "127.0.0.1" }.Uri);
            settings["ca_bundle"] = bundle;
            foreach (var name in Switches) settings[name] = false;

            var reply = await Lab.FindAsync(Lab.Context(settings));

            Assert.Equal(isTaken ? CarrierErrorKind.Unauthorized : CarrierErrorKind.Unreachable, reply.Error?.Kind);
            Assert.Equal(isTaken, visits > 0);
        }
        finally
        {
            File.Delete(bundle);
            await app.DisposeAsync();
        }
    }
}
