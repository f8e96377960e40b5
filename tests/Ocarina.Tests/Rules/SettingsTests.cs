using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Xunit;

namespace Ocarina.Tests.Rules;

public sealed class SettingsTests
{
    [Fact]
    public void An_empty_section_and_the_built_in_one_read_the_same()
    {
        ConfigSchemas.TryGetDefaults("number_manager", out var defaults);
        var empty = NumberManagerSettings.From([]);
        var builtIn = NumberManagerSettings.From(defaults);

        Assert.Equal([CarrierName.Local], empty.CarrierModules);
        Assert.True(empty.FeaturesAllow.IsDefault);
        Assert.Null(empty.FeaturesDeny);
        Assert.Null(empty.DefaultCreationState);
        Assert.Equal(empty, builtIn with { CarrierModules = empty.CarrierModules });
    }

    [Fact]
    public void Every_key_is_read()
    {
        var settings = NumberManagerSettings.From(ConfigJson.Parse("""
            {
              "carrier_modules": ["wnm_other", "knm_knm_local", "local", "bandwidth2"], "available_module_name": "knm_inventory", "port_in_module_name": "knm_other",
              "released_state": "aging", "should_age": "true", "should_permanently_delete": true, "local_feature_override": true, "default_force_outbound": true,
              "force_local_outbound": false, "force_port_in_outbound": false, "force_port_out_outbound": false, "fetch_account_from_ports": false,
              "cnam_provider": "wnm_telnyx_cnam", "e911_provider": "knm_telnyx_e911", "maximum_search_quantity": "7", "number_search_timeout_ms": 10000,
              "unauthorized_numbers_lookup": true, "default_creation_state": "in_service", "route_reserved": false, "search_cache_ttl_s": 60, "aging_grace_h": 24,
              "strict_target_check": false, "allow_port_transition_from_submitted_to_scheduled": true, "features": {"allow": ["wnm_cnam_notifier", "cnam", "im", "rename_carrier"], "deny": []}
            }
            """));

        Assert.Equal(["other", "local", "bandwidth2"], settings.CarrierModules.Select(carrier => carrier.ToString()));
        Assert.Equal(("inventory", "other"), (settings.AvailableModule.ToString(), settings.PortInModule.ToString()));
        Assert.Equal((NumberState.Aging, NumberState.InService), (settings.ReleasedState, settings.DefaultCreationState));
        Assert.True(settings.ShouldAge && settings.ShouldPermanentlyDelete && settings.LocalFeatureOverride && settings.DefaultForceOutbound);
        Assert.True(settings.UnauthorizedNumbersLookup && settings.AllowPortTransitionFromSubmittedToScheduled);
        Assert.False(settings.ForceLocalOutbound || settings.ForcePortInOutbound || settings.ForcePortOutOutbound || settings.FetchAccountFromPorts);
        Assert.False(settings.RouteReserved || settings.StrictTargetCheck);
        Assert.Equal(("telnyx_cnam", "telnyx_e911"), (settings.CnamProvider, settings.E911Provider));
        Assert.Equal((7, 10000, 60, 24), (settings.MaximumSearchQuantity, settings.SearchTimeoutMs, settings.SearchCacheTtlS, settings.AgingGraceH));
        Assert.Equal(["cnam", "carrier_name"], settings.FeaturesAllow);
        Assert.Empty(settings.FeaturesDeny!.Value);
    }

    [Fact]
    public void What_cannot_be_read_has_its_default()
    {
        var settings = NumberManagerSettings.From(ConfigJson.Parse(
            """{"carrier_modules":{},"released_state":"in_service","should_age":"perhaps","maximum_search_quantity":-3,"number_search_timeout_ms":99999999999,"features":[],"aging_grace_h":null}"""));

        Assert.Equal([CarrierName.Local], settings.CarrierModules);
        Assert.Equal((NumberState.Available, false, 500, 5000, 0), (settings.ReleasedState, settings.ShouldAge, settings.MaximumSearchQuantity, settings.SearchTimeoutMs, settings.AgingGraceH));
    }

    [Fact]
    public void Providers_stand_in_for_allowed_features_until_these_are_set()
    {
        var old = NumberManagerSettings.From(ConfigJson.Parse("""{"providers":["port_notifier","cnam_notifier","wnm_dash_e911"]}"""));
        var both = NumberManagerSettings.From(ConfigJson.Parse("""{"providers":["port_notifier"],"features":{"allow":["sms"]}}"""));

        Assert.Equal(["port", "cnam", "e911"], old.FeaturesAllow);
        Assert.Equal(["sms"], both.FeaturesAllow);
    }

    [Fact]
    public void Old_spellings_count_until_the_new_ones_are_set()
    {
        var old = NumberManagerSettings.From(ConfigJson.Parse("""{"porting_module_name":"wnm_bandwidth","force_wnm_local_outbound":false}"""));
        var both = NumberManagerSettings.From(ConfigJson.Parse("""{"porting_module_name":"wnm_bandwidth","port_in_module_name":"knm_other","force_wnm_local_outbound":false,"force_local_outbound":true}"""));

        Assert.Equal(("bandwidth", false), (old.PortInModule.ToString(), old.ForceLocalOutbound));
        Assert.Equal(("other", true), (both.PortInModule.ToString(), both.ForceLocalOutbound));
    }

    [Fact]
    public void Periods_of_older_documents_count_while_tasks_says_nothing()
    {
        ConfigSchemas.TryGetDefaults("tasks", out var tasks);
        ConfigSchemas.TryGetDefaults("tasks.numbers", out var tasksNumbers);
        var numberManager = ConfigJson.Parse("""{"discovery_expiry_d":30,"crawler_timer_ms":"1000"}""");

        var old = TaskSettings.From(tasks, numberManager, tasksNumbers);
        tasks["discovery_expiry_d"] = 7;
        var both = TaskSettings.From(tasks, numberManager, tasksNumbers);

        Assert.Equal((90, 30, 1000L, 1000), (old.AgingExpiryD, old.DiscoveryExpiryD, old.CrawlerTimerMs, old.DbPageSize));
        Assert.Equal(7, both.DiscoveryExpiryD);
        Assert.Equal(new TaskSettings(), TaskSettings.From([], [], []));
    }

    [Fact]
    public void An_import_carrier_counts_as_chosen_only_when_it_is_another_than_the_built_in_one()
    {
        var chosen = TaskSettings.From([], [], new JsonObject { ["import_defaults_to_carrier"] = "wnm_bandwidth2" });
        var builtIn = TaskSettings.From([], [], new JsonObject { ["import_defaults_to_carrier"] = "knm_local" });

        Assert.Equal(("bandwidth2", true), (chosen.ImportDefaultsToCarrier.ToString(), chosen.IsImportCarrierChosen));
        Assert.Equal(("local", false), (builtIn.ImportDefaultsToCarrier.ToString(), builtIn.IsImportCarrierChosen));
    }
}
