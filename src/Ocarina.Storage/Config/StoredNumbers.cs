using Dapper;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Config;

/// <summary>Reads the stored numbers the way a change of the number rules must look at them.</summary>
public static class StoredNumbers
{
    /// <summary>The next numbers in order, of one account or of all.</summary>
    public static async Task<IReadOnlyList<string>> PageAsync(DbSession session, string? account, string after, int limit, CancellationToken ct) =>
        (await session.Connection.QueryAsync<string>(session.Command(
            account is null
                ? "SELECT number FROM numbers WHERE number > @after ORDER BY number LIMIT @limit"
                : "SELECT number FROM numbers WHERE account = @account AND number > @after ORDER BY number LIMIT @limit",
            new { account, after, limit }, ct))).AsList();

    /// <summary>Which of some numbers are stored. At most 500.</summary>
    public static async Task<IReadOnlyList<string>> ExistingAsync(DbSession session, IReadOnlyCollection<string> numbers, CancellationToken ct) =>
        (await session.Connection.QueryAsync<string>(session.Command(
            session.Kind == DatabaseKind.PostgreSql
                ? "SELECT number FROM numbers WHERE number = ANY(@numbers)" // Npgsql takes the list as one value; for SQLite Dapper writes it out
                : "SELECT number FROM numbers WHERE number IN @numbers",
            new { numbers = numbers.ToArray() }, ct))).AsList();

    /// <summary>The place the ledger has reached.</summary>
    public static Task<long> LedgerEndAsync(DbSession session, CancellationToken ct) =>
        session.Connection.ExecuteScalarAsync<long>(session.Command("SELECT coalesce(max(seq), 0) FROM number_events", null, ct));

    /// <summary>Numbers stored now that were written after a place in the ledger, of one account or of all.</summary>
    public static async Task<IReadOnlyList<string>> WrittenSinceAsync(DbSession session, string? account, long sequence, CancellationToken ct) =>
        (await session.Connection.QueryAsync<string>(session.Command(
            "SELECT number FROM numbers WHERE number IN (SELECT number FROM number_events WHERE seq > @sequence)"
            + (account is null ? "" : " AND account = @account"),
            new { account, sequence }, ct))).AsList();
}
