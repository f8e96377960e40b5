using Dapper;
using Microsoft.Extensions.Logging;
using Ocarina.Storage.Ledger;

namespace Ocarina.Storage.Migrations;

/// <summary>Brings a database up to date at start, one process at a time, all pending files in one transaction.</summary>
internal static class MigrationRunner
{
    // Any fixed number will do; every process must use the same one.
    private const long AdvisoryLock = 0x0CA2_1A00_0001;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="StorageRefusedException">The database is newer than this program, or an applied file differs from ours.</exception>
    internal static async Task RunAsync(
        IDatabase database, IReadOnlyList<MigrationScript> scripts, TimeProvider clock, ILogger logger, CancellationToken ct)
    {
        // On SQLite a write begins with BEGIN IMMEDIATE, which is the lock.
        var (applied, adopted) = await database.WriteAsync(
            async (session, token) => (await ApplyAsync(session, scripts, clock, token), await LedgerFeed.AdoptAsync(session, token)), WriteLane.Foreground, ct);
        foreach (var name in applied) logger.MigrationApplied(name);
        if (adopted > 0) logger.EventsAdopted(adopted);
    }

    private static async Task<IReadOnlyList<string>> ApplyAsync(
        DbSession session, IReadOnlyList<MigrationScript> scripts, TimeProvider clock, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql)
            await ExecuteAsync(session, "SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock }, ct);
        await ExecuteAsync(session, session.Kind == DatabaseKind.Sqlite
            ? "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            : """CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, checksum TEXT COLLATE "C" NOT NULL, applied_at BIGINT NOT NULL)""",
            null, ct);

        var rows = await session.Connection.QueryAsync<(long Version, string Name, string Checksum)>(new CommandDefinition(
            "SELECT version, name, checksum FROM schema_migrations ORDER BY version", transaction: session.Transaction, cancellationToken: ct));
        var done = Check(rows.AsList(), scripts);

        List<string> applied = [];
        foreach (var script in scripts.Skip(done))
        {
            await ExecuteAsync(session, script.Sql, null, ct);
            await ExecuteAsync(session,
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@Version, @Name, @Checksum, @AppliedAt)",
                new { Version = (long)script.Version, script.Name, script.Checksum, AppliedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() }, ct);
            applied.Add(script.Name);
        }

        return applied;
    }

    private static int Check(List<(long Version, string Name, string Checksum)> rows, IReadOnlyList<MigrationScript> scripts)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (i >= scripts.Count)
                throw new StorageRefusedException($"The database was made by a newer version of this program (it has migration {row.Name}). Use that version, or restore a backup.");
            var script = scripts[i];
            if (row.Version != script.Version || row.Name != script.Name || row.Checksum != script.Checksum)
                throw new StorageRefusedException(
                    $"Migration {row.Name} was applied to this database in another form than this program knows ({script.Name}). "
                    + "Use the program that made the database, or restore a backup.");
        }

        return rows.Count;
    }

    private static Task<int> ExecuteAsync(DbSession session, string sql, object? parameters, CancellationToken ct) =>
        session.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct));
}
