using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers search</c>: what could be bought.</summary>
internal static class NumbersSearchCommand
{
    private const int QuantityDefault = 15;

    public static Command Build(CliHost host)
    {
        var prefix = new Argument<string>("prefix") { Description = "Leading digits, 3 to 10: 415, +1415, 8** for toll-free." };
        var quantity = new Option<int>("--quantity") { Description = "How many at most.", HelpName = "N", DefaultValueFactory = _ => QuantityDefault };
        var offset = new Option<int>("--offset") { Description = "Skip this many of the last search for the same prefix.", HelpName = "N" };
        var country = new Option<string?>("--country") { Description = "Country, two letters. Default: US.", HelpName = "CC" };
        var blocks = new Option<int?>("--blocks") { Description = "Look for blocks of this size.", HelpName = "SIZE" };
        NumberOptions.Positive(quantity);
        NumberOptions.Positive(blocks);
        var command = new Command("search", "Search carriers and stock for numbers to buy.") { prefix, quantity, offset, country, blocks };
        host.Run(command, async (parse, context, ct) =>
        {
            var search = new NumberSearch(parse.GetRequiredValue(prefix), parse.GetValue(quantity))
            {
                Offset = parse.GetValue(offset), Country = parse.GetValue(country), Blocks = parse.GetValue(blocks),
            };
            Print(context, await context.Client.SearchAsync(await context.AccountAsync(ct), search, ct));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Print(CommandContext context, IReadOnlyList<FoundNumber> found)
    {
        if (context.IsJson)
        {
            foreach (var number in found) context.Json.Line(number, WireJson.Default.FoundNumber);
            return;
        }

        if (found.Count == 0) context.Say("Nothing was found.");

        // What a carrier tells beside the number differs from one to the next; every word that occurs is a column.
        var extras = found.SelectMany(number => number.Extras?.Keys ?? Enumerable.Empty<string>()).Distinct().ToList();
        var blocks = found.Any(number => number.Size is not null);
        var table = new Table(
            context.Host, ["NUMBER", "STATE", .. blocks ? ["SIZE"] : Array.Empty<string>(), .. extras.Select(name => name.ToUpperInvariant().Replace('_', ' '))]);
        foreach (var number in found)
        {
            var size = number.Size?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            table.Add([number.Number, number.State, .. blocks ? [size] : Array.Empty<string?>(), .. extras.Select(name => Extra(number, name))]);
        }

        table.Finish();
    }

    private static string Extra(FoundNumber number, string name) =>
        number.Extras is { } extras && extras.TryGetValue(name, out var value) ? Printable.Value(value) : "";
}
