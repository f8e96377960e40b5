using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers normalize|classify|pretty</c>: three questions to the same rules.</summary>
internal static class NumbersRulesCommands
{
    public static Command Normalize(CliHost host) => Build(
        host, "normalize", "Show numbers in universal form.", (context, answers) => PrintLines(context, answers, answer => answer.E164));

    public static Command Classify(CliHost host) => Build(host, "classify", "Show which class numbers belong to.", (context, answers) =>
    {
        var table = new Table(context.Host, "NUMBER", "CLASS", "NAME");
        foreach (var answer in answers) table.Add(answer.E164, answer.Name, answer.FriendlyName);
        table.Finish();
    });

    public static Command Pretty(CliHost host) => Build(
        host, "pretty", "Show numbers as people write them.", (context, answers) => PrintLines(context, answers, answer => answer.Pretty ?? answer.E164));

    private static Command Build(CliHost host, string name, string description, Action<CommandContext, IReadOnlyList<NumberClassification>> print)
    {
        var numbers = NumberOptions.Numbers();
        var command = new Command(name, description) { numbers };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var answers = new List<NumberClassification>();
            foreach (var number in await context.NumbersAsync(parse.GetValue(numbers), ct))
                answers.Add(await context.Client.ClassifyAsync(account, number, ct));

            if (context.IsJson) PrintJson(context, answers);
            else print(context, answers);
            foreach (var answer in answers.Where(answer => answer.Reconcilable == false))
                context.Say($"{Printable.Line(answer.E164)} is not reconcilable: it cannot be stored as a number.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static void PrintJson(CommandContext context, List<NumberClassification> answers)
    {
        JsonTypeInfo<NumberClassification> type = WireJson.Default.NumberClassification;
        if (answers is [var only]) context.Json.Document(only, type);
        else answers.ForEach(answer => context.Json.Line(answer, type));
    }

    private static void PrintLines(CommandContext context, IReadOnlyList<NumberClassification> answers, Func<NumberClassification, string> text)
    {
        foreach (var answer in answers) context.Host.Out.WriteLine(Printable.Line(text(answer)));
    }
}
