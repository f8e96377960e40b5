using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Search.ScriptedCarrier;

namespace Ocarina.Tests.Search;

/// <summary>`stream=true`: what the quickest carrier has is shown while the others are still thinking.</summary>
public sealed class SearchStreamTests(SearchLabs labs) : IClassFixture<SearchLabs>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_first_results_come_and_can_be_bought_before_the_others_have_answered(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var slow = new TaskCompletionSource<FindReply>();
        await lab.UseAsync(60_000, With("telnyx", "+12165550103", "+12165550101", "+12165550105"), Waiting("simwood", slow.Task));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/accounts/{lab.Alice}/phone_numbers?prefix=216&quantity=2&stream=true");
        request.Headers.Add("X-Auth-Token", await lab.Server.TokenAsync(lab.Alice));

        using var response = await lab.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        JsonNode? line;
        do line = JsonNode.Parse((await lines.ReadLineAsync(Ct))!)!;
        while ((string?)line["carrier"]!["name"] != "telnyx");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("ok", (string?)line["carrier"]!["state"]);
        Assert.Equal(["+12165550101", "+12165550103"], line["data"]!.AsArray().Select(row => (string?)row!["number"]));
        Assert.NotNull(await lab.OfferAsync(lab.Alice, "+12165550105"));

        slow.SetResult(Found("+12165550102", "+12165550101"));
        var rest = new List<JsonNode>();
        while (await lines.ReadLineAsync(Ct) is { } text) rest.Add(JsonNode.Parse(text)!);
        var late = rest.Single(news => (string?)news["carrier"]?["name"] == "simwood"); // stock may have been slower than the first carrier
        Assert.Equal(["+12165550102"], late["data"]!.AsArray().Select(row => (string?)row!["number"])); // shown once
        Assert.Equal(["+12165550101", "+12165550102"], rest[^1]["data"]!.AsArray().Select(row => (string?)row!["number"]));
        Assert.Equal(["telnyx ok 3", "simwood ok 2"], rest[^1].Carriers()[^2..]);
        Assert.Equal("success", (string?)rest[^1]["status"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_search_of_stock_streams_too_and_bad_parameters_answer_in_the_envelope(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.UseAsync(60_000);
        await lab.HaveAsync("available", "+12175550101");

        var reply = await lab.SearchAsync("217&stream=true");
        var bad = await lab.SearchAsync("2&stream=true");

        Assert.Equal(["+12175550101"], reply.Found());
        Assert.Equal(["reserved empty 0", "reserved_reseller empty 0", "inventory ok 1"], reply.Json.Carriers());
        Assert.Equal(400, bad.Status);
        Assert.Equal("validation error", (string?)bad.Json["message"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_hangs_up_is_not_searched_for_any_longer(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var stopped = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await lab.UseAsync(60_000, new ScriptedCarrier("telnyx", async (_, _, ct) =>
        {
            await using var seen = ct.Register(stopped.SetResult);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return FindReply.Empty;
        }));

        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/accounts/{lab.Alice}/phone_numbers?prefix=218");
        request.Headers.Add("X-Auth-Token", await lab.Server.TokenAsync(lab.Alice));
        var search = lab.Server.Client.SendAsync(request, caller.Token);
        await begun.Task.WaitAsync(Patience.Max, Ct);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        await stopped.Task.WaitAsync(Patience.Max, Ct);
    }
}
