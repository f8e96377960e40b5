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
        var command = new Command("reserve", "Hold numbers for the account without putting them in service.") { numbers, accept };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = await context.NumbersAsync(parse.GetValue(numbers), ct);
            return Outcomes.Write(context, await Charges.SettleAsync(
                context, parse.GetValue(accept), charges => context.Client.ReserveAsync(account, wanted, charges, ct), ct));
        });
        return command;
    }
}
