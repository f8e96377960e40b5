using System.CommandLine;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina verify</c>: has the server check its ledger from end to end.</summary>
internal static class VerifyCommand
{
    private const int ShownMax = 20;

    public static Command Build(CliHost host)
    {
        var command = new Command("verify", "Check that the ledger is whole and gives the numbers as they are stored. Administrators only.");
        host.Run(command, (_, context, ct) => RunAsync(context, ct));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken ct)
    {
        var report = await LongWork.RunAsync(context.Host, "Checking the ledger", total: null, _ => context.Client.VerifyLedgerAsync(ct));
        var whole = report.Broken.Count == 0 && report.Different.Count == 0;
        if (context.IsJson) context.Json.Document(report, WireJson.Default.LedgerReport);
        else
        {
            context.Host.Out.WriteLine($"{Printable.Count(report.Numbers)} numbers, {Printable.Count(report.Events)} events: {(whole ? "whole" : "NOT whole")}");
            Show(context, "broken chain", report.Broken);
            Show(context, "row differs from its events", report.Different);
        }

        return whole ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static void Show(CommandContext context, string what, IReadOnlyList<JsonElement> found)
    {
        foreach (var item in found.Take(ShownMax)) context.Host.Out.WriteLine($"{what}: {Printable.Value(item)}");
        if (found.Count > ShownMax) context.Host.Out.WriteLine($"{what}: {Printable.Count(found.Count - ShownMax)} more; --json shows all");
    }
}
