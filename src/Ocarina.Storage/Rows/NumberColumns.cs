using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ocarina.Core;

namespace Ocarina.Storage.Rows;

/// <summary>The form of a column's values, where an engine must be told.</summary>
internal enum ColumnForm
{
    Text,
    Long,
    Flag,
    Bytes,
}

/// <summary>One column of <c>numbers</c>, and what a record has to say in it.</summary>
internal sealed record NumberColumn(string Name, ColumnForm Form, Func<NumberRecord, object?> Value);

/// <summary>The table <c>numbers</c> and the record, one column at a time. Reading, writing and verifying all follow this list.</summary>
internal static class NumberColumns
{
    private static readonly JsonSerializerOptions ListOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How many of the first columns are the number itself.</summary>
    internal const int KeyCount = 2;

    /// <summary>In the order in which <see cref="Read"/> takes them.</summary>
    internal static readonly ImmutableArray<NumberColumn> All =
    [
        new("number", ColumnForm.Text, r => r.Number.ToString()),
        new("packed_key", ColumnForm.Long, r => r.Number.PackedKey()),
        new("state", ColumnForm.Text, r => r.State.Name()),
        new("account", ColumnForm.Text, r => r.Account?.ToString()),
        new("previous_account", ColumnForm.Text, r => r.PreviousAccount?.ToString()),
        new("carrier", ColumnForm.Text, r => r.Carrier.ToString()),
        new("used_by", ColumnForm.Text, r => r.UsedBy),
        new("state_since", ColumnForm.Long, r => r.StateSince.ToUnixTimeMilliseconds()),
        new("due_at", ColumnForm.Long, r => r.DueAt?.ToUnixTimeMilliseconds()),
        new("revision", ColumnForm.Long, r => r.Revision),
        new("last_hash", ColumnForm.Bytes, r => Bytes(r.LastHash)),
        new("stock_account", ColumnForm.Text, r => r.StockAccount?.ToString()),
        new("held_at_carrier", ColumnForm.Flag, r => Flag(r.HeldAtCarrier)),
        new("reserve_history", ColumnForm.Text, r => List(r.ReserveHistory.Select(id => id.ToString()))),
        new("features", ColumnForm.Text, r => r.Features.ToString()),
        new("features_allowed", ColumnForm.Text, r => r.FeaturesAllowed is { } names ? List(names) : null),
        new("features_denied", ColumnForm.Text, r => r.FeaturesDenied is { } names ? List(names) : null),
        new("carrier_data", ColumnForm.Text, r => r.CarrierData.ToString()),
        new("public_fields", ColumnForm.Text, r => r.PublicFields.ToString()),
        new("ported_in", ColumnForm.Flag, r => Flag(r.PortedIn)),
        new("authorized_by", ColumnForm.Text, r => r.AuthorizedBy),
        new("created", ColumnForm.Long, r => r.Created.ToUnixTimeMilliseconds()),
        new("modified", ColumnForm.Long, r => r.Modified.ToUnixTimeMilliseconds()),
        new("region", ColumnForm.Text, r => r.Region),
        new("locality", ColumnForm.Text, r => r.Locality?.ToString()),
        new("carrier_cost", ColumnForm.Text, r => CarrierCosts.ToText(r.CarrierCost)),
    ];

    /// <summary>The names, for a SELECT or an INSERT.</summary>
    internal static readonly string Names = string.Join(", ", All.Select(column => column.Name));

    /// <summary>Reads a row whose columns stand in the order of <see cref="All"/>.</summary>
    internal static NumberRecord Read(DbDataReader row, int first = 0) => new()
    {
        Number = PhoneNumber.FromStorage(row.GetString(first)),
        State = NumberStates.FromStorage(row.GetString(first + 2)),
        Account = AccountId.FromStorageOrNull(Text(row, first + 3)),
        PreviousAccount = AccountId.FromStorageOrNull(Text(row, first + 4)),
        Carrier = CarrierName.Parse(row.GetString(first + 5)),
        UsedBy = Text(row, first + 6),
        StateSince = Time(row.GetInt64(first + 7)),
        DueAt = row.IsDBNull(first + 8) ? null : Time(row.GetInt64(first + 8)),
        Revision = row.GetInt64(first + 9),
        LastHash = Hash(row, first + 10),
        StockAccount = AccountId.FromStorageOrNull(Text(row, first + 11)),
        HeldAtCarrier = row.GetInt16(first + 12) != 0,
        ReserveHistory = row.GetString(first + 13) is var history && history == "[]" ? [] : [.. ReadList(history).Select(id => AccountId.FromStorage(id))],
        Features = DocumentText.FromStorage(row.GetString(first + 14)),
        FeaturesAllowed = Text(row, first + 15) is { } allowed ? ReadList(allowed) : null,
        FeaturesDenied = Text(row, first + 16) is { } denied ? ReadList(denied) : null,
        CarrierData = DocumentText.FromStorage(row.GetString(first + 17)),
        PublicFields = DocumentText.FromStorage(row.GetString(first + 18)),
        PortedIn = row.GetInt16(first + 19) != 0,
        AuthorizedBy = Text(row, first + 20),
        Created = Time(row.GetInt64(first + 21)),
        Modified = Time(row.GetInt64(first + 22)),
        Region = Text(row, first + 23),
        Locality = Text(row, first + 24) is { } locality ? DocumentText.FromStorage(locality) : null,
        CarrierCost = CarrierCosts.FromText(Text(row, first + 25)),
    };

    /// <summary>Reads all rows that are left.</summary>
    internal static async Task<List<NumberRecord>> ReadAllAsync(DbCommand command, CancellationToken ct)
    {
        List<NumberRecord> records = [];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) records.Add(Read(reader));
        return records;
    }

    internal static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);

    internal static ImmutableArray<byte> Hash(DbDataReader row, int column) =>
        ImmutableCollectionsMarshal.AsImmutableArray(row.GetFieldValue<byte[]>(column));

    /// <summary>The array inside, for a parameter; nobody writes to it.</summary>
    internal static byte[] Bytes(ImmutableArray<byte> value) => ImmutableCollectionsMarshal.AsArray(value) ?? [];

    private static short Flag(bool value) => value ? (short)1 : (short)0;

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string List(IEnumerable<string> names) => JsonSerializer.Serialize(names, ListOptions);

    private static ImmutableArray<string> ReadList(string json) =>
        JsonSerializer.Deserialize<ImmutableArray<string>>(json);
}
