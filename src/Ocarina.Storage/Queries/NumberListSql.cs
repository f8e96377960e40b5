using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Queries;

/// <summary>The statement of one stretch of a list, and the conditions that are checked on the rows it brings.</summary>
internal static class NumberListSql
{
    internal static (string Sql, object?[] Values) Stretch(DatabaseKind kind, NumberListQuery query, PhoneNumber? from, int limit)
    {
        var order = query.Account is null ? NumberOrder.OfKey : NumberOrder.OfIndex(kind);
        List<object?> values = [];
        List<string> conditions = [];
        if (query.Account is { } account) conditions.Add($"account = {Add(account.ToString())}");
        AddList("state", query.States, state => state.Name());
        AddList("used_by", query.UsedBy, name => name);
        AddList("account", query.AssignedTo, id => id.ToString());
        AddBound("created", ">=", query.CreatedFrom);
        AddBound("created", "<=", query.CreatedTo);
        AddBound("modified", ">=", query.ModifiedFrom);
        AddBound("modified", "<=", query.ModifiedTo);
        if (from is { } start) conditions.Add($"number {(query.Descending ? order.UpTo : order.From)} {Add(start.ToString())}");

        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        return ($"SELECT {NumberColumns.Names} FROM numbers{where} ORDER BY {(query.Descending ? order.Descending : order.Ascending)} LIMIT {Add((long)limit)}", [.. values]);

        string Add(object value)
        {
            values.Add(value);
            return NumberSql.P(values.Count);
        }

        void AddList<T>(string column, IReadOnlyCollection<T> items, Func<T, string> text)
        {
            if (items.Count > 0) conditions.Add($"{column} IN ({string.Join(", ", items.Select(item => Add(text(item))))})");
        }

        void AddBound(string column, string comparison, DateTimeOffset? time)
        {
            if (time is { } bound) conditions.Add($"{column} {comparison} {Add(bound.ToUnixTimeMilliseconds())}");
        }
    }

    /// <summary>What SQL cannot say in one way on both engines: conditions inside documents, and the caller's own.</summary>
    internal static bool Passes(NumberListQuery query, NumberRecord row)
    {
        if (!query.Features.IsEmpty && (row.Features.IsEmpty || !HasAll(row.Features.ToObject(), query.Features))) return false;
        if (!query.Localities.IsEmpty && (row.Locality is not { } locality || !query.Localities.Any(wanted => Names(locality, wanted)))) return false;
        return query.Where?.Invoke(row) ?? true;
    }

    private static bool HasAll(JsonObject features, IEnumerable<string> names) => names.All(features.ContainsKey);

    private static bool Names(DocumentText locality, string wanted) =>
        locality.ToString() == wanted
        || locality.ToObject().Any(member => member.Value is JsonValue value && value.TryGetValue(out string? text) && text == wanted);
}
