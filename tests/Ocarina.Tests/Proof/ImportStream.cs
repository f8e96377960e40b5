using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ocarina.Tests.Proof;

/// <summary>An import over a bare socket: the file goes out while the answers come in, and what had come in when the line went dead is known to the byte.</summary>
internal sealed class ImportStream : IAsyncDisposable
{
    private const int ChunkLength = 4096;

    private readonly TcpClient _socket;
    private readonly NetworkStream _stream;
    private readonly string _head;

    private ImportStream(TcpClient socket, string head) => (_socket, _stream, _head) = (socket, socket.GetStream(), head);

    /// <summary>Results by number, in so far as a whole line of them arrived.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>True when the answer came to its proper end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Told after each result.</summary>
    public Action<int>? OnAnswer { get; set; }

    public static async Task<ImportStream> OpenAsync(Uri address, string path, string token, CancellationToken ct)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, ct);
        return new ImportStream(socket,
            $"PUT {path} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Auth-Token: {token}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    }

    /// <summary>Imports the file; every row must be answered.</summary>
    public async Task<Dictionary<string, string>> RunAsync(string csv, CancellationToken ct)
    {
        await RunUntilCutAsync(csv, ct);
        return IsComplete ? Answers : throw new InvalidOperationException("The answer to the import was cut off.");
    }

    /// <summary>Imports the file until it ends or the server is gone.</summary>
    public async Task RunUntilCutAsync(string csv, CancellationToken ct)
    {
        var sending = SendAsync(csv, ct);
        try
        {
            await ReceiveAsync(ct);
        }
        finally
        {
            _socket.Close(); // what is still being sent has nobody to read it
            await sending;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(string csv, CancellationToken ct)
    {
        try
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(_head), ct);
            var bytes = Encoding.UTF8.GetBytes(csv);
            for (var i = 0; i < bytes.Length; i += ChunkLength)
            {
                var piece = bytes.AsMemory(i, Math.Min(ChunkLength, bytes.Length - i));
                await _stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{piece.Length:x}\r\n")), ct);
                await _stream.WriteAsync(piece, ct);
                await _stream.WriteAsync("\r\n"u8.ToArray(), ct);
            }

            await _stream.WriteAsync("0\r\n\r\n"u8.ToArray(), ct);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The server is gone; what it had answered is what counts.
        }
    }

    private async Task ReceiveAsync(CancellationToken ct)
    {
        try
        {
            using var reader = new StreamReader(_stream, Encoding.Latin1, leaveOpen: true);
            var status = await reader.ReadLineAsync(ct);
            if (status is null) return;
            if (!status.Contains(" 201 ", StringComparison.Ordinal)) throw new InvalidOperationException($"{status}\n{await reader.ReadToEndAsync(ct)}");
            while (await reader.ReadLineAsync(ct) is { Length: > 0 }) { }

            var lines = new StringBuilder();
            while (await reader.ReadLineAsync(ct) is { } size)
            {
                var left = int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (left == 0)
                {
                    IsComplete = true;
                    return;
                }

                var buffer = new char[left];
                while (left > 0)
                {
                    var read = await reader.ReadAsync(buffer.AsMemory(0, left), ct);
                    if (read == 0) return;
                    left -= read;
                    lines.Append(buffer, 0, read);
                    TakeLines(lines);
                }

                await reader.ReadLineAsync(ct);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // as above
        }
    }

    private void TakeLines(StringBuilder text)
    {
        var all = text.ToString();
        var end = all.LastIndexOf('\n');
        if (end < 0) return;
        text.Clear().Append(all, end + 1, all.Length - end - 1);
        foreach (var line in all[..end].Split('\n'))
        {
            if (Csv.Cells(line) is not [var number, var result, var error] || number == "e164") continue;
            Answers[number] = result == "failed" ? $"failed: {error}" : result;
            OnAnswer?.Invoke(Answers.Count);
        }
    }
}
