using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Manager.Csv;

/// <summary>One row of an import file, its cells read and checked (numbers.md 7.15). Empty cells are absent.</summary>
internal sealed record ImportRow
{
    internal required string E164 { get; init; }

    internal AccountId? Account { get; init; }

    internal AccountId? PreviousAccount { get; init; }

    internal NumberState? State { get; init; }

    internal CarrierName? Carrier { get; init; }

    internal string? UsedBy { get; init; }

    internal bool PortedIn { get; init; }

    internal JsonObject Fields { get; init; } = [];

    /// <summary>The columns whose cells are not what they must be; none when all are.</summary>
    internal string? Fault { get; init; }

    /// <summary>Stands for the rest of a file that cannot be read.</summary>
    internal static ImportRow Broken(string fault) => new() { E164 = "", Fault = fault };

    /// <summary>Reads the cells of a row by the names of the header.</summary>
    internal static ImportRow Read(IReadOnlyList<string> header, IReadOnlyList<string> cells)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(header.Count, cells.Count); i++)
            if (!string.IsNullOrWhiteSpace(cells[i])) byName.TryAdd(header[i], cells[i].Trim());

        // No database keeps the character 0 in every kind of text.
        var bad = byName.Where(cell => cell.Value.Contains('\0', StringComparison.Ordinal)).Select(cell => cell.Key).ToList();
        var e164 = byName.GetValueOrDefault("e164", "");
        if (!e164.StartsWith('+')) bad.Add("e164");
        // A comma that should have been in quotes: no cell behind it stands where it belongs.
        if (cells.Skip(header.Count).Any(cell => !string.IsNullOrWhiteSpace(cell))) bad.Add("(more cells than the header)");
        var row = new ImportRow
        {
            E164 = e164,
            Account = ReadAccount("account_id"),
            PreviousAccount = ReadAccount("previously_assigned_to"),
            State = ReadState(),
            Carrier = ReadCarrier(),
            UsedBy = byName.TryGetValue("used_by", out var app) ? NumberCsv.Unguard(app) : null,
            PortedIn = ReadBoolean("ported_in") ?? false,
            Fields = ReadFields(),
        };
        return bad.Count == 0 ? row : row with { Fault = $"bad field(s) {string.Join(',', bad)}" };

        AccountId? ReadAccount(string column)
        {
            if (!byName.TryGetValue(column, out var text)) return null;
            if (AccountId.TryParse(text, out var id)) return id;
            bad.Add(column);
            return null;
        }

        NumberState? ReadState()
        {
            if (!byName.TryGetValue("state", out var text)) return null;
            if (NumberStates.TryParse(text, out var state)) return state;
            bad.Add("state");
            return null;
        }

        CarrierName? ReadCarrier()
        {
            if (!byName.TryGetValue("carrier_module", out var text)) return null;
            var name = CarrierName.Parse(text);
            if (CarrierCatalogue.Find(name) is { IsSearchSource: false }) return name;
            bad.Add("carrier_module");
            return null;
        }

        bool? ReadBoolean(string column)
        {
            if (!byName.TryGetValue(column, out var text)) return null;
            if (text is "true" or "false") return text == "true";
            bad.Add(column);
            return null;
        }

        JsonObject ReadFields()
        {
            var fields = new JsonObject();
            foreach (var (column, path, isBoolean) in NumberCsv.Fields)
            {
                if (!byName.TryGetValue(column, out var text)) continue;
                JsonNode? value = isBoolean ? ReadBoolean(column) : NumberCsv.Unguard(text);
                if (value is not null) Set(fields, path, value);
            }

            foreach (var (column, text) in byName)
                if (column.StartsWith(NumberCsv.OpaquePrefix, StringComparison.Ordinal) && column.Length > NumberCsv.OpaquePrefix.Length)
                    Set(fields, column[NumberCsv.OpaquePrefix.Length..].Split('.'), NumberCsv.Unguard(text));
            return fields;
        }
    }

    private static void Set(JsonObject fields, string[] path, JsonNode value)
    {
        foreach (var name in path[..^1])
        {
            if (fields[name] is not JsonObject inner) fields[name] = inner = [];
            fields = inner;
        }

        fields[path[^1]] = value;
    }
}
