using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>Operators' commands over HTTP (http-api.md 10.1).</summary>
public sealed class SupApiTests : IAsyncLifetime
{
    private TestServer _server = null!; // set before any test runs

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(DatabaseKind.Sqlite, replace: services => services.AddSingleton<ICarriers>(new Modules(new Talker())));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("knm_talker")]
    [InlineData("wnm_talker")]
    [InlineData("talker")]
    [InlineData("talker_maintenance")]
    public async Task A_command_answers_all_that_it_printed(string module)
    {
        var reply = await _server.SendAsync("GET", $"/v2/sup/{module}/say/one/two%20words%2Fand%20more");

        Assert.Equal((200, "one|two words/and more\nok\n"), (reply.Status, (string?)reply.Data));
    }

    [Fact]
    public async Task Without_a_function_the_status_is_asked()
    {
        Assert.Equal("fine\nok\n", (string?)(await _server.SendAsync("GET", "/v2/sup/talker")).Data);
    }

    [Theory]
    [InlineData("talker/unheard")]
    [InlineData("nobody/say")]
    [InlineData("mute/say")]
    public async Task An_unknown_command_is_404(string path)
    {
        var reply = await _server.SendAsync("GET", $"/v2/sup/{path}");

        Assert.Equal((404, $"there is no command {path.Replace('/', ' ')}"), (reply.Status, (string?)reply.Data!["message"]));
    }

    [Fact]
    public async Task Wrong_use_is_400_and_a_carrier_that_refuses_is_502()
    {
        var usage = await _server.SendAsync("GET", "/v2/sup/talker/say");
        var failed = await _server.SendAsync("GET", "/v2/sup/talker/fail");

        Assert.Equal((400, "Usage: sup talker say {WORDS}\n"), (usage.Status, (string?)usage.Data!["message"]));
        Assert.Equal((502, "bad_gateway", "not_configured: account_id is not set"), (failed.Status, (string?)failed.Json["message"], (string?)failed.Data!["message"]));
    }

    [Fact]
    public async Task Only_the_super_duper_admin_may()
    {
        var account = await _server.CreateAccountAsync("Somebody");

        Assert.Equal(403, (await _server.SendAsync("GET", "/v2/sup/talker/say/x", token: await _server.TokenAsync(account))).Status);
        Assert.Equal(401, (await _server.SendAsync("GET", "/v2/sup/talker/say/x", token: "")).Status);
        Assert.Equal(405, (await _server.SendAsync("PUT", "/v2/sup/talker/say/x")).Status);
    }

    private sealed class Modules(params ICarrier[] carriers) : ICarriers
    {
        public IReadOnlyCollection<ICarrier> All => carriers;

        public ICarrier? Find(CarrierName name) => carriers.FirstOrDefault(carrier => carrier.Name == name);
    }

    /// <summary>A module that has commands and sells nothing.</summary>
    private sealed class Talker : ICarrier, ICarrierMaintenance
    {
        public CarrierName Name { get; } = CarrierName.Parse("talker");

        public CarrierInfo Info { get; } = new(CarrierCapabilities.None, 3, []);

        public IReadOnlyList<CarrierCommand> Commands { get; } = [new("say", ["WORDS"], "Says them."), new("status", [], "Says how it is."), new("fail", [], "Fails.")];

        public Task<CarrierCommandReply> RunAsync(string function, IReadOnlyList<string> arguments, CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierCommandReply>(function switch
        {
            "status" => new CarrierCommandReply.Printed("fine\nok\n"),
            "fail" => new CarrierCommandReply.Failed(new CarrierError(CarrierErrorKind.NotConfigured, "account_id is not set")),
            _ => arguments.Count == 0 ? new CarrierCommandReply.Usage("Usage: sup talker say {WORDS}\n") : new CarrierCommandReply.Printed($"{string.Join('|', arguments)}\nok\n"),
        });

        public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody searches here.");

        public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody buys here.");

        public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody buys here.");

        public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody buys here.");

        public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
            throw new InvalidOperationException("Nobody buys here.");

        public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody buys here.");

        public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);
    }
}
