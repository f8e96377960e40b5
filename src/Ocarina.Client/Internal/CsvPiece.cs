using System.Text;

namespace Ocarina.Client.Internal;

/// <summary>Some rows of a file and, once they are answered, whose answer is whose.</summary>
internal sealed class CsvPiece(CsvSource source, long firstRow, List<string> rows)
{
    private const int EndingDigits = 4; // country codes and trunk prefixes stand in front; what is behind them is the same in every spelling

    private Dictionary<string, List<int>>? _byEnding;

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
        if (_byEnding is null)
        {
            _byEnding = [];
            for (var i = 0; i < rows.Count; i++)
            {
                var ending = Ending(Digits(CellOf(i)));
                if (!_byEnding.TryGetValue(ending, out var same)) _byEnding[ending] = same = [];
                same.Add(i);
            }
        }

        var digits = Digits(number);
        if (digits.Length == 0 || !_byEnding.TryGetValue(Ending(digits), out var candidates)) return -1;
        var found = candidates.FindIndex(i => Fits(i, number));
        return found < 0 ? -1 : candidates[found];
    }

    private static string Ending(string digits) => digits.Length <= EndingDigits ? digits : digits[^EndingDigits..];

    private string CellOf(int index)
    {
        var cells = CsvText.Split(rows[index]);
        return source.NumberColumn < cells.Count ? cells[source.NumberColumn] : "";
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
