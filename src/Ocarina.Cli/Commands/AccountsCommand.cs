using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina accounts</c>: the tree of accounts below one's own.</summary>
internal static class AccountsCommand
{
    private const int PageSize = 500;

    public static Command Build(CliHost host)
    {
        var command = new Command("accounts", "See and create accounts. Alone, it lists them.") { List(host), Show(host), Create(host), Tree(host) };
        host.Run(command, (_, context, ct) => ListAsync(context, long.MaxValue, ct));
        return command;
    }

    private static Command List(CliHost host)
    {
        var limit = NumberOptions.Limit();
        var command = new Command("list", "List the accounts below yours, or below --account, at any depth.") { limit };
        host.Run(command, (parse, context, ct) => ListAsync(context, parse.GetValue(limit) ?? long.MaxValue, ct));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, long wanted, CancellationToken ct)
    {
        var account = await context.AccountAsync(ct);
        var table = new Table(context.Host, "ID", "NAME", "REALM", "BELOW");
        await foreach (var row in context.Client.DescendantsAsync(account, NumberOptions.PageSize(wanted), ct).Take(wanted))
        {
            if (context.IsJson) context.Json.Line(row, WireJson.Default.AccountRow);
            else table.Add(row.Id, row.Name, row.Realm, row.DescendantsCount is { } below ? Printable.Count(below) : null);
        }

        table.Finish();
        if (!context.IsJson && table.Rows == 0) context.Say("There are no accounts below this one.");
        return ExitCodes.Success;
    }

    private static Command Show(CliHost host)
    {
        var account = new Argument<string?>("account") { Description = "Id or name. Default: your own, or --account.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("show", "Show one account.") { account };
        host.Run(command, async (parse, context, ct) =>
        {
            var id = parse.GetValue(account) is { } named ? await context.FindAccountAsync(named, ct) : await context.AccountAsync(ct);
            Print(context, await context.Client.GetAccountAsync(id, ct));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Create(CliHost host)
    {
        var name = new Argument<string>("name") { Description = "Name of the new account." };
        var realm = new Option<string?>("--realm") { Description = "SIP realm. Default: made by the server.", HelpName = "REALM" };
        var command = new Command("create", "Create an account below yours, or below --account.") { name, realm };
        host.Run(command, async (parse, context, ct) =>
        {
            var parent = await context.AccountAsync(ct);
            Print(context, await context.Client.CreateAccountAsync(parent, parse.GetRequiredValue(name), parse.GetValue(realm), ct));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Tree(CliHost host)
    {
        var command = new Command("tree", "Draw the accounts below yours, or below --account.");
        host.Run(command, async (_, context, ct) =>
        {
            var root = await context.Client.GetAccountAsync(await context.AccountAsync(ct), ct);
            WriteNode(context, new AccountRow { Id = root.Id, Name = root.Name, Realm = root.Realm }, depth: 0);
            await WriteChildrenAsync(context, root.Id, depth: 1, ct);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task WriteChildrenAsync(CommandContext context, string parent, int depth, CancellationToken ct)
    {
        await foreach (var child in context.Client.ChildrenAsync(parent, PageSize, ct))
        {
            WriteNode(context, child, depth);
            if (child.DescendantsCount is null or > 0) await WriteChildrenAsync(context, child.Id, depth + 1, ct);
        }
    }

    private static void WriteNode(CommandContext context, AccountRow account, int depth)
    {
        if (!context.IsJson)
        {
            context.Host.Out.WriteLine($"{new string(' ', depth * 2)}{Printable.Line(account.Name)}  {account.Id}");
            return;
        }

        var more = new Dictionary<string, JsonElement>(account.More ?? []) { ["depth"] = Depth(depth) };
        context.Json.Line(account with { More = more }, WireJson.Default.AccountRow);
    }

    private static JsonElement Depth(int depth)
    {
        using var document = JsonDocument.Parse(depth.ToString(CultureInfo.InvariantCulture));
        return document.RootElement.Clone();
    }

    private static void Print(CommandContext context, AccountDocument account)
    {
        if (context.IsJson)
        {
            context.Json.Document(account, WireJson.Default.AccountDocument);
            return;
        }

        new Details(context.Host)
            .Add("id", account.Id)
            .Add("name", account.Name)
            .Add("realm", account.Realm)
            .Add("enabled", account.Enabled is { } enabled ? (enabled ? "true" : "false") : null)
            .Add("is_reseller", account.IsReseller is { } reseller ? (reseller ? "true" : "false") : null)
            .Add("reseller_id", account.ResellerId)
            .Add("created", Printable.Time(account.Created))
            .AddFields(account.Fields)
            .Write();
    }
}
