using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Ocarina.Storage.Sqlite;

/// <summary>A few connections that only read, each read on one snapshot.</summary>
internal sealed class SqliteReaders(Func<SqliteConnection> open, int countMax) : IDisposable
{
    private readonly SemaphoreSlim _free = new(countMax, countMax);
    private readonly ConcurrentBag<Reader> _idle = [];
    private volatile bool _closed;

    internal async Task<T> ReadAsync<T>(Func<DbSession, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteDatabase));
            if (!_idle.TryTake(out var reader)) reader = new Reader(open());
            var kept = false;
            try
            {
                reader.Execute("BEGIN");
                try
                {
                    return await read(reader.Session, ct);
                }
                finally
                {
                    reader.Execute("COMMIT");
                    kept = true;
                }
            }
            finally
            {
                if (kept && !_closed) _idle.Add(reader);
                else reader.Dispose(); // a connection that did not come to rest is not used again
            }
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var reader)) reader.Dispose();
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly StatementCache _statements;

        internal Reader(SqliteConnection connection)
        {
            _connection = connection;
            _statements = new StatementCache(connection);
            Session = new DbSession(DatabaseKind.Sqlite, connection, transaction: null) { Statements = _statements };
        }

        internal DbSession Session { get; }

        internal void Execute(string sql) => _statements.Get(sql, []).ExecuteNonQuery();

        public void Dispose()
        {
            _statements.Dispose();
            _connection.Dispose();
        }
    }
}
