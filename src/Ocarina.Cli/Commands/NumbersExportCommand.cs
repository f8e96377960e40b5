using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers export</c>: numbers as CSV, in the columns that import reads.</summary>
internal static class NumbersExportCommand
{
    public static Command Build(CliHost host)
    {
        var output = new Option<string?>("--output", "-o") { Description = "File to write. Default: standard output.", HelpName = "FILE" };
        var filter = new FilterOptions();
        var command = new Command("export", "Write the account's numbers as CSV; for the master account all numbers.") { output };
        filter.AddTo(command);
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = filter.Read(parse);
            if (parse.GetValue(output) is { } path) return await ToFileAsync(context, account, wanted, path, ct);
            if (context.IsJson) throw new UsageException("An export is CSV; with --json give --output FILE, or use: ocarina numbers list --json");

            await using var stream = new TextWriterStream(host.Out);
            await context.Client.ExportAsync(account, wanted, stream, progress: null, ct);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> ToFileAsync(CommandContext context, string account, NumberFilter filter, string path, CancellationToken ct)
    {
        var part = $"{path}.part";
        try
        {
            var tally = await LongWork.RunAsync(context.Host, "Exporting", total: null, async progress =>
            {
                await using var file = new FileStream(part, FileMode.Create, FileAccess.Write);
                var reports = new Relay(tally => progress.Report(0, $"{Printable.Count(tally.Rows)} numbers"));
                return await context.Client.ExportAsync(account, filter, file, reports, ct);
            });
            File.Move(part, path, overwrite: true); // a cut export must not pass for a whole one
            Report(context, tally, path);
            return ExitCodes.Success;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Report(CommandContext context, ExportTally tally, string path)
    {
        if (!context.IsJson)
        {
            context.Say($"{Printable.Count(tally.Rows)} numbers written to {path}.");
            return;
        }

        context.Json.Document(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("rows", tally.Rows);
            json.WriteNumber("bytes", tally.Bytes);
            json.WriteString("file", path);
            json.WriteEndObject();
        });
    }

    // Progress<T> would post to the pool, and the last report could come after the end.
    private sealed class Relay(Action<ExportTally> report) : IProgress<ExportTally>
    {
        public void Report(ExportTally value) => report(value);
    }
}
