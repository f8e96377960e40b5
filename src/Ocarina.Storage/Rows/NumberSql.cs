using System.Globalization;

namespace Ocarina.Storage.Rows;

/// <summary>Statements on one number at a time; both engines understand them.</summary>
internal static class NumberSql
{
    internal static readonly string SelectOne = $"SELECT {NumberColumns.Names} FROM numbers WHERE number = $1";

    internal static readonly string Insert =
        $"INSERT INTO numbers ({NumberColumns.Names}) VALUES ({string.Join(", ", NumberColumns.All.Select((_, i) => P(i + 1)))}) ON CONFLICT DO NOTHING";

    /// <summary>All columns but those of the key, which never change: SQLite rewrites the index of every column that is named. Then revision and hash that the change was decided on.</summary>
    internal static readonly string Update =
        $"UPDATE numbers SET {string.Join(", ", NumberColumns.All.Skip(NumberColumns.KeyCount).Select((column, i) => $"{column.Name} = {P(i + NumberColumns.KeyCount + 1)}"))} "
        + $"WHERE number = $1 AND revision = {P(NumberColumns.All.Length + 1)} AND last_hash = {P(NumberColumns.All.Length + 2)}";

    internal const string Delete = "DELETE FROM numbers WHERE number = $1 AND revision = $2 AND last_hash = $3";

    internal const string InsertEvent = "INSERT INTO number_events (number, revision, time, body, hash) VALUES ($1, $2, $3, $4, $5)";

    internal const string SelectTombstone = "SELECT revision, hash, time FROM number_tombstones WHERE number = $1";

    internal const string DeleteTombstone = "DELETE FROM number_tombstones WHERE number = $1";

    internal const string InsertTombstone =
        "INSERT INTO number_tombstones (number, revision, hash, time) VALUES ($1, $2, $3, $4) "
        + "ON CONFLICT (number) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, time = excluded.time";

    internal static string P(int number) => string.Create(CultureInfo.InvariantCulture, $"${number}");
}
