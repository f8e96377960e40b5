using System.Text;
using System.Text.Json.Nodes;

namespace Ocarina.Server.Crossbar;

/// <summary>Listings as CSV (`http-api.md` 1.9).</summary>
internal static class CsvReply
{
    private const string Type = "text/csv";

    /// <summary>True when the caller wants CSV. <c>?accept=</c> goes before the header.</summary>
    public static bool IsAsked(CrossbarRequest request) => request.Query("accept") is { } asked
        ? asked is "csv" or Type
        : request.Http.Request.Headers.Accept.Any(line => line?.Contains(Type, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Sets the headers of a file to be saved.</summary>
    public static void Head(HttpResponse response, CrossbarRequest request)
    {
        response.ContentType = Type;
        var wanted = request.Http.Request.Headers["X-File-Name"].ToString() is { Length: > 0 } header ? header : request.Query("file_name") ?? "";
        var name = new string([.. wanted.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_').Take(128)]);
        response.Headers.ContentDisposition = $"attachment; filename=\"{(name.Length == 0 ? "result.csv" : name)}\"";
    }

    /// <summary>Writes a listing: a list of objects, or the map <c>numbers</c> of phone numbers, each row then beginning with its number.</summary>
    public static async Task WriteAsync(HttpContext http, JsonNode data)
    {
        var rows = data switch
        {
            JsonArray list => [.. list.Select(AsRow)],
            JsonObject { Count: > 0 } map when map["numbers"] is JsonObject numbers => [.. numbers.Select(Numbered)],
            _ => new List<JsonObject>(),
        };
        var columns = rows.SelectMany(row => row.Select(member => member.Key)).Distinct(StringComparer.Ordinal).ToList();

        Head(http.Response, http.Crossbar());
        var text = new StringBuilder();
        AppendLine(text, columns);
        foreach (var row in rows) AppendLine(text, columns.Select(column => row[column].AsText() ?? row[column]?.ToJsonString() ?? ""));
        await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    private static JsonObject AsRow(JsonNode? item) => item as JsonObject ?? new JsonObject { ["value"] = item?.DeepClone() };

    private static JsonObject Numbered(KeyValuePair<string, JsonNode?> entry)
    {
        var row = new JsonObject { ["number"] = entry.Key };
        foreach (var (name, value) in entry.Value as JsonObject ?? []) row[name] = value?.DeepClone();
        return row;
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quoted)).Append("\r\n");

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny("\",\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
