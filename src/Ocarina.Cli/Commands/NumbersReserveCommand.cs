using System.CommandLine;
using Ocarina.Cli.Output;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers reserve</c>.</summary>
internal static class NumbersReserveCommand
{
    public static Command Build(CliHost host)
    {
        var numbers = NumberOptions.Numbers();
        var accept = NumberOptions.AcceptCharges();
        var wait = NumberOptions.Wait();
        var command = new Command("reserve", "Hold numbers for the account without putting them in service.") { numbers, accept, wait };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = await context.NumbersAsync(parse.GetValue(numbers), ct);
            var outcome = await Charges.SettleAsync(
                context, parse.GetValue(accept), options => context.Client.ReserveAsync(account, wanted, options, ct), ct);
            return await Outcomes.WriteAsync(context, account, outcome, parse.GetValue(wait), ct);
        });
        return command;
    }
}
