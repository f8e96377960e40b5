using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>Everybody does everything to the same few numbers at once; whatever came of it, the ledger accounts for it.</summary>
public sealed class ChaosRaceTests
{
    private const string Prefix = "+1205555";
    private const int NumbersCount = 40;
    private const int BuyerActs = 60;
    private const int MasterActs = 120;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task Whatever_64_buyers_and_the_master_do_at_random_no_request_breaks_and_every_revision_has_its_event(DatabaseKind kind)
    {
        var seed = Seeds.Next();
        await using var market = await Market.OpenAsync(kind, Ct);
        // Released numbers are for sale again at once, so that the chaos does not run dry.
        await market.Master.MustAsync(200, "PATCH", "/v2/system_configs/number_manager", new JsonObject { ["default"] = new JsonObject { ["should_age"] = false } }, Ct);
        var numbers = await market.StockAsync(Prefix, NumbersCount, Ct);

        var log = new ConcurrentBag<Done>();
        var buyers = market.Buyers.Select((buyer, i) => ActAsync(market, buyer, new Random(seed + i), numbers, BuyerActs, BuyerAct, log));
        var masters = Enumerable.Range(0, 4).Select(i => ActAsync(market, market.Master, new Random(seed - 1 - i), numbers, MasterActs, MasterAct, log));
        var rules = ChangeRulesAsync(market, 10);
        await Task.WhenAll([.. buyers, .. masters, rules]).WaitAsync(Patience.Max, Ct);

        Assert.All(log, done => Assert.True(done.Reply.Status is 200 or 201 or 400 or 403 or 404 or 409, $"{done}"));
        var counts = string.Join(", ", log.CountBy(done => $"{done.Verb} {done.Reply.Status}").OrderBy(count => count.Key).Select(count => $"{count.Key}: {count.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(counts);
        // The chaos was one: all sorts of acts succeeded, and some were lost to others.
        Assert.All(["PUT 201", "PATCH 200", "DELETE 200", "PUT 409"], kinds => Assert.Contains(kinds, counts, StringComparison.Ordinal));
        await MustAgreeAsync(market, log);
        await market.MustBeSoundAsync(Ct);
    }

    // Who was told that he has a number as of a revision is in the ledger with that revision, and nobody else was told the same.
    private static async Task MustAgreeAsync(Market market, IEnumerable<Done> log)
    {
        var told = log.Where(done => done is { Verb: "PUT", Reply.Status: 201, IsActivation: true })
            .Select(done => (Number: done.Reply.Data!["id"]!.GetValue<string>(), Revision: done.Reply.Json["revision"]!.GetValue<string>(), done.Account)).Distinct().ToList();
        Assert.NotEmpty(told);
        Assert.Equal(told.Count, told.DistinctBy(entry => (entry.Number, entry.Revision)).Count());
        foreach (var ofNumber in told.GroupBy(entry => entry.Number))
        {
            var events = await market.Master.MustAsync(200, "GET", $"{market.Master.Of(ofNumber.Key)}/events?paginate=false", null, Ct);
            var owners = events.Data!.AsArray().ToDictionary(
                row => $"{row!["revision"]}-{row["hash"]!.GetValue<string>()[..16]}",
                row => row!["after"]?["private"]?["assigned_to"]?.GetValue<string>(), StringComparer.Ordinal);
            Assert.All(ofNumber, entry => Assert.Equal(entry.Account, owners.GetValueOrDefault(entry.Revision)));
        }
    }

    private static async Task ActAsync(
        Market market, Api actor, Random random, IReadOnlyList<string> numbers, int count, Func<Market, Api, Random, IReadOnlyList<string>, Act> choose, ConcurrentBag<Done> log)
    {
        var known = numbers; // those he touched last come up more often: he may still have some of them
        for (var i = 0; i < count; i++)
        {
            var act = choose(market, actor, random, known);
            var reply = await actor.SendAsync(act.Verb, act.Path, act.Data, Ct);
            log.Add(new Done(act.Verb, act.Path, act.Target, act.IsActivation, reply));
            if (reply.Status == 201 && act.IsActivation) known = [.. numbers, .. Enumerable.Repeat(reply.Data!["id"]!.GetValue<string>(), numbers.Count)];
        }
    }

    private static Act BuyerAct(Market market, Api buyer, Random random, IReadOnlyList<string> numbers)
    {
        var number = buyer.Of(numbers[random.Next(numbers.Count)]);
        var list = buyer.Numbers + "/collection";
        return random.Next(14) switch
        {
            0 or 1 or 2 => new Act("PUT", $"{number}/activate", null, buyer.Account, IsActivation: true),
            3 => new Act("PUT", $"{number}/activate", new JsonObject { ["note"] = random.Next() }, buyer.Account, IsActivation: true),
            4 => new Act("PUT", $"{list}/activate", new JsonObject { ["numbers"] = Some(random, numbers) }, buyer.Account),
            5 => new Act("PUT", $"{list}/activate", new JsonObject { ["prefix"] = Prefix, ["quantity"] = 2 }, buyer.Account),
            6 => new Act("PUT", $"{number}/reserve", null, buyer.Account),
            7 or 8 => new Act("PATCH", number, new JsonObject { ["prepend"] = new JsonObject { ["enabled"] = true, ["name"] = Word(random) } }, buyer.Account),
            9 => new Act("POST", number, new JsonObject { ["crm"] = Word(random) }, buyer.Account),
            10 => new Act("PATCH", list, new JsonObject { ["numbers"] = Some(random, numbers), ["crm"] = Word(random) }, buyer.Account),
            11 or 12 => new Act("DELETE", number, null, buyer.Account),
            _ => new Act("DELETE", list, new JsonObject { ["numbers"] = Some(random, numbers) }, buyer.Account),
        };
    }

    // The master erases, makes again, and moves what others hold.
    private static Act MasterAct(Market market, Api master, Random random, IReadOnlyList<string> numbers)
    {
        var number = numbers[random.Next(numbers.Count)];
        var child = market.Buyers[random.Next(market.Buyers.Count)];
        var stock = new JsonObject { ["create_with_state"] = "available", ["carrier_name"] = "inventory" };
        switch (random.Next(6))
        {
            case 0: return new Act("DELETE", master.Of(number) + "?hard=true", null, master.Account);
            case 1 or 2: return new Act("PUT", master.Of(number), stock, master.Account);
            case 3:
                stock["numbers"] = Some(random, numbers);
                return new Act("PUT", $"{master.Numbers}/collection", stock, master.Account);
            case 4: return new Act("PUT", $"{child.Of(number)}/activate", null, child.Account, IsActivation: true);
            default: return new Act("DELETE", $"{master.Numbers}/collection", new JsonObject { ["numbers"] = Some(random, numbers) }, master.Account);
        }
    }

    // The number rules change meanwhile, so that writes have to be decided again under the new ones.
    private static async Task ChangeRulesAsync(Market market, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var classifiers = new JsonObject { [string.Create(CultureInfo.InvariantCulture, $"chaos_{i}")] = new JsonObject { ["regex"] = "^\\+999\\d+$", ["friendly_name"] = "chaos" } };
            var reply = await market.Master.SendAsync("PATCH", "/v2/system_configs/number_manager", new JsonObject { ["default"] = new JsonObject { ["classifiers"] = classifiers } }, Ct);
            Assert.True(reply.Status == 200, reply.Text);
        }
    }

    private static JsonArray Some(Random random, IReadOnlyList<string> numbers)
    {
        var chosen = numbers.ToArray();
        random.Shuffle(chosen);
        return [.. chosen.Take(random.Next(2, 8)).Select(number => (JsonNode)number)];
    }

    private static string Word(Random random) => random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);

    private sealed record Act(string Verb, string Path, JsonObject? Data, string Target, bool IsActivation = false);

    private sealed record Done(string Verb, string Path, string Account, bool IsActivation, Reply Reply)
    {
        public override string ToString() => $"{Verb} {Path}: {Reply.Status} {Reply.Text}";
    }
}
