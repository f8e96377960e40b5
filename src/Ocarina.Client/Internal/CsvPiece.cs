using System.Text;

namespace Ocarina.Client.Internal;

/// <summary>Some rows of a file and, once they are answered, whose answer is whose.</summary>
internal sealed class CsvPiece(CsvSource source, long firstRow, List<string> rows)
{
    private Dictionary<string, int>? _byDigits;

    public int Count => rows.Count;

    public byte[] ToBytes()
    {
        var text = new StringBuilder((rows[0].Length + 8) * (rows.Count + 1));
        text.Append(source.Header).Append('\n');
        foreach (var row in rows) text.Append(row).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The result of one answered row. Answers come in the order of the rows; where a number says otherwise, the number decides.</summary>
    public ImportResult Match(int position, string number, ImportOutcome outcome, string? error)
    {
        var index = position < rows.Count && Fits(position, number) ? position : IndexOf(number);
        if (index < 0) return new ImportResult(firstRow + position, number, outcome, error, "", 0);
        return new ImportResult(firstRow + index, number, outcome, error, rows[index], Encoding.UTF8.GetByteCount(rows[index]) + 1);
    }

    // The server names the number in universal form, the file may not: the one ends with the digits of the other.
    private bool Fits(int index, string number)
    {
        var mine = Digits(CellOf(index));
        var theirs = Digits(number);
        return mine.Length == 0 || theirs.EndsWith(mine, StringComparison.Ordinal) || mine.EndsWith(theirs, StringComparison.Ordinal);
    }

    private int IndexOf(string number)
    {
        if (_byDigits is null)
        {
            _byDigits = [];
            for (var i = 0; i < rows.Count; i++) _byDigits.TryAdd(Digits(CellOf(i)), i);
        }

        var digits = Digits(number);
        return digits.Length > 0 && _byDigits.TryGetValue(digits, out var index) ? index : -1;
    }

    private string CellOf(int index)
    {
        var cells = CsvText.Split(rows[index]);
        return source.NumberColumn < cells.Count ? cells[source.NumberColumn] : "";
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
