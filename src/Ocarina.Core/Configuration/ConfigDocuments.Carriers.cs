using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Ocarina.Core.Configuration.ConfigKey;

namespace Ocarina.Core.Configuration;

/// <content>Keys of the carriers' documents (carriers.md 1.2, 2.2, 3, 4.2, 5.2, 6.0). A key with a default stands in the generated document.</content>
internal static partial class ConfigDocuments
{
    private const int KeyLengthMax = 128;
    private const int OrderPrefixMax = 40;
    private const int EndpointsMax = 20;

    /// <summary>Headers that are ours to send.</summary>
    private static readonly string[] OwnHeaders = ["authorization", "host", "content-length"];

    private static ConfigKey[] Switches =>
    [
        Flag("debug", false), Flag("enable_provisioning", true), Flag("sandbox_provisioning", true),
    ];

    private static ConfigKey[] Bandwidth =>
    [
        Text("numbers_api_url", "https://api.bandwidth.com/public/v2/numbers.api", UrlFault), Text("developer_key", "", SecretFault), .. Switches,
        Text("order_name_prefix", "Kazoo", OrderPrefixFault), Endpoints,
        Text("tollfree_login"), Text("tollfree_password"),
        Text("tollfree_api_url", "https://api.bandwidth.com/public/voip/v1_1/NumberManagementService.asmx", UrlFault),
        Integer("tollfree_timeout_ms", null, minimum: 500, maximum: 180_000),
        OneOf("tollfree_order_operation", null, "basicNumberOrder", "tollfreeNumberOrder"),
        Text("cdrs_api_url", "https://api.bandwidth.com/api/public/v2/cdrs.api"), OneOf("processing_type", "process", "process", "validate"),
        OneOf("release_via", null, "bandwidth2"), Integer("max_search_quantity", 500, minimum: 1, maximum: 5000), Rate(5),
    ];

    private static ConfigKey[] Bandwidth2 =>
    [
        Text("account_id", "", Digits(20)), Text("api_username", ""), Text("api_password", ""), Text("client_id"), Text("client_secret"),
        Text("token_url", "https://api.bandwidth.com/api/v1/oauth2/token", UrlFault), Text("site_id", "", Digits(20)), Text("sip_peer", "", Digits(20)), .. Switches,
        Text("order_name_prefix", "Kazoo", OrderPrefixFault), Text("base_url", "https://dashboard.bandwidth.com/api", UrlFault),
        OneOf("api_version", "v1", "v1", "v2"), Integer("max_search_quantity", 500, minimum: 1, maximum: 5000), Flag("search_detail", true),
        Flag("search_local_calling_area", false), OneOf("disconnect_mode", "normal", "normal", "purge"), Flag("disconnect_on_release", true),
        Flag("reserve_before_order", false), Text("webhook_url", null, UrlFault), Text("webhook_username"), Text("webhook_password"), Rate(1.5m),
    ];

    private static ConfigKey[] Voxbone =>
    [
        Text("username", ""), Text("password", ""), Text("api_key", "", SecretFault),
        // The manual prints "production | sandbox | beta", to be chosen from: its document loads before anybody has chosen.
        OneOf("environment", "sandbox", "sandbox", "production", "beta") with { OtherwiseMeans = "until then the carrier counts as not configured" },
        Integer("page_size", 20, minimum: 1, maximum: 5000), Integer("max_page_size", null, minimum: 1, maximum: 5000), Text("api_username"), Text("api_password"),
        Text("base_url", null, UrlFault), OneOf("auth_scheme", "auto", "auto", "basic", "apikey"), .. Switches, Text("order_name_prefix", "Kazoo", OrderPrefixFault),
        Rate(15), Text("rate_limit_scope"), OneOf("search_mode", "both", "offers", "numbers", "both"), Flag("check_balance", true), Flag("allow_backorder", false),
        Text("voice_uri"), Integer("voice_uri_backup_id", null, minimum: 1), Integer("trunk_id", null, minimum: 1), Integer("capacity_group_id", null, minimum: 1),
        Integer("delivery_pop_id", null, minimum: 1), new ConfigKey("regulation_address_id", ConfigKind.IntegerOrObject) { Fault = AddressFault },
        Integer("max_search_quantity", null, minimum: 1, maximum: 5000),
    ];

    private static ConfigKey[] Phonebook =>
    [
        Text("phonebook_url", null, UrlFault), Text("default_country", "US", CountryFault), Endpoints, Text("api_token"),
        Flag("debug"), Flag("enable_provisioning"), Flag("sandbox_provisioning"), Text("order_name_prefix", null, OrderPrefixFault),
        Integer("max_search_quantity", null, minimum: 1, maximum: 5000), Rate(null),
    ];

