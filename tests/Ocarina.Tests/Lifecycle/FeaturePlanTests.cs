using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Features;
using Xunit;
using static Ocarina.Core.NumberState;

namespace Ocarina.Tests.Lifecycle;

public sealed class FeaturePlanTests
{
    private static readonly FeatureLists AllAllowed = new(null, null, false);

    private readonly Family _family = new();

    [Fact]
    public void Features_that_need_no_network_are_active_in_service()
    {
        var after = Planned(Owned(), """{"prepend":{"enabled":true,"name":"Sales: "},"ringback":{"early":"m1"},"force_outbound":"true","crm":7}""");

        Assert.Equal("""{"force_outbound":true,"prepend":{"enabled":true,"name":"Sales: "},"ringback":{"early":"m1"}}""", after.Features.ToString());
        Assert.Equal(7, after.PublicFields.ToObject()["crm"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"prepend":{"enabled":false,"name":"x"}}""")]
    [InlineData("""{"prepend":{"name":"x"}}""")]
    [InlineData("""{"force_outbound":"maybe"}""")]
    [InlineData("""{"ringback":{}}""")]
    public void What_is_switched_off_or_says_nothing_is_stored_and_stays_inactive(string fields)
    {
        var after = Planned(Owned(), fields);

        Assert.True(after.Features.IsEmpty);
        Assert.Equal(fields, after.PublicFields.ToString());
    }

    [Fact]
    public void An_explicit_no_differs_from_nothing()
    {
        Assert.Equal("""{"force_outbound":false}""", Planned(Owned(), """{"force_outbound":false}""").Features.ToString());
    }

    [Fact]
    public void Features_inside_the_platform_sleep_outside_service()
    {
        var reserved = Owned() with { State = Reserved };

        Assert.True(Planned(reserved, """{"force_outbound":true,"prepend":{"enabled":true}}""").Features.IsEmpty);
    }

    [Fact]
    public void Failover_is_for_trunks_only()
    {
        Assert.Equal(403, Denied(Owned(), """{"failover":{"e164":"+14155550111"}}""").Code);
        var trunk = Owned() with { UsedBy = "trunkstore" };
        Assert.Equal("""{"failover":{"e164":"+14155550111"}}""", Planned(trunk, """{"failover":{"e164":"+14155550111"}}""").Features.ToString());
    }

    [Theory]
    [InlineData("e911", """{"e911":{"street_address":"1 Main","locality":"SF","region":"CA","postal_code":"94105"}}""")]
    [InlineData("outbound_cnam", """{"cnam":{"display_name":"ACME"}}""")]
    [InlineData("inbound_cnam", """{"cnam":{"inbound_lookup":true}}""")]
    public void Untrusted_numbers_are_refused_external_features_unless_overridden(string feature, string fields)
    {
        var local = Owned("local");

        Assert.Equal(feature, Denied(local, fields).Cause);
        Planned(local, fields, new FeatureLists(null, null, true));
        Planned(Owned(), fields);
    }

    [Fact]
    public void A_list_on_the_number_replaces_the_automatic_denials()
    {
        var number = Owned("local") with { FeaturesDenied = ["port"] };

        Planned(number, """{"cnam":{"display_name":"ACME"}}""");
        Assert.Equal(403, Denied(number, """{"port":{"a":1}}""").Code);
    }

    [Fact]
    public void Lists_of_reseller_and_system_decide_and_the_family_name_means_both()
    {
        Assert.Equal(403, Denied(Owned(), """{"cnam":{"display_name":"ACME"}}""", new FeatureLists(["prepend"], null, false)).Code);
        Assert.Equal(403, Denied(Owned(), """{"cnam":{"inbound_lookup":true}}""", new FeatureLists(null, ["cnam_notifier"], false)).Code);
        Planned(Owned(), """{"cnam":{"inbound_lookup":true}}""", new FeatureLists(["knm_cnam_notifier"], null, false));
    }

    [Fact]
    public void What_was_active_and_is_no_longer_allowed_goes_without_an_error()
    {
        var before = Planned(Owned(), """{"prepend":{"enabled":true,"name":"x"}}""");
        var changed = before with { PublicFields = DocumentText.FromStorage("""{"prepend":{"enabled":true,"name":"x"},"note":"new"}""") };

        var outcome = FeaturePlan.Decide(before, changed, new FeatureLists(null, ["prepend"], false), isAdmin: false);

        Assert.True(Assert.IsType<FeatureOutcome.Planned>(outcome).After.Features.IsEmpty);
    }

    [Fact]
    public void Only_an_admin_renames_the_carrier_and_the_field_disappears()
    {
        Assert.Equal(403, Denied(Owned(), """{"carrier_name":"other"}""").Code);
        Assert.Equal("'wrong_carrier' is not known by the system", Denied(Owned(), """{"carrier_name":"wrong_carrier"}""", isAdmin: true).Cause);

        var after = Planned(Owned(), """{"carrier_name":"wnm_telnyx","x":1}""", isAdmin: true);
        Assert.Equal(("telnyx", """{"x":1}"""), (after.Carrier.ToString(), after.PublicFields.ToString()));
    }

    [Fact]
    public void Becoming_local_marks_the_number_and_strips_what_local_numbers_may_not_have()
    {
        var before = Planned(Owned(), """{"cnam":{"display_name":"ACME","inbound_lookup":true}}""");
        var fields = """{"cnam":{"display_name":"ACME","inbound_lookup":true},"carrier_name":"local"}""";

        var after = ((FeatureOutcome.Planned)FeaturePlan.Decide(before, before with { PublicFields = DocumentText.FromStorage(fields) }, AllAllowed, true)).After;

        Assert.Equal("""{"local":{}}""", after.Features.ToString());
        Assert.True(after.PublicFields.IsEmpty);
    }

    [Fact]
    public void Messaging_that_is_not_to_be_had_is_ignored_not_refused()
    {
        Assert.Equal("""{"local":{}}""", Planned(Owned("local"), """{"sms":{"enabled":true}}""").Features.ToString());
    }

    [Theory]
    [InlineData("""{"cnam":{"display_name":"A much too long name"}}""", "cnam.display_name", "maxLength")]
    [InlineData("""{"cnam":{"display_name":"a/b"}}""", "cnam.display_name", "pattern")]
    [InlineData("""{"e911":{"street_address":"1 Main","region":"C"}}""", "e911.locality", "required")]
    [InlineData("""{"prepend":{"enabled":"perhaps"}}""", "prepend.enabled", "type")]
    [InlineData("""{"failover":"+1415"}""", "failover", "type")]
    public void Bad_fields_are_named(string json, string path, string kind)
    {
        Assert.Contains(PublicFieldRules.Validate(JsonNode.Parse(json)!.AsObject()), problem => problem.Path == path && problem.Kind == kind);
    }

    [Fact]
    public void Plain_scalars_are_put_into_their_type()
    {
        var fields = JsonNode.Parse("""{"prepend":{"enabled":"true","number":9},"cnam":{"display_name":" ACME "}}""")!.AsObject();

        Assert.Empty(PublicFieldRules.Validate(fields));
        Assert.Equal("""{"prepend":{"enabled":true,"number":"9"},"cnam":{"display_name":"ACME"}}""", fields.ToJsonString());
    }

    private NumberRecord Owned(string carrier = "inventory") => Family.Number(InService, _family.Child, carrier: carrier);

    private static NumberRecord Planned(NumberRecord number, string fields, FeatureLists? lists = null, bool isAdmin = false) =>
        Assert.IsType<FeatureOutcome.Planned>(Decide(number, fields, lists, isAdmin)).After;

    private static Core.Errors.NumberError Denied(NumberRecord number, string fields, FeatureLists? lists = null, bool isAdmin = false) =>
        Assert.IsType<FeatureOutcome.Denied>(Decide(number, fields, lists, isAdmin)).Error;

    private static FeatureOutcome Decide(NumberRecord number, string fields, FeatureLists? lists, bool isAdmin) =>
        FeaturePlan.Decide(number, number with { PublicFields = DocumentText.FromStorage(fields) }, lists ?? AllAllowed, isAdmin);
}
