using System.CommandLine;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina quote</c>: what numbers would cost, without buying them.</summary>
internal static class QuoteCommand
{
    public static Command Build(CliHost host)
    {
        var numbers = NumberOptions.Numbers();
        var reserve = new Option<bool>("--reserve") { Description = "What it would cost to reserve them, each by itself." };
        var command = new Command("quote", "Say what buying numbers would cost the account. Buys nothing, holds nothing.") { numbers, reserve };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = await context.NumbersAsync(parse.GetValue(numbers), ct);
            var outcome = parse.GetValue(reserve)
                ? await context.Client.QuoteReservationAsync(account, wanted, ct)
                : await context.Client.QuoteAsync(account, wanted, ct);
            return Print(context, outcome);
        });
        return command;
    }

    private static int Print(CommandContext context, QuoteOutcome outcome)
    {
        if (context.IsJson) context.Json.Document(json => WriteJson(json, outcome));
        else
        {
            foreach (var line in Charges.Lines(outcome.Invoices)) context.Host.Out.WriteLine(line);
            if (outcome is { Invoices: [], Failed: [] }) context.Host.Out.WriteLine("It costs nothing.");
        }

        Outcomes.SayFailures(context, outcome.Failed);
        return outcome.Failed.Count > 0 ? ExitCodes.Failed : ExitCodes.Success;
    }

    private static void WriteJson(Utf8JsonWriter json, QuoteOutcome outcome)
    {
        json.WriteStartObject();
        json.WritePropertyName("invoices");
        JsonSerializer.Serialize(json, outcome.Invoices, WireJson.Default.IReadOnlyListQuote);
        Outcomes.WriteFailures(json, outcome.Failed);
        json.WriteEndObject();
    }
}
