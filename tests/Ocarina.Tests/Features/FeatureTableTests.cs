using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Features;
using Ocarina.Core.Telling;
using Ocarina.Tests.Lifecycle;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>The tables of numbers.md 9.1 and 9.3, row by row.</summary>
public sealed class FeatureTableTests
{
    private const string Address = """{"e911":{"street_address":"1 Main St","locality":"Denver","region":"CO","postal_code":"80202"}}""";

    private static readonly CarrierName Dash = CarrierName.Parse("dash_e911");

    private static readonly FeatureLists All = new(null, null, false)
    {
        HasCnamNotifier = true,
        EmergencyProvider = Dash,
        Messaging = (_, feature) => new MessagingTerms(true, feature == NumberFeatures.Sms, "noc@example.com"),
    };

    private readonly Family _family = new();

    // Feature, trigger, and the states in which it is active (or ordered, where somebody outside sets it up).
    public static TheoryData<string, string, NumberState[]> Rows => new()
    {
        { "outbound_cnam", """{"cnam":{"display_name":"ACME"}}""", [NumberState.Reserved, NumberState.InService, NumberState.PortIn] },
        { "inbound_cnam", """{"cnam":{"inbound_lookup":true}}""", [NumberState.Reserved, NumberState.InService, NumberState.PortIn] },
        { "e911", Address, [NumberState.Reserved, NumberState.InService, NumberState.PortIn] },
        { "port", """{"port":{"name":"old carrier"}}""", [NumberState.PortIn] },
        { "sms", """{"sms":{"enabled":true}}""", [NumberState.InService] },
        { "mms", """{"mms":{"enabled":true}}""", [NumberState.InService] },
        { "failover", """{"failover":{"sip":"pbx@example.com"}}""", [NumberState.InService] },
        { "prepend", """{"prepend":{"enabled":true,"name":"Sales: "}}""", [NumberState.InService] },
        { "force_outbound", """{"force_outbound":false}""", [NumberState.InService] },
        { "ringback", """{"ringback":{"transfer":"m"}}""", [NumberState.InService] },
    };

    [Theory, MemberData(nameof(Rows))]
    public void Each_feature_is_active_in_its_states_and_in_no_other(string feature, string fields, NumberState[] states)
    {
        foreach (var state in (NumberState[])[NumberState.Reserved, NumberState.InService, NumberState.PortIn])
        {
            var planned = Plan(Number(state) with { UsedBy = "trunkstore" }, fields);
            var isThere = planned.After.Features.ToObject().ContainsKey(feature) || planned.Works.Any(work => work.Feature == feature);
            Assert.True(isThere == states.Contains(state), $"{feature} in {state}");
        }
    }

    [Theory]
    [InlineData("""{"sms":{"enabled":false}}""")]
    [InlineData("""{"sms":{}}""")]
    [InlineData("""{"prepend":{"name":"x"}}""")]
    [InlineData("""{"failover":{}}""")]
    [InlineData("""{"force_outbound":"maybe"}""")]
    [InlineData("""{"cnam":{"inbound_lookup":false}}""")]
    [InlineData("""{"e911":{}}""")]
    [InlineData("""{"port":{}}""")]
    [InlineData("""{"im":{}}""")]
    public void A_trigger_that_says_nothing_activates_nothing(string fields)
    {
        var planned = Plan(Number(NumberState.InService) with { UsedBy = "trunkstore" }, fields);

        Assert.True(planned.After.Features.IsEmpty);
        Assert.Empty(planned.Works);
        Assert.Equal(fields, planned.After.PublicFields.ToString());
    }

    [Fact]
    public void What_waits_for_a_provider_is_as_before_and_its_patch_says_the_rest()
    {
        var planned = Plan(Number(NumberState.InService), """{"note":1,"e911":{"street_address":"1 Main St","locality":"Denver","region":"CO","postal_code":"80202"}}""");

        var work = Assert.Single(planned.Works);
        Assert.Equal(("e911", Dash, Address), (work.Feature, work.Provider, work.Fields.ToString()));
        Assert.Equal("""{"note":1}""", planned.After.PublicFields.ToString());
        Assert.True(planned.After.Features.IsEmpty);
    }

    [Fact]
    public void In_another_state_an_address_ends_and_its_provider_is_named_for_the_removal()
    {
        var number = Located();
        var aging = number with { State = NumberState.Aging };

        var after = ((FeatureOutcome.Planned)FeaturePlan.Decide(number, aging, All, false)).After;

        Assert.True(after.Features.IsEmpty);
        var removal = Assert.Single(FeatureRemovals.Of(number, after, null));
        Assert.Equal(("e911", Dash), (removal.Feature, removal.Provider));
    }

    [Fact]
    public void An_imported_address_that_names_no_provider_is_removed_at_the_configured_one()
    {
        var number = Number(NumberState.InService) with { Features = DocumentText.FromStorage(Address) };

        Assert.Empty(FeatureRemovals.Of(number, null, null));
        Assert.Equal(Dash, Assert.Single(FeatureRemovals.Of(number, null, Dash)).Provider);
        Assert.Empty(FeatureRemovals.Of(number, number, Dash));
    }

