using Dapper;
using Ocarina.Storage;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Storage;

/// <summary>The schema as lines of one form for both engines: columns with their class of type, keys and indexes with their columns, references.</summary>
internal static class SchemaDump
{
    internal static Task<SortedSet<string>> ReadAsync(TestDatabase db) => db.Database.ReadAsync(async (session, _) =>
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        if (session.Kind == DatabaseKind.Sqlite) await ReadSqliteAsync(session, lines);
        else await ReadPostgreSqlAsync(session, lines);
        return lines;
    }, Some.Ct);

    private static async Task ReadSqliteAsync(DbSession session, SortedSet<string> lines)
    {
        var db = session.Connection;
        foreach (var table in await db.QueryAsync<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"))
        {
            var columns = (await db.QueryAsync<(string Name, string Type, long NotNull, long Key)>(
                $"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}')")).ToList();
            foreach (var column in columns) lines.Add(Column(table, column.Name, column.Type, column.NotNull == 1 || column.Key > 0));
            lines.Add(Index(table, columns.Where(column => column.Key > 0).OrderBy(column => column.Key).Select(column => column.Name), isUnique: true, isPartial: false));

            foreach (var index in await db.QueryAsync<(string Name, long Unique, long Partial)>($"SELECT name, \"unique\", partial FROM pragma_index_list('{table}')"))
            {
                var names = await db.QueryAsync<string?>($"SELECT name FROM pragma_index_info('{index.Name}') ORDER BY seqno");
                lines.Add(Index(table, names, index.Unique == 1, index.Partial == 1));
            }

            foreach (var key in await db.QueryAsync<(string From, string Table)>($"SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{table}')"))
                lines.Add($"{table}({key.From}) references {key.Table}");
        }
    }

    private static async Task ReadPostgreSqlAsync(DbSession session, SortedSet<string> lines)
    {
        const string columns =
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            """;
        foreach (var row in await session.Connection.QueryAsync<(string Table, string Name, string Type, bool NotNull)>(columns))
            lines.Add(Column(row.Table, row.Name, row.Type, row.NotNull));

        const string indexes =
            """
            SELECT c.relname, i.indisunique, i.indpred IS NOT NULL,
              ARRAY(SELECT (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = k.attnum)
                    FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place) ORDER BY k.place)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            """;
        foreach (var row in await session.Connection.QueryAsync<(string Table, bool Unique, bool Partial, string?[] Columns)>(indexes))
            lines.Add(Index(row.Table, row.Columns, row.Unique, row.Partial));

        const string keys =
            """
            SELECT c.relname, a.attname, f.relname FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey)
            WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace
            """;
        foreach (var row in await session.Connection.QueryAsync<(string Table, string From, string To)>(keys))
            lines.Add($"{row.Table}({row.From}) references {row.To}");
    }

    private static string Column(string table, string name, string type, bool isNotNull) => $"{table}.{name} {Class(type.ToUpperInvariant())}{(isNotNull ? " not null" : "")}";

    private static string Index(string table, IEnumerable<string?> columns, bool isUnique, bool isPartial) =>
        $"{table}({string.Join(", ", columns.Select(name => name ?? "<expression>"))}){(isUnique ? " unique" : " index")}{(isPartial ? " partial" : "")}";

    private static string Class(string type) => type switch
    {
        "TEXT" => "text",
        "BLOB" or "BYTEA" => "bytes",
        "INTEGER" or "BIGINT" or "SMALLINT" => "integer",
        _ => type,
    };
}
