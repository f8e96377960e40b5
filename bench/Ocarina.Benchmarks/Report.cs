using System.Diagnostics;
using System.Globalization;

namespace Ocarina.Benchmarks;

/// <summary>Prints what was measured, what it is compared with, and what else kept the cores busy meanwhile.</summary>
internal sealed class Report(TextWriter output)
{
    private long _busyBefore;
    private long _allBefore;
    private TimeSpan _ownBefore;

    public void Begin(Benchmark benchmark)
    {
        output.WriteLine($"\n== {benchmark.Name}: {benchmark.Summary}");
        (_busyBefore, _allBefore) = Ticks();
        _ownBefore = Process.GetCurrentProcess().TotalProcessorTime;
    }

    public void End()
    {
        var (busy, all) = Ticks();
        if (all == _allBefore) return;
        var own = (Process.GetCurrentProcess().TotalProcessorTime - _ownBefore).TotalSeconds * 100; // the kernel counts hundredths
        Line($"cores: {Environment.ProcessorCount}; this process used {own / (all - _allBefore):P0} of them, everything else (the database server included) {Math.Max(0, busy - _busyBefore - own) / (all - _allBefore):P0}");
    }

    public void Line(string text) => output.WriteLine($"   {text}");

    /// <summary>Runs the candidates in turn, after one round that does not count, and prints medians and their ratio to the first.</summary>
    public async Task<double[]> CompareAsync(int rounds, string unit, params (string Name, Func<Task<double>> Run)[] candidates)
    {
        var values = candidates.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var value = await candidates[i].Run();
                if (round >= 0) values[i].Add(value);
            }
        }

        var medians = values.Select(Median).ToArray();
        for (var i = 0; i < candidates.Length; i++)
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{candidates[i].Name,-52} {medians[i],12:N2} {unit}  (min {values[i].Min():N2}, max {values[i].Max():N2})  {medians[i] / medians[0],8:N2} x"));
        return medians;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The value below which a share of all lies.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)Math.Min(values.Count - 1, values.Count * share));

    // First line of /proc/stat: user nice system idle iowait irq softirq steal; none where there is no such file.
    private static (long Busy, long All) Ticks()
    {
        if (!File.Exists("/proc/stat")) return (0, 0);
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse).ToArray();
        return (fields.Sum() - fields[3] - fields[4], fields.Sum());
    }
}