    [Fact]
    public void A_number_without_owner_may_use_nothing_that_needs_a_provider()
    {
        var names = FeatureAvailability.Of(Number(NumberState.InService) with { Account = null }, All, isAdmin: true).Names;

        Assert.Equal(["carrier_name", "force_outbound", "prepend", "ringback"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_list_on_the_number_takes_the_place_of_the_automatic_denials()
    {
        var local = Family.Number(NumberState.InService, _family.Child, carrier: "local");

        Assert.DoesNotContain("e911", FeatureAvailability.Of(local, All, false).Sorted);
        Assert.Contains("e911", FeatureAvailability.Of(local with { FeaturesDenied = ["port"] }, All, false).Sorted);
        Assert.DoesNotContain("port", FeatureAvailability.Of(local with { FeaturesDenied = ["port"] }, All, false).Sorted);
        Assert.Equal(["prepend"], FeatureAvailability.Of(local with { FeaturesAllowed = ["prepend"] }, All, false).Sorted);
    }

    [Fact]
    public void A_resellers_denials_take_the_place_of_the_rule_for_local_numbers()
    {
        var local = Family.Number(NumberState.InService, _family.Child, carrier: "local");
        var lists = new FeatureLists(null, ["prepend"], false) { Messaging = All.Messaging };

        var names = FeatureAvailability.Of(local, lists, false).Sorted;

        Assert.Contains("e911", names);
        Assert.DoesNotContain("prepend", names);
    }

    [Theory]
    [InlineData(true, NumberState.InService, true)]
    [InlineData(false, NumberState.InService, false)]
    [InlineData(true, NumberState.Reserved, false)]
    public void Messaging_is_offered_in_service_where_the_carrier_has_it(bool hasIt, NumberState state, bool isOffered)
    {
        var lists = new FeatureLists(null, null, false) { Messaging = (_, _) => new MessagingTerms(hasIt, false, null) };

        Assert.Equal(isOffered, FeatureAvailability.Of(Number(state), lists, false).Names.Contains("sms"));
    }

    [Fact]
    public void What_was_active_and_may_not_be_any_more_is_told()
    {
        var number = Located() with { UsedBy = null };
        var lists = new FeatureLists(["prepend"], null, false) { EmergencyProvider = Dash };

        var planned = Assert.IsType<FeatureOutcome.Planned>(FeaturePlan.Decide(number, number with { UsedBy = "callflow" }, lists, false));

        Assert.Equal(["e911"], planned.Withdrawn);
        Assert.True(planned.After.Features.IsEmpty);
    }

    [Fact]
    public void A_port_is_announced_once_for_each_and_its_end_once()
    {
        var number = Number(NumberState.PortIn);
        var first = Plan(number, """{"port":{"name":"a"}}""");
        var same = Again(first.After, first.After);
        var other = Again(first.After, first.After with { PublicFields = DocumentText.FromStorage("""{"port":{"name":"b"}}""") });
        var done = Again(first.After, first.After with { State = NumberState.InService });

        Assert.Equal([MessageKinds.PortRequest], Kinds(first));
        Assert.Empty(Kinds(same));
        Assert.Equal([MessageKinds.PortRequest], Kinds(other));
        Assert.Equal([MessageKinds.Ported], Kinds(done));
        Assert.False(done.After.Features.ToObject().ContainsKey("port"));
    }

    [Fact]
    public void Messaging_that_people_switch_is_announced_both_ways()
    {
        var on = Plan(Number(NumberState.InService), """{"sms":{"enabled":true},"mms":{"enabled":true}}""");
        var off = Again(on.After, on.After with { PublicFields = DocumentText.FromStorage("""{"mms":{"enabled":true}}""") });

        var message = Assert.Single(Messages(on));
        Assert.Equal("number_feature_manual_action", message.Kind);
        Assert.Equal(
            """{"number":"+14155550123","feature":{"name":"sms","provider":"sms","action":"activate"},"to":{"type":"original","email_addresses":["noc@example.com"]}}""",
            message.Payload.ToString().Replace(on.After.Number.ToString(), "+14155550123", StringComparison.Ordinal));
        Assert.Equal("deactivate", (string?)Assert.Single(Messages(off)).Payload.ToObject()["feature"]!["action"]);
        Assert.Empty(Messages(Again(on.After, on.After)));
    }

    [Theory]
    [InlineData("""{"caller_name":"Ed's"}""", "Ed's")]
    [InlineData("{}", "Ed ")]
    public void Emergency_services_are_shown_the_name_given_or_the_accounts_padded_to_three(string address, string shown)
    {
        Assert.Equal(shown, EmergencyAddress.CallerNameOf(JsonNode.Parse(address)!.AsObject(), "Ed"));
        Assert.Equal("Valued Customer", EmergencyAddress.CallerNameOf([], " "));
    }

    private NumberRecord Number(NumberState state) => Family.Number(state, _family.Child, carrier: "inventory");

    private NumberRecord Located() => Number(NumberState.InService) with
    {
        PublicFields = DocumentText.FromStorage(Address),
        Features = DocumentText.From(new JsonObject { ["e911"] = FeatureRemovals.WithProvider(JsonNode.Parse(Address)!["e911"]!.AsObject(), Dash) }),
    };

    private static FeatureOutcome.Planned Plan(NumberRecord number, string fields) => Again(number, number with { PublicFields = DocumentText.FromStorage(fields) });

    private static FeatureOutcome.Planned Again(NumberRecord before, NumberRecord after) =>
        Assert.IsType<FeatureOutcome.Planned>(FeaturePlan.Decide(before, after, All, isAdmin: false));

    private static IEnumerable<string> Kinds(FeatureOutcome.Planned planned) => Messages(planned).Select(message => message.Kind);

    private static IReadOnlyList<Message> Messages(FeatureOutcome.Planned planned) => FeatureMessages.Of(planned.Notices, planned.After, Actor.System, text => text);
}