    /// <summary>Understood by every carrier that talks over HTTP; none of them stands in a generated document.</summary>
    private static ConfigKey[] CarrierCommon =>
    [
        Flag("enabled"), Text("debug_file"), Flag("debug_mask_personal"), Integer("connect_timeout_ms", null, minimum: 100, maximum: 60_000),
        Integer("request_timeout_ms", null, minimum: 500, maximum: 180_000), Integer("acquire_wait_ms", null, minimum: 0, maximum: 120_000),
        Integer("order_give_up_s", null, minimum: 3600, maximum: 604_800), Integer("recover_lag_s", null, minimum: 1, maximum: 3600),
        Integer("settle_max_interval_s", null, minimum: 1, maximum: 3600), Integer("max_in_flight", null, minimum: 1, maximum: 64),
        Text("proxy_url", null, ProxyFault), Text("ca_bundle"), Flag("allow_plain_http"),
        new ConfigKey("extra_headers", ConfigKind.Object) { Fault = HeadersFault }, new ConfigKey("features", ConfigKind.Object),
        new ConfigKey("costs", ConfigKind.Object) { Fault = CostsFault },
    ];

    /// <summary>The common keys as a plug-in's document has them beside its own.</summary>
    public static IEnumerable<ConfigKey> CommonKeysOfPlugIns =>
        [.. CarrierCommon, .. Switches, Text("order_name_prefix", null, OrderPrefixFault), Integer("max_search_quantity", null, minimum: 1), Rate(null)];

    private static ConfigKey Endpoints => TextOrTexts("endpoints") with { Fault = EndpointsFault };

    private static ConfigKey Rate(decimal? value) =>
        Number("rate_limit_per_s", value) with { Fault = node => ConfigValues.TryNumber(node, out var rate) && rate > 0 ? null : "The rate must be above 0" };

    // Whether it may be without encryption is said together with another key, by CarrierCheck.
    private static string? UrlFault(string text) => Carriers.CarrierUrls.Fault(text.Trim(), allowPlainHttp: true);

    private static string? ProxyFault(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? null : "This is no absolute http(s) address";

    private static string? SecretFault(string text) =>
        text.Length > KeyLengthMax ? $"A key has at most {KeyLengthMax} characters" : text.Any(char.IsWhiteSpace) ? "A key has no white space" : null;

    private static string? OrderPrefixFault(string text) =>
        text.Length > OrderPrefixMax ? $"A prefix has at most {OrderPrefixMax} characters" : text.Any(char.IsControl) ? "A prefix has printable characters only" : null;

    private static Func<string, string?> Digits(int most) =>
        text => text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : $"This must be 1 to {most} digits";

    private static string? CountryFault(string text) => text.Length == 2 && text.All(char.IsAsciiLetter) ? null : "A country is two letters (ISO 3166-1)";

    private static string? EndpointsFault(JsonNode value)
    {
        if (!ConfigValues.TryTexts(value, out var endpoints)) return null;
        if (endpoints.Distinct(StringComparer.OrdinalIgnoreCase).Count() > EndpointsMax) return $"At most {EndpointsMax} endpoints";
        return endpoints.Find(endpoint => !IsHost(endpoint.Trim())) is { } wrong ? $"'{wrong}' is neither an IP address nor the name of a host" : null;
    }

    private static bool IsHost(string text) => IPAddress.TryParse(text, out _) ? text.Contains(':') || text.Count(letter => letter == '.') == 3 : HostName().IsMatch(text);

    private static string? AddressFault(JsonNode value) =>
        value is JsonObject byCountry && byCountry.FirstOrDefault(member => !ConfigValues.TryInteger(member.Value, out _)) is { Key: { } country }
            ? $"The address of {country} is no whole number"
            : null;

    // By class of number: {"did_us": {"currency": "USD", "setup": 0, "monthly": 0.35}}.
    private static string? CostsFault(JsonNode value)
    {
        foreach (var (name, entry) in value.AsObject())
        {
            if (entry is not JsonObject costs || !ConfigValues.TryText(costs["currency"], out var currency) || currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
                return $"The cost of {name} needs a currency of three capital letters (ISO 4217)";
            if (Wrong(costs["setup"]) || Wrong(costs["monthly"]) || Carriers.CarrierPrice.Of(currency, Amount(costs["setup"]), Amount(costs["monthly"])) is null)
                return $"The cost of {name} is no amount of money";
        }

        return null;

        static bool Wrong(JsonNode? amount) => amount is not null && Billing.Money.Read(amount) is null;
        static decimal Amount(JsonNode? amount) => Billing.Money.Read(amount) ?? 0;
    }

    private static string? HeadersFault(JsonNode value)
    {
        foreach (var (name, text) in value.AsObject())
        {
            if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) return $"{name} is not set here";
            if (!HeaderName().IsMatch(name)) return $"'{name}' is no name of a header";
            if (!ConfigValues.TryText(text, out var content) || content.Any(char.IsControl)) return $"The value of {name} is no text of one line";
        }

        return null;
    }

    [GeneratedRegex(@"\A(?=.{1,253}\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}\z")]
    private static partial Regex HeaderName();
}
