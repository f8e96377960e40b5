using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Ocarina.Core;

namespace Ocarina.Carriers.Http;

/// <summary>The traffic logs of a process, one per file.</summary>
internal sealed class TrafficLogs(ILogger logger)
{
    private readonly ConcurrentDictionary<string, TrafficLog> _open = new(StringComparer.Ordinal);

    public TrafficLog Open(string path) => _open.GetOrAdd(path, file => new TrafficLog(file, logger));
}

/// <summary>One file of requests and replies as text (carriers.md 1.13). It never fails a call; why it is not written is logged once.</summary>
internal sealed class TrafficLog(string path, ILogger logger)
{
    internal const long SizeMax = 20 * 1024 * 1024;
    internal const int FilesMax = 5;

    private readonly Lock _lock = new();
    private string? _refused;

    /// <summary>Appends an entry with one write, so that entries of several processes do not mix.</summary>
    public void Append(string entry)
    {
        lock (_lock)
        {
            try
            {
                Write(Encoding.UTF8.GetBytes(entry));
                _refused = null;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                if (failed.Message != _refused) logger.TrafficRefused(path, failed.Message);
                _refused = failed.Message;
            }
        }
    }

    private void Write(byte[] entry)
    {
        using (var file = SafeFile.OpenForAppend(path))
        {
            if (RandomAccess.GetLength(file) is var length && (length == 0 || length + entry.Length <= SizeMax))
            {
                SafeFile.Append(file, entry);
                return;
            }
        }

        Rotate();
        using var fresh = SafeFile.OpenForAppend(path);
        SafeFile.Append(fresh, entry);
    }

    /// <summary>The newest of the old files is <c>.1</c>. Where another user's file is in the way, the rename fails, and with it the entry: the file does not grow past its bound.</summary>
    private void Rotate()
    {
        for (var number = FilesMax - 1; number >= 1; number--)
        {
            var from = number == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.{number - 1}");
            if (File.Exists(from)) File.Move(from, string.Create(CultureInfo.InvariantCulture, $"{path}.{number}"), overwrite: true);
        }
    }
}

/// <summary>The entries of one request and its reply, paired by four hex digits.</summary>
internal sealed class TrafficEntry(TrafficLog? log, TrafficMask mask, CarrierName carrier, TimeProvider clock)
{
    private const int BodyMax = 256 * 1024;
    private const int Margin = 4096;

    private readonly string _pair = Random.Shared.Next(0x10000).ToString("x4", CultureInfo.InvariantCulture);

    public void Sends(HttpRequestMessage request, byte[]? body)
    {
        if (log is null) return;
        Debug.Assert(request.RequestUri is not null, "A request has an address before it is logged.");
        var text = Head("req").Append(' ').Append(request.Method).Append(' ').Append(mask.Text(request.RequestUri!.ToString())).Append('\n');
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default);
        foreach (var (name, values) in headers) Header(text, name, values.ToString());
        Body(text, body ?? []);
        log.Append(text.ToString());
    }

    public void Received(CarrierReply reply, long elapsedMs)
    {
        if (log is null) return;
        var text = Head("resp").Append(CultureInfo.InvariantCulture, $" {reply.Status} {elapsedMs}ms\n");
        foreach (var (name, value) in reply.Headers) Header(text, name, value);
        Body(text, reply.Body);
        log.Append(text.ToString());
    }

    public void Failed(string why, long elapsedMs) =>
        log?.Append(Head("resp").Append(CultureInfo.InvariantCulture, $" ERROR {mask.Text(why)} {elapsedMs}ms\n\n").ToString());

    private StringBuilder Head(string kind) =>
        new StringBuilder("=== ").Append(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(' ').Append(carrier).Append(' ').Append(kind).Append(' ').Append(_pair);

    private void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(mask.Header(name, value)).Append('\n');

    /// <summary>Masked before it is cut: a secret that the cut would halve is hidden all the same.</summary>
    private void Body(StringBuilder text, byte[] body)
    {
        var shown = mask.Text(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, BodyMax + Margin))));
        text.Append('\n').Append(shown.AsSpan(0, Math.Min(shown.Length, BodyMax)));
        if (body.Length > BodyMax) text.Append(CultureInfo.InvariantCulture, $"\n[cut: {body.Length} bytes in all]");
        text.Append("\n\n");
    }
}
