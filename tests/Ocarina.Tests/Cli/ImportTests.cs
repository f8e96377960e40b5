using System.Globalization;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class ImportTests
{
    private static readonly string Import = ServerStub.Numbers("/import");

    [Fact]
    public async Task Rows_are_counted_and_the_reply_may_begin_with_a_header()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var file = cli.File("in.csv", "e164,state\r\n+14155550101,available\r\n\r\n+14155550102,available\r\n");
        stub.On("PUT", Import, 201, "e164,result,error\r\n+14155550101,created,\r\n+14155550102,unchanged,\r\n", "text/csv");

        var text = await cli.RunAsync("numbers", "import", file);
        var json = await cli.RunAsync("numbers", "import", file, "--json");

        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Matches(@"^2 rows: 1 created, 1 unchanged, 0 failed, in \d+\.\d seconds\.\n$", text.Out);
        Assert.Matches("""^\{"rows":2,"created":1,"unchanged":1,"failed":0,"elapsed_ms":\d+\}\n$""", json.Out);
        var call = stub.Calls[0];
        Assert.Equal("text/csv", call.ContentType);
        Assert.Equal("e164,state\n+14155550101,available\n+14155550102,available\n", call.Body);
    }

    [Fact]
    public async Task A_long_file_goes_in_pieces_of_5000_rows_each_with_the_header()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var numbers = Enumerable.Range(0, 12_001).Select(i => (14_155_000_000 + i).ToString(CultureInfo.InvariantCulture)).ToList();
        var file = cli.File("in.csv", "e164\n" + string.Concat(numbers.Select(number => $"+{number}\n")));
        stub.On("PUT", Import, async context =>
        {
            context.Response.StatusCode = 201;
            foreach (var row in stub.Calls[^1].Body.TrimEnd().Split('\n').Skip(1)) await context.Response.WriteAsync($"{row},created,\n");
        });

        var result = await cli.RunAsync("numbers", "import", file, "--json");

        Assert.Contains("\"rows\":12001,\"created\":12001,", result.Out, StringComparison.Ordinal);
        Assert.Equal([5_001, 5_001, 2_002], stub.Calls.Select(call => call.Body.Split('\n').Length - 1)); // with the header
        Assert.All(stub.Calls, call => Assert.StartsWith("e164\n+1415", call.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_rows_make_3_and_go_to_a_file_that_can_be_corrected_and_sent_again()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var file = cli.File("in.csv", "state,e164,note\navailable,4155550101,\"a, \"\"b\"\"\nc\"\nnonsense,(415) 555-0102\navailable,4155550103,x\n");
        var failures = Path.Combine(cli.Home, "failed.csv");
        stub.On("PUT", Import, 201, "+14155550102,failed,bad field(s) state\n+14155550101,failed,\"no, \"\"really\"\"\"\n+14155550103,created,\n", "text/csv");

        var result = await cli.RunAsync("numbers", "import", file, "--failures", failures);

        Assert.Equal(3, result.Code);
        Assert.StartsWith("3 rows: 1 created, 0 unchanged, 2 failed", result.Out, StringComparison.Ordinal);
        Assert.Equal(
            $"ocarina: row 2: +14155550102: bad field(s) state\nocarina: row 1: +14155550101: no, \"really\"\n  The rows are in {failures}.\n", result.Error);
        Assert.Equal(
            "state,e164,note,error\nnonsense,(415) 555-0102,,bad field(s) state\navailable,4155550101,\"a, \"\"b\"\"\nc\",\"no, \"\"really\"\"\"\n",
            await File.ReadAllTextAsync(failures, cli.Token));
    }

    [Fact]
    public async Task Many_failures_are_shown_in_part()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.Input = "e164\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"+1415555{i:0000}\n"));
        stub.On("PUT", Import, 201, string.Concat(Enumerable.Range(0, 12).Select(i => $"+1415555{i:0000},failed,no\n")), "text/csv");

        var result = await cli.RunAsync("numbers", "import", "-");

        Assert.Equal(11, result.Error.TrimEnd().Split('\n').Length);
        Assert.EndsWith("  and 2 more; --failures FILE keeps them all\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("number,state\n+1,available\n", "The header has no column e164; it has: number, state.")]
    [InlineData("e164,note\n+14155550101,\"open\n+14155550102,x\n", "The quote opened in line 2 is not closed.")]
    public async Task A_file_that_is_no_list_of_numbers_is_1_and_nothing_is_sent(string content, string reason)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("numbers", "import", cli.File("in.csv", content));

        Assert.Equal(new CliResult(1, "", $"ocarina: {reason}\n"), result);
        Assert.Empty(stub.Calls);
    }

    [Fact]
    public async Task The_file_of_failures_is_not_the_file_that_is_read()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var file = cli.File("in.csv", "e164\n+14155550101\n");

        var result = await cli.RunAsync("numbers", "import", file, "--failures", file);

        Assert.Equal(new CliResult(1, "", "ocarina: --failures names the file that is imported; choose another.\n"), result);
        Assert.Equal("e164\n+14155550101\n", await File.ReadAllTextAsync(file, cli.Token));
    }

    [Fact]
    public async Task A_connection_that_is_lost_says_how_far_it_came()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var rows = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"+1415555{i:0000}\n"));
        cli.Input = $"e164\n{rows}+14155559999\n";
        stub.On("PUT", Import, 201, rows.Replace("\n", ",created,\n", StringComparison.Ordinal), "text/csv").On("PUT", Import, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var result = await cli.RunAsync("numbers", "import", "-");

        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.StartsWith(
            "The import stopped after 5,000 rows: 5,000 created, 0 unchanged, 0 failed. What was answered is kept; repeat the import to go on.\n" +
            $"ocarina: The connection to {stub.Url}/ failed: ",
            result.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_that_forgets_rows_is_no_success()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.Input = "e164\n+14155550101\n+14155550102\n";
        stub.On("PUT", Import, 201, "+14155550101,created,\n", "text/csv");

        var result = await cli.RunAsync("numbers", "import", "-");

        Assert.Equal(1, result.Code);
        Assert.EndsWith("The server answered 1 of 2 rows; the import can be repeated.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_import_is_3()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.Input = "e164\n+14155550101\n";
        stub.Fail("PUT", Import, 403, "forbidden", """{"message":"forbidden"}""");

        Assert.Equal(new CliResult(3, "", "ocarina: forbidden\n"), await cli.RunAsync("numbers", "import", "-"));
    }

    [Fact]
    public async Task Progress_is_drawn_on_the_error_stream_of_a_terminal_and_nowhere_else()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var file = cli.File("in.csv", "e164\n+14155550101\n");
        stub.On("PUT", Import, 201, "+14155550101,created,\n", "text/csv");

        var piped = await cli.RunAsync("numbers", "import", file, "--json");
        cli.ErrorTerminal = true;
        var drawn = await cli.RunAsync("numbers", "import", file, "--json");
        cli.Variables["TERM"] = "dumb";
        var dumb = await cli.RunAsync("numbers", "import", file, "--json");

        Assert.Equal("", piped.Error);
        Assert.Contains("Importing", drawn.Error, StringComparison.Ordinal);
        Assert.Equal("", dumb.Error);
        Assert.All([piped, drawn, dumb], result => Assert.StartsWith("{\"rows\":1,", result.Out, StringComparison.Ordinal));
    }
}
