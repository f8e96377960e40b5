using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace Ocarina.Server.Crossbar;

/// <summary>What one filter asks of a row (`http-api.md` 1.8).</summary>
internal enum FilterKind
{
    Equal,
    NotEqual,
    HasKey,
    KeyMissing,
    HasValue,
    ValueMissing,
    CreatedFrom,
    CreatedTo,
    ModifiedFrom,
    ModifiedTo,
}

/// <summary>One filter of a listing. Values are texts; several mean any of them. Times are Gregorian seconds.</summary>
internal sealed record RowFilter(FilterKind Kind, string Key, IReadOnlyList<string> Values, long Seconds = 0);

/// <summary>The filters of one listing, all of which must hold. Read by <see cref="Read"/>.</summary>
/// <remarks>A listing may take out of <see cref="All"/> those that its database can answer.</remarks>
internal sealed record RowFilters(IReadOnlyList<RowFilter> All)
{
    public static RowFilters Read(CrossbarRequest request)
    {
        var filters = new List<RowFilter>();
        foreach (var (written, values) in request.Http.Request.Query)
        {
            var name = written.EndsWith("[]", StringComparison.Ordinal) ? written[..^2] : written;
            if (name.StartsWith("filter_not_", StringComparison.Ordinal)) AddEach(FilterKind.NotEqual, name["filter_not_".Length..], values);
            else if (name.StartsWith("filter_", StringComparison.Ordinal)) AddEach(FilterKind.Equal, name["filter_".Length..], values);
            else if (KindOf(name) is { } kind) AddKeysOrTimes(kind, values);
        }
        return new RowFilters(filters);

        void AddEach(FilterKind kind, string key, StringValues values)
        {
            foreach (var value in values) filters.Add(new RowFilter(kind, key, Alternatives(value ?? "")));
        }

        void AddKeysOrTimes(FilterKind kind, StringValues values)
        {
            foreach (var value in values)
            {
                if (kind < FilterKind.CreatedFrom) filters.Add(new RowFilter(kind, value ?? "", []));
                else if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
                    filters.Add(new RowFilter(kind, "", [], seconds));
            }
        }
    }

    /// <summary>True when the row passes all filters.</summary>
    /// <param name="row">What is shown, or the whole document behind it.</param>
    /// <param name="created">Gregorian seconds; <see langword="null"/> when the listing does not know: no range holds it.</param>
    /// <param name="modified">The same for the last change.</param>
    public bool Matches(JsonObject row, long? created, long? modified)
    {
        foreach (var filter in All)
        {
            var passes = filter.Kind switch
            {
                FilterKind.Equal => IsOneOf(Find(row, filter.Key), filter.Values),
                FilterKind.NotEqual => !IsOneOf(Find(row, filter.Key), filter.Values),
                FilterKind.HasKey => Has(row, filter.Key),
                FilterKind.KeyMissing => !Has(row, filter.Key),
                FilterKind.HasValue => HasValue(Find(row, filter.Key)),
                FilterKind.ValueMissing => !HasValue(Find(row, filter.Key)),
                FilterKind.CreatedFrom => created >= filter.Seconds,
                FilterKind.CreatedTo => created <= filter.Seconds,
                FilterKind.ModifiedFrom => modified >= filter.Seconds,
                _ => modified <= filter.Seconds,
            };
            if (!passes) return false;
        }
        return true;
    }

    private static FilterKind? KindOf(string name) => name switch
    {
        "has_key" => FilterKind.HasKey,
        "key_missing" => FilterKind.KeyMissing,
        "has_value" => FilterKind.HasValue,
        "value_missing" => FilterKind.ValueMissing,
        "created_from" => FilterKind.CreatedFrom,
        "created_to" => FilterKind.CreatedTo,
        "modified_from" => FilterKind.ModifiedFrom,
        "modified_to" => FilterKind.ModifiedTo,
        _ => null,
    };

    private static string[] Alternatives(string value)
    {
        if (!value.StartsWith('[')) return [value];
        try
        {
            return JsonNode.Parse(value) is JsonArray list ? [.. list.Select(item => item.AsText() ?? "")] : [value];
        }
        catch (JsonException)
        {
            return [value]; // a text that merely begins with a bracket
        }
    }

    // A list counts as equal to what it contains: filter_features=cnam.
    private static bool IsOneOf(JsonNode? value, IReadOnlyList<string> wanted) => value is JsonArray list
        ? list.Any(item => item.AsText() is { } text && wanted.Contains(text, StringComparer.Ordinal))
        : value.AsText() is { } text && wanted.Contains(text, StringComparer.Ordinal);

    private static bool HasValue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonObject members => members.Count > 0,
        _ => value.AsText() is { Length: > 0 },
    };

    private static bool Has(JsonObject row, string key) => TryFind(row, key, out _);

    private static JsonNode? Find(JsonObject row, string key) => TryFind(row, key, out var value) ? value : null;

    private static bool TryFind(JsonObject row, string key, out JsonNode? value)
    {
        if (row.TryGetPropertyValue(key, out value)) return true;
        JsonNode? at = row;
        foreach (var part in key.Split('.'))
            if (at is not JsonObject members || !members.TryGetPropertyValue(part, out at)) return false;
        value = at;
        return true;
    }
}
