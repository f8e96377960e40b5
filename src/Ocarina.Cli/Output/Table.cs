namespace Ocarina.Cli.Output;

/// <summary>Columns of text. The first rows decide the widths, the rest streams: a list of any length costs the same memory.</summary>
/// <remarks>Plain for pipes; on a terminal the header is bold. An empty cell is a dash, so that columns can be cut out by other programs.</remarks>
internal sealed class Table(CliHost host, params string[] headers)
{
    private const int MeasuredRows = 200;
    private const string Gap = "  ";

    private readonly List<string[]> _waiting = [];
    private int[]? _widths;

    public long Rows { get; private set; }

    public void Add(params string?[] cells)
    {
        Rows++;
        var row = Array.ConvertAll(cells, cell => string.IsNullOrEmpty(cell) ? "-" : Printable.Line(cell));
        if (_widths is not null)
        {
            Write(row, _widths, bold: false);
            return;
        }

        _waiting.Add(row);
        if (_waiting.Count == MeasuredRows) Flush();
    }

    /// <summary>Writes what is still waiting. A table without rows is not written at all.</summary>
    public void Finish()
    {
        if (_widths is null && _waiting.Count > 0) Flush();
        host.Out.Flush();
    }

    private void Flush()
    {
        _widths = [.. headers.Select((header, column) => Math.Max(header.Length, _waiting.Max(row => row[column].Length)))];
        Write(headers, _widths, host.Environment.Decorates(host.Environment.IsOutputTerminal));
        foreach (var row in _waiting) Write(row, _widths, bold: false);
        _waiting.Clear();
    }

    private void Write(string[] cells, int[] widths, bool bold)
    {
        var padded = cells.Select((cell, column) => column == cells.Length - 1 ? cell : cell.PadRight(widths[column]));
        var line = string.Join(Gap, padded);
        host.Out.WriteLine(bold ? $"\e[1m{line}\e[0m" : line);
    }
}
