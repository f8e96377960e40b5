using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Output;

/// <summary>What became of a list of numbers: those that changed on standard output, those that did not on standard error.</summary>
internal static class Outcomes
{
    /// <returns>The exit code: one refused number is a failure.</returns>
    public static int Write(CommandContext context, NumbersOutcome outcome)
    {
        if (context.IsJson) context.Json.Document(json => WriteJson(json, outcome));
        else WriteTable(context, outcome);

        foreach (var (number, problem) in outcome.Failed)
        {
            var message = problem.Message.Contains(number, StringComparison.Ordinal) ? problem.Message : $"{number}: {problem.Message}";
            context.Say($"ocarina: {Printable.Line(message)} ({Printable.Line(problem.Error)})");
        }

        return outcome.Failed.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static void WriteTable(CommandContext context, NumbersOutcome outcome)
    {
        var table = new Table(context.Host, "NUMBER", "STATE", "CARRIER");
        foreach (var number in outcome.Succeeded) table.Add(number.Id, number.State, number.ReadOnly?.CarrierModule);
        table.Finish();
    }

    // The shape of http-api.md 2.8, whatever the number of numbers: a script need not know two.
    private static void WriteJson(Utf8JsonWriter json, NumbersOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteStartObject("success");
        foreach (var number in outcome.Succeeded)
        {
            json.WritePropertyName(number.Id);
            JsonSerializer.Serialize(json, number, WireJson.Default.NumberDocument);
        }

        json.WriteEndObject();
        json.WriteStartObject("error");
        foreach (var (number, problem) in outcome.Failed)
        {
            json.WritePropertyName(number);
            JsonSerializer.Serialize(json, problem, WireJson.Default.NumberProblem);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
