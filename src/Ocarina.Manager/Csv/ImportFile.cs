using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using CsvHelper.Configuration;

namespace Ocarina.Manager.Csv;

/// <summary>The file as a whole cannot be read (`http-api.md` 5.3).</summary>
public sealed class CsvFormatException(string message, string? missingField = null) : Exception(message)
{
    /// <summary>The column that must be there and is not, when that is why.</summary>
    public string? MissingField { get; } = missingField;
}

/// <summary>Reads number files row by row; nothing but the row at hand is held.</summary>
internal static class ImportFile
{
    /// <summary>Most characters of one cell.</summary>
    private const int CellLengthMax = 8192;

    /// <summary>The rows below the header. Blank lines are passed over.</summary>
    /// <exception cref="CsvFormatException">There is no header, or no column <c>e164</c>. Thrown before the first row.</exception>
    internal static async IAsyncEnumerable<ImportRow> ReadAsync(TextReader csv, [EnumeratorCancellation] CancellationToken ct)
    {
        var options = new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MaxFieldSize = CellLengthMax, DetectColumnCountChanges = false };
        using var parser = new CsvParser(csv, options, leaveOpen: true);
        var (hasRow, fault) = await ReadRowAsync(parser);
        if (fault is not null) throw new CsvFormatException(fault);
        if (!hasRow || parser.Record is not { } header) throw new CsvFormatException("Empty CSV or some row(s) longer than others or header missing");
        header = [.. header.Select(name => name.Trim().TrimStart('\uFEFF'))];
        if (!header.Contains("e164")) throw new CsvFormatException("Missing mandatory field: e164", "e164");

        while (true)
        {
            (hasRow, fault) = await ReadRowAsync(parser);
            if (!hasRow) break;
            ct.ThrowIfCancellationRequested();
            if (parser.Record is { } cells && !cells.All(string.IsNullOrWhiteSpace)) yield return ImportRow.Read(header, cells);
        }

        // The rest of the file cannot be told from the cell that does not end; what stands above is kept and was answered.
        if (fault is not null) yield return ImportRow.Broken(fault);
    }

    private static async Task<(bool HasRow, string? Fault)> ReadRowAsync(CsvParser parser)
    {
        var line = parser.RawRow + 1;
        try
        {
            return (await parser.ReadAsync(), null);
        }
        catch (MaxFieldSizeException)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"Malformed CSV - a cell near line {line} is longer than {CellLengthMax} characters"));
        }
    }
}
