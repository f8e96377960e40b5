using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Sandbox.State;

/// <summary>The append-only file of facts. One line holds the facts of one change; a line is on disk before anybody hears of it.</summary>
/// <remarks>
/// Whoever writes goes on at once and waits for <see cref="FlushedAsync"/> before replying, so that many changes share one flush.
/// A line that a crash cut in two was never acknowledged and is cut off at the next start.
/// </remarks>
internal sealed class Book : IAsyncDisposable
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _lock = new();
    private readonly FileStream? _file;
    private MemoryStream _pending = new();
    private TaskCompletionSource? _pendingFlush; // of what is pending
    private Task _inFlight = Task.CompletedTask; // what is being written just now
    private bool _isWriting;
    private Exception? _broken;

    private Book(FileStream? file) => _file = file;

    /// <summary>Opens the book of a folder, or one in memory; hands every stored line to <paramref name="replay"/>, oldest first.</summary>
    public static Book Open(string? folder, Action<IReadOnlyList<Fact>> replay)
    {
        if (folder is null) return new Book(null);

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "ledger.jsonl");
        // Exclusive: two sandboxes that write one ledger would sell everything twice.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            file.SetLength(Replay(file, replay));
            file.Seek(0, SeekOrigin.End);
            return new Book(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the facts of one change behind all earlier ones. Call it while holding the lock of the state they describe.</summary>
    public void Append(params IReadOnlyList<Fact> facts)
    {
        if (_file is null) return;

        var line = JsonSerializer.SerializeToUtf8Bytes(facts, Json);
        lock (_lock)
        {
            if (_broken is not null) throw new IOException("The ledger cannot be written any more.", _broken);
            _pending.Write(line);
            _pending.WriteByte((byte)'\n');
            _pendingFlush ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isWriting) return;
            _isWriting = true;
            _ = Task.Run(WriteOut); // reports through the flush it completes
        }
    }

    /// <summary>Ends when everything appended so far is on disk.</summary>
    public Task FlushedAsync()
    {
        lock (_lock)
        {
            if (_broken is not null) return Task.FromException(new IOException("The ledger cannot be written any more.", _broken));
            // What is pending comes after what is being written, so waiting for it covers both.
            return _pendingFlush?.Task ?? _inFlight;
        }
    }

    /// <summary>Forgets everything, on disk too.</summary>
    public async Task ClearAsync()
    {
        await FlushedAsync();
        if (_file is null) return;
        lock (_lock)
        {
            _file.SetLength(0);
            _file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_file is null) return;
        try
        {
            await FlushedAsync();
        }
        catch (IOException)
        {
            // Whoever waited for a reply has seen it.
        }

        await _file.DisposeAsync();
    }

    private void WriteOut()
    {
        while (true)
        {
            MemoryStream batch;
            TaskCompletionSource flushed;
            lock (_lock)
            {
                if (_pendingFlush is null)
                {
                    _isWriting = false;
                    return;
                }

                (batch, flushed) = (_pending, _pendingFlush);
                (_pending, _pendingFlush, _inFlight) = (new MemoryStream(), null, flushed.Task);
            }

            try
            {
                _file!.Write(batch.GetBuffer(), 0, (int)batch.Length); // only a book with a file comes here
                _file.Flush(flushToDisk: true);
                flushed.SetResult();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                TaskCompletionSource? others;
                lock (_lock) (_broken, others, _pendingFlush) = (e, _pendingFlush, null);
                flushed.SetException(e);
                others?.SetException(e);
                return;
            }
        }
    }

    private static List<Fact> Read(ReadOnlySpan<byte> line, int at)
    {
        try
        {
            return JsonSerializer.Deserialize<List<Fact>>(line, Json) ?? [];
        }
        catch (JsonException e)
        {
            // Not the end of a crash: somebody wrote in here. Going on would sell numbers twice.
            throw new IOException($"The ledger makes no sense at byte {at}.", e);
        }
    }

    /// <returns>Where the last whole line ends.</returns>
    private static long Replay(FileStream file, Action<IReadOnlyList<Fact>> replay)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
            replay(Read(bytes.AsSpan(start, end - start), start));
        return start;
    }
}
