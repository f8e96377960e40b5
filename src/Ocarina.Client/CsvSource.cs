using System.Text;
using Ocarina.Client.Internal;

namespace Ocarina.Client;

/// <summary>A CSV file on its way to the server, cut into pieces that can be sent, answered and, if need be, repeated on their own.</summary>
public sealed class CsvSource : IDisposable
{
    /// <summary>Rows in a piece: few enough that results appear soon, many enough that requests do not count.</summary>
    public const int PieceRows = 5_000;

    private readonly TextReader _text;
    private readonly CsvRecordReader _records;
    private readonly int _pieceRows;
    private long _row;

    private CsvSource(TextReader text, CsvRecordReader records, string header, int pieceRows)
    {
        _text = text;
        _records = records;
        _pieceRows = pieceRows;
        Header = header;
        var columns = CsvText.Split(header).Select(name => name.Trim().ToLowerInvariant()).ToList();
        Columns = columns;
        NumberColumn = columns.IndexOf("e164");
    }

    /// <summary>The header as it stands in the file.</summary>
    public string Header { get; }

    /// <summary>Names of the columns, lower case.</summary>
    public IReadOnlyList<string> Columns { get; }

    internal int NumberColumn { get; }

    /// <summary>Reads the header.</summary>
    /// <param name="file">UTF-8, with a header in its first line. Disposed with the source.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="pieceRows">Rows in a piece; default <see cref="PieceRows"/>.</param>
    /// <exception cref="FormatException">The file is empty, or has no column <c>e164</c>.</exception>
    public static Task<CsvSource> OpenAsync(Stream file, CancellationToken ct, int pieceRows = PieceRows) =>
        OpenAsync(new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true)), ct, pieceRows);

    /// <summary>Reads the header of text that is already decoded, such as standard input.</summary>
    /// <inheritdoc cref="OpenAsync(Stream, CancellationToken, int)"/>
    public static async Task<CsvSource> OpenAsync(TextReader text, CancellationToken ct, int pieceRows = PieceRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieceRows);
        var records = new CsvRecordReader(text);
        try
        {
            var header = await ReadRecordAsync(records, ct) ?? throw new FormatException("The file is empty.");
            var source = new CsvSource(text, records, header, pieceRows);
            if (source.NumberColumn >= 0) return source;
            throw new FormatException($"The header has no column e164; it has: {string.Join(", ", source.Columns)}.");
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Header of a file of rows that failed: this one's, with a column <c>error</c> at the end.</summary>
    public string FailureHeader => HasError ? Header : $"{Header},error";

    private bool HasError => Columns[^1] == "error"; // the file was itself one of failures, corrected and sent again

    /// <summary>A row that failed as it stood, under <see cref="FailureHeader"/>: correct it, and the file can be imported again.</summary>
    public string FailureRow(ImportResult result)
    {
        var cells = result.Source.Length > 0 ? CsvText.Split(result.Source).ToList() : [.. Columns.Select((_, i) => i == NumberColumn ? result.Number : "")];
        var own = HasError ? Columns.Count - 1 : Columns.Count;
        if (cells.Count > own) cells.RemoveRange(own, cells.Count - own);
        while (cells.Count < own) cells.Add("");
        cells.Add(result.Error ?? "");
        return string.Join(',', cells.Select(CsvText.Quote));
    }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();

    /// <summary>The next rows, with the header before them; <see langword="null"/> when there are no more.</summary>
    internal async Task<CsvPiece?> NextAsync(CancellationToken ct)
    {
        var rows = new List<string>(Math.Min(_pieceRows, 1_024));
        while (rows.Count < _pieceRows && await ReadRecordAsync(_records, ct) is { } row) rows.Add(row);
        if (rows.Count == 0) return null;

        var piece = new CsvPiece(this, _row + 1, rows);
        _row += rows.Count;
        return piece;
    }

    private static async ValueTask<string?> ReadRecordAsync(CsvRecordReader records, CancellationToken ct)
    {
        try
        {
            return await records.ReadAsync(ct);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"The file is not UTF-8 text (near line {records.Line + 1}).", e);
        }
    }
}
