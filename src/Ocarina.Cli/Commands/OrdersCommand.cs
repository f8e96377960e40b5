using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina orders</c>: what was bought and given back at carriers, and what waits for a person.</summary>
internal static class OrdersCommand
{
    private const string Stranded = "stranded";

    public static Command Build(CliHost host) => new("orders", "See orders at carriers, and settle what waits for a person.")
    {
        List(host), Show(host), Settle(host), Adopt(host), Release(host),
    };

    private static Command List(CliHost host)
    {
        var state = Choice("--state", "Only orders in this state.", "STATE");
        var outcome = Choice("--outcome", "Only orders that ended so: acquired, released, refused, pretended, stranded.", "OUTCOME");
        var kind = Choice("--kind", "Only orders of this kind: acquire, disconnect, feature.", "KIND");
        var number = Choice("--number", "Only orders for this number, in any spelling the rules know.", "NUMBER");
        var open = new Option<bool>("--open") { Description = "Only orders that have not ended." };
        var stranded = new Option<bool>("--stranded") { Description = "Only what a carrier bills and nobody has: the same as --outcome stranded." };
        var limit = NumberOptions.Limit();
        var command = new Command("list", "List orders, newest first.") { state, outcome, kind, number, open, stranded, limit };
        command.Validators.Add(result =>
        {
            if (result.GetValue(stranded) && result.GetValue(outcome) is not null and not Stranded) result.AddError("Give either --outcome or --stranded.");
        });
        host.Run(command, (parse, context, ct) => ListAsync(context, new OrderFilter
        {
            State = parse.GetValue(state),
            Outcome = parse.GetValue(stranded) ? Stranded : parse.GetValue(outcome),
            Kind = parse.GetValue(kind),
            Number = parse.GetValue(number),
            IsOpen = parse.GetValue(open) ? true : null,
        }, parse.GetValue(limit) ?? long.MaxValue, ct));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, OrderFilter filter, long wanted, CancellationToken ct)
    {
        var account = await context.AccountAsync(ct);
        var table = new Table(context.Host, "ID", "CREATED", "KIND", "NUMBER", "CARRIER", "STATE", "OUTCOME", "ERROR");
        await foreach (var order in context.Client.OrdersAsync(account, filter, NumberOptions.PageSize(wanted), ct).Take(wanted))
        {
            if (context.IsJson) context.Json.Line(order, WireJson.Default.OrderDocument);
            else table.Add(order.Id, Printable.Time(order.Created), order.Kind, order.Number, order.Carrier, order.State, order.Outcome, order.Error);
        }

        table.Finish();
        if (!context.IsJson && table.Rows == 0) context.Say("There are no such orders.");
        return ExitCodes.Success;
    }

    private static Command Show(CliHost host)
    {
        var id = Id();
        var wait = NumberOptions.Wait();
        var command = new Command("show", "Show one order; 5 while it is open, 3 when it failed.") { id, wait };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var order = parse.GetRequiredValue(id);
            return Print(context, parse.GetValue(wait) ? await OpenOrders.EndAsync(context, account, order, ct) : await context.Client.GetOrderAsync(account, order, ct));
        });
        return command;
    }

    private static Command Settle(CliHost host)
    {
        var id = Id();
        var command = new Command("settle", "Have the carrier asked about an order now. Administrators of the system only.") { id };
        host.Run(command, async (parse, context, ct) =>
            Print(context, await context.Client.SettleOrderAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), ct)));
        return command;
    }

    private static Command Adopt(CliHost host)
    {
        var id = Id();
        var to = new Option<string>("--to") { Description = "The account that is to have it, by id or name.", HelpName = "ACCOUNT", Required = true };
        var command = new Command("adopt", "Give a number that a carrier sold and nobody has to an account. Administrators of the system only.") { id, to };
        host.Run(command, async (parse, context, ct) =>
        {
            var owner = await context.FindAccountAsync(parse.GetRequiredValue(to), ct);
            return Print(context, await context.Client.AdoptOrderAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), owner, ct));
        });
        return command;
    }

    private static Command Release(CliHost host)
    {
        var id = Id();
        var byHand = new Option<bool>("--by-hand") { Description = "Ask nobody: it was given back at the carrier by hand." };
        var command = new Command("release", "Give a number that is stranded at a carrier back to it. Administrators of the system only.") { id, byHand };
        host.Run(command, async (parse, context, ct) =>
            Print(context, await context.Client.ReleaseOrderAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), parse.GetValue(byHand), ct)));
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the order, 26 characters." };

    private static Option<string?> Choice(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static int Print(CommandContext context, OrderDocument order)
    {
        if (context.IsJson) context.Json.Document(order, WireJson.Default.OrderDocument);
        else
        {
            new Details(context.Host)
                .Add("id", order.Id)
                .Add("kind", order.Kind)
                .Add("number", order.Number)
                .Add("account_id", order.AccountId)
                .Add("carrier", order.Carrier)
                .Add("state", order.State)
                .Add("outcome", order.Outcome)
                .Add("error", order.Error)
                .Add("detail", order.Detail)
                .Add("attempts", order.Attempts.ToString(CultureInfo.InvariantCulture))
                .Add("created", Printable.Time(order.Created))
                .Add("next_attempt", Printable.Time(order.NextAttempt))
                .Add("carrier_order_id", order.CarrierOrderId)
                .Add("held", order.Held is > 0 ? Printable.Money(order.Held) : null)
                .AddFields(order.More?.Where(member => member.Key != "evidence").ToDictionary())
                .Write();
            foreach (var seen in Evidence(order)) context.Host.Out.WriteLine($"  {seen}");
        }

        return order.State == "failed" ? ExitCodes.Failed : order.IsEnded ? ExitCodes.Success : ExitCodes.Pending;
    }

    private static IEnumerable<string> Evidence(OrderDocument order) =>
        order.More?.GetValueOrDefault("evidence") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(Printable.Value) : [];
}
