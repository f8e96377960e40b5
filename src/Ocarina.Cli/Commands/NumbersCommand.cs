using System.CommandLine;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers</c>: what can be done with numbers, a file for each kind of work.</summary>
internal static class NumbersCommand
{
    public static Command Build(CliHost host) => new("numbers", "Search, buy, move, release and look at numbers.")
    {
        NumbersRulesCommands.Normalize(host),
        NumbersRulesCommands.Classify(host),
        NumbersRulesCommands.Pretty(host),
        NumbersListCommand.Build(host),
        NumbersGetCommand.Build(host),
        NumbersSearchCommand.Build(host),
        NumbersBuyCommand.Build(host),
        NumbersReserveCommand.Build(host),
        NumbersSetCommand.Build(host),
        NumbersMoveCommand.Build(host),
        NumbersReleaseCommand.Build(host),
        NumbersHistoryCommand.Build(host),
        NumbersImportCommand.Build(host),
        NumbersExportCommand.Build(host),
    };
}
