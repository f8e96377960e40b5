using Microsoft.AspNetCore.Http;
using Ocarina.Client;
using Ocarina.Client.Internal;
using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class OcarinaClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_side_by_side_renew_a_token_once()
    {
        const int callers = 8;
        await using var stub = await ServerStub.StartAsync();
        var all = new CountdownEvent(callers);
        var everybodyAsked = new TaskCompletionSource();
        var target = ServerStub.Numbers("/1");
        stub.On("GET", target, async context =>
        {
            if (context.Request.Headers["X-Auth-Token"] == "old")
            {
                if (all.Signal()) everybodyAsked.SetResult();
                await everybodyAsked.Task;
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("""{"data":{},"error":"401","message":"invalid credentials","status":"error"}""");
                return;
            }

            await context.Response.WriteAsync("""{"data":{"id":"1"},"status":"success"}""");
        });
        using var http = new HttpClient();
        using var client = Client(http, stub, token: "old");

        var found = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => client.GetAsync(ServerStub.Account, "1", null, Ct)));

        Assert.All(found, number => Assert.Equal("1", number.Id));
        Assert.Single(stub.Requests, request => request.Verb == "PUT");
        Assert.Equal("token-1", client.Token);
    }

    [Fact]
    public async Task Results_of_an_import_arrive_while_the_server_is_still_at_it()
    {
        await using var stub = await ServerStub.StartAsync();
        var firstSeen = new TaskCompletionSource();
        stub.On("PUT", ServerStub.Numbers("/import"), async context =>
        {
            context.Response.StatusCode = 201;
            await context.Response.WriteAsync("+1,created,\n");
            await context.Response.Body.FlushAsync();
            await firstSeen.Task; // a client that waited for the end would wait forever
            await context.Response.WriteAsync("+2,unchanged,\n");
        });
        using var http = new HttpClient();
        using var client = Client(http, stub);
        using var source = await CsvSource.OpenAsync(new StringReader("e164\n+1\n+2\n"), Ct);

        var results = new List<ImportResult>();
        await foreach (var result in client.ImportAsync(ServerStub.Account, source, Ct).WithCancellation(Ct))
        {
            results.Add(result);
            firstSeen.TrySetResult();
        }

        Assert.Equal(
            [new ImportResult(1, "+1", ImportOutcome.Created, null, "+1", 3), new ImportResult(2, "+2", ImportOutcome.Unchanged, null, "+2", 3)], results);
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_given_up()
    {
        await using var stub = await ServerStub.StartAsync();
        stub.On("GET", ServerStub.Numbers("/export"), async context =>
        {
            await context.Response.WriteAsync("e164\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var http = new HttpClient();
        using var client = Client(http, stub, timeout: TimeSpan.FromSeconds(2));
        using var file = new MemoryStream();

        await Assert.ThrowsAsync<TimeoutException>(() => client.ExportAsync(ServerStub.Account, NumberFilter.None, file, null, Ct));

        Assert.Equal("e164\n"u8.ToArray(), file.ToArray());
    }

    [Fact]
    public async Task Odd_types_in_an_envelope_do_no_harm()
    {
        await using var stub = await ServerStub.StartAsync();
        stub.On("GET", ServerStub.Numbers("/1"), 200, """
            {"data":{"id":"1","features":{"cnam":{}},"_read_only":{"created":"63934444800","features_available":null}},"status":"success","auth_token":17,"next_start_key":{}}
            """);
        using var http = new HttpClient();
        using var client = Client(http, stub);

        var number = await client.GetAsync(ServerStub.Account, "1", null, Ct);

        Assert.Equal(["cnam"], number.Features);
        Assert.Equal(63934444800, number.ReadOnly?.Created);
        Assert.Empty(number.ReadOnly?.FeaturesAvailable ?? ["?"]);
    }

    [Fact]
    public async Task An_error_with_status_200_is_an_error()
    {
        await using var stub = await ServerStub.StartAsync();
        stub.On("GET", ServerStub.Numbers("/1"), 200, """{"data":{},"status":"error","message":"odd","error":500}""");
        using var http = new HttpClient();
        using var client = Client(http, stub);

        var error = await Assert.ThrowsAsync<OcarinaApiException>(() => client.GetAsync(ServerStub.Account, "1", null, Ct));

        Assert.Equal(("odd", 200), (error.Error, error.Status));
    }

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a,,", "a||")]
    [InlineData("", "")]
    [InlineData("\"a,\"\"b\"\"\nc\",d", "a,\"b\"\nc|d")]
    [InlineData("\"\",x", "|x")]
    [InlineData("5\" pipe,\"x\"", "5\" pipe|x")]
    [InlineData("\"a\"junk,b", "a|b")]
    public void A_record_splits_into_cells(string record, string cells) => Assert.Equal(cells, string.Join('|', CsvText.Split(record)));

    [Theory]
    [InlineData("plain")]
    [InlineData("a,b")]
    [InlineData("a \"quoted\" word")]
    [InlineData("two\nlines")]
    [InlineData("")]
    public void A_cell_survives_quoting(string cell) => Assert.Equal([cell, "end"], CsvText.Split($"{CsvText.Quote(cell)},end"));

    [Fact]
    public async Task Records_are_read_across_lines_and_a_stray_quote_is_a_character()
    {
        var reader = new CsvRecordReader(new StringReader("a,5\" pipe\r\n\r\n  \nb,\"x\r\n\r\ny\"\"\"\nlast"));

        Assert.Equal("a,5\" pipe", await reader.ReadAsync(Ct));
        Assert.Equal("b,\"x\n\ny\"\"\"", await reader.ReadAsync(Ct));
        Assert.Equal("last", await reader.ReadAsync(Ct));
        Assert.Null(await reader.ReadAsync(Ct));
        Assert.Equal(7, reader.Line);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_does_not_swallow_a_large_file()
    {
        var reader = new CsvRecordReader(new StringReader("\"" + string.Concat(Enumerable.Repeat("x\n", 2_000_000))));

        var error = await Assert.ThrowsAsync<FormatException>(() => reader.ReadAsync(Ct).AsTask());

        Assert.Equal("The quote opened in line 1 is not closed.", error.Message);
        Assert.InRange(reader.Line, 1, CsvRecordReader.RecordCharsMax);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_refused_rather_than_changed()
    {
        using var file = new MemoryStream([.. "e164,note\n+1,Zo"u8, 0xEB, .. "\n"u8]);

        var error = await Assert.ThrowsAsync<FormatException>(() => CsvSource.OpenAsync(file, Ct));

        Assert.StartsWith("The file is not UTF-8 text", error.Message, StringComparison.Ordinal);
    }

    private static OcarinaClient Client(HttpClient http, ServerStub stub, string? token = null, TimeSpan? timeout = null) => new(http, new OcarinaClientOptions
    {
        Server = new Uri(stub.Url),
        Credentials = OcarinaCredentials.ApiKey(ServerStub.ApiKey),
        Token = token,
        Timeout = timeout ?? TimeSpan.FromSeconds(30),
    });
}
