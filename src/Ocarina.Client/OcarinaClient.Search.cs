using System.Text.Json;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    /// <inheritdoc/>
    public async Task<SearchResult> SearchAsync(string account, NumberSearch search, IProgress<CarrierNews>? progress, CancellationToken ct)
    {
        var path = ApiPath.Query(
            ApiPath.Numbers(account),
            ("prefix", search.Prefix),
            ("quantity", Text(search.Quantity)),
            ("offset", Text(search.Offset)),
            ("country", search.Country),
            ("blocks", search.Blocks is { } size ? Text(size) : null),
            ("tollfree", search.Tollfree ? "true" : null),
            ("stream", progress is null ? null : "true"));
        if (progress is not null) return await StreamAsync(path, progress, ct);

        var reply = await SendAsync(HttpMethod.Get, path, null, ct);
        return Result(reply.Data, reply.Beside("offers"), reply.Beside("carriers"));
    }

    private async Task<SearchResult> StreamAsync(string path, IProgress<CarrierNews> progress, CancellationToken ct)
    {
        using var patience = new Patience(_options.Timeout, _options.Clock, ct);
        using var response = await OpenAsync(HttpMethod.Get, path, null, JsonType, patience, ct);
        await ThrowIfRefusedAsync(response, patience);
        using var lines = new StreamReader(await patience.GuardAsync(token => response.Content.ReadAsStreamAsync(token)));
        while (await patience.GuardAsync(token => lines.ReadLineAsync(token).AsTask()) is { } text)
        {
            patience.Renew();
            if (text.Length == 0) continue;
            var line = ParseLine(text);
            if (line.TryGetProperty("status", out _)) return Result(Member(line, "data"), Member(line, "offers"), Member(line, "carriers"));
            if (line.TryGetProperty("carrier", out var carrier))
                progress.Report(new CarrierNews(Read(carrier, WireJson.Default.CarrierOutcome), [.. Items(Member(line, "data")).Select(row => Read(row, WireJson.Default.FoundNumber))]));
        }

        throw new OcarinaProtocolException("The server broke off in the middle of a search.");
    }

    private static JsonElement ParseLine(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new OcarinaProtocolException("The server answered a search with a line that is not JSON.", e);
        }

        throw new OcarinaProtocolException("The server answered a search with a line that is not an object.");
    }

    private static SearchResult Result(JsonElement numbers, JsonElement offers, JsonElement carriers) => new(
        [.. Items(numbers).Select(row => Read(row, WireJson.Default.FoundNumber))],
        [.. Optional(offers).Select(row => Read(row, WireJson.Default.FoundOffer))],
        [.. Optional(carriers).Select(row => Read(row, WireJson.Default.CarrierOutcome))]);

    // Older servers have neither.
    private static List<JsonElement> Optional(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static JsonElement Member(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value : default;
}
