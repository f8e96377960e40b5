using System.CommandLine;
using System.Text.Json;
using Ocarina.Cli.Output;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina config</c>: the system's documents; with <c>--account</c>, those of an account.</summary>
internal static class ConfigCommand
{
    private const string SectionDefault = "default";

    public static Command Build(CliHost host) => new("config", "Read and change configuration documents of the system, or of --account.")
    {
        List(host), Get(host), Set(host), Import(host),
    };

    private static Command List(CliHost host)
    {
        var command = new Command("list", "List the documents that are stored.");
        host.Run(command, async (_, context, ct) =>
        {
            await foreach (var id in context.Client.ListConfigsAsync(ct))
            {
                if (context.IsJson) context.Json.Document(json => json.WriteStringValue(id));
                else host.Out.WriteLine(Printable.Line(id));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Get(CliHost host)
    {
        var id = Id();
        var section = Section("Only this section: default, a zone or a node.");
        var defaults = new Option<bool>("--with-defaults") { Description = "Fill the other sections up from default as well." };
        var command = new Command("get", "Show a document as it is in force.") { id, section, defaults };
        host.Run(command, async (parse, context, ct) =>
        {
            var wanted = parse.GetRequiredValue(id);
            RefuseSectionOfAccount(context, parse.GetValue(section));
            var document = context.Globals.Account is null
                ? await context.Client.GetConfigAsync(wanted, parse.GetValue(section), parse.GetValue(defaults), ct)
                : await context.Client.GetAccountConfigAsync(await context.AccountAsync(ct), wanted, ct);
            Print(context, document);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Set(CliHost host)
    {
        var id = Id();
        var key = new Argument<string>("key") { Description = "Dotted path, such as features.allow; a dot inside a name is written %2E." };
        var value = new Argument<string>("value") { Description = "JSON, or else text. null removes the key." };
        var section = Section("Section to change: default, a zone or a node. Default: default.");
        var text = new Option<bool>("--text") { Description = "Take the value as text even when it reads as JSON." };
        var force = Force();
        var command = new Command("set", "Change one key of a document, and leave the others.") { id, key, value, section, text, force };
        host.Run(command, async (parse, context, ct) =>
        {
            RefuseSectionOfAccount(context, parse.GetValue(section));
            var path = KeyPatch.Path(parse.GetRequiredValue(key));
            var isAccount = context.Globals.Account is not null;
            var patch = KeyPatch.Of(isAccount ? path : [parse.GetValue(section) ?? SectionDefault, .. path], parse.GetRequiredValue(value), parse.GetValue(text));
            var changed = isAccount
                ? await context.Client.PatchAccountConfigAsync(await context.AccountAsync(ct), parse.GetRequiredValue(id), patch, parse.GetValue(force), ct)
                : await context.Client.PatchConfigAsync(parse.GetRequiredValue(id), patch, parse.GetValue(force), ct);
            if (context.IsJson) Print(context, changed);
            else context.Say($"Changed {parse.GetRequiredValue(key)} of {parse.GetRequiredValue(id)}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Import(CliHost host)
    {
        var file = new Argument<string>("file") { Description = "A JSON document with a section default. - reads standard input." };
        var id = new Option<string?>("--id") { Description = "Id of the document. Default: its _id or id.", HelpName = "ID" };
        var force = Force();
        var provisioning = new Option<string?>("--provisioning")
        {
            Description = "For a carrier's document with enable_provisioning and sandbox_provisioning both true, under which Kazoo buys: real or pretended.", HelpName = "CHOICE",
        };
        provisioning.AcceptOnlyFromAmong(ProvisioningChoice.Real, ProvisioningChoice.Pretended);
        var command = new Command("import", "Replace a document by a file. Comments and trailing commas are accepted.") { file, id, provisioning, force };
        host.Run(command, async (parse, context, ct) =>
        {
            var path = parse.GetRequiredValue(file);
            var document = await HandWritten.ReadAsync(host, path, ct);
            var target = parse.GetValue(id) ?? IdOf(document) ?? throw new UsageException($"{path} has no _id; name the document with --id.");
            document = ProvisioningChoice.Apply(path, target, document, parse.GetValue(provisioning));
            var stored = context.Globals.Account is null
                ? await context.Client.PutConfigAsync(target, document, parse.GetValue(force), ct)
                : await context.Client.PutAccountConfigAsync(await context.AccountAsync(ct), target, document, parse.GetValue(force), ct);
            if (context.IsJson) Print(context, stored);
            else context.Say($"Stored {target}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string? IdOf(JsonElement document) =>
        (document.TryGetProperty("_id", out var id) || document.TryGetProperty("id", out id)) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static void Print(CommandContext context, JsonElement document)
    {
        if (context.IsJson) context.Json.Document(document.WriteTo);
        else context.Json.Pretty(document);
    }

    private static void RefuseSectionOfAccount(CommandContext context, string? section)
    {
        if (section is not null && context.Globals.Account is not null) throw new UsageException("Documents of an account have no sections; leave --section out.");
    }

    private static Argument<string> Id() => new("id") { Description = "Id of the document, such as number_manager." };

    private static Option<string?> Section(string description) => new("--section") { Description = description, HelpName = "NAME" };

    private static Option<bool> Force() => new("--force") { Description = "Change number rules even when stored numbers would no longer be found under them." };
}
