using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>32 clients buy from carriers that lose, delay and garble their answers, while the server is killed again and again: what is paid for is known, and known once.</summary>
[Trait("Category", "Slow")]
public sealed class TortureTests
{
    private const int ManyKills = 30; // long enough for every kind of fault

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task Whatever_carriers_and_kills_do_the_books_agree_in_the_end(DatabaseKind kind)
    {
        var seed = Seeds.Next();
        await using var stage = await TortureStage.OpenAsync(kind, seed, Ct);

        var result = await stage.RunAsync(Kills.TortureCount, Ct);

        var figures = $"OCARINA_SEED={seed} on {kind}: {result.Figures(Kills.TortureCount)}";
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(result.Faults.Count == 0, $"{figures}\n{string.Join('\n', result.Faults.Take(40))}\n{stage.Complaints}");
        // It was a storm, and there was something to lose.
        var expected = Kills.TortureCount < ManyKills ? ["drop_after_booking", "book_then_500"]
            : (string[])["drop_after_booking", "book_then_500", "book_then_delay", "book_then_nonsense", "drop_after_headers", "status 429", "status 509"];
        Assert.All(expected, fault => Assert.True(result.Struck.ContainsKey(fault), $"{fault} never struck\n{figures}"));
        Assert.NotEmpty(result.Theirs.Held);
        if (Kills.TortureCount < ManyKills) return;
        Assert.All(TortureStage.Carriers, carrier => Assert.Contains(result.Theirs.Sold, sale => sale.Carrier == carrier));
        Assert.Contains(result.Ours.Orders, order => order is { Kind: "disconnect", Outcome: "released" });
    }
}
