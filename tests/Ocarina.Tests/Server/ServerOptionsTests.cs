using System.Net;
using Ocarina.Server.Hosting;
using Xunit;

namespace Ocarina.Tests.Server;

public sealed class ServerOptionsTests
{
    private static ServerOptions Read(string[] arguments, params (string Name, string Value)[] environment) =>
        ServerOptions.Read(arguments, name => environment.FirstOrDefault(pair => pair.Name == name).Value);

    [Fact]
    public void Without_anything_it_listens_on_this_machine_only()
    {
        var options = Read([]);

        Assert.Equal((8000, IPAddress.Loopback, true), (options.Port, options.Listen, options.HasDemo));
        Assert.EndsWith("/data/ocarina.db", options.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        var options = Read(
            ["--port", "9000", "--listen=0.0.0.0", "--data", "/x", "--no-demo"],
            ("OCARINA_PORT", "1"), ("OCARINA_LISTEN", "::1"), ("OCARINA_DATABASE", "Host=db"), ("OCARINA_ADMIN_PASSWORD", "p"));

        Assert.Equal((9000, IPAddress.Any, "/x", false), (options.Port, options.Listen, options.DataFolder, options.HasDemo));
        Assert.Equal(("Host=db", "p"), (options.ConnectionString, options.AdminPassword));
    }

    [Fact]
    public void Proxies_are_named_one_by_one_or_as_networks()
    {
        Assert.Equal(["10.0.0.0/8", "127.0.0.1/32"], Read(["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=127.0.0.1"]).TrustedProxies.Select(net => net.ToString()));
        Assert.Equal(["192.0.2.1/32", "::1/128"], Read([], ("OCARINA_TRUSTED_PROXIES", "192.0.2.1, ::1")).TrustedProxies.Select(net => net.ToString()));
    }

    [Fact]
    public void Plug_ins_lie_in_the_data_folder_unless_it_says_otherwise()
    {
        Assert.Equal("/x/plugins", Read(["--data", "/x"]).PlugInFolder);
        Assert.Equal("/y", Read(["--data", "/x"], ("OCARINA_PLUGINS", "/y")).PlugInFolder);
        Assert.Equal("/z", Read(["--plugins", "/z"], ("OCARINA_PLUGINS", "/y")).PlugInFolder);
    }

    [Theory]
    [InlineData("--port", "many")]
    [InlineData("--port", "70000")]
    [InlineData("--listen", "here")]
    [InlineData("--data")]
    [InlineData("--trusted-proxy", "10.0.0.0/99")]
    [InlineData("--what")]
    [InlineData("file")]
    public void What_is_misspelt_is_named(params string[] arguments) =>
        Assert.Contains(arguments[0], Assert.Throws<ServerOptionsException>(() => Read(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_api_key_of_the_wrong_form_stops_the_start() =>
        Assert.Throws<ServerOptionsException>(() => Read([], ("OCARINA_API_KEY", "abc")));
}
