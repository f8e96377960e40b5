using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Server.Crossbar.Telling;
using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>Events as they happen, resumable from any place.</summary>
public sealed class EventStreamTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_listens_hears_what_happens_and_who_comes_back_hears_the_rest(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await using var first = await Listener.OpenAsync(lab, lab.Above, "");
        await CreateAsync(lab, lab.Below, "+14155550101");
        await CreateAsync(lab, lab.Above, "+14155550102");

        var heard = await first.NextAsync();
        Assert.Equal("+14155550101", (string?)heard.Data["number"]);
        await CreateAsync(lab, lab.Below, "+14155550103");

        await using var second = await Listener.OpenAsync(lab, lab.Above, "", lastEventId: heard.Id);
        foreach (var listener in (Listener[])[second, first])
        {
            Assert.Equal("+14155550102", (string?)(await listener.NextAsync()).Data["number"]);
            Assert.Equal("+14155550103", (string?)(await listener.NextAsync()).Data["number"]);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_comes_back_with_a_place_of_the_future_as_after_a_restore_hears_what_happens_from_now_on(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await using var listener = await Listener.OpenAsync(lab, lab.Above, "", lastEventId: "999999999");
        await CreateAsync(lab, lab.Above, "+14155550101");

        Assert.Equal("+14155550101", (string?)(await listener.NextAsync()).Data["number"]);
    }

    [Theory]
    [InlineData("/v2/accounts/{0}/events?since=yesterday")]
    [InlineData("/v2/accounts/{0}/events?since=-1")]
    [InlineData("/v2/accounts/{0}/phone_numbers/+14155550101/events?since=yesterday")]
    public async Task A_place_that_is_none_is_refused_instead_of_beginning_now(string path)
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);

        Assert.Equal(400, await StatusAsync(lab, lab.Below, string.Format(CultureInfo.InvariantCulture, path, lab.Below)));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Nobody_hears_of_the_numbers_of_another(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await CreateAsync(lab, lab.Below, "+14155550101");
        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(lab.Stranger, "+14155550101", "activate"))).Status);
        await CreateAsync(lab, lab.Below, "+14155550102");

        await using var stranger = await Listener.OpenAsync(lab, lab.Stranger, "?since=0");
        var gained = await stranger.NextAsync();
        Assert.Null(gained.Data["before"]); // what it was before is another tenant's
        Assert.DoesNotContain(lab.Below, gained.Data.ToJsonString(), StringComparison.Ordinal);

        await using var below = await Listener.OpenAsync(lab, lab.Below, "?since=0");
        List<(string? Number, string? Action)> seen = [];
        for (var i = 0; i < 3; i++) seen.Add(await below.NextAsync() is var next ? ((string?)next.Data["number"], (string?)next.Data["action"]) : default);
        Assert.Equal([("+14155550101", "created"), ("+14155550101", "activated"), ("+14155550102", "created")], seen);
        Assert.Equal(403, (await lab.CallAsync(lab.Stranger, "GET", $"/v2/accounts/{lab.Below}/events")).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task One_number_can_be_followed(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await CreateAsync(lab, lab.Below, "+14155550101");
        await CreateAsync(lab, lab.Below, "+14155550102");

        await using var listener = await Listener.OpenAsync(lab, lab.Below, "?since=0", path: NumberLab.At(lab.Below, "+14155550102", "events"));
        Assert.Equal("+14155550102", (string?)(await listener.NextAsync()).Data["number"]);
        Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, "+14155550101"), """{"note":"x"}""")).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Below, "PATCH", NumberLab.At(lab.Below, "+14155550102"), """{"note":"y"}""")).Status);
        var next = await listener.NextAsync();
        Assert.Equal(("+14155550102", "updated"), ((string?)next.Data["number"], (string?)next.Data["action"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_stream_ends_with_its_token(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        await using var listener = await Listener.OpenAsync(lab, lab.Below, "");

        Assert.Equal(200, (await lab.CallAsync(lab.Below, "DELETE", "/v2/token_auth")).Status);

        await listener.EndAsync();
    }

    [Fact]
    public async Task One_account_cannot_take_the_places_of_all()
    {
        await using var lab = await TellingLab.StartAsync(DatabaseKind.Sqlite);
        var open = new List<Listener>();
        try
        {
            for (var i = 0; i < EventStream.OfAccountMax; i++) open.Add(await Listener.OpenAsync(lab, lab.Below, ""));

            Assert.Equal(429, await StatusAsync(lab, lab.Below));
            await using var other = await Listener.OpenAsync(lab, lab.Stranger, "");
            await open[^1].DisposeAsync();
            await Patience.UntilAsync(async () => await StatusAsync(lab, lab.Below) == 200 ? "welcome" : null); // once the server has seen that he is gone
        }
        finally
        {
            foreach (var listener in open) await listener.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_sees_little_of_a_long_ledger_reads_it_in_several_requests_that_each_end(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        var numbers = lab.Server.Services.GetRequiredService<NumbersDatabase>();
        var others = Enumerable.Range(1, 250).Select(i => Some.Creation(Some.Record(Some.Number(i), NumberState.InService, AccountId.Parse(lab.Stranger))));
        await numbers.ApplyAsync([.. others], null, WriteLane.Foreground, Some.Ct);
        await CreateAsync(lab, lab.Below, "+14155559999");

        var first = await Patience.UntilAsync(async () => (await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/events?page_size=1")).Json.AsObject() is var page && page["next_start_key"] is not null ? page : null);
        Assert.Empty(first["data"]!.AsArray());
        var second = await Patience.UntilAsync(async () =>
            (await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/events?page_size=1&start_key={first["next_start_key"]}")).Data!.AsArray() is [var row] ? row!.AsObject() : null);
        Assert.Equal("+14155559999", (string?)second["number"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Without_a_stream_events_come_in_pages_oldest_first(DatabaseKind kind)
    {
        await using var lab = await TellingLab.StartAsync(kind);
        for (var i = 1; i <= 5; i++) await CreateAsync(lab, lab.Below, string.Create(CultureInfo.InvariantCulture, $"+1415555010{i}"));

        // Transactions of other tests on the same server hold readers back for a moment.
        var numbers = await Patience.UntilAsync(async () => await ReadPagesAsync(lab) is { Count: 5 } all ? all : null);

        Assert.Equal(["+14155550101", "+14155550102", "+14155550103", "+14155550104", "+14155550105"], numbers);
    }

    private static async Task<List<string?>> ReadPagesAsync(TellingLab lab)
    {
        List<string?> numbers = [];
        string? key = "";
        for (var pages = 0; key is not null && pages < 10; pages++)
        {
            var reply = await lab.CallAsync(lab.Below, "GET", $"/v2/accounts/{lab.Below}/events?page_size=2&start_key={key}");
            Assert.Equal(200, reply.Status);
            numbers.AddRange(reply.Data!.AsArray().Select(row => (string?)row!["number"]));
            key = (string?)reply.Json["next_start_key"];
        }

        return numbers;
    }

    private static async Task<int> StatusAsync(TellingLab lab, string account, string? path = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(lab.Server.Address, path ?? $"/v2/accounts/{account}/events"));
        request.Headers.TryAddWithoutValidation("X-Auth-Token", await lab.Server.TokenAsync(account));
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var response = await lab.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Some.Ct);
        return (int)response.StatusCode;
    }

    private static async Task CreateAsync(TellingLab lab, string account, string number) =>
        Assert.Equal(201, (await lab.CallAsync(lab.Server.Master, "PUT", NumberLab.At(account, number), """{"create_with_state":"in_service"}""")).Status);

    /// <summary>A client of server-sent events, as a browser's is.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly StreamReader _reader;
        private string _id = "";

        private Listener(HttpResponseMessage response, Stream stream) => (_response, _reader) = (response, new StreamReader(stream));

        public static async Task<Listener> OpenAsync(TellingLab lab, string account, string query, string? lastEventId = null, string? path = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(lab.Server.Address, (path ?? $"/v2/accounts/{account}/events") + query));
            request.Headers.TryAddWithoutValidation("X-Auth-Token", await lab.Server.TokenAsync(account));
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
            var response = await lab.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Some.Ct);
            Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            var listener = new Listener(response, await response.Content.ReadAsStreamAsync(Some.Ct));
            while (listener._id.Length == 0) await listener.ReadLineAsync(); // its place is told first: from here on it misses nothing
            return listener;
        }

        public async Task<(string Id, JsonObject Data)> NextAsync()
        {
            while (true)
                if (await ReadLineAsync() is { } line && line.StartsWith("data: ", StringComparison.Ordinal)) return (_id, JsonNode.Parse(line[6..])!.AsObject());
        }

        public async Task EndAsync()
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(Some.Ct);
            time.CancelAfter(Patience.Max);
            while (await _reader.ReadLineAsync(time.Token) is not null) { }
        }

        public ValueTask DisposeAsync()
        {
            _reader.Dispose();
            _response.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<string?> ReadLineAsync()
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(Some.Ct);
            time.CancelAfter(Patience.Max);
            var line = await _reader.ReadLineAsync(time.Token) ?? throw new EndOfStreamException("The stream has ended.");
            if (line.StartsWith("id: ", StringComparison.Ordinal)) _id = line[4..];
            return line;
        }
    }
}
