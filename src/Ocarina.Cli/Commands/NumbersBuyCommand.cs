using System.CommandLine;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers buy</c>: numbers by name, or whichever are free under a prefix.</summary>
internal static class NumbersBuyCommand
{
    public static Command Build(CliHost host)
    {
        var numbers = new Argument<string[]>("numbers")
        {
            Description = "Numbers found by a search, or in stock. - reads them from standard input.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var prefix = new Option<string?>("--prefix") { Description = "Take whichever numbers of the stock are free under this prefix.", HelpName = "DIGITS" };
        var quantity = new Option<int?>("--quantity") { Description = "How many, with --prefix. Default: 1.", HelpName = "N" };
        var country = new Option<string?>("--country") { Description = "Country of the prefix, two letters. Default: US.", HelpName = "CC" };
        var accept = NumberOptions.AcceptCharges();
        var wait = NumberOptions.Wait();
        NumberOptions.Positive(quantity);

        var command = new Command("buy", "Buy numbers for the account.") { numbers, prefix, quantity, country, accept, wait };
        command.Validators.Add(result =>
        {
            var named = result.GetValue(numbers) is { Length: > 0 };
            if (named == result.GetValue(prefix) is not null) result.AddError("Give either numbers or --prefix.");
            else if (named && result.GetValue(quantity) is not null) result.AddError("--quantity goes with --prefix.");
        });
        host.Run(command, (parse, context, ct) =>
        {
            var wanted = parse.GetValue(prefix) is { } digits
                ? new NumberSearch(digits, parse.GetValue(quantity) ?? 1) { Country = parse.GetValue(country) }
                : null;
            return RunAsync(context, parse.GetValue(numbers), wanted, parse.GetValue(accept), parse.GetValue(wait), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string[]? arguments, NumberSearch? wanted, bool accepted, bool waits, CancellationToken ct)
    {
        var account = await context.AccountAsync(ct);
        IReadOnlyList<string> numbers = wanted is null ? await context.NumbersAsync(arguments, ct) : [];
        Func<CallOptions, Task<NumbersOutcome>> call = wanted is null
            ? options => context.Client.ActivateAsync(account, numbers, options, ct)
            : options => context.Client.ActivateAnyAsync(account, wanted, options, ct);

        var outcome = await Charges.SettleAsync(context, accepted, call, ct);
        if (wanted is not null && outcome.Succeeded.Count + outcome.Pending.Count < wanted.Quantity)
            context.Say($"Only {outcome.Succeeded.Count + outcome.Pending.Count} of {wanted.Quantity} were free under {Printable.Line(wanted.Prefix)}.");
        return await Outcomes.WriteAsync(context, account, outcome, waits, ct);
    }
}
