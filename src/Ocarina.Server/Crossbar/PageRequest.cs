using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ocarina.Server.Crossbar;

/// <summary>Which rows of a listing the caller wants (`http-api.md` 1.7).</summary>
/// <param name="Size">Rows in a page, from 1; without meaning when all are wanted.</param>
/// <param name="StartKey">Raw key of the first row wanted; absent for the beginning.</param>
/// <param name="IsAll">True for <c>paginate=false</c>.</param>
/// <param name="IsDescending">True when the order is to be turned round.</param>
internal sealed record PageRequest(int Size, string? StartKey, bool IsAll, bool IsDescending)
{
    /// <summary>Rows in a page when the caller does not say.</summary>
    public const int SizeDefault = 50;

    /// <summary>Most rows in a page; who wants more asks for the next page, or for all.</summary>
    public const int SizeMax = 100_000;

    // Tells our own keys from raw ones that happen to look like base64.
    private const char Mark = '~';

    public static PageRequest Read(CrossbarRequest request)
    {
        var size = long.TryParse(request.Query("page_size"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0
            ? (int)Math.Min(wanted, SizeMax)
            : SizeDefault;
        var isAll = string.Equals(request.Query("paginate"), "false", StringComparison.OrdinalIgnoreCase);
        var startKey = request.Query("start_key") is { Length: > 0 } key ? Raw(key) : null;
        return new PageRequest(size, isAll ? null : startKey, isAll, CrossbarRequest.IsYes(request.Query("descending")));
    }

    /// <summary>The form in which keys travel.</summary>
    public static string Opaque(string key) => CrossbarJson.ToBase64Url(Mark + key);

    private static string Raw(string key)
    {
        if (!Base64Url.IsValid(key)) return key;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(key));
        return text.StartsWith(Mark) ? text[1..] : key;
    }

    /// <summary>Cuts the page out of rows that are all at hand, ordered by key.</summary>
    public CrossbarReply Cut(IEnumerable<(string Key, JsonNode Row)> ordered)
    {
        if (IsDescending) ordered = ordered.Reverse();
        if (IsAll) return new CrossbarReply { Data = ToArray(ordered), IsListing = true };

        if (StartKey is { } start)
            ordered = ordered.SkipWhile(row => (string.CompareOrdinal(row.Key, start) * (IsDescending ? -1 : 1)) < 0);
        var rows = ordered.Take(Size + 1).ToList();
        var next = rows.Count > Size ? rows[Size].Key : null;
        var page = rows.Take(Size).ToList();
        return new CrossbarReply { Data = ToArray(page), IsListing = true, Page = new PageInfo(page.Count, StartKey, next) };
    }

    private static JsonArray ToArray(IEnumerable<(string Key, JsonNode Row)> rows) => [.. rows.Select(row => row.Row)];
}
