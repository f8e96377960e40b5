using System.Text.Json.Nodes;
using Ocarina.Manager.Configuration;

namespace Ocarina.Server.Crossbar;

/// <summary>Reads the rate limit from the document <c>token_buckets</c>, anew whenever configuration changes. No document, no limit.</summary>
internal sealed class RateLimitDocument(ConfigDirectory configuration)
{
    private const string Id = "token_buckets";

    private volatile Known? _known;

    private sealed record Known(long Version, RateLimitSettings? Settings);

    public RateLimitSettings? Read()
    {
        var version = configuration.Version;
        if (_known is { } known && known.Version == version) return known.Settings;

        var settings = configuration.IsStored(Id) ? From(configuration.SystemDefaultSection(Id)) : null;
        _known = new Known(version, settings);
        return settings;
    }

    private static RateLimitSettings From(JsonObject section)
    {
        var limits = section["default"] as JsonObject ?? section; // the peer's schema keeps the size one level deeper
        var max = Number(limits["max_bucket_tokens"], Number(section["max_bucket_tokens"], 100));
        var perTime = Number(section["tokens_fill_rate"], 10);
        var seconds = section["tokens_fill_time"].AsText() switch
        {
            "minute" => 60,
            "hour" => 3600,
            "day" => 86400,
            _ => 1,
        };
        return new RateLimitSettings(max, (double)perTime / seconds, TimeSpan.FromSeconds(Number(section["inactivity_timeout_s"], 600)));
    }

    private static int Number(JsonNode? node, int otherwise) => node is JsonValue value && value.TryGetValue<int>(out var number) && number > 0 ? number : otherwise;
}
