using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Orders;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Sqlite;

/// <summary>Writes prepared changes one after the other: the writer is alone, so nobody comes between two statements.</summary>
internal static class SqliteNumberWrites
{
    /// <param name="session">The writer's.</param>
    /// <param name="changes">What to write.</param>
    /// <param name="taken">Numbers that an open order holds back, unless it gives the number back and was not sent.</param>
    internal static ChangeOutcome[] Apply(DbSession session, IReadOnlyList<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken)
    {
        var outcomes = new ChangeOutcome[changes.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var change = changes[i];
            var isTaken = change.Row is not null && taken.Contains(change.Number);
            outcomes[i] = isTaken && IsHeld(session, change) ? new ChangeOutcome.Lost(Load(session, change.Number)) : Apply(session, change);
            if (isTaken && change.Row is { } row && outcomes[i] is ChangeOutcome.Written)
                session.Hot(OrderSql.WithdrawOne, change.Number.ToString(), row.Carrier.ToString(), change.Time.ToUnixTimeMilliseconds()).ExecuteNonQuery();
        }

        return outcomes;
    }

    internal static NumberRecord? Load(DbSession session, PhoneNumber number)
    {
        using var reader = session.Hot(NumberSql.SelectOne, number.ToString()).ExecuteReader();
        return reader.Read() ? NumberColumns.Read(reader) : null;
    }

    private static ChangeOutcome Apply(DbSession session, PreparedChange change)
    {
        if (change.IsCreation && ReadTombstone(session, change.Number) is { } end) change = PreparedChange.Behind(change.Change, end);

        var written = change switch
        {
            { IsCreation: true, Row: { } row } => session.Hot(NumberSql.Insert, Values(row)).ExecuteNonQuery(),
            { Row: { } row } => session.Hot(NumberSql.Update, [.. Values(row), change.Previous.Revision, NumberColumns.Bytes(change.Previous.Hash)]).ExecuteNonQuery(),
            _ => session.Hot(NumberSql.Delete, change.Number.ToString(), change.Previous.Revision, NumberColumns.Bytes(change.Previous.Hash)).ExecuteNonQuery(),
        };
        if (written == 0) return new ChangeOutcome.Lost(Load(session, change.Number));

        session.Hot(NumberSql.InsertEvent,
            change.Number.ToString(), change.Revision, change.Time.ToUnixTimeMilliseconds(), change.Body, NumberColumns.Bytes(change.Hash)).ExecuteNonQuery();
        if (change.Row is null)
            session.Hot(NumberSql.InsertTombstone,
                change.Number.ToString(), change.Revision, NumberColumns.Bytes(change.Hash), change.Time.ToUnixTimeMilliseconds()).ExecuteNonQuery();
        else if (change is { IsCreation: true, Previous.Revision: > 0 })
            session.Hot(NumberSql.DeleteTombstone, change.Number.ToString()).ExecuteNonQuery();
        return change.ToWritten();
    }

    private static bool IsHeld(DbSession session, PreparedChange change)
    {
        using var reader = session.Hot(OrderSql.OpenOne, change.Number.ToString()).ExecuteReader();
        return reader.Read() && change.Row is { } row && !OrderSql.IsWithdrawn(reader.GetString(1), reader.GetString(2), reader.GetString(3), row.Carrier);
    }

    private static ChainEnd? ReadTombstone(DbSession session, PhoneNumber number)
    {
        using var reader = session.Hot(NumberSql.SelectTombstone, number.ToString()).ExecuteReader();
        return reader.Read() ? new ChainEnd(reader.GetInt64(0), NumberColumns.Hash(reader, 1), NumberColumns.Time(reader.GetInt64(2))) : null;
    }

    private static object?[] Values(NumberRecord row)
    {
        var values = new object?[NumberColumns.All.Length];
        for (var i = 0; i < values.Length; i++) values[i] = NumberColumns.All[i].Value(row);
        return values;
    }
}
