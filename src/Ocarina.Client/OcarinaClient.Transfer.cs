using System.Buffers;
using System.Runtime.CompilerServices;
using Ocarina.Client.Internal;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    private const int CopyBytes = 64 * 1024;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ImportResult> ImportAsync(string account, CsvSource source, [EnumeratorCancellation] CancellationToken ct)
    {
        var path = $"{ApiPath.Numbers(account)}/import";
        while (await source.NextAsync(ct) is { } piece)
        {
            await foreach (var result in ImportPieceAsync(path, piece, ct)) yield return result;
        }
    }

    /// <inheritdoc/>
    public async Task<ExportTally> ExportAsync(
        string account, NumberFilter filter, Stream destination, IProgress<ExportTally>? progress, CancellationToken ct)
    {
        var path = ApiPath.Query($"{ApiPath.Numbers(account)}/export", filter.Parameters());
        using var patience = new Patience(_options.Timeout, _options.Clock, ct);
        using var response = await OpenAsync(HttpMethod.Get, path, null, JsonType, patience, ct);
        await ThrowIfRefusedAsync(response, patience);
        await using var body = await patience.GuardAsync(token => response.Content.ReadAsStreamAsync(token));
        return await CopyAsync(body, destination, progress, patience, ct);
    }

    private async IAsyncEnumerable<ImportResult> ImportPieceAsync(string path, CsvPiece piece, [EnumeratorCancellation] CancellationToken ct)
    {
        using var patience = new Patience(_options.Timeout, _options.Clock, ct);
        using var response = await OpenAsync(HttpMethod.Put, path, piece.ToBytes(), CsvType, patience, ct);
        await ThrowIfRefusedAsync(response, patience);
        using var text = new StreamReader(await patience.GuardAsync(token => response.Content.ReadAsStreamAsync(token)));
        var records = new CsvRecordReader(text);

        var answered = 0;
        while (await ReadRecordAsync(records, patience) is { } record)
        {
            patience.Renew();
            var cells = CsvText.Split(record);
            if (answered == 0 && cells[0] == "e164") continue; // a header, if the server sends one
            if (cells.Count < 2 || Outcome(cells[1]) is not { } outcome)
                throw new OcarinaProtocolException($"The server answered a row of the import with '{record}'.");

            var error = cells.Count > 2 && cells[2].Length > 0 ? cells[2] : null;
            yield return piece.Match(answered++, cells[0], outcome, error);
        }

        if (answered < piece.Count)
            throw new OcarinaProtocolException($"The server answered {answered} of {piece.Count} rows; the import can be repeated.");
    }

    private static async Task<string?> ReadRecordAsync(CsvRecordReader records, Patience patience)
    {
        try
        {
            return await patience.GuardAsync(ct => records.ReadAsync(ct).AsTask());
        }
        catch (FormatException e)
        {
            throw new OcarinaProtocolException("The answer to the import is not CSV.", e);
        }
    }

    private static ImportOutcome? Outcome(string word) => word switch
    {
        "created" => ImportOutcome.Created,
        "unchanged" => ImportOutcome.Unchanged,
        "failed" => ImportOutcome.Failed,
        _ => null,
    };

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, Patience patience)
    {
        if (response.IsSuccessStatusCode) return;
        await ReadAsync(response, patience);
        throw new OcarinaProtocolException($"The server answered HTTP {(int)response.StatusCode} where a stream was expected.");
    }

    private static async Task<ExportTally> CopyAsync(
        Stream body, Stream destination, IProgress<ExportTally>? progress, Patience patience, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            var (bytes, lines, quoted) = (0L, 0L, false);
            while (await patience.GuardAsync(token => body.ReadAsync(buffer, token).AsTask()) is var count and > 0)
            {
                patience.Renew();
                await destination.WriteAsync(buffer.AsMemory(0, count), ct);
                bytes += count;
                lines += CountRecords(buffer.AsSpan(0, count), ref quoted);
                progress?.Report(new ExportTally(bytes, Math.Max(0, lines - 1)));
            }

            return new ExportTally(bytes, Math.Max(0, lines - 1));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Line ends inside quotes do not end a record; a doubled quote switches twice, so parity is enough.
    private static int CountRecords(ReadOnlySpan<byte> bytes, ref bool quoted)
    {
        var records = 0;
        foreach (var b in bytes)
        {
            if (b == (byte)'"') quoted = !quoted;
            else if (b == (byte)'\n' && !quoted) records++;
        }

        return records;
    }
}
