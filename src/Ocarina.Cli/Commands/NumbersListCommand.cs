using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers list</c>: the account's numbers, page after page.</summary>
internal static class NumbersListCommand
{
    public static Command Build(CliHost host)
    {
        var limit = NumberOptions.Limit();
        var filter = new FilterOptions();
        var command = new Command("list", "List the account's numbers.") { limit };
        filter.AddTo(command);
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = parse.GetValue(limit) ?? long.MaxValue;
            var table = new Table(host, "NUMBER", "STATE", "USED BY", "FEATURES", "UPDATED");
            await foreach (var row in context.Client.ListAsync(account, filter.Read(parse), NumberOptions.PageSize(wanted), ct).Take(wanted))
            {
                if (context.IsJson) context.Json.Line(row, WireJson.Default.NumberRow);
                else table.Add(row.Number, row.State, row.UsedBy, string.Join(',', row.Features), Printable.Time(row.Updated));
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("There are no numbers.");
            return ExitCodes.Success;
        });
        return command;
    }
}
