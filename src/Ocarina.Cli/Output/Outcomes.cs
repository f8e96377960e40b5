using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Output;

/// <summary>What became of a list of numbers: those that changed on standard output, those that did not on standard error.</summary>
internal static class Outcomes
{
    /// <summary>Waits for open orders first, where that is wanted.</summary>
    /// <returns>As <see cref="Write"/>.</returns>
    public static async Task<int> WriteAsync(CommandContext context, string account, NumbersOutcome outcome, bool waits, CancellationToken ct) =>
        Write(context, waits && outcome.Pending.Count > 0 ? await OpenOrders.WaitAsync(context, account, outcome, ct) : outcome);

    /// <returns>The exit code: one refused number is a failure, one that is still open is no success yet.</returns>
    public static int Write(CommandContext context, NumbersOutcome outcome)
    {
        if (context.IsJson) context.Json.Document(json => WriteJson(json, outcome));
        else WriteTable(context, outcome);

        SayFailures(context, outcome.Failed);
        foreach (var number in outcome.Pending)
            context.Say($"{Printable.Line(number.Id)} is ordered; the carrier has still to decide. See: ocarina orders show {Printable.Line(number.ReadOnly?.Order?.Id)}");
        return outcome.Failed.Count > 0 ? ExitCodes.Failed : outcome.Pending.Count > 0 ? ExitCodes.Pending : ExitCodes.Success;
    }

    /// <summary>Says of each number why it was refused.</summary>
    public static void SayFailures(CommandContext context, IReadOnlyList<NumberFailure> failed)
    {
        foreach (var (number, problem) in failed)
        {
            var message = problem.Message.Contains(number, StringComparison.Ordinal) ? problem.Message : $"{number}: {problem.Message}";
            context.Say($"ocarina: {Printable.Line(message)} ({Printable.Line(problem.Error)})");
        }
    }

    /// <summary>The member <c>error</c>: refused numbers and why.</summary>
    public static void WriteFailures(Utf8JsonWriter json, IReadOnlyList<NumberFailure> failed)
    {
        json.WriteStartObject("error");
        foreach (var (number, problem) in failed)
        {
            json.WritePropertyName(number);
            JsonSerializer.Serialize(json, problem, WireJson.Default.NumberProblem);
        }

        json.WriteEndObject();
    }

    private static void WriteTable(CommandContext context, NumbersOutcome outcome)
    {
        var table = new Table(context.Host, "NUMBER", "STATE", "CARRIER");
        foreach (var number in outcome.Succeeded) table.Add(number.Id, number.State, number.ReadOnly?.CarrierModule);
        foreach (var number in outcome.Pending) table.Add(number.Id, number.ReadOnly?.Order?.State ?? number.State, number.ReadOnly?.CarrierModule);
        table.Finish();
    }

    // The shape of http-api.md 2.8, whatever the number of numbers: a script need not know two.
    private static void WriteJson(Utf8JsonWriter json, NumbersOutcome outcome)
    {
        json.WriteStartObject();
        WriteNumbers(json, "success", outcome.Succeeded);
        WriteFailures(json, outcome.Failed);
        if (outcome.Pending.Count > 0) WriteNumbers(json, "pending", outcome.Pending);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<NumberDocument> numbers)
    {
        json.WriteStartObject(name);
        foreach (var number in numbers)
        {
            json.WritePropertyName(number.Id);
            JsonSerializer.Serialize(json, number, WireJson.Default.NumberDocument);
        }

        json.WriteEndObject();
    }
}
