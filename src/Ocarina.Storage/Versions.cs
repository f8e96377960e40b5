using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using Ocarina.Storage.PostgreSql;

namespace Ocarina.Storage;

/// <summary>What the counters of <see cref="Versions"/> count.</summary>
public static class VersionKinds
{
    /// <summary>Configuration documents, of the system and of accounts.</summary>
    public const string Configuration = "configuration";

    /// <summary>The tree of accounts, users, API keys.</summary>
    public const string Accounts = "accounts";

    /// <summary>Tokens that were ended before their time.</summary>
    public const string Tokens = "tokens";

    /// <summary>Service plans, and who is billed by which.</summary>
    public const string Services = "services";

    /// <summary>The number rules that stored numbers were normalised by.</summary>
    public const string Rules = "rules";
}

/// <summary>A number was about to be written under rules that are no longer the stored ones. Nothing was written; decide again with the new rules.</summary>
public sealed class RulesChangedException : Exception
{
    /// <summary>The rules were changed meanwhile.</summary>
    /// <param name="stored">Version of the rules that hold now.</param>
    public RulesChangedException(long stored) : base("The number rules were changed meanwhile.") => Stored = stored;

    /// <summary>Version of the rules that hold now.</summary>
    public long Stored { get; }
}

/// <summary>One counter per kind of thing that every process keeps in memory (design.md 11, "change seen by all processes").</summary>
public static class Versions
{
    /// <summary>PostgreSQL's channel that carries the kind of every change.</summary>
    public const string Channel = "ocarina_versions";

    private const long RulesLock = 0x0CA2_1A00_0002;
    private const string ReadRules = "SELECT value FROM versions WHERE kind = 'rules'";

    /// <summary>Counts one change on, in the transaction of that change. Listeners hear of it when it commits.</summary>
    /// <returns>The new version.</returns>
    public static async Task<long> BumpAsync(DbSession session, string kind, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql)
        {
            // One statement each: the notice is sent with the commit, or not at all.
            await session.Hot("SELECT pg_notify($1, $2)", Channel, kind).ExecuteNonQueryAsync(ct);
        }

        var value = await session.Hot("UPDATE versions SET value = value + 1 WHERE kind = $1 RETURNING value", kind).ExecuteScalarAsync(ct);
        return value is long number ? number : throw new ArgumentException($"There is no version of kind '{kind}'.", nameof(kind));
    }

    /// <summary>All versions as they stand.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> ReadAsync(DbSession session, CancellationToken ct)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await session.Hot("SELECT kind, value FROM versions").ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) versions.Add(reader.GetString(0), reader.GetInt64(1));
        return versions;
    }

    /// <summary>Keeps number writes out until the transaction ends. For a change of the number rules; before anything is read.</summary>
    public static async Task LockRulesAsync(DbSession session, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql)
            await session.Hot("SELECT pg_advisory_xact_lock($1)", RulesLock).ExecuteNonQueryAsync(ct);
    }

    /// <summary>Calls back whenever a process has bumped a version, soon after its commit. A wake-up only: poll as well.</summary>
    /// <remarks>Ends when cancelled. On SQLite it never calls: the only process there is the one that writes.</remarks>
    public static async Task ListenAsync(IDatabase database, Action heard, TimeProvider clock, ILogger logger, CancellationToken ct)
    {
        if (database is not PostgreSqlDatabase server)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
            return;
        }

        while (true)
        {
            try
            {
                await using var connection = await server.OpenConnectionAsync(ct);
                connection.Notification += (_, _) => heard();
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection)) await listen.ExecuteNonQueryAsync(ct);
                heard(); // for what was missed while nobody listened
                while (true) await connection.WaitAsync(ct);
            }
            catch (NpgsqlException e)
            {
                logger.ListenInterrupted(e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            }
        }
    }

    /// <summary>Refuses to write under old rules. Holds the rules still until the transaction ends.</summary>
    internal static async Task CheckRulesAsync(DbSession session, long? expected, CancellationToken ct)
    {
        if (expected is not { } wanted) return;
        // The lock is a statement of its own: the next one must look after it was granted (read committed).
        if (session.Kind == DatabaseKind.PostgreSql)
            await session.Hot("SELECT pg_advisory_xact_lock_shared($1)", RulesLock).ExecuteNonQueryAsync(ct);
        CheckRules(await session.Hot(ReadRules).ExecuteScalarAsync(ct), wanted);
    }

    /// <summary>The same as the first two statements of a batch.</summary>
    internal static void AddRulesCheck(NpgsqlBatch batch)
    {
        batch.Add("SELECT pg_advisory_xact_lock_shared($1)", RulesLock);
        batch.Add(ReadRules);
    }

    /// <summary>Reads past the results of <see cref="AddRulesCheck"/>'s two statements, and refuses to go on under old rules.</summary>
    internal static async Task CheckRulesAsync(DbDataReader reader, long expected, CancellationToken ct)
    {
        await reader.NextResultAsync(ct);
        CheckRules(await reader.ReadAsync(ct) ? reader.GetValue(0) : null, expected);
    }

    private static void CheckRules(object? stored, long expected)
    {
        if (stored is not long version) throw new InvalidDataException("The version of the number rules is missing.");
        if (version != expected) throw new RulesChangedException(version);
    }
}
