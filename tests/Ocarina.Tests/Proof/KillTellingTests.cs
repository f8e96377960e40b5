using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Ocarina.Tests.Telling;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>kill -9 while numbers change and webhooks are told: whatever was acknowledged is told in the end, each number's changes in their order.</summary>
[Trait("Category", "Slow")]
public sealed class KillTellingTests
{
    private const int NumbersCount = 40;
    private const int EditsPerKill = 60;
    private const int FaultsMax = 2; // of one message: after a third it would rest for two minutes

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task What_was_acknowledged_is_told_whoever_is_killed(DatabaseKind kind)
    {
        var random = new Random(Seeds.Next());
        await using var receiver = await HookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(kind, "--no-demo");
        var api = await Api.LoginAsync(server.Client, ServerProcess.ApiKey, Ct);
        await api.MustAsync(200, "PATCH", "/v2/system_configs/webhooks", new JsonObject { ["default"] = new JsonObject { ["allowed_networks"] = new JsonArray("127.0.0.0/8") } }, Ct);
        await api.MustAsync(201, "PUT", $"/v2/accounts/{api.Account}/webhooks", new JsonObject { ["name"] = "all", ["uri"] = receiver.Address.ToString(), ["hook"] = "object", ["format"] = "json" }, Ct);
        var numbers = Enumerable.Range(0, NumbersCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"+1415555{i:0000}")).ToList();
        foreach (var number in numbers) await api.MustAsync(201, "PUT", api.Of(number), new JsonObject { ["create_with_state"] = "in_service" }, Ct);
        var faults = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        receiver.Answer = (call, http) => Random.Shared.Next(8) == 0 && faults.AddOrUpdate(call.Headers["webhook-id"], 1, (_, count) => count + 1) <= FaultsMax
            ? Fail(http)
            : Task.CompletedTask;

        for (var kill = 0; kill < Kills.Count; kill++)
        {
            api = await EditUntilKilledAsync(server, api, numbers, random, kill);
        }

        receiver.Answer = (_, _) => Task.CompletedTask;
        var revisions = await RevisionsAsync(api, numbers);
        // Every change was an event, and every event is told at least once under its own id.
        var told = await Patience.UntilAsync(
            () => Task.FromResult(ToldOnce(receiver) is var calls && numbers.All(number => calls.GetValueOrDefault(number)?.Count >= revisions[number]) ? calls : null),
            "every change is told");
        Assert.All(numbers, number => Assert.Equal(revisions[number], told[number].Count));
        Assert.All(numbers, number => Assert.Equal("doc_created", told[number][0]));
    }

    private static async Task<Api> EditUntilKilledAsync(ServerProcess server, Api api, List<string> numbers, Random random, int kill)
    {
        var acknowledged = 0;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killAt = random.Next(5, EditsPerKill);
        var editing = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            try
            {
                for (var i = worker; ; i += 4)
                {
                    var reply = await api.SendAsync("PATCH", api.Of(numbers[i % numbers.Count]), new JsonObject { ["note"] = $"{kill}.{i}" }, Ct);
                    Assert.True(reply.Status == 200, reply.Text);
                    if (Interlocked.Increment(ref acknowledged) >= killAt) reached.TrySetResult();
                }
            }
            catch (HttpRequestException)
            {
                // Killed.
            }
        }, Ct)).ToArray();
        await reached.Task.WaitAsync(Patience.Max, Ct);
        Kills.Linger(random);
        await server.KillAsync();
        await Task.WhenAll(editing);
        await server.StartAsync();
        return await Api.LoginAsync(server.Client, ServerProcess.ApiKey, Ct);
    }

    // What a receiver that drops repeats has seen: the actions of each number in the order of their first arrival.
    private static Dictionary<string, List<string>> ToldOnce(HookReceiver receiver)
    {
        HashSet<string> known = [];
        Dictionary<string, List<string>> told = [];
        foreach (var call in receiver.Calls)
        {
            if (!known.Add(call.Headers["webhook-id"])) continue;
            var body = JsonNode.Parse(call.Body)!;
            var number = (string)body["id"]!;
            if (!told.TryGetValue(number, out var actions)) told[number] = actions = [];
            actions.Add((string)body["action"]!);
        }

        return told;
    }

    private static async Task<Dictionary<string, int>> RevisionsAsync(Api api, List<string> numbers)
    {
        Dictionary<string, int> revisions = [];
        foreach (var number in numbers) revisions[number] = (int)(await api.MustAsync(200, "GET", $"{api.Of(number)}/events?page_size=1", null, Ct)).Data![0]!["revision"]!;
        return revisions;
    }

    private static Task Fail(HttpContext http)
    {
        http.Response.StatusCode = 500;
        return Task.CompletedTask;
    }
}
