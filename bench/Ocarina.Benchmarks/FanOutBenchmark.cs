using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Search;
using Ocarina.Storage;

namespace Ocarina.Benchmarks;

/// <summary>A search over eight carriers, one of which hangs and one takes six seconds, against asking one after another.</summary>
/// <remarks>The carriers are doubles in this process: each waits, then has 100 numbers. What is measured is the engine, the database and the reply.</remarks>
internal static class FanOutBenchmark
{
    private const int DeadlineMs = 5000;
    private const int FastestMs = 50;
    private const int SlowMs = 6000;
    private const int Rounds = 3;
    private const int NumbersEach = 100;
    private static readonly int[] WaitsMs = [FastestMs, 80, 120, 200, 350, 600, Timeout.Infinite, SlowMs];

    public static Task RunOnSqliteAsync(Report report) => RunAsync(report, DatabaseKind.Sqlite);

    public static Task RunOnPostgreSqlAsync(Report report) => RunAsync(report, DatabaseKind.PostgreSql);

    private static async Task RunAsync(Report report, DatabaseKind kind)
    {
        var carriers = new Doubles();
        await using var server = await BenchServer.StartAsync(kind, services => services.AddSingleton<ICarriers>(carriers));
        await ConfigureAsync(server, carriers);
        var search = server.Get<SearchOperation>();

        report.Line("until the first numbers are there");
        var first = await report.CompareAsync(
            Rounds * 3, "ms",
            ("the fastest carrier, asked alone", () => TimeAsync(() => carriers.List[0].FindAsync(Question, Context, CancellationToken.None))),
            ("all at once", () => FirstAsync(search, server)),
            ("all at once, over HTTP, first line with numbers", () => FirstLineAsync(server)));
        report.Line(string.Create(CultureInfo.InvariantCulture, $"all at once: {first[1] - first[0]:N1} ms after the fastest carrier; over HTTP {first[2] - first[0]:N1} ms"));

        report.Line("until all is said");
        await report.CompareAsync(
            Rounds, "ms",
            ("the deadline", () => Task.FromResult((double)DeadlineMs)),
            ("all at once", () => TimeAsync(() => EndAsync(search, server))),
            ("one after another, each with the deadline", () => TimeAsync(() => OneAfterAnotherAsync(carriers))));
        await LateMustBeThereAsync(search, server, report);
    }

    private static CarrierSearch Question => new("+1415", 500, 0, "US");

    private static CarrierContext Context => new(CarrierSettings.Empty, text => PhoneNumber.Parse(text), TimeProvider.System);

    private static SearchCaller Caller(BenchServer server) => new(server.Master, "benchmark");

    private static NumberSearch Wanted(int offset) => new("415", 500, offset, "US", null);

    private static async Task ConfigureAsync(BenchServer server, Doubles carriers)
    {
        var modules = new JsonArray([.. carriers.List.Select(carrier => (JsonNode)carrier.Name.ToString())]);
        var settings = new JsonObject { ["data"] = new JsonObject { ["carrier_modules"] = modules, ["number_search_timeout_ms"] = DeadlineMs } };
        using var body = new StringContent(settings.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var reply = await server.Client.PatchAsync(new Uri("/v2/system_configs/number_manager/default", UriKind.Relative), body);
        reply.EnsureSuccessStatusCode();
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> FirstAsync(SearchOperation search, BenchServer server)
    {
        var started = Stopwatch.GetTimestamp();
        await foreach (var news in search.StreamAsync(Caller(server), Wanted(0), CancellationToken.None))
            if (news is SearchNews.Arrived { Rows.Count: > 0 }) return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        throw new InvalidOperationException("Nothing was found.");
    }

    private static async Task<double> FirstLineAsync(BenchServer server)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await server.Client.GetAsync(
            new Uri($"{server.Numbers}?prefix=415&quantity=50&stream=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
            if (JsonNode.Parse(line)!["data"]!.AsArray().Count > 0) return Stopwatch.GetElapsedTime(started).TotalMilliseconds; // each line is an object with data
        throw new InvalidOperationException("Nothing was found.");
    }

    private static async Task EndAsync(SearchOperation search, BenchServer server)
    {
        var page = await search.RunAsync(Caller(server), Wanted(0), CancellationToken.None);
        if (page.Rows.Count != 500) throw new InvalidOperationException($"{page.Rows.Count} numbers were found.");
    }

    // The way of the peer's first generation: a carrier is asked when the one before has answered or its time is over.
    private static async Task OneAfterAnotherAsync(Doubles carriers)
    {
        foreach (var carrier in carriers.List)
        {
            using var deadline = new CancellationTokenSource(DeadlineMs);
            await ((Task)carrier.FindAsync(Question, Context, deadline.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task LateMustBeThereAsync(SearchOperation search, BenchServer server, Report report)
    {
        await server.Get<LateAnswers>().IdleAsync();
        var page = await search.RunAsync(Caller(server), Wanted(500), CancellationToken.None);
        report.Line($"the next page holds {page.Rows.Count} numbers more, {page.Rows.Count(row => row.Carrier.ToString() == "double8")} of them from the carrier that took {SlowMs} ms");
    }

    private sealed class Doubles : ICarriers
    {
        internal IReadOnlyList<Double> List { get; } = [.. WaitsMs.Select((wait, i) => new Double(i + 1, wait))];

        public IReadOnlyCollection<ICarrier> All => List;

        public ICarrier? Find(CarrierName name) => List.FirstOrDefault(carrier => carrier.Name == name);
    }

    private sealed class Double(int place, int waitMs) : ICarrier
    {
        public CarrierName Name { get; } = CarrierName.Parse(string.Create(CultureInfo.InvariantCulture, $"double{place}"));

        public CarrierInfo Info { get; } = new(CarrierCapabilities.Searches, 3, []);

        public async Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
        {
            await Task.Delay(waitMs, ct);
            return new FindReply([.. Enumerable.Range(0, NumbersEach).Select(i =>
                new CarrierHit(PhoneNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"+1415{place:000}{i:0000}"))) { Country = "US", CarrierData = DocumentText.Empty })]);
        }

        public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

        public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

        public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

        public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);
    }
}
