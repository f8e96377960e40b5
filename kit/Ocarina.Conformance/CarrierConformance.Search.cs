using System.Text.RegularExpressions;
using Ocarina.Conformance.Wire;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Searching.</content>
public abstract partial class CarrierConformance
{
    /// <summary>C08: each class of prefixes makes exactly the requests of the module's table.</summary>
    [Fact]
    public async Task C08_Each_prefix_makes_exactly_the_documented_requests()
    {
        Row.NeedsCase(Samples.Searches.Count > 0, "table of searches");
        foreach (var (search, requests) in Samples.Searches)
        {
            Lab.Tap.Reset();
            var reply = await Lab.Carrier.FindAsync(search, Lab.Context(), Row.Ct);
            Assert.True(reply.Error is null, $"{search.Prefix}: {reply.Error}");
            var seen = Lab.Tap.Seen.Select(request => request.Text).ToList();
            Assert.True(seen.Count == requests.Count, $"{search.Prefix}: {string.Join(", ", seen)}");
            foreach (var (text, pattern) in seen.Zip(requests)) Assert.Matches(pattern, text);
        }
    }

    /// <summary>C09: results are numbers in stored form, unique, within the prefix, no more than asked for, in the carrier's order.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task C09_Results_are_unique_within_the_prefix_and_no_more_than_asked_for(int quantity)
    {
        var reply = await Lab.FindAsync(Lab.Context(), quantity);
        var more = await Lab.FindAsync(Lab.Context(), quantity + 3);

        Assert.Null(reply.Error);
        Assert.Equal(quantity, reply.Numbers.Count);
        Assert.Equal(reply.Numbers.Count, reply.Numbers.Select(hit => hit.Number).Distinct().Count());
        Assert.All(reply.Numbers, hit => Assert.Matches(new Regex(@"^\+[1-9][0-9]{4,14}$"), hit.Number.ToString()));
        Assert.All(reply.Numbers, hit => Assert.StartsWith(Samples.Stock.Prefix.TrimEnd('*'), hit.Number.ToString(), StringComparison.Ordinal));
        Assert.Equal(reply.Numbers.Select(hit => hit.Number), more.Numbers.Select(hit => hit.Number).Take(reply.Numbers.Count));
    }

    /// <summary>C10: nothing found is a success; what the carrier does not sell is not asked for.</summary>
    [Fact]
    public async Task C10_Nothing_found_is_a_success_and_what_is_not_sold_is_not_asked_for()
    {
        Row.NeedsCase(Samples.Nothing is not null || Samples.Unsupported is not null, "search without results");
        if (Samples.Nothing is { } nothing)
        {
            var reply = await Lab.Carrier.FindAsync(nothing, Lab.Context(), Row.Ct);
            Assert.Null(reply.Error);
            Assert.Empty(reply.Numbers);
        }

        if (Samples.Unsupported is not { } unsupported) return;
        Lab.Tap.Reset();
        var skipped = await Lab.Carrier.FindAsync(unsupported, Lab.Context(), Row.Ct);
        Assert.Null(skipped.Error);
        Assert.Empty(skipped.Numbers);
        Assert.Empty(skipped.Offers);
        Assert.Empty(Lab.Tap.Seen);
    }

