using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    /// <summary>The data of every page, fetched when it is asked for.</summary>
    private async IAsyncEnumerable<JsonElement> PagesAsync(string path, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        string? startKey = null;
        while (true)
        {
            var page = await SendAsync(HttpMethod.Get, ApiPath.Query(path, ("page_size", Text(pageSize)), ("start_key", startKey)), null, ct);
            yield return page.Data;

            if (page.NextStartKey is null) yield break;
            if (page.NextStartKey == startKey) throw new OcarinaProtocolException("The server names the same page twice.");
            startKey = page.NextStartKey;
        }
    }

    private static T Read<T>(JsonElement value, JsonTypeInfo<T> type)
    {
        try
        {
            return WireJson.Read(value, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new OcarinaProtocolException($"The reply is not the {typeof(T).Name} that was expected: {e.Message}", e);
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement data) => data.ValueKind == JsonValueKind.Array
        ? data.EnumerateArray()
        : throw new OcarinaProtocolException("The reply holds no list.");
}
