using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>kill -9 while 32 clients buy: what was answered with 201 is there as it was answered, and nothing is half done.</summary>
[Trait("Category", "Slow")]
public sealed class KillBuyingTests
{
    private const int BuyersCount = 32;
    private const int StockCount = 300;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task What_buyers_were_told_survives_kill_9(DatabaseKind kind)
    {
        var seed = Seeds.Next();
        var random = new Random(seed);
        await using var market = await Market.OpenAsync(kind, Ct, BuyersCount);
        var (answered, unanswered, hidden) = (0, 0, 0);
        for (var kill = 0; kill < Kills.Count; kill++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"+1{300 + kill}555");
            var stock = await market.StockAsync(prefix, StockCount, Ct);
            var purchases = await BuyUntilKilledAsync(market, prefix, stock, random);
            await market.Server.StartAsync();

            var rows = await RawDatabase.NumbersAsync(market.Server, prefix);
            Assert.Equal(StockCount, rows.Count);
            var faults = PurchaseCheck.Faults(purchases, rows);
            Assert.True(faults.Count == 0, $"OCARINA_SEED={seed}, kill {kill}:\n{string.Join('\n', faults)}");
            await MustReadAsAnsweredAsync(market, purchases);
            await market.MustBeSoundAsync(Ct);

            // The check sees what it must see: one purchase that was answered and not written, in the middle of those that were.
            var invented = stock.First(number => rows[number].State == "available");
            var lie = new Purchase(market.Buyers[0].Account, [invented], 1, new Dictionary<string, JsonNode> { [invented] = new JsonObject() });
            Assert.Contains(invented, Assert.Single(PurchaseCheck.Faults([.. purchases, lie], rows)), StringComparison.Ordinal);

            answered += purchases.Sum(purchase => purchase.Won?.Count ?? 0);
            unanswered += purchases.Count(purchase => !purchase.IsAnswered);
            hidden += rows.Count(row => row.Value.State == "in_service") - purchases.SelectMany(purchase => purchase.Won?.Keys ?? []).Distinct().Count();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Kills.Count} kills: {answered} purchases answered and kept, {unanswered} requests without an answer, {hidden} numbers written but not answered");
        // The kills struck while people were buying.
        Assert.True(answered > 0 && unanswered > 0);
    }

    private static async Task<IReadOnlyCollection<Purchase>> BuyUntilKilledAsync(Market market, string prefix, IReadOnlyList<string> stock, Random random)
    {
        var purchases = new ConcurrentBag<Purchase>();
        var killAt = random.Next(1, StockCount / 2);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var won = 0;
        var buying = market.Buyers.Select(buyer =>
        {
            var own = new Random(random.Next());
            return Task.Run(() => BuyAsync(buyer, prefix, stock, own, purchases, Count), Ct);
        }).ToArray();

        await reached.Task.WaitAsync(Patience.Max, Ct);
        Kills.Linger(random);
        await market.Server.KillAsync();
        await Task.WhenAll(buying);
        return purchases;

        void Count(int more)
        {
            if (Interlocked.Add(ref won, more) >= killAt) reached.TrySetResult();
        }
    }

    private static async Task BuyAsync(
        Api buyer, string prefix, IReadOnlyList<string> stock, Random random, ConcurrentBag<Purchase> purchases, Action<int> count)
    {
        while (true)
        {
            var (path, data, asked, quantity) = Choose(buyer, prefix, stock, random);
            Reply reply;
            try
            {
                reply = await buyer.SendAsync("PUT", path, data, Ct);
            }
            catch (HttpRequestException)
            {
                purchases.Add(new Purchase(buyer.Account, asked, quantity, null));
                return; // the server is gone
            }

            Assert.True(reply.Status is 201 or 400 or 409, reply.Text);
            var won = reply.Status != 201 ? []
                : reply.Data!["success"] is JsonObject success ? success.ToDictionary(pair => pair.Key, pair => pair.Value!)
                : new Dictionary<string, JsonNode> { [reply.Data["id"]!.GetValue<string>()] = reply.Data };
            purchases.Add(new Purchase(buyer.Account, asked, quantity, won));
            count(won.Count);
        }
    }

    private static (string Path, JsonObject? Data, IReadOnlyList<string> Asked, int Quantity) Choose(Api buyer, string prefix, IReadOnlyList<string> stock, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return ($"{buyer.Numbers}/collection/activate", new JsonObject { ["prefix"] = prefix, ["quantity"] = 2 }, [], 2);
            case 1:
                var start = random.Next(stock.Count - 4);
                string[] list = [stock[start], stock[start + 3], stock[start + 1]];
                return ($"{buyer.Numbers}/collection/activate", new JsonObject { ["numbers"] = new JsonArray([.. list.Select(number => (JsonNode)number)]) }, list, list.Length);
            default:
                var one = stock[random.Next(stock.Count)];
                return ($"{buyer.Of(one)}/activate", new JsonObject { ["crm"] = random.Next() }, [one], 1);
        }
    }

    // "Exactly as answered" is the whole document, read by its owner.
    private static async Task MustReadAsAnsweredAsync(Market market, IEnumerable<Purchase> purchases)
    {
        var buyers = market.Buyers.ToDictionary(buyer => buyer.Account);
        foreach (var purchase in purchases)
        {
            foreach (var (number, document) in purchase.Won ?? new Dictionary<string, JsonNode>())
            {
                var now = await buyers[purchase.Buyer].MustAsync(200, "GET", buyers[purchase.Buyer].Of(number), null, Ct);
                Assert.True(JsonNode.DeepEquals(document, now.Data), $"answered {document.ToJsonString()}\nis {now.Data?.ToJsonString()}");
            }
        }
    }
}