    /// <summary>C11: untidy lists are tidied, and what is no number costs only itself.</summary>
    [Fact]
    public async Task C11_Texts_are_trimmed_and_what_is_no_number_is_dropped_alone()
    {
        var tidy = await Lab.FindAsync(Lab.Context(), 5);
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.UntidyLists, Row.Ct), "untidy list");
        var reply = await Lab.FindAsync(Lab.Context(), 5);

        Assert.Null(reply.Error);
        Assert.NotEmpty(reply.Numbers);
        Assert.All(reply.Numbers, hit => Assert.All(new[] { hit.RateCenter?.Name, hit.RateCenter?.State, hit.Locality }, text => Assert.Equal(text?.Trim(), text)));
        Assert.Empty(reply.Numbers.Select(hit => hit.RateCenter?.Name).Except(tidy.Numbers.Select(hit => hit.RateCenter?.Name)));
    }

    /// <summary>C12: windows of results neither overlap nor leave gaps.</summary>
    [Fact]
    public async Task C12_Windows_of_results_neither_overlap_nor_leave_gaps()
    {
        var all = (await Lab.FindAsync(Lab.Context(), 9)).Numbers.Select(hit => hit.Number).ToList();
        Row.NeedsCase(all.Count == 9, "list of chosen numbers");
        var parts = new List<Ocarina.Core.PhoneNumber>();
        for (var offset = 0; offset < 9; offset += 3) parts.AddRange((await Lab.FindAsync(Lab.Context(), 3, offset)).Numbers.Select(hit => hit.Number));

        Assert.Equal(all, parts);
    }

    /// <summary>C13: a search changes nothing and costs nothing.</summary>
    [Fact]
    public async Task C13_A_search_writes_nothing_and_spends_nothing()
    {
        await Lab.FindAsync(Lab.Context());

        Assert.NotEmpty(Lab.Tap.Seen);
        Assert.DoesNotContain(Lab.Tap.Seen, request => request.IsWrite);
        Assert.Equal(0, await Lab.SpentAsync());
    }

    /// <summary>C14: a search ends by its deadline whatever the carrier does. The carrier stalls for 30 s, 2 s are given.</summary>
    [Fact]
    public async Task C14_A_search_ends_by_its_deadline()
    {
        Lab.Tap.Add(new WireFault(WireFaultKind.Stall) { Delay = TimeSpan.FromSeconds(30) }.Always());
        var context = Lab.Context(Lab.Settings(), TimeSpan.FromSeconds(2));
        var started = TimeProvider.System.GetTimestamp();
        var reply = await Lab.FindAsync(context);

        // 2.3 s are promised; the rest is for a machine that does other things as well.
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(8));
        Assert.True(reply.Error is not null || reply.IsIncomplete);
    }

    /// <summary>C15: a hundred searches at once stay within rate and number of connections.</summary>
    [Fact]
    public async Task C15_A_hundred_searches_keep_to_the_rate_and_the_number_of_connections()
    {
        const int Rate = 50;
        var context = Lab.Context(("rate_limit_per_s", Rate), ("max_in_flight", 3));
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Lab.FindAsync(context, 3)));

        Assert.All(replies, reply => Assert.Null(reply.Error));
        Assert.InRange(Lab.Tap.MostInFlight, 1, 3);
        Assert.InRange(MostInOneSecond(), 1, Rate * 3 / 2); // what a bucket holds comes on top
    }

    /// <summary>C43: cancelling a search frees its connections; cancelling does not reach an order that was sent.</summary>
    [Fact]
    public async Task C43_Cancelling_frees_a_search_and_does_not_abort_an_order()
    {
        Lab.Tap.Add(new WireFault(WireFaultKind.Stall) { Delay = TimeSpan.FromMinutes(1), On = request => !request.IsWrite }.Always());
        using (var cancel = CancellationTokenSource.CreateLinkedTokenSource(Row.Ct))
        {
            var search = Lab.Carrier.FindAsync(Samples.Stock, Lab.Context(), cancel.Token);
            await UntilAsync(() => Lab.Tap.InFlight > 0);
            await cancel.CancelAsync();
            await Task.WhenAny(search, Task.Delay(TimeSpan.FromSeconds(5), Row.Ct));
            Assert.True(search.IsCompleted);
            await UntilAsync(() => Lab.Tap.InFlight == 0);
        }

        Lab.Tap.Reset();
        var order = Lab.Order(await Lab.HitAsync());
        Lab.Tap.Add(new WireFault(WireFaultKind.Stall) { Delay = TimeSpan.FromSeconds(1) }.OnAct(WireAct.Order));
        using (var cancel = CancellationTokenSource.CreateLinkedTokenSource(Row.Ct))
        {
            var buying = Lab.Carrier.AcquireAsync(order, Lab.Context(), cancel.Token);
            await UntilAsync(() => Lab.Tap.SeenOf(WireAct.Order).Count > 0 || buying.IsCompleted);
            await cancel.CancelAsync();
            await buying.ContinueWith(_ => { }, Row.Ct, TaskContinuationOptions.None, TaskScheduler.Default);
            await UntilAsync(() => Lab.Tap.InFlight == 0);
        }

        await AssertFoundAsync(order with { Facts = Lab.Notes.Latest, SentAt = Lab.Clock.GetUtcNow() }, new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown)));
    }

    private int MostInOneSecond()
    {
        var (seen, most, first) = (Lab.Tap.Seen.Select(request => request.At).Order().ToList(), 0, 0);
        for (var last = 0; last < seen.Count; last++)
        {
            while (TimeProvider.System.GetElapsedTime(seen[first], seen[last]) >= TimeSpan.FromSeconds(1)) first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It does not come to that.");
            await Task.Delay(10, Row.Ct);
        }
    }
}
