using System.CommandLine;
using Ocarina.Cli.Output;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers move</c>: an activation through the path of the account that is to have them.</summary>
internal static class NumbersMoveCommand
{
    public static Command Build(CliHost host)
    {
        var numbers = NumberOptions.Numbers();
        var to = new Option<string>("--to") { Description = "Account that is to have them, by id or name.", HelpName = "ACCOUNT", Required = true };
        var accept = NumberOptions.AcceptCharges();
        var wait = NumberOptions.Wait();
        var command = new Command("move", "Move numbers to another account of your tree.") { numbers, to, accept, wait };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.FindAccountAsync(parse.GetRequiredValue(to), ct);
            var wanted = await context.NumbersAsync(parse.GetValue(numbers), ct);
            var outcome = await Charges.SettleAsync(
                context, parse.GetValue(accept), options => context.Client.ActivateAsync(account, wanted, options, ct), ct);
            return await Outcomes.WriteAsync(context, account, outcome, parse.GetValue(wait), ct);
        });
        return command;
    }
}
