using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>A <c>number_manager</c> section, read (numbers.md 2.2). Old spellings are understood; what cannot be read has its default.</summary>
public sealed record NumberManagerSettings
{
    /// <summary>Carriers asked in a search, in order, each once. Default: local.</summary>
    public ImmutableArray<CarrierName> CarrierModules { get; init; } = [CarrierName.Local];

    /// <summary>Carrier of numbers created without naming one. Default: local.</summary>
    public CarrierName AvailableModule { get; init; }

    /// <summary>Carrier of numbers whose port completes. Default: local.</summary>
    public CarrierName PortInModule { get; init; }

    /// <summary>State of an unassigned, released number: available, aging, released, deleted or disconnected. Default: available.</summary>
    public NumberState ReleasedState { get; init; } = NumberState.Available;

    /// <summary>A number that would be available after its release ages first. Default: no.</summary>
    public bool ShouldAge { get; init; }

    /// <summary>A released, unassigned number is erased. Default: no.</summary>
    public bool ShouldPermanentlyDelete { get; init; }

    /// <summary>Local numbers may use external features. Default: no.</summary>
    public bool LocalFeatureOverride { get; init; }

    /// <summary>Force-outbound of numbers that do not say. Default: no.</summary>
    public bool DefaultForceOutbound { get; init; }

    /// <summary>Calls to local and mobile numbers leave by an outbound resource. Default: yes.</summary>
    public bool ForceLocalOutbound { get; init; } = true;

    /// <summary>The same for numbers being ported in. Default: yes.</summary>
    public bool ForcePortInOutbound { get; init; } = true;

    /// <summary>The same for numbers being ported out. Default: yes.</summary>
    public bool ForcePortOutOutbound { get; init; } = true;

    /// <summary>Unknown inbound numbers are looked for in open port requests. Default: yes.</summary>
    public bool FetchAccountFromPorts { get; init; } = true;

    /// <summary>Module of the caller-name features, bare. Default: cnam_notifier.</summary>
    public string CnamProvider { get; init; } = "cnam_notifier";

    /// <summary>Module of emergency calling, bare. Default: dash_e911.</summary>
    public string E911Provider { get; init; } = "dash_e911";

    /// <summary>Most numbers asked of each carrier, and of a caller. 1 or more; default 500.</summary>
    public int MaximumSearchQuantity { get; init; } = 500;

    /// <summary>The one deadline of a search. 1 or more; default 5000.</summary>
    public int SearchTimeoutMs { get; init; } = 5000;

    /// <summary>A reseller's catalogue may be searched without a token. Default: no.</summary>
    public bool UnauthorizedNumbersLookup { get; init; }

    /// <summary>State of created numbers; none leaves it to the caller (numbers.md 5.4).</summary>
    public NumberState? DefaultCreationState { get; init; }

    /// <summary>Reserved numbers are routed. Default: yes.</summary>
    public bool RouteReserved { get; init; } = true;

    /// <summary>How long pages are cut from a stored search. 1 or more; default 3600.</summary>
    public int SearchCacheTtlS { get; init; } = 3600;

    /// <summary>How long the previous owner may take an aging number back; 0, the default, is as long as it ages.</summary>
    public int AgingGraceH { get; init; }

    /// <summary>The target of a move must exist and be below the actor (numbers.md 6.1). Default: yes.</summary>
    public bool StrictTargetCheck { get; init; } = true;

    /// <summary>Widens the machine of port requests. Default: no.</summary>
    public bool AllowPortTransitionFromSubmittedToScheduled { get; init; }

    /// <summary>Features a number may use, each once, in canonical names; the default value (<c>IsDefault</c>) means every known feature.</summary>
    public ImmutableArray<string> FeaturesAllow { get; init; }

    /// <summary>Features taken away; none when nothing was configured.</summary>
    public ImmutableArray<string>? FeaturesDeny { get; init; }

    /// <summary>All features there are, in the order in which Kazoo lists them: what <see cref="FeaturesAllow"/> means when it is not set.</summary>
    public static ImmutableArray<string> AllFeatures { get; } = [.. ConfigAliases.KnownFeatures];

    /// <summary>The canonical name of a feature or provider written in any spelling (numbers.md 2.4): <c>wnm_cnam_notifier</c> is <c>cnam</c>. Unknown names are kept bare.</summary>
    public static string CanonicalFeature(string name) => ConfigAliases.FeatureOf(name);

    /// <summary>Reads an effective section. Never fails.</summary>
    public static NumberManagerSettings From(JsonObject effective)
    {
        var read = new SectionReader(effective);
        var features = effective["features"] as JsonObject ?? [];
        return new NumberManagerSettings
        {
            CarrierModules = CarriersOf(effective["carrier_modules"]),
            AvailableModule = CarrierName.Parse(read.Text("available_module_name")),
            PortInModule = CarrierName.Parse(read.Text("port_in_module_name", "porting_module_name")),
            ReleasedState = read.State("released_state", ReleasedStates) ?? NumberState.Available,
            ShouldAge = read.Flag("should_age", false),
            ShouldPermanentlyDelete = read.Flag("should_permanently_delete", false),
            LocalFeatureOverride = read.Flag("local_feature_override", false),
            DefaultForceOutbound = read.Flag("default_force_outbound", false),
            ForceLocalOutbound = read.Flag("force_local_outbound", true, "force_wnm_local_outbound"),
            ForcePortInOutbound = read.Flag("force_port_in_outbound", true),
            ForcePortOutOutbound = read.Flag("force_port_out_outbound", true),
            FetchAccountFromPorts = read.Flag("fetch_account_from_ports", true),
            CnamProvider = Bare(read.Text("cnam_provider"), "cnam_notifier"),
            E911Provider = Bare(read.Text("e911_provider"), "dash_e911"),
            MaximumSearchQuantity = read.Integer("maximum_search_quantity", 500, minimum: 1),
            SearchTimeoutMs = read.Integer("number_search_timeout_ms", 5000, minimum: 1),
            UnauthorizedNumbersLookup = read.Flag("unauthorized_numbers_lookup", false),
            DefaultCreationState = read.State("default_creation_state", NumberStates.All),
            RouteReserved = read.Flag("route_reserved", true),
            SearchCacheTtlS = read.Integer("search_cache_ttl_s", 3600, minimum: 1),
            AgingGraceH = read.Integer("aging_grace_h", 0, minimum: 0),
            StrictTargetCheck = read.Flag("strict_target_check", true),
            AllowPortTransitionFromSubmittedToScheduled = read.Flag("allow_port_transition_from_submitted_to_scheduled", false),
            FeaturesAllow = FeaturesOf(features["allow"]) ?? FeaturesOf(effective["providers"]) ?? default,
            FeaturesDeny = FeaturesOf(features["deny"]),
        };
    }

    private static readonly NumberState[] ReleasedStates =
        [NumberState.Available, NumberState.Aging, NumberState.Released, NumberState.Deleted, NumberState.Disconnected];

    private static ImmutableArray<CarrierName> CarriersOf(JsonNode? node) =>
        ConfigValues.TryTexts(node, out var names) ? [.. names.Select(CarrierName.Parse).Distinct()] : [CarrierName.Local];

    private static ImmutableArray<string>? FeaturesOf(JsonNode? node) =>
        ConfigValues.TryTexts(node, out var names) ? [.. ConfigAliases.FeaturesOf(names)] : null;

    private static string Bare(string? module, string otherwise) => string.IsNullOrWhiteSpace(module) ? otherwise : CarrierName.Parse(module).ToString();
}
