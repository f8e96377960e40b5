using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>kill -9 while clients buy with keys: each repeats what was not answered, and in the end everybody has exactly what he was told, and nothing was bought twice.</summary>
[Trait("Category", "Slow")]
public sealed class KillRepeatTests
{
    private const int BuyersCount = 16;
    private const int StockCount = 400;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task Who_repeats_his_call_after_a_kill_buys_once(DatabaseKind kind)
    {
        var random = new Random(Seeds.Next());
        await using var market = await Market.OpenAsync(kind, Ct, BuyersCount);
        var repeated = 0;
        // On PostgreSQL whoever was running a call is believed alive until his lease ends: a round waits 15 s, and a third of them has to do.
        var rounds = kind == DatabaseKind.PostgreSql ? (Kills.Count + 2) / 3 : Kills.Count;
        for (var kill = 0; kill < rounds; kill++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"+1{400 + kill}555");
            await market.StockAsync(prefix, StockCount, Ct);
            var (won, open) = await BuyUntilKilledAsync(market, prefix, random);
            await market.Server.StartAsync();
            foreach (var call in open) won.Add(await RepeatAsync(market, call));

            var told = won.SelectMany(reply => reply.Data!["success"]!.AsObject().Select(number => (number.Key, reply.Buyer))).ToList();
            var rows = (await RawDatabase.NumbersAsync(market.Server, prefix)).Where(row => row.Value.State == "in_service").ToDictionary(row => row.Key, row => row.Value.Account!);
            Assert.Equal(told.Count, told.Select(entry => entry.Key).Distinct().Count());
            Assert.Equal(told.OrderBy(entry => entry.Key), rows.Select(row => (row.Key, row.Value)).OrderBy(entry => entry.Key));
            await market.MustBeSoundAsync(Ct);
            repeated += open.Count;
        }

        Assert.True(repeated > 0); // the kills struck while people were buying
    }

    private static async Task<(ConcurrentBag<(string Buyer, JsonNode? Data)> Won, List<Call> Open)> BuyUntilKilledAsync(Market market, string prefix, Random random)
    {
        var (won, open) = (new ConcurrentBag<(string, JsonNode?)>(), new ConcurrentBag<Call>());
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killAt = random.Next(1, StockCount / 6);
        var buying = market.Buyers.Select(buyer => Task.Run(() => BuyAsync(buyer), Ct)).ToArray();
        await reached.Task.WaitAsync(Patience.Max, Ct);
        Kills.Linger(random);
        await market.Server.KillAsync();
        await Task.WhenAll(buying);
        return (won, [.. open]);

        async Task BuyAsync(Api buyer)
        {
            for (var i = 0; ; i++)
            {
                var call = new Call(buyer, new JsonObject { ["prefix"] = prefix, ["quantity"] = 2 }, $"{prefix}-{buyer.Account}-{i}");
                try
                {
                    var reply = await SendAsync(call);
                    if (reply.Status == 409) return; // sold out
                    Assert.True(reply.Status == 201, reply.Text);
                    won.Add((buyer.Account, reply.Data));
                    if (won.Count >= killAt) reached.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    open.Add(call);
                    return;
                }
            }
        }
    }

    private static async Task<(string Buyer, JsonNode? Data)> RepeatAsync(Market market, Call call)
    {
        while (true)
        {
            var reply = await SendAsync(call);
            if (reply.Status == 201) return (call.Buyer.Account, reply.Data);
            if ((string?)reply.Json["message"] != "request_in_progress") return (call.Buyer.Account, new JsonObject { ["success"] = new JsonObject() });
            Assert.False(market.Server.IsSqlite, "on SQLite nobody else can be running it");
            await Task.Delay(TimeSpan.FromMilliseconds(200), Ct);
        }
    }

    private static Task<Reply> SendAsync(Call call) => call.Buyer.SendAsync("PUT", $"{call.Buyer.Numbers}/collection/activate", (JsonObject)call.Body.DeepClone(), Ct, call.Key);

    private sealed record Call(Api Buyer, JsonObject Body, string Key);
}
