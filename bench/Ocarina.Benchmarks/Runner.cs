using System.IO.Enumeration;

namespace Ocarina.Benchmarks;

/// <summary>A benchmark that a filter can name.</summary>
internal sealed record Benchmark(string Name, string Summary, Func<Report, Task> RunAsync);

/// <summary>Lists benchmarks, or runs those whose name fits a pattern.</summary>
internal static class Runner
{
    private static readonly Benchmark[] All =
    [
        new("rules", "normalise, classify and print a number: prepared rules against expressions named in each call", RulesBenchmark.RunAsync),
        new("search.sqlite", "a page of 50 in a stock of a million: the product's search against the bare statement", SearchBenchmark.RunOnSqliteAsync),
        new("search.postgresql", "the same on PostgreSQL", SearchBenchmark.RunOnPostgreSqlAsync),
        new("fanout.sqlite", "a search over eight carriers, one hanging and one slow: all at once against one after another", FanOutBenchmark.RunOnSqliteAsync),
        new("fanout.postgresql", "the same on PostgreSQL", FanOutBenchmark.RunOnPostgreSqlAsync),
        new("timers.sqlite", "p99 of a purchase while a million numbers are due against idle", TimersBenchmark.RunOnSqliteAsync),
        new("timers.postgresql", "the same on PostgreSQL", TimersBenchmark.RunOnPostgreSqlAsync),
        new("writes", "32 writers on SQLite: group commit against a transaction each", WritesBenchmark.RunAsync),
        new("import", "100,000 rows of CSV through the API into SQLite, against plain inserts", ImportBenchmark.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is [] or ["--list", ..])
        {
            foreach (var benchmark in All) await output.WriteLineAsync($"{benchmark.Name,-20} {benchmark.Summary}");
            return 0;
        }

        if (args is not ["--filter", .. { Length: > 0 } patterns])
        {
            await output.WriteLineAsync("Usage: --list | --filter PATTERN...");
            return 2;
        }

        var chosen = All.Where(benchmark => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, benchmark.Name))).ToList();
        foreach (var benchmark in chosen)
        {
            var report = new Report(output);
            report.Begin(benchmark);
            await benchmark.RunAsync(report);
            report.End();
        }

        if (chosen.Count == 0) await output.WriteLineAsync("No benchmark fits. --list names them.");
        return chosen.Count == 0 ? 2 : 0;
    }
}
