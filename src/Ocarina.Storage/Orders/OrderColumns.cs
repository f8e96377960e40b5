using System.Data.Common;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Orders;

/// <summary>The table <c>orders</c> and the row, one column at a time. Reading and writing follow this list.</summary>
internal static class OrderColumns
{
    private static readonly JsonSerializerOptions ListOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In the order in which <see cref="Read"/> takes them. The lease's are written by claims only.</summary>
    internal static readonly (string Name, bool IsLong, Func<OrderRow, object?> Value)[] All =
    [
        ("id", false, row => row.Id.ToString()),
        ("kind", false, row => row.Kind.Name()),
        ("state", false, row => row.Phase.Name()),
        ("outcome", false, row => row.Outcome?.Name()),
        ("number", false, row => row.Number.ToString()),
        ("carrier", false, row => row.Carrier.ToString()),
        ("account", false, row => row.Account?.ToString()),
        ("actor", false, row => row.Actor.ToString()),
        ("attempts", true, row => (long)row.Attempts),
        ("next_attempt", true, row => row.NextAttempt?.ToUnixTimeMilliseconds()),
        ("lease_owner", false, row => row.LeaseOwner),
        ("lease_until", true, row => row.LeaseUntil?.ToUnixTimeMilliseconds()),
        ("carrier_order", false, row => Storable(row.CarrierOrderId)),
        ("carrier_status", false, row => Storable(row.CarrierStatus)),
        ("credit_held", false, row => row.CreditHeld),
        ("error", false, row => Storable(row.Error)),
        ("data", false, row => row.Data.ToText()),
        ("evidence", false, row => JsonSerializer.Serialize(row.Evidence, ListOptions)),
        ("created", true, row => row.Created.ToUnixTimeMilliseconds()),
        ("modified", true, row => row.Modified.ToUnixTimeMilliseconds()),
        ("sent_at", true, row => row.SentAt?.ToUnixTimeMilliseconds()),
    ];

    /// <summary>The names, for a SELECT or an INSERT.</summary>
    internal static readonly string Names = string.Join(", ", All.Select(column => column.Name));

    internal static OrderRow Read(DbDataReader row) => new()
    {
        Id = OrderKey.TryParse(row.GetString(0), out var key) ? key : throw new InvalidDataException("Storage holds an order whose id is no key."),
        Kind = OrderNames.TryParse(row.GetString(1), out OrderKind kind) ? kind : throw new InvalidDataException("Storage holds an order of an unknown kind."),
        Phase = OrderNames.TryParse(row.GetString(2), out OrderPhase phase) ? phase : throw new InvalidDataException("Storage holds an order in an unknown state."),
        Outcome = Text(row, 3) is { } name && OrderNames.TryParse(name, out OrderOutcome outcome) ? outcome : null,
        Number = row.GetString(4) is { Length: > 0 } number ? PhoneNumber.FromStorage(number) : default,
        Carrier = CarrierName.Parse(row.GetString(5)),
        Account = AccountId.FromStorageOrNull(Text(row, 6)),
        Actor = Actor.FromStorage(row.GetString(7)),
        Attempts = (int)row.GetInt64(8),
        NextAttempt = Time(row, 9),
        LeaseOwner = Text(row, 10),
        LeaseUntil = Time(row, 11),
        CarrierOrderId = Text(row, 12),
        CarrierStatus = Text(row, 13),
        CreditHeld = Text(row, 14),
        Error = Text(row, 15),
        Data = OrderData.Read(row.GetString(16)),
        Evidence = JsonSerializer.Deserialize<string[]>(row.GetString(17)) ?? [],
        Created = NumberColumns.Time(row.GetInt64(18)),
        Modified = NumberColumns.Time(row.GetInt64(19)),
        SentAt = Time(row, 20),
    };

    internal static async Task<List<OrderRow>> ReadAllAsync(DbCommand command, CancellationToken ct)
    {
        List<OrderRow> rows = [];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }

    internal static object?[] Values(OrderRow row) => [.. All.Select(column => column.Value(row))];

    /// <summary>The columns of many rows as arrays, for <c>unnest</c>.</summary>
    internal static object?[] Arrays(IReadOnlyList<OrderRow> rows) =>
        [.. All.Select(column => column.IsLong
            ? (object)rows.Select(row => (long?)column.Value(row)).ToArray()
            : rows.Select(row => (string?)column.Value(row)).ToArray())];

    private static DateTimeOffset? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : NumberColumns.Time(row.GetInt64(column));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    // A carrier's text may hold what no database takes; a row that cannot be written would be an order that cannot end.
    private static string? Storable(string? text)
    {
        if (text is null || text.All(letter => !char.IsSurrogate(letter) && letter != '\0')) return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);
    }
}
