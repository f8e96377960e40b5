using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>Some number of a group, from the search to the carrier's books, over HTTP on both sides (carriers.md 5.6).</summary>
public sealed class GroupOfferApiTests
{

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_search_shows_groups_and_whoever_buys_of_one_owns_the_number_that_the_carrier_named(DatabaseKind kind)
    {
        await using var practice = await StartAsync(kind, "offers");
        var alice = await practice.Server.CreateAccountAsync("Alice");

        var first = await SearchAsync(practice, alice, "&quantity=2");
        var second = await SearchAsync(practice, alice, "&quantity=3&offset=2");
        Assert.Empty(first.Data!.AsArray());
        var offers = Offers(first).Concat(Offers(second)).ToList();
        Assert.Equal(5, offers.Select(IdOf).Distinct().Count());
        Assert.All(offers, offer =>
        {
            Assert.Equal(("voxbone", "BE"), ((string?)offer["carrier"], (string?)offer["country"]));
            Assert.Matches(@"^\+32[1-9]\d*\*$", (string?)offer["number_pattern"]);
            Assert.True((int?)offer["quantity_available"] > 0, offer.ToJsonString());
        });

        var wanted = offers.First(IsFree);
        var bought = await BuyAsync(practice, alice, $$"""{"offers":[{"id":"{{IdOf(wanted)}}"}],"carrier_note":"for the shop"}""");

        Assert.True(bought.Status == 201, bought.Text);
        var (number, document) = Assert.Single(bought.Data!["success"]!.AsObject());
        Assert.StartsWith(((string?)wanted["number_pattern"])!.TrimEnd('*'), number, StringComparison.Ordinal);
        Assert.Equal((number, "in_service", "for the shop"), ((string?)document!["id"], (string?)document["state"], (string?)document["carrier_note"]));
        var shown = (await practice.CallAsync(alice, "GET", $"/{Uri.EscapeDataString(number)}")).Data!;
        Assert.Equal(("in_service", "voxbone"), ((string?)shown["state"], (string?)shown["_read_only"]!["carrier_module"]));
        Assert.Contains(number, (await practice.CallAsync(alice, "GET", "")).Data!["numbers"]!.AsObject().Select(one => one.Key));

        var order = Assert.Single(await OrdersAsync(practice, alice))!;
        Assert.Equal(("done", "acquired", IdOf(wanted), number), ((string?)order["state"], (string?)order["outcome"], (string?)order["offer"], (string?)order["number"]));
        Assert.Equal([("voxbone", number, (string?)order["id"])], await practice.Sandbox.HeldAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Several_of_several_groups_are_an_order_each_and_what_cannot_be_had_costs_only_itself(DatabaseKind kind)
    {
        await using var practice = await StartAsync(kind, "offers");
        var alice = await practice.Server.CreateAccountAsync("Alice");
        var offers = Offers(await SearchAsync(practice, alice, "&quantity=50")).Where(IsFree).ToList();

        var bought = await BuyAsync(practice, alice, $$"""{"offers":[{"id":"{{IdOf(offers[0])}}","quantity":2},{"id":"voxbone:1"},{"id":"{{IdOf(offers[1])}}","quantity":"1"}]}""");

        Assert.True(bought.Status == 201, bought.Text);
        var numbers = bought.Data!["success"]!.AsObject().Select(one => one.Key).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, numbers.Count);
        Assert.Equal(404, (int?)bought.Data["error"]!["voxbone:1"]!["code"]);
        Assert.Equal(numbers, (await practice.Sandbox.HeldAsync()).Select(held => held.Number).Order(StringComparer.Ordinal));
        Assert.Equal(numbers, (await OrdersAsync(practice, alice)).Select(order => (string)order!["number"]!).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_of_which_the_carrier_thinks_for_long_is_202_under_the_offer_s_id_and_ends_with_a_number(DatabaseKind kind)
    {
        await using var practice = await StartAsync(kind, "offers");
        await practice.SetAsync("number_manager.voxbone", new JsonObject { ["acquire_wait_ms"] = 0 });
        var alice = await practice.Server.CreateAccountAsync("Alice");
        var offer = IdOf(Offers(await SearchAsync(practice, alice, "&quantity=50")).First(IsFree));
        await practice.FaultAsync("voxbone", "checkout", "order_slow", delayMs: 1000);

        var asked = await BuyAsync(practice, alice, $$"""{"offers":[{"id":"{{offer}}"}]}""");
        Assert.True(asked.Status == 202, asked.Text);
        var id = (string?)asked.Data!["pending"]![offer]!["_read_only"]!["order"]!["id"];
        var order = await EndOfAsync(practice, alice, id);

        Assert.Equal(("done", "acquired"), ((string?)order["state"], (string?)order["outcome"]));
        Assert.Equal("in_service", (string?)(await practice.CallAsync(alice, "GET", $"/{Uri.EscapeDataString((string)order["number"]!)}")).Data!["state"]);
        Assert.Equal([("voxbone", (string)order["number"]!, id)], await practice.Sandbox.HeldAsync());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_carrier_refuses_is_told_under_the_offer_s_id_and_nothing_is_owned(DatabaseKind kind)
    {
        await using var practice = await StartAsync(kind, "offers");
        var alice = await practice.Server.CreateAccountAsync("Alice");
        var bob = await practice.Server.CreateAccountAsync("Bob");
        var offers = Offers(await SearchAsync(practice, alice, "&quantity=50"));
        var (offer, regulated) = (IdOf(offers.First(IsFree)), IdOf(offers.First(one => !IsFree(one))));
        await practice.FaultAsync("voxbone", "checkout", "order_failed");

        var refused = await BuyAsync(practice, alice, $$"""{"offers":[{"id":"{{offer}}"}]}""");
        var withoutAddress = await BuyAsync(practice, alice, $$"""{"offers":[{"id":"{{regulated}}"}]}""");
        var strangers = await BuyAsync(practice, bob, $$"""{"offers":[{"id":"{{offer}}"}]}""");

        Assert.True(refused.Status == 400, refused.Text);
        Assert.NotNull(refused.Data![offer]!["code"]);
        Assert.Equal((400, "LOCAL"), (withoutAddress.Status, (string?)withoutAddress.Data![regulated]!["restrictions"]!["address"]));
        Assert.Equal((400, 404), (strangers.Status, (int?)strangers.Data![offer]!["code"])); // what Alice was offered is not Bob's
        Assert.Empty((await practice.CallAsync(alice, "GET", "")).Data!["numbers"]!.AsObject());
        Assert.Empty(await practice.Sandbox.HeldAsync());
    }

    [Fact]
    public async Task In_mode_both_numbers_are_listed_where_the_carrier_names_them_and_groups_elsewhere()
    {
        await using var practice = await StartAsync(DatabaseKind.Sqlite, "both");
        var alice = await practice.Server.CreateAccountAsync("Alice");

        var ghent = await SearchAsync(practice, alice, "&quantity=500", "%2B329");
        var named = ghent.Data!.AsArray().Select(row => (string)row!["number"]!).ToList();
        var unnamed = Enumerable.Range(0, 1000).Select(i => i.ToString("+329000", CultureInfo.InvariantCulture)).First(prefix => !named.Any(number => number.Contains(prefix[3..], StringComparison.Ordinal)));
        var elsewhere = await SearchAsync(practice, alice, "", Uri.EscapeDataString(unnamed));

        Assert.NotEmpty(named);
        Assert.Empty(Offers(ghent));
        Assert.Empty(elsewhere.Data!.AsArray());
        Assert.Equal("+329*", (string?)Assert.Single(Offers(elsewhere))["number_pattern"]);
    }

    [Fact]
    public async Task A_list_that_makes_no_sense_is_refused_before_anybody_is_asked()
    {
        await using var practice = await StartAsync(DatabaseKind.Sqlite, "offers");
        var alice = await practice.Server.CreateAccountAsync("Alice");

        foreach (var (offers, problem) in new (string, string)[]
        {
            ("{}", "offers"), ("[]", "offers"), ("[1]", "offers.0"), ("""[{"quantity":1}]""", "offers.0.id"), ("""[{"id":"a","quantity":0}]""", "offers.0.quantity"),
            ("""[{"id":"a","quantity":"many"}]""", "offers.0.quantity"), ("""[{"id":"a"},{"id":"a"}]""", "offers"),
            ($"[{string.Join(',', Enumerable.Range(0, 101).Select(i => $$"""{"id":"{{i}}"}"""))}]", "offers"),
        })
        {
            var reply = await BuyAsync(practice, alice, $$"""{"offers":{{offers}}}""");
            Assert.True(reply.Status == 400 && reply.Data!.AsObject().ContainsKey(problem), $"{offers}: {reply.Text}");
        }

        var tooMany = await BuyAsync(practice, alice, """{"offers":[{"id":"a","quantity":101}]}""");
        Assert.Equal((400, 400), (tooMany.Status, (int?)tooMany.Data!["a"]!["code"]));
        Assert.Equal(0, await practice.Sandbox.CountAsync("carrier=voxbone"));
    }

    private static async Task<PracticeServer> StartAsync(DatabaseKind kind, string mode)
    {
        var practice = await PracticeServer.StartAsync(kind, "voxbone");
        await practice.SetAsync("number_manager.voxbone", new JsonObject { ["search_mode"] = mode });
        await practice.SetAsync("number_manager", new JsonObject { ["number_search_timeout_ms"] = 30_000 });
        return practice;
    }

    private static async Task<Reply> SearchAsync(PracticeServer practice, string account, string more, string prefix = "%2B32")
    {
        var reply = await practice.CallAsync(account, "GET", $"?prefix={prefix}&country=BE{more}");
        Assert.True(reply.Status == 200, reply.Text);
        return reply;
    }

    private static Task<Reply> BuyAsync(PracticeServer practice, string account, string data) => practice.CallAsync(account, "PUT", "/collection/activate", data);

    private static async Task<JsonArray> OrdersAsync(PracticeServer practice, string account) =>
        (await practice.Server.SendAsync("GET", $"/v2/accounts/{account}/orders", token: await practice.Server.TokenAsync(account))).Data!.AsArray();

    private static async Task<JsonNode> EndOfAsync(PracticeServer practice, string account, string? order)
    {
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); ;)
        {
            var reply = await practice.Server.SendAsync("GET", $"/v2/accounts/{account}/orders/{order}", token: await practice.Server.TokenAsync(account));
            Assert.True(reply.Status == 200, reply.Text);
            if ((string?)reply.Data!["state"] is "done" or "failed") return reply.Data;
            Assert.True(watch.Elapsed < Patience.Max, reply.Text);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static List<JsonNode> Offers(Reply reply) => [.. (reply.Json["offers"] as JsonArray ?? []).Select(offer => offer!)]; // lists hold no null

    // The others are sold to those only who gave the carrier an address.
    private static bool IsFree(JsonNode offer) => offer["restrictions"] is null;

    private static string IdOf(JsonNode offer) => (string)offer["id"]!; // every offer has one
}
