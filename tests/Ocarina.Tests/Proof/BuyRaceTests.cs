using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>Promise 1: of any number of buyers exactly one wins, and the rest get a clean 409 (design.md 2).</summary>
public sealed class BuyRaceTests(Markets markets) : IClassFixture<Markets>
{
    private const int Rounds = 5;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task One_number_is_sold_to_exactly_one_of_64_buyers(DatabaseKind kind)
    {
        var market = await markets.GetAsync(kind);
        var numbers = await market.StockAsync("+1201555", Rounds, Ct);
        foreach (var number in numbers)
        {
            var replies = await market.AllAtOnceAsync((buyer, _) => buyer.SendAsync("PUT", $"{buyer.Of(number)}/activate", null, Ct)).WaitAsync(Patience.Max, Ct);

            var winner = Assert.Single(Enumerable.Range(0, replies.Length), i => replies[i].Status == 201);
            Assert.All(replies.Where((_, i) => i != winner), reply =>
            {
                Assert.Equal(409, reply.Status);
                Market.MustBeNotAvailable(reply.Data);
            });
            Assert.Equal(("in_service", market.Buyers[winner].Account), (await market.HoldingsAsync(number, Ct))[number]);
        }

        await market.MustBeSoundAsync(Ct);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Each_of_50_numbers_bought_as_lists_in_any_order_is_won_once_and_losers_are_told_for_the_number(DatabaseKind kind)
    {
        var seed = Seeds.Next();
        var market = await markets.GetAsync(kind);
        for (var round = 0; round < Rounds; round++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"+120255{round}");
            var numbers = await market.StockAsync(prefix, 50, Ct);
            var first = seed + (round * Market.BuyersCount);
            var replies = await market.AllAtOnceAsync((buyer, i) =>
            {
                var shuffled = numbers.ToArray();
                new Random(first + i).Shuffle(shuffled);
                return buyer.SendAsync("PUT", $"{buyer.Numbers}/collection/activate", new JsonObject { ["numbers"] = new JsonArray([.. shuffled.Select(n => (JsonNode)n)]) }, Ct);
            }).WaitAsync(Patience.Max, Ct);

            var owners = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < replies.Length; i++)
            {
                var (won, lost) = Results(replies[i]);
                foreach (var number in won) Assert.True(owners.TryAdd(number, market.Buyers[i].Account), $"{number} was sold twice");
                Assert.Equal(numbers.Count, won.Count + lost.Count);
            }

            Assert.Equal(numbers.Order(StringComparer.Ordinal), owners.Keys.Order(StringComparer.Ordinal));
            var holdings = await market.HoldingsAsync(prefix, Ct);
            Assert.All(owners, owner => Assert.Equal(("in_service", owner.Value), holdings[owner.Key]));
        }

        await market.MustBeSoundAsync(Ct);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Of_64_buyers_of_any_number_of_a_prefix_with_50_in_stock_50_get_different_ones_and_14_a_409(DatabaseKind kind)
    {
        var market = await markets.GetAsync(kind);
        for (var round = 0; round < Rounds; round++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"+120355{round}");
            var numbers = await market.StockAsync(prefix, 50, Ct);
            var replies = await market.AllAtOnceAsync((buyer, _) =>
                buyer.SendAsync("PUT", $"{buyer.Numbers}/collection/activate", new JsonObject { ["prefix"] = prefix, ["quantity"] = 1 }, Ct)).WaitAsync(Patience.Max, Ct);

            Assert.Equal([(201, 50), (409, 14)], replies.CountBy(reply => reply.Status).OrderBy(count => count.Key).Select(count => (count.Key, count.Value)));
            Assert.All(replies.Where(reply => reply.Status == 409), reply => Market.MustBeNotAvailable(reply.Data));
            var won = replies.Select((reply, i) => (reply, i)).Where(pair => pair.reply.Status == 201)
                .Select(pair => (Number: Assert.Single(pair.reply.Data!["success"]!.AsObject()).Key, market.Buyers[pair.i].Account)).ToList();
            Assert.Equal(numbers.Order(StringComparer.Ordinal), won.Select(pair => pair.Number).Order(StringComparer.Ordinal));
            var holdings = await market.HoldingsAsync(prefix, Ct);
            Assert.All(won, pair => Assert.Equal(("in_service", pair.Account), holdings[pair.Number]));
        }

        await market.MustBeSoundAsync(Ct);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Buyers_of_several_numbers_of_a_prefix_share_the_stock_without_a_rest_and_without_a_double(DatabaseKind kind)
    {
        var market = await markets.GetAsync(kind);
        for (var round = 0; round < Rounds; round++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"+120455{round}");
            var numbers = await market.StockAsync(prefix, 100, Ct);
            var replies = await market.AllAtOnceAsync((buyer, _) =>
                buyer.SendAsync("PUT", $"{buyer.Numbers}/collection/activate", new JsonObject { ["prefix"] = prefix, ["quantity"] = 3 }, Ct)).WaitAsync(Patience.Max, Ct);

            Assert.All(replies, reply => Assert.True(reply.Status is 201 or 409, reply.Text));
            var won = replies.Where(reply => reply.Status == 201).SelectMany(reply => reply.Data!["success"]!.AsObject().Select(pair => pair.Key)).ToList();
            Assert.Equal(numbers.Order(StringComparer.Ordinal), won.Order(StringComparer.Ordinal));
        }

        await market.MustBeSoundAsync(Ct);
    }

    // A reply to a list: 201 with both maps, or 400 with a map of nothing but errors (http-api.md 2.8).
    private static (IReadOnlyList<string> Won, IReadOnlyList<string> Lost) Results(Reply reply)
    {
        Assert.True(reply.Status is 201 or 400, reply.Text);
        var won = reply.Status == 201 ? reply.Data!["success"]!.AsObject().Select(pair => pair.Key).ToList() : [];
        var errors = reply.Data!["error"]?.AsObject() ?? [];
        Assert.All(errors, error => Market.MustBeNotAvailable(error.Value));
        return (won, [.. errors.Select(error => error.Key)]);
    }
}
