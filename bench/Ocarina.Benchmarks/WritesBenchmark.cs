using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;

namespace Ocarina.Benchmarks;

/// <summary>32 writers, each waiting for its own answer: one event and one row a change, on disk when answered.</summary>
internal static class WritesBenchmark
{
    private const int WritersCount = 32;
    private const int ChangesEach = 200;
    private const int Rounds = 7;

    public static async Task RunAsync(Report report)
    {
        await using var grouped = await Target.OpenAsync(TimeSpan.FromMilliseconds(5));
        await using var single = await Target.OpenAsync(TimeSpan.Zero); // a group that is closed after its first change
        await report.CompareAsync(Rounds, "us/change, 32 writers",
            ("group commit", () => grouped.RunAsync(WritersCount, ChangesEach)),
            ("a transaction each", () => single.RunAsync(WritersCount, ChangesEach)));
        await report.CompareAsync(Rounds, "us/change, one writer",
            ("group commit", () => grouped.RunAsync(1, 1000)),
            ("a transaction each", () => single.RunAsync(1, 1000)));
    }

    private sealed class Target(BenchDatabase place, IDatabase database) : IAsyncDisposable
    {
        private readonly NumbersDatabase _numbers = new(database, TimeProvider.System);
        private long _next = 12_005_000_000;

        public static async Task<Target> OpenAsync(TimeSpan groupMax)
        {
            var place = BenchDatabase.OnSqlite();
            var options = new StorageOptions { ConnectionString = $"Data Source={place.Folder}/ocarina.db", GroupMax = groupMax };
            return new Target(place, await DatabaseOpener.OpenAsync(options, NullLogger.Instance, CancellationToken.None));
        }

        public async Task<double> RunAsync(int writers, int changes)
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < changes; i++)
                {
                    var outcomes = await _numbers.ApplyAsync([Creation()], null, WriteLane.Foreground, CancellationToken.None);
                    if (outcomes is not [ChangeOutcome.Written]) throw new InvalidOperationException("A number was there already.");
                }
            })));
            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / (writers * changes);
        }

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            await place.DisposeAsync();
        }

        private NumberChange Creation()
        {
            var now = DateTimeOffset.UtcNow.ToStoredGrain();
            var number = PhoneNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"+{Interlocked.Increment(ref _next)}"));
            var record = new NumberRecord { Number = number, State = NumberState.Available, Carrier = CarrierName.Inventory, StateSince = now, Created = now, Modified = now };
            return new NumberChange(null, record, NumberActions.Imported, Actor.System, null, now);
        }
    }
}
