using System.CommandLine;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina plans</c>: what a reseller sells at which price, and who is billed by it.</summary>
internal static class PlansCommand
{
    public static Command Build(CliHost host) => new("plans", "See and change service plans, and who is billed by them.")
    {
        List(host), Show(host), Create(host), Set(host), Delete(host), Assign(host), Unassign(host), Audit(host),
    };

    private static Command List(CliHost host)
    {
        var available = new Option<bool>("--available") { Description = "The plans that can be assigned to the account, instead of those that it sells by." };
        var command = new Command("list", "List the plans that the account sells by.") { available };
        host.Run(command, async (parse, context, ct) =>
        {
            var table = new Table(host, "ID", "NAME", "DESCRIPTION");
            foreach (var plan in await context.Client.PlansAsync(await context.AccountAsync(ct), parse.GetValue(available), ct))
            {
                if (context.IsJson) context.Json.Line(plan, WireJson.Default.PlanRow);
                else table.Add(plan.Id, plan.Name, plan.Description);
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("There are no plans.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show(CliHost host)
    {
        var id = Id();
        var command = new Command("show", "Show a plan that the account sells by, as it was written.") { id };
        host.Run(command, async (parse, context, ct) =>
        {
            Print(context, await context.Client.GetPlanAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), ct));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Create(CliHost host)
    {
        var file = PlanFile();
        var command = new Command("create", "Make a plan that the account sells by.") { file };
        host.Run(command, async (parse, context, ct) =>
        {
            var document = await HandWritten.ReadAsync(host, parse.GetRequiredValue(file), ct);
            var made = await context.Client.CreatePlanAsync(await context.AccountAsync(ct), document, ct);
            if (context.IsJson) Print(context, made);
            // The id alone on standard output: scripts put it into a variable.
            else host.Out.WriteLine(made.TryGetProperty("id", out var id) ? Printable.Value(id) : "");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Set(CliHost host)
    {
        var (id, file) = (Id(), PlanFile());
        var command = new Command("set", "Replace a plan by a file. Its prices hold from now on, for all who are billed by it.") { id, file };
        host.Run(command, async (parse, context, ct) =>
        {
            var document = await HandWritten.ReadAsync(host, parse.GetRequiredValue(file), ct);
            var stored = await context.Client.PutPlanAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), document, ct);
            if (context.IsJson) Print(context, stored);
            else context.Say($"Stored {Printable.Line(parse.GetRequiredValue(id))}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Delete(CliHost host)
    {
        var id = Id();
        var command = new Command("delete", "Delete a plan that nobody is billed by.") { id };
        host.Run(command, async (parse, context, ct) =>
        {
            var gone = await context.Client.DeletePlanAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), ct);
            if (context.IsJson) Print(context, gone);
            else context.Say($"Deleted {Printable.Line(parse.GetRequiredValue(id))}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Assign(CliHost host)
    {
        var id = Id();
        var command = new Command("assign", "Have --account billed by a plan of its reseller.") { id };
        host.Run(command, async (parse, context, ct) =>
            PrintPlans(context, await context.Client.AssignPlanAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), ct)));
        return command;
    }

    private static Command Unassign(CliHost host)
    {
        var id = Id();
        var command = new Command("unassign", "Take a plan away from --account.") { id };
        host.Run(command, async (parse, context, ct) =>
            PrintPlans(context, await context.Client.UnassignPlanAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), ct)));
        return command;
    }

    private static Command Audit(CliHost host)
    {
        var source = new Option<string?>("--source") { Description = "Only changes of this: plans, overrides, manual, limits, topup, service_plans, account.", HelpName = "SOURCE" };
        var limit = NumberOptions.Limit();
        var command = new Command("audit", "List who changed what --account is billed by, and the plans that it sells by, newest first.") { source, limit };
        host.Run(command, async (parse, context, ct) =>
        {
            var wanted = parse.GetValue(limit) ?? long.MaxValue;
            var table = new Table(host, "TIME", "SOURCE", "REASON", "BY", "CHANGE");
            var filter = new AuditFilter { Source = parse.GetValue(source) };
            await foreach (var change in context.Client.ServicesAuditAsync(await context.AccountAsync(ct), filter, NumberOptions.PageSize(wanted), ct).Take(wanted))
            {
                if (context.IsJson) context.Json.Line(change, WireJson.Default.ServicesChange);
                else table.Add(Printable.Time(change.Timestamp), change.Source, change.Reason, change.AuthenticatingUser?.AccountName, Changes(change));
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("Nothing was changed.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string? Changes(ServicesChange change) =>
        change.Audit.GetValueOrDefault(change.AccountId)?.Changes is { ValueKind: JsonValueKind.Object } changes ? Printable.Value(changes) : null;

    private static Argument<string> Id() => new("id") { Description = "Id of the plan." };

    private static Argument<string> PlanFile() => new("file") { Description = "A JSON document with a name and a plan. - reads standard input." };

    private static void Print(CommandContext context, JsonElement plan)
    {
        if (context.IsJson) context.Json.Document(plan.WriteTo);
        else context.Json.Pretty(plan);
    }

    private static int PrintPlans(CommandContext context, IReadOnlyList<string> plans)
    {
        if (context.IsJson) context.Json.Document(json => JsonSerializer.Serialize(json, plans, WireJson.Default.IReadOnlyListString));
        else context.Say(plans.Count == 0 ? "The account is billed by no plan." : $"The account is billed by {Printable.Line(string.Join(", ", plans))}.");
        return ExitCodes.Success;
    }
}
