using System.Net;
using System.Net.Sockets;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary>Every kind of failure has its words and its exit code (http-api.md 10).</summary>
public sealed class FailureTests
{
    private static readonly string Number = ServerStub.Numbers("/4155550123");

    [Theory]
    [InlineData("numbers")]
    [InlineData("numbers", "get")]
    [InlineData("nonsense")]
    [InlineData("numbers", "list", "--nonsense")]
    [InlineData("numbers", "list", "--limit", "0")]
    [InlineData("numbers", "list", "--limit", "many")]
    [InlineData("numbers", "list", "--filter", "x")]
    [InlineData("numbers", "list", "--timeout", "0")]
    [InlineData("numbers", "move", "4155550123")]
    public async Task Wrong_usage_is_1_and_shows_where_help_is(params string[] args)
    {
        using var cli = new CliRunner();

        var result = await cli.RunAsync(args);

        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.StartsWith("ocarina: ", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"\n  See: ocarina[a-z ]* --help\n$", result.Error);
    }

    [Fact]
    public async Task No_server_is_1()
    {
        using var cli = new CliRunner();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        listener.Stop(); // a port that was free a moment ago

        var result = await cli.RunAsync("numbers", "get", "4155550123", "--url", address, "--api-key", ServerStub.ApiKey);

        Assert.Equal(new CliResult(1, "", $"ocarina: The connection to {address}/ failed: Connection refused\n"), result);
    }

    [Theory]
    [InlineData("text/html", "<html>hello</html>")]
    [InlineData("application/json", """{"hello":"world"}""")]
    [InlineData("application/json", "[]")]
    public async Task A_server_that_is_none_of_ours_is_1(string contentType, string body)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("GET", Number, 200, body, contentType);

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.EndsWith("Is this the address of an Ocarina server?\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_of_another_shape_is_1_and_no_stack_trace()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Number, """{"id":{"not":"text"}}""");

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal(1, result.Code);
        Assert.StartsWith($"ocarina: {stub.Url}/: The reply is not the NumberDocument that was expected", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(404, "bad_identifier", """{"message":"bad identifier","not_found":"The number could not be found"}""", "The number could not be found")]
    [InlineData(404, "not_reconcilable", """{"code":404,"error":"not_reconcilable","cause":"12","message":"number 12 is not reconcilable"}""", "number 12 is not reconcilable")]
    [InlineData(403, "forbidden", """{"message":"forbidden"}""", "forbidden")]
    [InlineData(403, "forbidden", """{"code":403,"error":"forbidden","message":"requestor is unauthorized to perform operation","cause":"account 'a' is not allowed to create number"}""", "requestor is unauthorized to perform operation: account 'a' is not allowed to create number")]
    [InlineData(400, "client error", "\"unassigned\"", "client error: unassigned")]
    [InlineData(404, "bad_identifier", """{"cause":"abc","message":"bad identifier"}""", "bad_identifier: bad identifier: abc")]
    [InlineData(429, "too_many_requests", """{"message":"too many requests"}""", "too_many_requests")]
    [InlineData(404, "bad identifier", """["x"]""", "bad identifier")]
    public async Task A_refusal_is_3_in_the_servers_words(int status, string message, string data, string shown)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("GET", Number, status, message, data);

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal(new CliResult(3, "", $"ocarina: {shown}\n"), result);
    }

    [Fact]
    public async Task A_fault_of_the_server_names_the_call_in_its_log()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("GET", Number, 503, "datastore_unreachable", "{}");

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal(new CliResult(3, "", "ocarina: datastore_unreachable\n  The server's log knows this call as r1.\n"), result);
    }

    [Fact]
    public async Task Fields_that_were_refused_are_named_one_by_one()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("GET", ServerStub.Numbers("?prefix=4&quantity=15&offset=0"), 400, "validation error", """
            {"prefix":{"minLength":{"message":"String must be at least 3 characters","target":3}},"country":{"type":{"message":"Value did not match type(s): string"}}}
            """);

        var text = await cli.RunAsync("numbers", "search", "4");
        var json = await cli.RunAsync("numbers", "search", "4", "--json");

        Assert.Equal(
            new CliResult(3, "", "ocarina: validation error\n  prefix: String must be at least 3 characters\n  country: Value did not match type(s): string\n"), text);
        Assert.StartsWith("""{"error":{"kind":"refused","message":"validation error","exit_code":3,"status":400,"request_id":"r1","data":{"prefix":""", json.Out, StringComparison.Ordinal);
        Assert.Equal(text.Error, json.Error);
    }

    [Fact]
    public async Task Silence_is_4()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("GET", Number, context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var result = await cli.RunAsync("numbers", "get", "4155550123", "--timeout", "0.2", "--json");

        Assert.Equal(4, result.Code);
        Assert.Equal($"ocarina: {stub.Url}/: The server did not answer within 0.2 seconds.\n", result.Error);
        Assert.Contains("\"kind\":\"timeout\"", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_the_wait_with_130_and_the_server_sees_the_caller_leave()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        using var interrupt = new CancellationTokenSource();
        var left = new TaskCompletionSource();
        cli.Token = interrupt.Token;
        stub.On("GET", Number, async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await interrupt.CancelAsync();
            await left.Task;
        });

        var result = await cli.RunAsync("numbers", "get", "4155550123");

        Assert.Equal(new CliResult(130, "", "ocarina: Interrupted.\n"), result);
        await left.Task.WaitAsync(Patience.Max, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData]
    [InlineData("numbers")]
    [InlineData("numbers", "buy")]
    public async Task Help_ends_with_the_exit_codes(params string[] command)
    {
        using var cli = new CliRunner();

        var result = await cli.RunAsync([.. command, "--help"]);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches($@"Usage:\n  \S+ {string.Join(' ', command)}", result.Out); // the first word is the name of the process
        Assert.EndsWith(
            """
            Exit codes:
              0    done
              1    wrong usage, or no connection to a server
              3    the server refused, wholly or in part
              4    the server did not answer in time
              5    accepted; a carrier has still to decide
              130  interrupted (Ctrl-C)

            """,
            result.Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_needs_no_server()
    {
        using var cli = new CliRunner();

        var text = await cli.RunAsync("version");
        var json = await cli.RunAsync("version", "--json");
        var option = await cli.RunAsync("--version");

        Assert.Matches(@"^ocarina \d+\.\d+\.\d+\n$", text.Out);
        Assert.Equal(text.Out, option.Out);
        Assert.Matches("""^\{"version":"\d+\.\d+\.\d+"\}\n$""", json.Out);
    }
}
