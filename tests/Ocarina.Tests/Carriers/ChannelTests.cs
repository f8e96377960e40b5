using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

public sealed class ChannelTests
{
    [Fact]
    public async Task A_write_is_seen_exactly_once_by_a_server_that_books_and_hangs_up()
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub((_, _) => Task.CompletedTask);
        var checkout = new CarrierCall(HttpMethod.Get, new Uri("checkout", UriKind.Relative), "checkout"); // a GET that spends money (carriers.md 5.7)

        var posted = await FailsAsync(() => lab.Open(server.Address).WriteAsync(Post(), Ct));
        var got = await FailsAsync(() => lab.Open(server.Address).WriteAsync(checkout, Ct));
        var deleted = await FailsAsync(() => lab.Open(server.Address).WriteAsync(checkout with { Method = HttpMethod.Delete }, Ct));

        Assert.All([posted, got, deleted], error => Assert.Equal(CarrierErrorKind.OutcomeUnknown, error.Kind));
        Assert.Equal(3, server.Seen.Count);
        Assert.Contains(server.Seen, request => request.StartsWith("GET /checkout", StringComparison.Ordinal) && request.Contains("Content-Length: 0", StringComparison.OrdinalIgnoreCase));
    }

    // A pooled connection that the server has closed meanwhile is where the framework's handler would send again.
    [Fact]
    public async Task A_write_on_a_kept_connection_is_seen_exactly_once()
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub(async (stream, ct) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), ct);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, ct) is > 0 and var length && !Encoding.UTF8.GetString(buffer, 0, length).Contains("order", StringComparison.Ordinal)) { }
        });
        var channel = lab.Open(server.Address);
        await channel.ReadAsync(Get(), Ct);

        var error = await FailsAsync(() => channel.WriteAsync(Post("order"), Ct));

        Assert.Equal(CarrierErrorKind.OutcomeUnknown, error.Kind);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_read_is_asked_three_times_and_twice_within_a_deadline()
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub((_, _) => Task.CompletedTask);
        await using var broken = await CarrierStub.SayingAsync(503, "sorry");

        var error = await FailsAsync(() => lab.Open(server.Address).ReadAsync(Get(), Ct));
        var reply = await lab.Open(broken.Address, budget: TimeSpan.FromSeconds(60)).ReadAsync(Get(), Ct);

        Assert.Equal(CarrierErrorKind.Unreachable, error.Kind);
        Assert.Equal(3, server.Seen.Count);
        Assert.Equal((503, 2), (reply.Status, broken.Seen.Count));
    }

    [Fact]
    public async Task A_write_answers_any_status_and_is_not_repeated()
    {
        using var lab = new CarrierLab();
        await using var broken = await CarrierStub.SayingAsync(500, "sorry");

        var reply = await lab.Open(broken.Address).WriteAsync(Post(), Ct);

        Assert.Equal((500, "sorry"), (reply.Status, Encoding.UTF8.GetString(reply.Body)));
        Assert.Single(broken.Seen);
        Assert.IsType<CarrierOutcome.Unknown>(HttpErrors.OfWrite(reply));
    }

    [Fact]
    public async Task A_write_that_found_nobody_took_nothing()
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub((_, _) => Task.CompletedTask);
        var address = server.Address;
        await server.DisposeAsync();

        var error = await FailsAsync(() => lab.Open(address).WriteAsync(Post(), Ct));

        Assert.Equal((CarrierErrorKind.Unreachable, "connection_refused"), (error.Kind, error.Detail));
    }

    [Fact]
    public async Task A_write_without_reply_is_not_known_and_a_read_too_late()
    {
        using var lab = new CarrierLab();
        await using var silent = new RawStub((_, ct) => Task.Delay(Timeout.Infinite, ct));
        var impatient = TimeSpan.FromMilliseconds(300);

        var write = await FailsAsync(() => lab.Open(silent.Address).WriteAsync(Post() with { Timeout = impatient }, Ct));
        var read = await FailsAsync(() => lab.Open(silent.Address).ReadAsync(Get() with { Timeout = impatient }, Ct));

        Assert.Equal((CarrierErrorKind.OutcomeUnknown, CarrierErrorKind.Timeout), (write.Kind, read.Kind));
        Assert.Equal(1 + 3, silent.Seen.Count);
    }

    [Fact]
    public async Task Who_asked_may_give_up_a_read_at_once_but_a_write_only_before_it_left()
    {
        using var lab = new CarrierLab();
        using var impatience = new CancellationTokenSource();
        await using var slow = await CarrierStub.StartAsync(async (context, _) =>
        {
            await impatience.CancelAsync();
            await CarrierStub.SayAsync(context, 201, "<done/>");
        });

        var reply = await lab.Open(slow.Address).WriteAsync(Post(), impatience.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.Open(slow.Address).WriteAsync(Post(), impatience.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.Open(slow.Address).ReadAsync(Get(), impatience.Token));

        Assert.Equal(201, reply.Status);
        Assert.Single(slow.Seen);
    }

    [Fact]
    public async Task A_read_ends_before_the_deadline_so_that_the_module_can_answer_with_what_it_has()
    {
        using var lab = new CarrierLab();
        await using var silent = new RawStub((_, ct) => Task.Delay(Timeout.Infinite, ct));
        var context = lab.Context(budget: TimeSpan.FromSeconds(1));

        var error = await FailsAsync(() => lab.Http.Open(Anybody, context, new ChannelOptions(silent.Address)).ReadAsync(Get(), Ct));

        Assert.Equal(CarrierErrorKind.Timeout, error.Kind);
        Assert.True(context.TimeLeft < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Redirects_are_answers_and_are_not_followed()
    {
        using var lab = new CarrierLab();
        await using var other = await CarrierStub.SayingAsync(200, "<stolen/>");
        await using var server = await CarrierStub.SayingAsync(302, "", headers: ("Location", other.Address.ToString()));

        var reply = await lab.Open(server.Address).ReadAsync(Get() with { Headers = [new("Authorization", "Basic c2VjcmV0")] }, Ct);

        Assert.Equal((302, CarrierErrorKind.BadReply), (reply.Status, HttpErrors.Of(reply).Kind));
        Assert.Empty(other.Seen);
        Assert.IsType<CarrierOutcome.Unknown>(HttpErrors.OfWrite(reply));
    }

    [Fact]
    public async Task Every_request_says_who_asks_and_takes_compressed_replies()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionMode.Compress);
            await zip.WriteAsync("<a>1</a>"u8.ToArray(), Ct);
        });

        var reply = await lab.Open(server.Address, """{"extra_headers":{"X-Sandbox-Fault":"bom","Authorization":"mine"}}""").ReadAsync(Get("a/b?c=%2B1"), Ct);

        var seen = Assert.Single(server.Seen);
        Assert.Equal("1", CarrierXml.Parse(reply).Inner());
        Assert.StartsWith("Ocarina/", seen.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal(("gzip", "*/*", "bom", "/a/b?c=%2B1"), (seen.Headers["Accept-Encoding"], seen.Headers["Accept"], seen.Headers["X-Sandbox-Fault"], seen.Path));
        Assert.False(seen.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_reply_that_unpacks_to_too_much_is_left_unread()
    {
        using var lab = new CarrierLab();
        await using var bomb = await CarrierStub.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++) await zip.WriteAsync(zeros, context.RequestAborted);
        });

        var read = await FailsAsync(() => lab.Open(bomb.Address).ReadAsync(Get(), Ct));
        var write = await FailsAsync(() => lab.Open(bomb.Address).WriteAsync(Post(), Ct));

        Assert.Equal((CarrierErrorKind.BadReply, "reply_too_large"), (read.Kind, read.Detail));
        Assert.Equal(CarrierErrorKind.OutcomeUnknown, write.Kind);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>", CarrierErrorKind.BadReply)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", CarrierErrorKind.BadReply)]
    [InlineData("I am no web server\r\n\r\n", CarrierErrorKind.BadReply)]
    public async Task Replies_that_break_off_or_are_none_are_bad(string text, CarrierErrorKind kind)
    {
        using var lab = new CarrierLab();
        await using var server = new RawStub(async (stream, ct) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), ct));

        var read = await FailsAsync(() => lab.Open(server.Address).ReadAsync(Get(), Ct));
        var write = await FailsAsync(() => lab.Open(server.Address).WriteAsync(Post(), Ct));

        Assert.Equal((kind, CarrierErrorKind.OutcomeUnknown), (read.Kind, write.Kind));
        Assert.Equal(3 + 1, server.Seen.Count);
    }

    [Fact]
    public async Task A_read_that_cannot_be_read_is_asked_once_more()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.SayingAsync(200, "<html><body>Sign in", "text/html");

        var reply = await lab.Open(server.Address).ReadAsync(Get() with { Expects = ReplyForm.Json }, Ct);

        Assert.Equal(2, server.Seen.Count);
        Assert.Equal("json_malformed", Assert.Throws<CarrierException>(() => CarrierJson.Parse(reply)).Error.Detail);
    }

    [Theory]
    [InlineData("http://example.net/x", "Without encryption")]
    [InlineData("http://8.8.8.8/", "Without encryption")]
    [InlineData("ftp://127.0.0.1/", "no absolute http(s) address")]
    [InlineData("https://user:word@example.net/", "Name and password")]
    public void Addresses_that_would_give_credentials_away_are_refused(string address, string why)
    {
        using var lab = new CarrierLab();

        var error = Assert.Throws<CarrierException>(() => lab.Open(new Uri(address))).Error;

        Assert.Equal(CarrierErrorKind.InvalidConfig, error.Kind);
        Assert.Contains(why, error.Detail!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/a", "{}")]
    [InlineData("http://[::1]/a", "{}")]
    [InlineData("http://10.1.2.3/a", "{}")]
    [InlineData("http://172.16.0.1/a", "{}")]
    [InlineData("http://sim.localhost/a", "{}")]
    [InlineData("http://sim.example.net/a", """{"allow_plain_http":"true"}""")]
    [InlineData("https://sim.example.net/a", "{}")]
    public void Addresses_of_simulators_and_those_that_were_chosen_knowingly_are_taken(string address, string settings)
    {
        using var lab = new CarrierLab();

        Assert.NotNull(lab.Open(new Uri(address), settings));
    }

    [Fact]
    public void Parts_of_addresses_are_encoded_once_and_the_base_keeps_its_path()
    {
        var address = CarrierAddress.Of(new Uri("https://example.net/api/v2/"), "numbers/US", new("prefix", "+1 303&x"), new("none", null), new("limit", "5"));

        Assert.Equal("https://example.net/api/v2/numbers/US?prefix=%2B1%20303%26x&limit=5", address.AbsoluteUri);
        Assert.Equal("a-b_1.2", CarrierAddress.Segment("a-b_1.2"));
        Assert.All(["", "..", "a/b", "a%2Fb", "a?b", new string('a', 65), "é"], text => Assert.Throws<CarrierException>(() => CarrierAddress.Segment(text)));
    }
}
