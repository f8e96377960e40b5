using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ocarina.Cli.Output;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary><c>ocarina numbers history</c>: who did what to a number, newest first.</summary>
internal static class NumbersHistoryCommand
{
    public static Command Build(CliHost host)
    {
        var number = NumberOptions.Number();
        var limit = NumberOptions.Limit();
        var command = new Command("history", "Show what happened to a number, newest first.") { number, limit };
        host.Run(command, async (parse, context, ct) =>
        {
            var account = await context.AccountAsync(ct);
            var wanted = parse.GetValue(limit) ?? long.MaxValue;
            var events = context.Client.EventsAsync(account, parse.GetRequiredValue(number), NumberOptions.PageSize(wanted), ct).Take(wanted);
            var table = new Table(host, "REV", "TIME", "ACTION", "BEFORE", "AFTER", "OWNER", "BY");
            await foreach (var entry in events)
            {
                if (context.IsJson) context.Json.Line(entry, WireJson.Default.NumberEvent);
                else AddRow(table, entry);
            }

            table.Finish();
            if (!context.IsJson && table.Rows == 0) context.Say("Nothing is recorded that you may see.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static void AddRow(Table table, NumberEvent entry) => table.Add(
        entry.Revision?.ToString(CultureInfo.InvariantCulture),
        Time(entry.Time),
        entry.Action,
        State(entry.Before),
        State(entry.After),
        Owner(entry.After),
        Actor(entry.Actor));

    private static string? Time(JsonElement? time) => time switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var seconds) => Printable.Time(seconds),
        { } other => Printable.Value(other),
        null => null,
    };

    private static string? State(JsonElement? document) => Member(document, "state");

    // Whose it was afterwards; the server shows it to those who may see it, beside the document.
    private static string? Owner(JsonElement? document) =>
        Member(document, "assigned_to") ?? (document is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("private", out var part) ? Member(part, "assigned_to") : null);

    private static string? Member(JsonElement? document, string name) =>
        document is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? Printable.Value(member) : null;

    private static string? Actor(JsonElement? actor)
    {
        if (actor is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Object) return Printable.Value(value);
        string[] names = ["user", "owner_id", "account_id", "type", "id"];
        return names.Select(name => value.TryGetProperty(name, out var part) ? Printable.Value(part) : "").FirstOrDefault(text => text.Length > 0)
            ?? Printable.Value(value);
    }
}
