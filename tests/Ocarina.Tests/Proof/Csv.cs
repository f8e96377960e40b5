using System.Text;

namespace Ocarina.Tests.Proof;

/// <summary>Just enough CSV to read what the server writes, on its own terms and not with the server's code.</summary>
internal static class Csv
{
    /// <summary>Rows by the names of the header.</summary>
    public static List<Dictionary<string, string>> Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var header = Cells(lines[0]);
        return [.. lines.Skip(1).Select(line => header.Zip(Cells(line)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    /// <summary>Cells of one line; cells hold no line ends here.</summary>
    public static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (isQuoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (c != '\r') cell.Append(c);
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
