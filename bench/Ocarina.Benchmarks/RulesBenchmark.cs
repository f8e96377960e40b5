using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Core.Classification;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;

namespace Ocarina.Benchmarks;

/// <summary>Normalise, classify and print one number under the seed's rules.</summary>
internal static class RulesBenchmark
{
    private const int Count = 100_000;
    private const int Rounds = 7;

    public static async Task RunAsync(Report report)
    {
        RulePresets.TryGetConverters("seed", out var converters);
        RulePresets.TryGetClassifiers("seed", out var classifiers);
        var prepared = NumberRules.Prepare(new JsonObject { ["e164_converters"] = converters.DeepClone(), ["classifiers"] = classifiers.DeepClone() }, null, null);
        var cached = new Naive(converters, classifiers, pattern => new Named(pattern));
        var fresh = new Naive(converters, classifiers, pattern => new Fresh(pattern));
        var inputs = Inputs();

        foreach (var input in inputs.Take(2000))
        {
            var ours = Facts(prepared, input);
            if (ours != cached.Facts(input) || ours != fresh.Facts(input)) throw new InvalidOperationException($"{input}: {ours}, {cached.Facts(input)}, {fresh.Facts(input)}");
        }

        await report.CompareAsync(Rounds, "ns of processor/number",
            ("prepared rules", () => Time(inputs, input => Facts(prepared, input))),
            ("Regex.Match(text, pattern), the framework's cache", () => Time(inputs, cached.Facts)),
            ("new Regex(pattern) in each call, as Kazoo's re:run", () => Time([.. inputs.Take(2000)], fresh.Facts)));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"bytes a number: prepared {Bytes(inputs, input => Facts(prepared, input)):N0}, Regex.Match {Bytes(inputs, cached.Facts):N0}, new Regex {Bytes([.. inputs.Take(2000)], fresh.Facts):N0}"));
    }

    private static (string Number, string? Class, string Printed) Facts(INumberRules rules, string input)
    {
        var number = rules.Normalize(input);
        return (number, rules.Classify(number)?.Name, rules.PrettyPrint(number));
    }

    private static Task<double> Time<T>(string[] inputs, Func<string, T> work)
    {
        // Processor time: a neighbour steals the other one only.
        var before = Environment.CpuUsage.TotalTime;
        foreach (var input in inputs) work(input);
        return Task.FromResult((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / inputs.Length);
    }

    private static double Bytes<T>(string[] inputs, Func<string, T> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var input in inputs) work(input);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / inputs.Length;
    }

    // 25 % +1NPANXXXXXX, 15 % 1NPA…, 25 % NPA…, 8 % 011…, 5 % 00…, 7 % extensions and 911, 12 % +CC…, 3 % junk.
    private static string[] Inputs()
    {
        var random = new Random(20260301);
        return [.. Enumerable.Range(0, Count).Select(_ => random.Next(100) switch
        {
            < 25 => "+1" + National(),
            < 40 => "1" + National(),
            < 65 => National(),
            < 73 => "011" + Digits(random.Next(8, 13)),
            < 78 => "00" + Digits(random.Next(8, 13)),
            < 84 => Digits(4),
            < 85 => "911",
            < 97 => "+" + (char)('2' + random.Next(8)) + Digits(random.Next(8, 12)),
            _ => "junk" + Digits(3),
        })];

        string National() => $"{(char)('2' + random.Next(8))}{Digits(2)}{(char)('2' + random.Next(8))}{Digits(6)}";

        string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));
    }

    private interface IPattern
    {
        Match Match(string text);
    }

    private sealed class Named(string pattern) : IPattern
    {
        public Match Match(string text) => Regex.Match(text, pattern, RegexOptions.CultureInvariant);
    }

    private sealed class Fresh(string pattern) : IPattern
    {
        public Match Match(string text) => new Regex(pattern, RegexOptions.CultureInvariant).Match(text);
    }

    /// <summary>What one writes first: the documents' expressions, in order, in each call.</summary>
    private sealed class Naive(JsonObject converters, JsonObject classifiers, Func<string, IPattern> pattern)
    {
        private readonly (IPattern Pattern, string Prefix)[] _converters = [.. converters.Select(rule => (pattern(rule.Key), (string?)rule.Value!["prefix"] ?? ""))];
        private readonly (IPattern Pattern, string Name, string? Format)[] _classes =
            [.. classifiers.Select(rule => (pattern((string)rule.Value!["regex"]!), rule.Key, (string?)rule.Value["pretty_print"]))];

        public (string Number, string? Class, string Printed) Facts(string input)
        {
            var number = Normalize(input);
            return (number, Find(Normalize(number))?.Name, Print(number));
        }

        private string Normalize(string number)
        {
            if (number.StartsWith('+')) return number;
            foreach (var (regex, prefix) in _converters)
            {
                var match = regex.Match(number);
                if (match.Success) return prefix + (match.Groups.Values.LastOrDefault(group => group.Success)?.Value ?? number);
            }

            return number;
        }

        private (IPattern Pattern, string Name, string? Format)? Find(string number)
        {
            foreach (var candidate in _classes)
                if (candidate.Pattern.Match(number).Success) return candidate;
            return null;
        }

        private string Print(string number)
        {
            var normalized = Normalize(number);
            if (Find(normalized)?.Format is { } format) return PrettyFormat.Apply(format, normalized);
            return normalized.StartsWith("+1", StringComparison.Ordinal) ? PrettyFormat.Apply(PrettyFormat.NorthAmerica, normalized)
                : normalized.StartsWith('+') ? normalized : number;
        }
    }
}
