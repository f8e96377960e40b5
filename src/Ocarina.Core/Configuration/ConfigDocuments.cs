using System.Collections.Frozen;
using System.Text.Json.Nodes;
using static Ocarina.Core.Configuration.ConfigKey;

namespace Ocarina.Core.Configuration;

/// <summary>The keys of every known document, in the order in which they are shown.</summary>
internal static partial class ConfigDocuments
{
    private static readonly ConfigKey[] NumberManager =
    [
        Texts("carrier_modules", "knm_local"),
        Text("available_module_name", "knm_local"),
        Text("port_in_module_name", "knm_local"),
        Text("porting_module_name"),
        Texts("providers"),
        Object("features", Texts("allow"), Texts("deny")),
        Text("reconcile_regex", RulePresets.ReconcileRegex),
        Rules("e164_converters", () => RulePresets.TryGetConverters("kazoo", out var rules) ? rules : new JsonObject()),
        Rules("classifiers", () => RulePresets.TryGetClassifiers("kazoo", out var classes) ? classes : new JsonObject()),
        OneOf("converter", "regex", "regex"),
        Texts("converters", "regex"),
        OneOf("released_state", "available", "available", "aging", "released", "deleted", "disconnected"),
        Flag("should_age", false),
        Flag("should_permanently_delete", false),
        Flag("local_feature_override", false),
        Flag("default_force_outbound", false),
        Flag("force_local_outbound", true),
        Flag("force_wnm_local_outbound"),
        Flag("force_port_in_outbound", true),
        Flag("force_port_out_outbound", true),
        Flag("fetch_account_from_ports", true),
        Text("cnam_provider", "knm_cnam_notifier"),
        Text("e911_provider", "knm_dash_e911"),
        Integer("maximum_search_quantity", 500, minimum: 1, maximum: 100_000),
        Integer("number_search_timeout_ms", 5000, minimum: 1, maximum: 600_000),
        Flag("unauthorized_numbers_lookup", false),
        Flag("allow_port_transition_from_submitted_to_scheduled", false),
        Integer("time_between_accounts_ms", 1000, minimum: 1),
        Integer("time_between_numbers_ms", 1000, minimum: 1),
        Integer("time_between_db_ms", 50, minimum: 1),
        Integer("parallel_jobs_count", 1, minimum: 1),
        Flag("should_bulk_batch_writes"),
        Integer("discovery_expiry_d", null, minimum: 0, maximum: 36_500),
        Integer("deleted_expiry_d", null, minimum: 0, maximum: 36_500),
        Integer("crawler_timer_ms", null, minimum: 0),
        OneOf("normalize_plus_prefixed", "bypass", "bypass", "convert"),
        OneOf("default_creation_state", null, "aging", "available", "in_service", "port_in", "reserved"),
        Flag("route_reserved", true),
        Integer("search_cache_ttl_s", 3600, minimum: 1, maximum: 31_536_000),
        Integer("aging_grace_h", 0, minimum: 0, maximum: 876_000),
        Flag("strict_target_check", true),
    ];

    public static FrozenDictionary<string, ConfigKey[]> All { get; } = new Dictionary<string, ConfigKey[]>
    {
        ["number_manager"] = NumberManager,
        ["number_manager.bandwidth"] = [.. Bandwidth, .. CarrierCommon],
        ["number_manager.bandwidth2"] = [.. Bandwidth2, .. CarrierCommon],
        ["number_manager.voxbone"] = [.. Voxbone, .. CarrierCommon],
        ["number_manager.other"] = [.. Phonebook, .. CarrierCommon],
        ["number_manager.locality"] = [Text("url")],
        ["number_manager.dash_e911"] =
        [
            Text("auth_username", ""), Text("auth_password", ""), Flag("debug", false),
            Text("emergency_provisioning_url", "https://service.dashcs.com/dash-api/xml/emergencyprovisioning/v1", UrlFault), Rate(null), .. CarrierCommon,
        ],
        ["number_manager.telnyx"] = [Text("user", ""), Text("token", ""), Text("base_url", "https://api.telnyx.com/origination/", UrlFault), Flag("debug", false), Rate(null), .. CarrierCommon],
        ["tasks"] =
        [
            Integer("crawler_timer_ms", 86_400_000, minimum: 0), Integer("discovery_expiry_d", 1, minimum: 0, maximum: 36_500),
            Integer("aging_expiry_d", 90, minimum: 0, maximum: 36_500),
        ],
        ["tasks.numbers"] = [Text("import_defaults_to_carrier", "knm_local"), Integer("db_page_size", 1000, minimum: 1)],
        ["accounts"] = [Text("master_account_id"), Text("default_timezone", "America/Los_Angeles")],
        ["crossbar"] =
        [
            Text("default_language", "en-US"), Integer("max_upload_size", 8_000_000, minimum: 1), Integer("pagination_page_size", 50, minimum: 1),
            Integer("maximum_range", 2_682_000, minimum: 1), Integer("token_costs", 1, minimum: 0), Integer("user_auth_tokens", 35, minimum: 0),
            Integer("api_auth_tokens", 35, minimum: 0), Flag("schema_strict_validation", false),
        ],
        ["crossbar.accounts"] =
        [
            Text("account_realm_suffix", "sip.2600hz.com"), Flag("ensure_unique_name", true), Flag("expose_api_key", false),
            Integer("random_realm_strength", 3, minimum: 1, maximum: 32), Text("default_parent", ""), Text("allow_move", "superduper_admin"),
            Flag("allow_sibling_listing", true), Integer("trial_time", 1_209_600, minimum: 0), Integer("new_account_notify_delay_s", 30, minimum: 0),
        ],
        ["crossbar.auth"] =
        [
            OneOf("basic_auth_type", "md5", "md5", "sha"), Flag("log_failed_login_attempts", false), Integer("token_auth_expiry_s", 3600, minimum: 1),
        ],
        ["crossbar.phone_numbers"] = [Text("default_country", "US"), Text("phonebook_url")],
        ["crossbar.phonebook"] = [Flag("enabled"), Text("phonebook_url")],
        ["phonebook"] = [Text("url")],
        ["dialplans"] = [],
        ["token_buckets"] =
        [
            Object("default", Integer("max_bucket_tokens", 100, minimum: 1)), Integer("inactivity_timeout_s", 600, minimum: 1),
            Integer("tokens_fill_rate", 10, minimum: 1), OneOf("tokens_fill_time", "second", "second", "minute", "hour", "day"),
        ],
        ["billing"] = BillingDocument,
        ["webhooks"] = Webhooks,
        ["smtp"] = Smtp,
        ["outbox"] = Outbox,
        ["notifications.cnam_request"] = Notification,
        ["notifications.number_feature_manual_action"] = Notification,
        ["notifications.port_unconfirmed"] = Notification,
        ["notifications.port_request"] = Notification,
        ["notifications.port_pending"] = Notification,
        ["notifications.port_scheduled"] = Notification,
        ["notifications.port_rejected"] = Notification,
        ["notifications.port_cancel"] = Notification,
        ["notifications.ported"] = Notification,
        ["notifications.port_comment"] = Notification,
        ["whitelabel"] = [new ConfigKey("domains", ConfigKind.Object)],
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
