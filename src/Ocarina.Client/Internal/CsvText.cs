using System.Text;

namespace Ocarina.Client.Internal;

/// <summary>Reads CSV as RFC 4180 has it: records of cells, quoted where they hold a comma, a quote or a line break.</summary>
internal sealed class CsvRecordReader(TextReader text)
{
    /// <summary>A quote that is never closed would otherwise swallow the rest of a file of any size.</summary>
    internal const int RecordCharsMax = 1_000_000;

    /// <summary>Lines read so far; the next record begins on the line after.</summary>
    public int Line { get; private set; }

    /// <summary>The next record that is not empty, as it stands; <see langword="null"/> at the end.</summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken ct)
    {
        while (await text.ReadLineAsync(ct) is { } line)
        {
            var firstLine = ++Line;
            if (string.IsNullOrWhiteSpace(line)) continue;

            var open = false;
            Scan(line, ref open);
            if (!open) return line;

            var record = new StringBuilder(line);
            while (open)
            {
                var next = record.Length <= RecordCharsMax ? await text.ReadLineAsync(ct) : null;
                if (next is null) throw new FormatException($"The quote opened in line {firstLine} is not closed.");
                Line++;
                record.Append('\n').Append(next);
                Scan(next, ref open);
            }

            return record.ToString();
        }

        return null;
    }

    // A quote opens a cell only at its beginning; elsewhere it is a character like any other.
    private static void Scan(string line, ref bool open)
    {
        var atStart = !open;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (!open) open = c == '"' && atStart;
            else if (c == '"' && i + 1 < line.Length && line[i + 1] == '"') i++;
            else open = c != '"';
            atStart = c == ',' && !open;
        }
    }
}

/// <summary>Cells of a record, and back.</summary>
internal static class CsvText
{
    public static IReadOnlyList<string> Split(string record)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var i = 0;
        while (true)
        {
            i = ReadCell(record, i, cell);
            cells.Add(cell.ToString());
            cell.Clear();
            if (i >= record.Length) return cells;
            i++; // the comma
        }
    }

    /// <summary>A cell in quotes where it needs them.</summary>
    public static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static int ReadCell(string record, int i, StringBuilder cell)
    {
        if (i >= record.Length || record[i] != '"')
        {
            var end = record.IndexOf(',', i);
            if (end < 0) end = record.Length;
            cell.Append(record, i, end - i);
            return end;
        }

        for (i++; i < record.Length; i++)
        {
            if (record[i] != '"') cell.Append(record[i]);
            else if (i + 1 < record.Length && record[i + 1] == '"') cell.Append(record[++i]);
            else break;
        }

        var comma = record.IndexOf(',', Math.Min(i, record.Length));
        return comma < 0 ? record.Length : comma;
    }
}
