using Microsoft.AspNetCore.Http;
using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class ExportTests
{
    private const string Csv = "e164,cnam.outbound\r\n\"+14155550101\",\"Zoë, \"\"Inc\r\n\"\r\n\"+14155550102\",\r\n";

    private static readonly string Export = ServerStub.Numbers("/export?filter_state=available");

    [Fact]
    public async Task It_goes_to_standard_output_unchanged()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("GET", Export, 200, Csv, "text/csv");

        var result = await cli.RunAsync("numbers", "export", "--state", "available");

        Assert.Equal(new CliResult(0, Csv, ""), result);
    }

    [Fact]
    public async Task It_goes_to_a_file_and_the_rows_are_counted()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var path = Path.Combine(cli.Home, "out.csv");
        stub.On("GET", Export, 200, Csv, "text/csv");

        var text = await cli.RunAsync("numbers", "export", "--state", "available", "--output", path);
        var json = await cli.RunAsync("numbers", "export", "--state", "available", "-o", path, "--json");

        Assert.Equal(new CliResult(0, "", $"2 numbers written to {path}.\n"), text);
        Assert.Equal(Csv, await File.ReadAllTextAsync(path, cli.Token));
        Assert.Equal($$"""{"rows":2,"bytes":{{System.Text.Encoding.UTF8.GetByteCount(Csv)}},"file":"{{path}}"}""" + "\n", json.Out);
        Assert.Equal(["out.csv"], Directory.GetFiles(cli.Home).Select(Path.GetFileName));
    }

    [Fact]
    public async Task One_that_was_cut_leaves_the_old_file_alone()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var path = cli.File("out.csv", "old");
        stub.On("GET", Export, async context =>
        {
            await context.Response.WriteAsync(Csv);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var result = await cli.RunAsync("numbers", "export", "--state", "available", "--output", path);

        Assert.Equal(1, result.Code);
        Assert.Equal("old", await File.ReadAllTextAsync(path, cli.Token));
        Assert.Single(Directory.GetFiles(cli.Home));
    }

    [Fact]
    public async Task Csv_is_not_passed_off_as_json()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("numbers", "export", "--json");

        Assert.Equal(1, result.Code);
        Assert.Contains("\"kind\":\"usage\"", result.Out, StringComparison.Ordinal);
        Assert.Empty(stub.Calls);
    }
}
