namespace Ocarina.Carriers.Http;

/// <summary>One request on its way: knows whether a byte of it has left, and lets it leave on one connection only.</summary>
/// <remarks>
/// The framework's handler repeats some requests by itself when a pooled connection turns out to be closed. Money may hang on a request, so the streams below
/// ask here before they write: the second connection is refused.
/// </remarks>
internal sealed class Exchange
{
    private static readonly AsyncLocal<Exchange?> Ambient = new();

    private readonly Lock _lock = new();
    private object? _connection;
    private bool _isCancelled;

    /// <summary>The request that the current flow of control is sending.</summary>
    public static Exchange? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>True when something of it may be on the wire.</summary>
    public bool HasStarted
    {
        get
        {
            lock (_lock) return _connection is not null;
        }
    }

    /// <summary>Asks to write on a connection.</summary>
    public void Start(object connection)
    {
        lock (_lock)
        {
            if (_isCancelled) throw new OperationCanceledException("The request was given up before it was sent.");
            if (_connection is not null && _connection != connection) throw new IOException("The request was sent once and is not sent again.");
            _connection = connection;
        }
    }

    /// <summary>Gives it up, unless it has left.</summary>
    public bool TryCancel()
    {
        lock (_lock)
        {
            if (_connection is null) _isCancelled = true;
            return _isCancelled;
        }
    }
}

/// <summary>A connection that asks the <see cref="Exchange"/> before it writes.</summary>
internal sealed class WireStream(Stream inner) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Exchange.Current?.Start(this);
        inner.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Exchange.Current?.Start(this);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
