using System.CommandLine;
using System.Globalization;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina outbox</c>: messages to people and systems, and those that were given up.</summary>
internal static class OutboxCommand
{
    public static Command Build(CliHost host) => new("outbox", "See what people and systems were told, and send again what was given up. Administrators of the system only.")
    {
        List(host), Show(host), Repeat(host),
    };

    private static Command List(CliHost host)
    {
        var state = Choice("--state", "Only deliveries in this state: waiting, delivered, dead.", "STATE");
        var kind = Choice("--kind", "Only messages of this kind, such as cnam_request.", "KIND");
        var number = Choice("--number", "Only messages about this number, in any spelling the rules know.", "NUMBER");
        var limit = NumberOptions.Limit();
        var command = new Command("list", "List deliveries, newest first.") { state, kind, number, limit };
        host.Run(command, async (parse, context, ct) =>
        {
            var wanted = parse.GetValue(limit) ?? long.MaxValue;
            var table = new Table(context.Host, "ID", "CREATED", "KIND", "NUMBER", "RECEIVER", "STATE", "ATTEMPTS", "ERROR");
            await foreach (var row in context.Client.DeliveriesAsync(parse.GetValue(state), parse.GetValue(kind), parse.GetValue(number), NumberOptions.PageSize(wanted), ct).Take(wanted))
            {
                if (context.IsJson) context.Json.Line(row, WireJson.Default.DeliveryDocument);
                else table.Add(row.Id, Printable.Time(row.Created), row.Kind, row.Number, row.Receiver, row.State, row.Attempts.ToString(CultureInfo.InvariantCulture), row.Error);
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("There are no such deliveries.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show(CliHost host)
    {
        var id = Id();
        var command = new Command("show", "Show one delivery, and what was tried.") { id };
        host.Run(command, async (parse, context, ct) => Print(context, await context.Client.GetDeliveryAsync(parse.GetRequiredValue(id), ct)));
        return command;
    }

    private static Command Repeat(CliHost host)
    {
        var id = Id();
        var command = new Command("repeat", "Send a delivery again that was given up, or that was delivered.") { id };
        host.Run(command, async (parse, context, ct) => Print(context, await context.Client.RepeatDeliveryAsync(parse.GetRequiredValue(id), ct)));
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the delivery, as the list shows it." };

    private static Option<string?> Choice(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static int Print(CommandContext context, DeliveryDocument delivery)
    {
        if (context.IsJson)
        {
            context.Json.Document(delivery, WireJson.Default.DeliveryDocument);
            return ExitCodes.Success;
        }

        new Details(context.Host)
            .Add("id", delivery.Id)
            .Add("kind", delivery.Kind)
            .Add("account_id", delivery.AccountId)
            .Add("number", delivery.Number)
            .Add("receiver", delivery.Receiver)
            .Add("state", delivery.State)
            .Add("error", delivery.Error)
            .Add("attempts", delivery.Attempts.ToString(CultureInfo.InvariantCulture))
            .Add("created", Printable.Time(delivery.Created))
            .Add("next_attempt", Printable.Time(delivery.NextAttempt))
            .AddFields(delivery.More)
            .Write();
        return ExitCodes.Success;
    }
}
