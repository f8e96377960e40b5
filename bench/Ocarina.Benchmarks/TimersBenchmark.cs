using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Manager.Jobs;
using Ocarina.Manager.Operations;
using Ocarina.Storage;

namespace Ocarina.Benchmarks;

/// <summary>What buyers feel while a million quarantines end.</summary>
internal static class TimersBenchmark
{
    private const int DueCount = 1_000_000;
    private const int StockCount = 200_000;
    private const int BuyersCount = 4;
    private const int Rounds = 7;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4); // of a buyer, between two purchases

    public static Task RunOnSqliteAsync(Report report) => RunAsync(report, DatabaseKind.Sqlite);

    public static Task RunOnPostgreSqlAsync(Report report) => RunAsync(report, DatabaseKind.PostgreSql);

    private static async Task RunAsync(Report report, DatabaseKind kind)
    {
        await using var server = await BenchServer.StartAsync(kind);
        await server.FillAsync(12_005_000_000, StockCount, NumberState.Available);
        await server.FillAsync(13_005_000_000, DueCount, NumberState.Aging, dueAt: 1_772_000_000_000);
        await server.SettleAsync();
        using var timers = new NumberTimers(server.Get<NumberDesk>(), TimeProvider.System, NullLogger<NumberTimers>.Instance);
        var next = 0;

        await report.CompareAsync(Rounds, "ms p99 of a purchase",
            ("idle", async () => Report.Percentile(await BuyAsync(), 0.99)),
            ("while the timers run", () => WhilePassingAsync(async () => Report.Percentile(await BuyAsync(), 0.99))));
        await report.CompareAsync(2, "ms p50 of a purchase",
            ("idle", async () => Report.Percentile(await BuyAsync(), 0.5)),
            ("while the timers run", () => WhilePassingAsync(async () => Report.Percentile(await BuyAsync(), 0.5))));
        var moved = await CountAsync(server);
        if (moved == 0) throw new InvalidOperationException("Nothing moved: there was nothing to compare.");
        var phases = (Rounds + 1 + 3) * Phase.TotalSeconds;
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"moved {moved:N0} numbers, {moved / phases:N0}/s beside the buyers: a million in {DueCount / (moved / phases) / 60:N1} minutes; purchases {next:N0}"));

        async Task<double> WhilePassingAsync(Func<Task<double>> measure)
        {
            using var stop = new CancellationTokenSource();
            var passing = Task.Run(() => timers.RunPassAsync(stop.Token));
            var result = await measure();
            if (passing.IsCompleted) throw new InvalidOperationException($"The pass ended before the measurement: {passing.Exception?.Message ?? "nothing was due any more"}");
            await stop.CancelAsync();
            try
            {
                await passing;
            }
            catch (OperationCanceledException)
            {
                // it stops between two pieces
            }

            return result;
        }

        async Task<List<double>> BuyAsync()
        {
            var watch = Stopwatch.StartNew();
            var times = await Task.WhenAll(Enumerable.Range(0, BuyersCount).Select(_ => Task.Run(async () =>
            {
                var own = new List<double>();
                while (watch.Elapsed < Phase)
                {
                    var number = 12_005_000_000 + Interlocked.Increment(ref next);
                    var started = Stopwatch.GetTimestamp();
                    using var reply = await server.Client.PutAsync(
                        new Uri(string.Create(CultureInfo.InvariantCulture, $"{server.Numbers}/%2B{number}/activate"), UriKind.Relative), null);
                    own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    if (reply.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException(await reply.Content.ReadAsStringAsync());
                    await Task.Delay(Pause);
                }

                return own;
            })));
            return [.. times.SelectMany(own => own)];
        }
    }

    private static async Task<long> CountAsync(BenchServer server) => await server.Database.ReadAsync(
        async (session, ct) =>
        {
            await using var command = session.Connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM numbers WHERE revision = 2 AND state = 'available'";
            return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
        },
        CancellationToken.None);
}
