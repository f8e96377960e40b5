using System.Text.Json.Nodes;
using Ocarina.Core;

namespace Ocarina.Manager.Csv;

/// <summary>The columns of number files (numbers.md 7.15; `http-api.md` 5.2), the same for import and export.</summary>
public static class NumberCsv
{
    /// <summary>All columns, in the order of every output.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "e164", "account_name", "account_id", "previously_assigned_to", "state", "created", "modified", "used_by", "ported_in", "carrier_module",
        "cnam.inbound", "cnam.outbound", "e911.locality", "e911.name", "e911.region", "e911.street_address", "e911.extended_address", "e911.postal_code",
        "prepend.enabled", "prepend.name", "prepend.number", "ringback.early", "ringback.transfer", "force_outbound", "failover.e164", "failover.sip",
    ];

    /// <summary>Prefix of columns that set a public field of any name: <c>opaque.a.b</c> is field <c>a.b</c>.</summary>
    public const string OpaquePrefix = "opaque.";

    /// <summary>Columns that stand for public fields: name of the column, path of the field, whether it is a truth value.</summary>
    internal static IReadOnlyList<(string Column, string[] Path, bool IsBoolean)> Fields { get; } =
    [
        ("cnam.inbound", ["cnam", "inbound_lookup"], true),
        ("cnam.outbound", ["cnam", "display_name"], false),
        ("e911.locality", ["e911", "locality"], false),
        ("e911.name", ["e911", "caller_name"], false),
        ("e911.region", ["e911", "region"], false),
        ("e911.street_address", ["e911", "street_address"], false),
        ("e911.extended_address", ["e911", "extended_address"], false),
        ("e911.postal_code", ["e911", "postal_code"], false),
        ("prepend.enabled", ["prepend", "enabled"], true),
        ("prepend.name", ["prepend", "name"], false),
        ("prepend.number", ["prepend", "number"], false),
        ("ringback.early", ["ringback", "early"], false),
        ("ringback.transfer", ["ringback", "transfer"], false),
        ("force_outbound", ["force_outbound"], true),
        ("failover.e164", ["failover", "e164"], false),
        ("failover.sip", ["failover", "sip"], false),
    ];

    /// <summary>One line, with its end: cells in double quotes, embedded quotes doubled, empty cells bare.</summary>
    public static string Line(IEnumerable<string?> cells) =>
        string.Join(',', cells.Select(cell => string.IsNullOrEmpty(cell) ? "" : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n";

    /// <summary>The cells of a number, in the order of <see cref="Columns"/>.</summary>
    /// <param name="number">The number.</param>
    /// <param name="accountName">Name of the account in the row, when there is one.</param>
    /// <param name="showsPrevious">Whether the reader may know who had it before.</param>
    public static IEnumerable<string?> Cells(NumberRecord number, string? accountName, bool showsPrevious)
    {
        yield return number.Number.ToString();
        yield return Guard(accountName);
        yield return AccountOf(number)?.ToString();
        yield return showsPrevious ? number.PreviousAccount?.ToString() : null;
        yield return number.State.Name();
        yield return number.Created.ToGregorianSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return number.Modified.ToGregorianSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return Guard(number.UsedBy);
        yield return number.PortedIn ? "true" : "false";
        yield return number.Carrier.ToString();
        var fields = number.PublicFields.IsEmpty ? null : number.PublicFields.ToObject();
        foreach (var (_, path, isBoolean) in Fields)
        {
            var value = fields is null ? null : At(fields, path);
            yield return isBoolean ? value?.ToString() : Guard(value?.ToString());
        }
    }

    /// <summary>The account that stands in a number's row: its owner; of stock that has none, the account it is kept for, as import reads it.</summary>
    public static AccountId? AccountOf(NumberRecord number) => number.Account ?? number.StockAccount;

    /// <summary>A cell as it was before <see cref="Guard"/>.</summary>
    internal static string Unguard(string cell) => cell.Length > 1 && cell[0] == '\'' && IsFormulaStart(cell[1]) ? cell[1..] : cell;

    // Spreadsheets run cells that begin so; a quote in front makes them text, and import takes it away again.
    private static string? Guard(string? cell) => cell is { Length: > 0 } && IsFormulaStart(cell[0]) ? "'" + cell : cell;

    private static bool IsFormulaStart(char c) => c is '=' or '+' or '-' or '@' or '\t' or '\r';

    private static JsonNode? At(JsonObject fields, string[] path)
    {
        JsonNode? node = fields;
        foreach (var name in path) node = (node as JsonObject)?[name];
        return node;
    }
}
