using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers import</c>: a CSV file, row by row, with a result for each.</summary>
internal static class NumbersImportCommand
{
    private const int ShownFailures = 10;

    public static Command Build(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "CSV file with a column e164. - reads standard input." };
        var failures = new Option<string?>("--failures")
        {
            Description = "Write the rows that failed to this file, as they were, with a column error.",
            HelpName = "FILE",
        };
        var command = new Command("import", "Create numbers from a CSV file. Repeating it is harmless.") { file, failures };
        host.Run(command, (parse, context, ct) => RunAsync(context, parse.GetRequiredValue(file), parse.GetValue(failures), ct));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, string? failuresPath, CancellationToken ct)
    {
        using var source = path == "-"
            ? await CsvSource.OpenAsync(context.Host.In, ct)
            : await CsvSource.OpenAsync(File.OpenRead(path), ct);
        var account = await context.AccountAsync(ct);
        long? total = path == "-" ? null : new FileInfo(path).Length;
        if (failuresPath is not null && Path.GetFullPath(failuresPath) == Path.GetFullPath(path))
            throw new UsageException("--failures names the file that is imported; choose another.");
        using var failures = new FailureRows(failuresPath, source);

        var tally = new ImportTally();
        var started = context.Host.Environment.Clock.GetTimestamp();
        try
        {
            await LongWork.RunAsync(context.Host, "Importing", total, async progress =>
            {
                await foreach (var result in context.Client.ImportAsync(account, source, ct))
                {
                    tally.Count(result);
                    if (result.Outcome == ImportOutcome.Failed) failures.Add(result);
                    if (tally.Rows % 100 == 0) progress.Report(tally.Bytes, tally.Short);
                }

                return tally;
            });
        }
        catch (Exception) when (tally.Rows > 0)
        {
            // What was answered is kept, and the import may be repeated; whoever reads the error should know how far it came.
            context.Say($"The import stopped after {tally}. What was answered is kept; repeat the import to go on.");
            throw;
        }

        Report(context, tally, failures, failuresPath, context.Host.Environment.Clock.GetElapsedTime(started));
        return tally.Failed == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static void Report(CommandContext context, ImportTally tally, FailureRows failures, string? failuresPath, TimeSpan elapsed)
    {
        if (context.IsJson)
        {
            context.Json.Document(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("rows", tally.Rows);
                json.WriteNumber("created", tally.Created);
                json.WriteNumber("unchanged", tally.Unchanged);
                json.WriteNumber("failed", tally.Failed);
                json.WriteNumber("elapsed_ms", (long)elapsed.TotalMilliseconds);
                if (failuresPath is not null) json.WriteString("failures", failuresPath);
                json.WriteEndObject();
            });
        }
        else
        {
            context.Host.Out.WriteLine($"{tally}, in {elapsed.TotalSeconds:0.0} seconds.");
        }

        foreach (var failure in failures.First(ShownFailures))
            context.Say($"ocarina: row {failure.Row}: {Printable.Line(failure.Number)}: {Printable.Line(failure.Error)}");
        if (tally.Failed > ShownFailures) context.Say($"  and {Printable.Count(tally.Failed - ShownFailures)} more{Where(failuresPath)}");
        else if (tally.Failed > 0 && failuresPath is not null) context.Say($"  The rows are in {failuresPath}.");
    }

    private static string Where(string? failuresPath) => failuresPath is null ? "; --failures FILE keeps them all" : $", in {failuresPath}";
}

/// <summary>How many rows came to what.</summary>
internal sealed class ImportTally
{
    public long Created { get; private set; }

    public long Unchanged { get; private set; }

    public long Failed { get; private set; }

    /// <summary>Bytes of the file that are settled.</summary>
    public long Bytes { get; private set; }

    public long Rows => Created + Unchanged + Failed;

    public void Count(ImportResult result)
    {
        Bytes += result.SourceBytes;
        if (result.Outcome == ImportOutcome.Created) Created++;
        else if (result.Outcome == ImportOutcome.Unchanged) Unchanged++;
        else Failed++;
    }

    /// <summary>Beside a bar, where there is little room.</summary>
    public string Short => $"{Printable.Count(Rows)} rows, {Printable.Count(Failed)} failed";

    public override string ToString() =>
        $"{Printable.Count(Rows)} rows: {Printable.Count(Created)} created, {Printable.Count(Unchanged)} unchanged, {Printable.Count(Failed)} failed";
}

/// <summary>The rows that failed: the first few in memory, all of them in a file when one was asked for.</summary>
internal sealed class FailureRows : IDisposable
{
    private const int KeptMax = 10;

    private readonly List<ImportResult> _first = [];
    private readonly CsvSource _source;
    private readonly StreamWriter? _file;

    public FailureRows(string? path, CsvSource source)
    {
        _source = source;
        if (path is null) return;
        _file = new StreamWriter(path, append: false);
        _file.WriteLine(source.FailureHeader);
    }

    public IEnumerable<ImportResult> First(int count) => _first.Take(count);

    public void Add(ImportResult result)
    {
        if (_first.Count < KeptMax) _first.Add(result);
        _file?.WriteLine(_source.FailureRow(result));
    }

    public void Dispose() => _file?.Dispose();
}
