using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Stock;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>The parts below the carriers, without a wire.</summary>
public sealed class SandboxPartsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 100)]
    public void The_stock_is_large_plausible_and_never_another_carriers(int seed, int scale)
    {
        var draws = new Draws(seed);
        var even = NanpStock.Make(draws, "bandwidth", exchangesAreOdd: false, scale);
        var odd = NanpStock.Make(draws, "another", exchangesAreOdd: true, scale);

        Assert.True(even.Count(number => !number.IsTollfree) >= 2000 * scale);
        Assert.True(even.Count(number => number.IsTollfree) >= 300 * scale);
        Assert.Equal(7, even.Where(number => number.IsTollfree).Select(number => number.Npa).Distinct().Count());
        Assert.True(even.Select(number => number.Center).Distinct().Count() > 40);
        Assert.Equal(even.Count, even.Select(number => number.TenDigit).Distinct().Count());
        Assert.Empty(even.Select(number => number.NpaNxx).Intersect(odd.Select(number => number.NpaNxx)));
        Assert.All(even, number => Assert.Matches("^[2-9][0-9]{2}[2-9](?!11)[0-9]{6}$", number.TenDigit));
    }

    [Fact]
    public void A_stream_is_the_same_for_the_same_seed_and_name_only()
    {
        static List<int> Ten(DrawStream stream) => [.. Enumerable.Range(0, 10).Select(_ => stream.Between(0, 1000))];

        Assert.Equal(Ten(new Draws(1).Stream("a")), Ten(new Draws(1).Stream("a")));
        Assert.NotEqual(Ten(new Draws(1).Stream("a")), Ten(new Draws(1).Stream("b")));
        Assert.NotEqual(Ten(new Draws(1).Stream("a")), Ten(new Draws(2).Stream("a")));
        var fractions = new Draws(1).Stream("f");
        Assert.InRange(Enumerable.Range(0, 10_000).Average(_ => fractions.Fraction()), 0.45, 0.55);
    }

    [Fact]
    public void Time_stands_still_goes_on_and_jumps()
    {
        var clock = new SandboxClock();
        clock.Freeze(true);
        var at = clock.GetUtcNow();
        Assert.Equal(at, clock.GetUtcNow());

        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(at.AddDays(30), clock.GetUtcNow());
        clock.Freeze(false);

        Assert.InRange(clock.GetUtcNow(), at.AddDays(30), at.AddDays(31));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task Many_changes_share_a_flush_and_are_read_again_in_their_order()
    {
        using var folder = new TemporaryFolder();
        await using (var book = Book.Open(folder.Path, _ => Assert.Fail("There is nothing to replay.")))
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(async at =>
            {
                await Task.Yield();
                book.Append([Fact(at), Fact(at)]);
                await book.FlushedAsync();
            }));
        }

        var lines = new List<IReadOnlyList<Fact>>();
        await using (Book.Open(folder.Path, lines.Add))
        {
            Assert.Equal(1000, lines.Count);
            Assert.All(lines, line => Assert.Equal(line[0].Number, line[1].Number));
            Assert.Equal(1000, lines.Select(line => line[0].Number).Distinct().Count());
        }

        static Fact Fact(int at) => new("bandwidth", "sold", DateTimeOffset.UnixEpoch) { Number = "+1" + at };
    }

    [Fact]
    public void The_ledger_adds_up_what_was_sold_given_back_and_sold_again()
    {
        var ledger = new Ledger();
        ledger.Apply(Of(Fact.Sold, "+1", 100));
        ledger.Apply(Of(Fact.Sold, "+2", 100));
        ledger.Apply(Of(Fact.Released, "+1", 0));
        ledger.Apply(Of(Fact.Sold, "+1", 50));
        ledger.Apply(Of(Fact.Released, "+2", 0));
        ledger.Apply(Of(Fact.Money, null, 7));

        var shown = ledger.ToJson();

        Assert.Equal((3, 2, 1), (shown["sold"]!.AsArray().Count, shown["released"]!.AsArray().Count, shown["held"]!.AsArray().Count));
        Assert.Equal("+1", (string?)shown["held"]![0]!["number"]);
        Assert.Equal(257, ledger.SpentMinor("bandwidth"));

        static Fact Of(string kind, string? number, long minor) =>
            new("bandwidth", kind, DateTimeOffset.UnixEpoch) { Number = number, SetupMinor = minor, Currency = kind == Fact.Released ? null : "USD" };
    }
}
