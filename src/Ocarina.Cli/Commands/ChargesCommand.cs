using System.CommandLine;
using System.Globalization;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina charges</c>: what an account was charged, what is left, and money that is paid in.</summary>
internal static class ChargesCommand
{
    public static Command Build(CliHost host) => new("charges", "See what an account was charged and what is left of its money.")
    {
        List(host), Check(host), Costs(host), Balance(host), TopUp(host),
    };

    private static Command List(CliHost host)
    {
        var number = new Option<string?>("--number") { Description = "Only charges about this number, in any spelling the rules know.", HelpName = "NUMBER" };
        var kind = new Option<string?>("--kind") { Description = "Only charges of this kind: activation, recurring, top_up, reversal.", HelpName = "KIND" };
        var period = new Option<string?>("--period") { Description = "Only charges of this month, such as 2026-11.", HelpName = "MONTH" };
        var limit = NumberOptions.Limit();
        var command = new Command("list", "List charges, newest first.") { number, kind, period, limit };
        host.Run(command, (parse, context, ct) => ListAsync(
            context,
            new ChargeFilter { Number = parse.GetValue(number), Kind = parse.GetValue(kind), Period = parse.GetValue(period) },
            parse.GetValue(limit) ?? long.MaxValue, ct));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, ChargeFilter filter, long wanted, CancellationToken ct)
    {
        var account = await context.AccountAsync(ct);
        var table = new Table(context.Host, "CREATED", "KIND", "ITEM", "QUANTITY", "RATE", "AMOUNT", "NUMBER", "MONTH");
        await foreach (var charge in context.Client.ChargesAsync(account, filter, NumberOptions.PageSize(wanted), ct).Take(wanted))
        {
            if (context.IsJson) context.Json.Line(charge, WireJson.Default.ChargeDocument);
            else
            {
                table.Add(Printable.Time(charge.Created), charge.Kind, Item(charge.Category, charge.Item), charge.Quantity?.ToString(CultureInfo.InvariantCulture),
                    Printable.Money(charge.Rate), Printable.Money(charge.Amount), charge.Number, charge.Period);
            }
        }

        table.Finish();
        if (!context.IsJson && table.Rows == 0) context.Say("There are no such charges.");
        return ExitCodes.Success;
    }

    private static Command Check(CliHost host)
    {
        var command = new Command("check", "Compare what the account holds with what it is charged for this month; 3 when they differ.");
        host.Run(command, async (_, context, ct) =>
        {
            var table = new Table(host, "ITEM", "HELD", "CHARGED");
            var differences = await context.Client.CheckChargesAsync(await context.AccountAsync(ct), ct);
            foreach (var found in differences)
            {
                if (context.IsJson) context.Json.Line(found, WireJson.Default.ChargeDifference);
                else table.Add(Item(found.Category, found.Item), found.Held.ToString(CultureInfo.InvariantCulture), found.Charged.ToString(CultureInfo.InvariantCulture));
            }

            table.Finish();
            if (differences.Count == 0) context.Say("What is held is what is charged.");
            return differences.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
        });
        return command;
    }

    private static Command Costs(CliHost host)
    {
        var command = new Command("costs", "What carriers ask for the numbers of the account and of those below it, beside what these pay. Resellers and above.");
        host.Run(command, async (_, context, ct) =>
        {
            var table = new Table(host, "ACCOUNT", "CARRIER", "NUMBERS", "UNPRICED", "CURRENCY", "SETUP", "MONTHLY", "PRICE");
            foreach (var row in await context.Client.CarrierCostsAsync(await context.AccountAsync(ct), ct))
            {
                if (context.IsJson) context.Json.Line(row, WireJson.Default.CarrierCostRow);
                // A line for each currency: amounts of two are never added up.
                else foreach (var cost in row.Costs.DefaultIfEmpty(new CarrierCost()))
                {
                    table.Add(row.AccountId, row.Carrier, row.Numbers.ToString(CultureInfo.InvariantCulture), row.Unpriced.ToString(CultureInfo.InvariantCulture),
                        cost.Currency, Printable.Money(cost.Setup), Printable.Money(cost.Monthly), Printable.Money(row.Price));
                }
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("There are no numbers that a carrier provides.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Balance(CliHost host)
    {
        var command = new Command("balance", "Show what is left of the account's money, and what of it is held for open orders.");
        host.Run(command, async (_, context, ct) => Print(context, await context.Client.BalanceAsync(await context.AccountAsync(ct), ct)));
        return command;
    }

    private static Command TopUp(CliHost host)
    {
        var amount = new Argument<decimal>("amount") { Description = "Money of the operator's currency, such as 20 or 12.50." };
        amount.CustomParser = result =>
        {
            if (decimal.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var money) && money > 0) return money;
            result.AddError($"'{result.Tokens[0].Value}' is not an amount of money.");
            return 0;
        };
        var command = new Command("topup", "Write down that --account has paid in. Only who sells to it may.") { amount };
        host.Run(command, async (parse, context, ct) =>
            Print(context, await context.Client.TopUpAsync(await context.AccountAsync(ct), parse.GetValue(amount), ct)));
        return command;
    }

    private static int Print(CommandContext context, AccountBalance balance)
    {
        if (context.IsJson) context.Json.Document(balance, WireJson.Default.AccountBalance);
        else new Details(context.Host).Add("balance", Printable.Money(balance.Amount)).Add("held", balance.Held is > 0 ? Printable.Money(balance.Held) : null).Write();
        return ExitCodes.Success;
    }

    private static string Item(string? category, string? item) => string.IsNullOrEmpty(item) ? category ?? "" : $"{category}/{item}";
}
