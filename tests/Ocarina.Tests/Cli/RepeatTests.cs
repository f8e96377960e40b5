using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary>What changes something carries a key, and comes again under it (numbers.md 7.12).</summary>
public sealed class RepeatTests
{
    private const string Bought = """{"success":{"+14155550101":{"id":"+14155550101","state":"in_service"}}}""";

    private static readonly string Activate = ServerStub.Numbers("/collection/activate");

    [Fact]
    public async Task Every_change_has_a_key_of_its_own_and_reading_has_none()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Bought, 201);
        stub.Ok("DELETE", ServerStub.Numbers("/collection"), Bought);
        stub.Ok("PUT", ServerStub.Numbers("/4155550101/reserve"), """{"id":"+14155550101","state":"reserved"}""", 201);
        stub.Ok("PUT", $"/v2/accounts/{ServerStub.Account}", """{"id":"1","name":"n"}""", 201);
        stub.Ok("GET", ServerStub.Numbers("/4155550101"), """{"id":"+14155550101","state":"reserved"}""");

        await cli.RunAsync("numbers", "buy", "4155550101");
        await cli.RunAsync("numbers", "buy", "4155550101");
        await cli.RunAsync("numbers", "release", "4155550101");
        await cli.RunAsync("numbers", "reserve", "4155550101");
        await cli.RunAsync("accounts", "create", "n");
        await cli.RunAsync("numbers", "get", "4155550101");

        var keys = stub.Calls.Where(call => call.Verb != "GET").Select(call => call.Key).ToList();
        Assert.Equal(5, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(Guid.TryParse(key, out _)));
        Assert.Null(stub.Calls.Single(call => call.Verb == "GET").Key);
        Assert.All(stub.Requests.Where(request => request.Target.EndsWith("_auth", StringComparison.Ordinal)), login => Assert.Null(login.Key));
    }

    [Fact]
    public async Task Agreeing_to_charges_is_the_same_call()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        (cli.InputTerminal, cli.ErrorTerminal, cli.Input) = (true, true, "y\n");
        stub.Fail("PUT", Activate, 402, "accept charges", "[]").Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal(0, result.Code);
        Assert.Equal(2, stub.Calls.Count);
        Assert.Single(stub.Calls.Select(call => call.Key).Distinct());
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_again_under_the_same_key()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("PUT", Activate, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }).Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(2, stub.Calls.Count);
        Assert.Single(stub.Calls.Select(call => call.Key).Distinct());
    }

    [Fact]
    public async Task While_an_earlier_try_runs_the_command_asks_again()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PUT", Activate, 409, "request_in_progress", """{"message":"a request with this key is being carried out"}""").Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Single(stub.Calls.Select(call => call.Key).Distinct());
    }

    [Fact]
    public async Task A_connection_that_breaks_again_and_again_is_given_up()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("PUT", Activate, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal(1, result.Code);
        Assert.Equal(3, stub.Calls.Count);
    }
}
