using System.CommandLine;
using Ocarina.Cli.Output;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers release</c>.</summary>
internal static class NumbersReleaseCommand
{
    public static Command Build(CliHost host)
    {
        var numbers = NumberOptions.Numbers();
        var hard = new Option<bool>("--hard") { Description = "Delete them at once, without aging. Administrators of the system only; ignored for others." };
        var command = new Command("release", "Give numbers back.") { numbers, hard };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = await context.NumbersAsync(parse.GetValue(numbers), ct);
            return Outcomes.Write(context, await context.Client.ReleaseAsync(account, wanted, parse.GetValue(hard), ct));
        });
        return command;
    }
}
