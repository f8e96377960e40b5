using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers get</c>: one number, now or at a time in the past.</summary>
internal static class NumbersGetCommand
{
    public static Command Build(CliHost host)
    {
        var number = NumberOptions.Number();
        var asOf = new Option<string?>("--as-of")
        {
            Description = "As it stood then: a time with zone, such as 2026-03-01T12:00:00Z, or Gregorian seconds.",
            HelpName = "TIME",
        };
        var command = new Command("get", "Show one number.") { number, asOf };
        host.Run(command, async (parse, context, ct) =>
        {
            var document = await context.Client.GetAsync(await context.AccountAsync(ct), parse.GetRequiredValue(number), parse.GetValue(asOf), ct);
            if (context.IsJson) context.Json.Document(document, WireJson.Default.NumberDocument);
            else Print(host, document);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Shows a number, a line for each thing known of it.</summary>
    public static void Print(CliHost host, NumberDocument number) => new Details(host)
        .Add("number", number.Id)
        .Add("state", number.State)
        .Add("used_by", number.UsedBy)
        .Add("features", string.Join(", ", number.Features))
        .Add("available", string.Join(", ", number.ReadOnly?.FeaturesAvailable ?? []))
        .Add("carrier", number.ReadOnly?.CarrierModule)
        .Add("created", Printable.Time(number.ReadOnly?.Created))
        .Add("modified", Printable.Time(number.ReadOnly?.Modified))
        .AddFields(number.Fields)
        .Write();
}
