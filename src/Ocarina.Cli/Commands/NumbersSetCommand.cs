using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers set</c>: one field of a number, and with it the feature that it switches.</summary>
internal static class NumbersSetCommand
{
    public static Command Build(CliHost host)
    {
        var number = NumberOptions.Number();
        var field = new Argument<string>("field") { Description = "Dotted path, such as cnam.display_name or e911; a dot inside a name is written %2E." };
        var value = new Argument<string>("value") { Description = "JSON, or else text. null removes the field." };
        var text = new Option<bool>("--text") { Description = "Take the value as text even when it reads as JSON." };
        var accept = NumberOptions.AcceptCharges();
        var wait = NumberOptions.Wait();
        var command = new Command("set", "Change one field of a number, and leave the others.") { number, field, value, text, accept, wait };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var patch = KeyPatch.Of(KeyPatch.Path(parse.GetRequiredValue(field)), parse.GetRequiredValue(value), parse.GetValue(text));
            var outcome = await Charges.SettleAsync(
                context, parse.GetValue(accept), options => context.Client.PatchAsync(account, parse.GetRequiredValue(number), patch, options, ct), ct);
            if (outcome.Pending.Count > 0 && parse.GetValue(wait)) outcome = await OpenOrders.WaitAsync(context, account, outcome, ct);
            return Write(context, outcome);
        });
        return command;
    }

    private static int Write(CommandContext context, NumbersOutcome outcome)
    {
        Outcomes.SayFailures(context, outcome.Failed);
        foreach (var document in outcome.Succeeded.Concat(outcome.Pending))
        {
            if (context.IsJson) context.Json.Document(document, WireJson.Default.NumberDocument);
            else NumbersGetCommand.Print(context.Host, document);
        }

        foreach (var document in outcome.Pending)
            context.Say($"{Printable.Line(document.Id)} changes when its provider has answered. See: ocarina orders show {Printable.Line(document.ReadOnly?.Order?.Id)}");
        return outcome.Failed.Count > 0 ? ExitCodes.Failed : outcome.Pending.Count > 0 ? ExitCodes.Pending : ExitCodes.Success;
    }
}
