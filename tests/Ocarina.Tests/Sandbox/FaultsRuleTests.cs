using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Sandbox;

/// <summary>Which rule strikes which call.</summary>
public sealed class FaultsRuleTests : IAsyncLifetime
{
    private SandboxLab _lab = null!; // set before each test

    public async ValueTask InitializeAsync() => _lab = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task The_nth_call_only_and_so_many_times_only()
    {
        await Rule("""{"action":"status","status":503,"nth":2}""");
        Assert.Equal([200, 503, 200, 200], await SearchesAsync(4));

        await _lab.Control.DeleteAsync(new Uri("/faults", UriKind.Relative), TestContext.Current.CancellationToken);
        await Rule("""{"action":"status","status":503,"times":2}""");
        Assert.Equal([503, 503, 200], await SearchesAsync(3));
    }

    [Fact]
    public async Task Carrier_operation_kind_and_number_decide_and_the_first_rule_wins()
    {
        await Rule("""{"carrier":"bandwidth2","action":"status","status":500}""");
        await Rule("""{"operation":"writes","number":"+1303*","action":"status","status":501}""");
        await Rule("""{"operation":"order_create","number":"+1415*","action":"status","status":502}""");
        await Rule("""{"operation":"number_read","action":"status","status":503}""");
        await Rule("""{"action":"status","status":504,"operation":"number_read"}""");
        var talk = _lab.Bandwidth();

        var (denver, francisco, york) = (await First("303"), await First("415"), await First("212"));

        Assert.Equal(501, (int)(await talk.OrderAsync(denver.Id, "a")).Status);
        Assert.Equal(502, (int)(await talk.OrderAsync(francisco.Id, "b")).Status);
        Assert.Equal(200, (int)(await talk.OrderAsync(york.Id, "c")).Status);
        Assert.Equal(503, (int)(await talk.NumberAsync(york.TenDigit)).Status);
        Assert.Single(await _lab.HeldAsync());
        var rules = (await _lab.AskAsync("/faults"))["faults"]!.AsArray();
        Assert.Equal([null, 1, 1, 1, null], rules.Select(rule => (int?)rule!["struck"]));
    }

    [Fact]
    public async Task A_rule_can_be_removed_by_its_id()
    {
        var id = (string)(await Rule("""{"action":"status","status":503}"""))["ids"]![0]!;

        using var removed = await _lab.Control.DeleteAsync(new Uri("/faults/" + id, UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = await _lab.Control.DeleteAsync(new Uri("/faults/" + id, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (removed.StatusCode, again.StatusCode));
        Assert.Equal([200], await SearchesAsync(1));
    }

    [Theory]
    [InlineData("""{"action":"fly"}""")]
    [InlineData("""{"carrier":"bandwidth"}""")]
    [InlineData("""{"action":"status","status":99}""")]
    [InlineData("""{"action":"status","probability":2}""")]
    [InlineData("""{"action":"status","nth":0}""")]
    [InlineData("""{"action":"status","times":0}""")]
    [InlineData("""{"action":"status","colour":"blue"}""")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task A_rule_that_makes_no_sense_is_refused(string rule) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await SandboxLab.TryTellAsync(_lab.Control, "/faults", rule)).Status);

    [Fact]
    public async Task The_same_seed_draws_the_same_faults_and_another_seed_others()
    {
        const string Often = """{"id":"often","action":"status","status":503,"probability":0.5}""";
        await using var twin = await SandboxLab.StartAsync();
        await using var other = await SandboxLab.StartAsync(new SandboxOptions { Seed = 2 });
        foreach (var lab in (SandboxLab[])[_lab, twin, other]) await lab.TellAsync("/faults", Often);

        var mine = await SearchesAsync(40);

        Assert.Equal(mine, await SearchesAsync(40, twin));
        Assert.NotEqual(mine, await SearchesAsync(40, other));
        Assert.InRange(mine.Count(status => status == 503), 5, 35);
    }

    [Fact]
    public async Task The_outage_profile_answers_nobody_and_calm_ends_it()
    {
        await _lab.TellAsync("/profile", """{"name":"outage","seed":5}""");
        for (var one = 0; one < 10; one++)
        {
            try
            {
                Assert.Equal(503, (int)(await _lab.Bandwidth().SearchAsync("415")).Status);
            }
            catch (HttpRequestException)
            {
                // dropped
            }
        }

        await _lab.TellAsync("/profile", """{"name":"calm"}""");
        Assert.Equal([200, 200], await SearchesAsync(2));
    }

    [Fact]
    public async Task In_a_storm_the_ledger_is_still_what_was_booked_and_the_journal_what_arrived()
    {
        await _lab.TellAsync("/profile", """{"name":"storm","seed":11}""");
        await _lab.TellAsync("/faults", """{"operation":"reads","action":"delay","delay_ms":0}""");
        var numbers = (await _lab.Bandwidth().SearchAsync("415", 120)).Numbers;

        // One connection a buyer and no patience: a lost reply is never asked for again.
        var outcomes = await Task.WhenAll(numbers.Chunk(8).Select(async (share, buyer) =>
        {
            using var client = SandboxLab.NewClient(_lab.Host.Address);
            client.Timeout = TimeSpan.FromSeconds(3);
            var seen = new List<(string Number, string Outcome)>();
            foreach (var number in share) seen.Add(("+1" + number.TenDigit, await TryBuyAsync(client, number.Id)));
            return seen;
        }));

        var held = (await _lab.HeldAsync()).Select(entry => entry.Number).ToHashSet();
        var all = outcomes.SelectMany(list => list).ToList();
        Assert.All(all.Where(one => one.Outcome == "success"), one => Assert.Contains(one.Number, held));
        Assert.All(all.Where(one => one.Outcome is "429" or "509"), one => Assert.DoesNotContain(one.Number, held));
        Assert.Contains(all, one => one.Outcome == "lost" && held.Contains(one.Number));
        Assert.Contains(all, one => one.Outcome == "500" && held.Contains(one.Number));
        Assert.Equal(numbers.Count, await _lab.CountAsync("operation=order_create"));
        Assert.Equal(held.Count, (await _lab.AskAsync("/ledger"))["sold"]!.AsArray().Count);
    }

    private async Task<string> TryBuyAsync(HttpClient client, string id)
    {
        try
        {
            var reply = await _lab.Bandwidth(client).OrderAsync(id, id);
            if (reply.Status != HttpStatusCode.OK) return ((int)reply.Status).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return reply.Body.Contains("<status>success</status><order>", StringComparison.Ordinal) ? "nonsense" : reply.Outcome ?? "none";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return "lost";
        }
    }

    private Task<JsonNode> Rule(string json) => _lab.TellAsync("/faults", json);

    private async Task<(string Id, string TenDigit, string Status)> First(string areaCode) => (await _lab.Bandwidth().SearchAsync(areaCode, 1)).Numbers[0];

    private async Task<List<int>> SearchesAsync(int count, SandboxLab? lab = null)
    {
        var statuses = new List<int>();
        for (var one = 0; one < count; one++) statuses.Add((int)(await (lab ?? _lab).Bandwidth().SearchAsync("415", 1)).Status);
        return statuses;
    }
}
