using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>Each fault action does what its name says, seen from the other end of the socket.</summary>
public sealed class FaultsWireTests : IAsyncLifetime
{
    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Theory]
    [InlineData("drop_after_booking", true)]
    [InlineData("drop_after_headers", false)]
    [InlineData("drop_before_read", false)]
    public async Task A_dropped_connection_ends_without_one_byte(string action, bool isBooked)
    {
        var order = await OrderTextAsync("dropped");

        var bytes = await RawAsync(order, action);

        Assert.Empty(bytes);
        Assert.Equal(isBooked, (await _lab.HeldAsync()).Any(held => held.Reference == "dropped"));
        Assert.Equal(isBooked ? 1 : 0, await _lab.CountAsync("operation=order_create&contains=dropped") - (action == "drop_after_headers" ? 1 : 0));
        Assert.Equal(1, await _lab.CountAsync("contains=numbers.api&from_seq=2"));
    }

    [Fact]
    public async Task A_reply_dropped_in_the_middle_has_begun_and_does_not_end()
    {
        var text = Encoding.ASCII.GetString(await RawAsync(await OrderTextAsync("middle"), "drop_mid_reply"));

        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains("numberOrderResponse", text, StringComparison.Ordinal);
        Assert.DoesNotContain("</numberOrderResponse>", text, StringComparison.Ordinal);
        Assert.Single(await _lab.HeldAsync());
    }

    [Theory]
    [InlineData("book_then_500", 500)]
    [InlineData("book_then_nonsense", 200)]
    [InlineData("book_then_delay;delay_ms=1", 200)]
    [InlineData("delay;delay_ms=1", 200)]
    [InlineData("slow_body;delay_ms=16", 200)]
    [InlineData("truncated", 200)]
    [InlineData("bom", 200)]
    [InlineData("wrong_charset", 200)]
    public async Task Actions_that_spoil_the_reply_have_booked_the_order(string action, int status)
    {
        using var reply = await SendAsync(await OrderTextAsync("spoilt"), action);

        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal("spoilt", Assert.Single(await _lab.HeldAsync()).Reference);
        var body = await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(body);
        switch (action)
        {
            case "truncated": Assert.DoesNotContain("</numberOrderResponse>", text, StringComparison.Ordinal); break;
            case "bom": Assert.Equal([0xEF, 0xBB, 0xBF], body[..3]); break;
            case "wrong_charset": Assert.Equal("utf-16", reply.Content.Headers.ContentType?.CharSet); break;
            case "book_then_500": Assert.DoesNotContain("numberOrder", text, StringComparison.Ordinal); break;
            case "book_then_nonsense": Assert.Throws<System.Xml.XmlException>(() => System.Xml.Linq.XElement.Parse(text)); break;
            default: Assert.Contains("<status>success</status>", text, StringComparison.Ordinal); break;
        }
    }

    [Fact]
    public async Task A_wrong_length_announces_more_than_it_sends()
    {
        var order = await OrderTextAsync("longer");

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var reply = await SendAsync(order, "wrong_length");
            await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        });

        Assert.Single(await _lab.HeldAsync());
    }

    [Theory]
    [InlineData("status;status=429;retry_after_s=7", 429, "")]
    [InlineData("status;status=200;code=5018", 200, "<code>5018</code>")]
    [InlineData("status;status=509", 509, "")]
    [InlineData("status", 500, "")]
    [InlineData("html_502", 502, "<html>")]
    [InlineData("html_200", 200, "log in")]
    [InlineData("empty_200", 200, "")]
    [InlineData("no_content", 204, "")]
    [InlineData("malformed", 200, "<order></response")]
    [InlineData("dtd", 200, "<!DOCTYPE")]
    [InlineData("unexpected_root", 200, "<weather>")]
    [InlineData("redirect", 302, "")]
    [InlineData("redirect;location=http://127.0.0.1:9/", 302, "")]
    [InlineData("echo_credentials", 400, "sandbox-developer-key")]
    public async Task Actions_that_answer_in_the_carriers_place_book_nothing(string action, int status, string contains)
    {
        using var reply = await SendAsync(await OrderTextAsync("nothing"), action);

        Assert.Equal(status, (int)reply.StatusCode);
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (contains == "") Assert.Equal("", text);
        else Assert.Contains(contains, text, StringComparison.Ordinal);
        if (action.Contains("retry_after_s", StringComparison.Ordinal)) Assert.Equal("7", reply.Headers.RetryAfter?.ToString());
        if (status == 302) Assert.Contains(action.Contains("location", StringComparison.Ordinal) ? "127.0.0.1" : "elsewhere.example", reply.Headers.Location?.Host, StringComparison.Ordinal);
        Assert.Empty(await _lab.HeldAsync());
    }

    [Fact]
    public async Task A_bomb_is_small_on_the_wire_and_large_inside()
    {
        using var reply = await SendAsync(await OrderTextAsync("bomb"), "gzip_bomb");

        Assert.Equal(["gzip"], reply.Content.Headers.ContentEncoding);
        var packed = await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(packed.Length < 8_000_000, $"{packed.Length} bytes");
        await using var inside = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        Assert.True(await CountAsync(inside) > 200_000_000);
    }

    [Theory]
    [InlineData("huge", 100_000_000)]
    [InlineData("nested", 500_000)]
    public async Task Long_and_deep_documents_are_as_long_as_promised(string action, long atLeast)
    {
        using var reply = await SendAsync(await OrderTextAsync("long"), action);

        await using var body = await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.True(await CountAsync(body) >= atLeast);
        Assert.Empty(await _lab.HeldAsync());
    }

    [Fact]
    public async Task Another_requests_reply_may_come_back()
    {
        await _lab.Bandwidth().SearchAsync("303", 1);
        var order = await OrderTextAsync("mine", "415");
        await _lab.Bandwidth().NumberAsync("2005550100");

        using var reply = await SendAsync(order, "other_reply");

        Assert.Contains("getResponse", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(await _lab.HeldAsync());
    }

    [Fact]
    public async Task Stock_may_be_taken_between_search_and_order()
    {
        using var reply = await SendAsync(await OrderTextAsync("late"), "stock_taken");

        Assert.Contains("is not available", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(await _lab.HeldAsync());
    }

    [Fact]
    public async Task Text_may_break_its_lines_and_a_filter_may_be_ignored_when_a_rule_says_so()
    {
        await _lab.TellAsync("/faults", """[{"carrier":"bandwidth","action":"multiline_text","times":1},{"carrier":"bandwidth","action":"filter_ignored"}]""");

        var reply = await _lab.Bandwidth().SearchAsync("415", 3);

        Assert.StartsWith("success\n", reply.Outcome, StringComparison.Ordinal);
        Assert.Equal(3, reply.Numbers.Count);
        Assert.All(reply.Numbers, number => Assert.False(number.TenDigit.StartsWith("415", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_order_may_fail_after_it_looked_good_and_then_nothing_was_sold()
    {
        await _lab.TellAsync("/clock", """{"freeze":true}""");
        var talk = _lab.Bandwidth();
        var wanted = (await talk.SearchAsync("415", 1)).Numbers[0];
        talk.Headers["X-Sandbox-Fault"] = "order_failed";

        var order = await talk.OrderAsync(wanted.Id, "hopeful");

        talk.Headers.Clear();
        Assert.Equal(("success", "PendingBandwidth"), (order.Outcome, order.Numbers[0].Status));
        await _lab.TellAsync("/clock", """{"advance_s":5}""");
        var read = await talk.SendAsync("getNumberOrder", BandwidthTalk.Child("getType", "orderID"), BandwidthTalk.Child("getValue", order.OrderId));
        Assert.Equal("Failed", read.Numbers[0].Status);
        Assert.Empty((await _lab.AskAsync("/ledger"))["sold"]!.AsArray());
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("status;status")]
    [InlineData("delay;delay_ms=soon")]
    public async Task A_header_that_makes_no_sense_is_refused(string header)
    {
        using var reply = await SendAsync(await OrderTextAsync("x"), header);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Empty(await _lab.HeldAsync());
    }

    private async Task<string> OrderTextAsync(string reference, string areaCode = "415")
    {
        var wanted = (await _lab.Bandwidth().SearchAsync(areaCode, 1)).Numbers[0];
        return $"<basicNumberOrder xmlns='http://www.bandwidth.com/api/'><developerKey>sandbox-developer-key</developerKey><orderName>T-{reference}</orderName>"
            + $"<extRefID>{reference}</extRefID><numberIDs><id>{wanted.Id}</id></numberIDs><subscriber>somebody</subscriber></basicNumberOrder>";
    }

    private async Task<HttpResponseMessage> SendAsync(string text, string fault)
    {
        var talk = _lab.Bandwidth();
        talk.Headers["X-Sandbox-Fault"] = fault;
        return await talk.SendRawAsync(text);
    }

    private static async Task<long> CountAsync(Stream stream)
    {
        var piece = new byte[256 * 1024];
        var total = 0L;
        while (await stream.ReadAsync(piece) is var read and > 0) total += read;
        return total;
    }

    // Past every HTTP library: all bytes until the other side closes or resets.
    private async Task<byte[]> RawAsync(string body, string fault)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _lab.Host.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /bw1/numbers.api HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nX-Sandbox-Fault: {fault}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received);
        }
        catch (IOException)
        {
            // a reset
        }

        return received.ToArray();
    }
}
