using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Core.Telling;

namespace Ocarina.Storage.Outbox;

/// <summary>Writes messages in the transaction of what causes them. Who gets them is found out later.</summary>
public static class OutboxTable
{
    private const string Insert =
        "INSERT INTO outbox (id, kind, account, number, event, position, payload, created, addressed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    private const string EventOf = "SELECT seq FROM number_events WHERE number = $1 AND revision = $2";

    /// <summary>Writes a message that no change of a number causes.</summary>
    /// <param name="session">The transaction of what causes it.</param>
    /// <param name="message">What is told.</param>
    /// <param name="now">When it was caused.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static Task InsertAsync(DbSession session, Message message, DateTimeOffset now, CancellationToken ct) =>
        InsertAsync(session, OutboxRow.Of(message, now), isAddressed: false, ct);

    /// <summary>Writes the messages of a change that was written just now.</summary>
    internal static async Task InsertAsync(DbSession session, NumberChange change, NumberRecord written, CancellationToken ct)
    {
        if (change.Messages.IsDefaultOrEmpty) return;
        var sequence = await session.Hot(EventOf, written.Number.ToString(), written.Revision).ExecuteScalarAsync(ct)
            ?? throw new InvalidDataException("A change has no event: the ledger and the rows of the database disagree.");
        for (var i = 0; i < change.Messages.Length; i++)
            await InsertAsync(session, new OutboxRow(TimeOrderedId.New(written.Modified), change.Messages[i], (long)sequence, i, written.Modified), isAddressed: false, ct);
    }

    /// <summary>Writes a row; one that is addressed already comes with its deliveries.</summary>
    internal static Task InsertAsync(DbSession session, OutboxRow row, bool isAddressed, CancellationToken ct) => session.Hot(
        Insert, row.Id, row.Message.Kind, row.Message.Account?.ToString(), row.Message.Number.ToString(), row.Event, row.Position,
        row.Message.Payload.ToString(), row.Created.ToUnixTimeMilliseconds(), (short)(isAddressed ? 1 : 0)).ExecuteNonQueryAsync(ct);
}
