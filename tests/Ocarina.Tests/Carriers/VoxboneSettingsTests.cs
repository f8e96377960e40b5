using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Voxbone;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>The document of the carrier: three environments, two ways to prove who one is, older names of keys (carriers.md 5.1, 5.2).</summary>
public sealed class VoxboneSettingsTests
{
    private const string User = "\"username\":\"a\",\"password\":\"b\"";

    [Theory]
    [InlineData($$"""{"environment":"production",{{User}}}""", "https://api.voxbone.com/ws-voxbone/services/rest/", "Authorization")]
    [InlineData($$"""{"environment":"sandbox",{{User}}}""", "https://sandbox.voxbone.com/ws-voxbone/services/rest/", "Authorization")]
    [InlineData("""{"environment":"beta","api_key":"k"}""", "https://beta.voxbone.com/ws-voxbone/services/rest/", "apikey")]
    [InlineData($$"""{"environment":"beta","api_key":"k",{{User}}}""", "https://beta.voxbone.com/ws-voxbone/services/rest/", "apikey")]
    [InlineData("""{"environment":"production","api_key":"k"}""", "https://api.voxbone.com/v1/", "apikey")]
    [InlineData("""{"environment":"sandbox","api_key":"k"}""", "https://api.sandbox.voxbone.com/v1/", "apikey")]
    [InlineData($$"""{"environment":"sandbox","api_key":"k",{{User}}}""", "https://sandbox.voxbone.com/ws-voxbone/services/rest/", "Authorization")]
    [InlineData($$"""{"environment":"sandbox","api_key":"k",{{User}},"auth_scheme":"apikey"}""", "https://api.sandbox.voxbone.com/v1/", "apikey")]
    [InlineData($$"""{"environment":"production",{{User}},"base_url":"https://example.net/v1"}""", "https://example.net/v1/", "Authorization")]
    public void The_environment_chooses_the_address_and_what_is_set_chooses_the_credentials(string document, string address, string header)
    {
        var (settings, missing) = Read(document);

        Assert.Null(missing);
        Assert.Equal((address, header), (settings!.Address.ToString(), settings.Credentials().Key));
    }

    [Theory]
    [InlineData($$"""{"environment":"production | sandbox | beta",{{User}}}""", "environment")]
    [InlineData($$"""{"environment":"Production",{{User}}}""", "environment")]
    [InlineData($$"""{"environment":"",{{User}}}""", "environment")]
    [InlineData("""{"environment":"sandbox"}""", "username")]
    [InlineData("""{"environment":"sandbox","username":"a"}""", "password")]
    [InlineData($$"""{"environment":"beta",{{User}}}""", "api_key")]
    [InlineData("""{"environment":"beta","api_key":"two words"}""", "api_key")]
    [InlineData($$"""{"environment":"sandbox",{{User}},"auth_scheme":"digest"}""", "auth_scheme")]
    [InlineData($$"""{"environment":"sandbox",{{User}},"base_url":"ftp://example.net"}""", "base_url")]
    [InlineData($$"""{"environment":"sandbox",{{User}},"base_url":"https://a:b@example.net"}""", "base_url")]
    public void What_cannot_be_used_is_named(string document, string key) => Assert.Equal(key, Read(document).MissingKey);

    [Fact]
    public void The_older_names_are_read_and_the_newer_ones_win()
    {
        var (old, _) = Read("""{"environment":"sandbox","api_username":"u","api_password":"p","max_page_size":7}""");
        var (both, _) = Read("""{"environment":"sandbox","api_username":"u","username":"v","api_password":"p","password":"q","page_size":"9","max_page_size":7}""");

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("u:p")), old!.Credentials().Value);
        Assert.Equal(7, old.PageSize);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("v:q")), both!.Credentials().Value);
        Assert.Equal(9, both.PageSize);
    }

    [Fact]
    public void Addresses_may_differ_by_country()
    {
        var (settings, _) = Read($$$"""{"environment":"sandbox",{{{User}}},"regulation_address_id":{"NL":12,"BEL":13}}""");
        var (one, _) = Read($$"""{"environment":"sandbox",{{User}},"regulation_address_id":"77"}""");

        Assert.Equal(("12", "13", null), (settings!.AddressFor("NLD"), settings.AddressFor("BEL"), settings.AddressFor("FRA")));
        Assert.Equal("77", one!.AddressFor("FRA"));
    }

    [Fact]
    public async Task A_carrier_that_is_not_configured_asks_nobody()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["environment"] = "production | sandbox | beta";

        var found = await bench.FindAsync("+1205");
        var bought = Assert.IsType<CarrierOutcome.Refused>(await bench.AcquireAsync(bench.Buy("+12055551234")));
        var health = await bench.Carrier.HealthAsync(bench.Context(), CancellationToken.None);

        Assert.All([found.Error, bought.Error, health], error => Assert.Equal(CarrierErrorKind.NotConfigured, error!.Kind));
        Assert.Contains("environment", found.Error!.Detail, StringComparison.Ordinal);
        Assert.Empty(stub.Seen);
    }

    private static (VoxboneSettings? Settings, string? MissingKey) Read(string document) =>
        VoxboneSettings.Read(new CarrierSettings((JsonObject)JsonNode.Parse(document)!));
}
