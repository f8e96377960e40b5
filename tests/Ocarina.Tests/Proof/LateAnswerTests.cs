using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Search;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>A carrier that answers after the deadline, from its socket to the pages of a search (carriers.md 1.15, docs/decisions/0011-search-pages.md).</summary>
[Trait("Category", "Slow")]
public sealed class LateAnswerTests
{
    // Late answers are waited for as long again as the deadline: the delay lies in the middle of that.
    private const int DeadlineMs = 6000;
    private const int DelayMs = 9000;
    private const int Most = 40;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_page_says_late_and_the_next_pages_have_what_came_late_without_asking_again(DatabaseKind kind)
    {
        await using var practice = await PracticeServer.StartAsync(kind, "bandwidth", "bandwidth2");
        await practice.SetAsync("number_manager", new JsonObject { ["number_search_timeout_ms"] = DeadlineMs, ["maximum_search_quantity"] = Most });
        var alice = await practice.Server.CreateAccountAsync("Alice");
        await SearchAsync("415", 0); // whatever is slow at first has been slow once
        await practice.FaultAsync("bandwidth2", "search", "delay", DelayMs);

        var first = await SearchAsync("205", 0);
        var inTime = first.Found();
        Assert.Equal(10, inTime.Length);
        Assert.Equal([$"bandwidth ok {Most}", "bandwidth2 late 0"], Reports(first));
        var rest = await SearchAsync("205", 10, 500);
        Assert.Equal(Most - 10, rest.Found().Length); // so far

        var late = await LateAsync();
        Assert.Equal([$"bandwidth ok {Most}", $"bandwidth2 late {Most}"], Reports(late));
        Assert.Equal(rest.Found(), (await SearchAsync("205", 10, Most - 10)).Found()); // no page that was shown has changed
        string[] all = [.. inTime, .. rest.Found(), .. late.Found()];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(late.Found().Order(StringComparer.Ordinal), late.Found());
        Assert.Equal(2, await practice.Sandbox.CountAsync("carrier=bandwidth2&operation=search"));

        var bought = await practice.CallAsync(alice, "PUT", $"/{Uri.EscapeDataString(all[^1])}/activate");
        Assert.True(bought.Status is 200 or 201, bought.Text);
        Assert.Equal([("bandwidth2", all[^1])], (await practice.Sandbox.HeldAsync()).Select(held => (held.Carrier, held.Number)));

        async Task<Reply> LateAsync()
        {
            for (var watch = System.Diagnostics.Stopwatch.StartNew(); ;)
            {
                var page = await SearchAsync("205", Most, 500);
                if (page.Found().Length > 0) return page;
                Assert.True(watch.Elapsed < Patience.Max, page.Text);
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        async Task<Reply> SearchAsync(string prefix, int offset, int quantity = 10)
        {
            var reply = await practice.CallAsync(alice, "GET", $"?prefix={prefix}&quantity={quantity}&offset={offset}");
            Assert.True(reply.Status == 200, reply.Text);
            return reply;
        }
    }

    private static string[] Reports(Reply reply) => [.. reply.Json.Carriers().Where(line => line.StartsWith("bandwidth", StringComparison.Ordinal))];
}
