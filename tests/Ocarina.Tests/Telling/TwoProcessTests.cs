using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>Two processes over one database tell what one would tell.</summary>
public sealed class TwoProcessTests
{
    [Fact]
    public async Task Each_message_is_taken_once_and_those_of_a_number_in_their_order_also_when_some_fail_at_first()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.PostgreSql);
        await using var sibling = await lab.Server.StartSiblingAsync();
        await lab.HookAsync(lab.Below, "notifications");
        await lab.ConfigureAsync("notifications.cnam_request", """{"enabled":false}""");
        var (taken, failed) = (new ConcurrentQueue<(string Number, int Name, string Id)>(), new ConcurrentDictionary<string, bool>());
        lab.Receiver.Answer = (call, http) =>
        {
            var told = JsonNode.Parse(call.Body)!;
            var name = int.Parse((string?)told["cnam"]!["display_name"] ?? "", CultureInfo.InvariantCulture);
            if (name == 3 && failed.TryAdd(call.Headers["webhook-id"], true)) http.Response.StatusCode = 503;
            else taken.Enqueue(((string?)told["number"] ?? "", name, call.Headers["webhook-id"]));
            return Task.CompletedTask;
        };

        var numbers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.TellAsync(lab.Below, "0")));
        for (var i = 1; i < 10; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            await Task.WhenAll(numbers.Select(number => lab.TellAsync(lab.Below, name, number)));
        }

        await Patience.UntilAsync(() => Task.FromResult(taken.Count >= 40 ? taken : null));
        await Patience.UntilAsync(async () => (await lab.Server.SendAsync("GET", "/v2/outbox?state=waiting")).Data!.AsArray() is { Count: 0 } none ? none : null);
        Assert.Equal((4, 40, 40), (failed.Count, taken.Count, taken.Select(call => call.Id).Distinct().Count()));
        Assert.All(taken.GroupBy(call => call.Number), number => Assert.Equal(Enumerable.Range(0, 10), number.Select(call => call.Name)));
    }

    [Fact]
    public async Task Every_change_of_a_number_is_told_once_however_many_write_at_once()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.PostgreSql);
        await using var sibling = await lab.Server.StartSiblingAsync();
        await lab.HookAsync(lab.Below, "object");
        NumbersDatabase[] processes = [lab.Server.Services.GetRequiredService<NumbersDatabase>(), sibling.Services.GetRequiredService<NumbersDatabase>()];
        PhoneNumber[] numbers = [.. Enumerable.Range(1, 5).Select(Some.Number)];
        await processes[0].ApplyAsync([.. numbers.Select(number => Some.Creation(Some.Record(number, NumberState.InService, AccountId.Parse(lab.Below))))], null, WriteLane.Foreground, Some.Ct);

        var written = numbers.Length;
        await Parallel.ForEachAsync(Enumerable.Range(0, 6), Some.Ct, async (writer, ct) =>
        {
            for (var turn = 0; turn < 8; turn++)
            {
                var loaded = await processes[writer % 2].LoadAsync(numbers, ct);
                var outcomes = await processes[writer % 2].ApplyAsync(
                    [.. loaded.Values.Skip((writer + turn) % 3).Select(row => Some.Update(row, number => number with { UsedBy = $"{writer}/{turn}" }))], null, WriteLane.Foreground, ct);
                Interlocked.Add(ref written, outcomes.Count(outcome => outcome is ChangeOutcome.Written));
            }
        });

        await lab.CallsAsync(written);
        await Patience.UntilAsync(async () => (await lab.Server.SendAsync("GET", "/v2/outbox?state=waiting")).Data!.AsArray() is { Count: 0 } none ? none : null);
        Assert.Equal((written, written), (lab.Receiver.Calls.Count, lab.Receiver.Calls.Select(call => call.Headers["webhook-id"]).Distinct().Count()));
        Assert.All(lab.Receiver.Calls.GroupBy(call => (string?)JsonNode.Parse(call.Body)!["id"]), number =>
            Assert.Equal(["doc_created"], number.Select(call => (string?)JsonNode.Parse(call.Body)!["action"]).Where((action, i) => i == 0 || action != "doc_edited")));
    }
}
