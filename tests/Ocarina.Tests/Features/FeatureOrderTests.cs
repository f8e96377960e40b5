using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Features.FeatureLab;

namespace Ocarina.Tests.Features;

/// <summary>Changes of fields that a provider outside has to carry out (numbers.md 9.2, DECISION; docs/decisions/0014-features.md).</summary>
public sealed class FeatureOrderTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_is_checked_set_up_and_stored_as_the_provider_has_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OwnedAsync();

        var done = Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }));

        Assert.Equal(["check", "apply"], lab.Asked());
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        var fields = await lab.FieldsAsync(number);
        Assert.Equal(("1855 BLAKE STREET", "PROVISIONED", 1), ((string?)fields["e911"]!["street_address"], (string?)fields["e911"]!["status"], (int)fields["note"]!));
        Assert.Null(fields["e911"]!["provider"]); // kept with the feature, shown to nobody
        Assert.Equal(fields.ToJsonString(), done.Record.PublicFields.ToString());
        var order = Assert.Single(await lab.FeatureOrdersAsync(number));
        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired, "dash_e911"), (order.Phase, order.Outcome, order.Carrier.ToString()));
        Assert.Equal([NumberActions.Created, NumberActions.Updated], await lab.ActionsAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_same_address_sent_again_as_it_is_shown_or_with_other_mails_asks_nobody(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        var asked = lab.Asked().Length;
        var shown = await lab.FieldsAsync(number);

        await lab.UpdateAsync(number, (JsonObject)shown.DeepClone(), merge: false); // an empty list of mails is preset
        var same = Assert.IsType<NumberResult.Done>(await lab.UpdateAsync(number, (JsonObject)shown.DeepClone(), merge: false));
        var mails = Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, JsonNode.Parse("""{"e911":{"notification_contact_emails":["a@example.com"]}}""")!.AsObject()));

        Assert.True(same.IsUnchanged);
        Assert.False(mails.IsUnchanged);
        Assert.Equal("a@example.com", (string?)(await lab.FieldsAsync(number))["e911"]!["notification_contact_emails"]![0]);
        Assert.Equal(asked, lab.Asked().Length);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Another_address_takes_the_place_of_the_first(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();

        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, Address("7 Market Street")));

        Assert.Equal("7 MARKET STREET", lab.Provider.Located[number]);
        Assert.Equal("7 MARKET STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
        Assert.DoesNotContain("remove", lab.Asked());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_not_found_or_means_several_stores_nothing(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OwnedAsync();
        lab.Provider.Checks.Enqueue(new FeatureCheck.Invalid("Location is not geocoded"));
        var choice = Core.DocumentText.From(ScriptedProvider.Address("1 MAIN ST"));
        lab.Provider.Checks.Enqueue(new FeatureCheck.Ambiguous([choice, Core.DocumentText.From(ScriptedProvider.Address("1 MAIN AVE"))]));

        var invalid = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }));
        var many = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, Address("1 Main")));

        Assert.Equal((400, true, "Location is not geocoded"), (invalid.Error.Code, invalid.Error.IsInvalid, invalid.Error.Cause));
        Assert.Equal((400, "multiple_choice"), (many.Error.Code, many.Error.Error));
        Assert.Equal(2, many.Error.Address!.Value.ToObject()["details"]!.AsArray().Count);
        Assert.True((await lab.NumberAsync(number))!.PublicFields.IsEmpty);
        Assert.Empty(await lab.FeatureOrdersAsync(number));
        Assert.Equal(["check", "check"], lab.Asked());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_provider_refuses_at_last_is_not_stored_and_the_old_stays(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "Location is not geocoded"));

        var failed = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address("9 Nowhere") }));

        Assert.True(failed.Error.IsInvalid);
        var fields = await lab.FieldsAsync(number);
        Assert.Equal(("1855 BLAKE STREET", null), ((string?)fields["e911"]!["street_address"], fields["note"]));
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal(OrderPhase.Failed, (await lab.FeatureOrdersAsync(number))[^1].Phase);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_provider_that_is_not_configured_or_refuses_us_is_told_at_once(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OwnedAsync();
        lab.Provider.Missing = "auth_username";
        var missing = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, Address()));
        lab.Provider.Missing = null;
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.Unauthenticated, "HTTP 401"));
        var refused = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, Address()));

        Assert.Equal((500, "missing_provider_url"), (missing.Error.Code, missing.Error.Error));
        Assert.Equal((500, "unspecified_fault", "unauthenticated: HTTP 401"), (refused.Error.Code, refused.Error.Error, refused.Error.Reason));
        Assert.Empty(await lab.FeaturesAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Still_open_after_the_wait_it_is_told_as_an_order_and_stored_when_it_settles(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());

        var pending = Assert.IsType<NumberResult.Pending>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }));
        await lab.RestAsync();
        Assert.Empty(await lab.FeaturesAsync(number));
        Assert.True((await lab.NumberAsync(number))!.PublicFields.IsEmpty);
        Assert.Equal(pending.Order, Assert.Single(await lab.FeatureOrdersAsync(number)).Id);
        await lab.PassAsync(10);

        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal(1, (int)(await lab.FieldsAsync(number))["note"]!);
        Assert.Equal(["check", "apply", "apply"], lab.Asked());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_was_changed_meanwhile_is_kept_and_the_request_is_carried_out_on_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        Assert.IsType<NumberResult.Pending>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }));
        await lab.RestAsync();

        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, new JsonObject { ["other"] = 2 }));
        await lab.PassAsync(10);

        var fields = await lab.FieldsAsync(number);
        Assert.Equal((1, 2, "1855 BLAKE STREET"), ((int)fields["note"]!, (int)fields["other"]!, (string?)fields["e911"]!["street_address"]));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Removing_the_field_takes_the_address_away_at_its_provider_first(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(1);
        lab.Provider.Removes.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.Unreachable, "connection_refused"));

        Assert.IsType<NumberResult.Pending>(await lab.PatchAsync(number, JsonNode.Parse("""{"e911":null,"note":1}""")!.AsObject()));
        await lab.RestAsync();
        Assert.Equal(["e911"], await lab.FeaturesAsync(number)); // it is still there, and said to be
        await lab.PassAsync(10);

        Assert.Empty(lab.Provider.Located);
        Assert.Empty(await lab.FeaturesAsync(number));
        Assert.Equal("""{"note":1}""", (await lab.FieldsAsync(number)).ToJsonString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Orders_of_one_number_go_in_the_order_in_which_they_were_written(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.PatchAsync(number, Address("1 First Street"));
        await lab.RestAsync();
        lab.Later(0.01);

        await lab.PatchAsync(number, Address("2 Second Street"));
        await lab.RestAsync();
        Assert.Equal(["1 First Street"], Applied(lab)); // the second waits, though nobody holds it
        await lab.PassAsync(10);

        Assert.Equal(["1 First Street", "1 First Street", "2 Second Street"], Applied(lab));
        Assert.Equal("2 SECOND STREET", lab.Provider.Located[number]);
        Assert.Equal("2 SECOND STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task After_a_day_a_person_is_told_and_can_close_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        for (var i = 0; i < 2000; i++) lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        await lab.PassAsync(86_400 + 3600, step: 300);

        var order = Assert.Single(await lab.FeatureOrdersAsync(number));
        Assert.Equal(OrderPhase.NeedsOperator, order.Phase);
        Assert.True(lab.Asked().Length < 400, "a provider is not stormed");
        var adopt = await lab.One.People.AdoptAsync(lab.Admin, order.Id, lab.Bob, OrderLab.Ct);
        Assert.IsType<Manager.Orders.OrderActionOutcome.Refused>(adopt);
        var closed = Assert.IsType<Manager.Orders.OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, order.Id, byHand: true, OrderLab.Ct));
        Assert.Equal((OrderPhase.Failed, OrderOutcome.Refused), (closed.Order.Phase, closed.Order.Outcome));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_removal_that_a_person_has_done_is_carried_out_on_the_number(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (asked, released) = (await lab.LocatedAsync(), await lab.LocatedAsync());
        for (var i = 0; i < 2; i++) lab.Provider.Removes.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "ask our hotline"));
        await lab.PatchAsync(asked, JsonNode.Parse("""{"e911":null,"note":1}""")!.AsObject());
        await lab.One.ReleaseAsync(lab.Alice, released);
        await lab.RestAsync();

        foreach (var number in (Core.PhoneNumber[])[asked, released])
        {
            var order = (await lab.FeatureOrdersAsync(number))[^1];
            Assert.Equal(OrderPhase.NeedsOperator, order.Phase);
            var closed = Assert.IsType<Manager.Orders.OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, order.Id, byHand: true, OrderLab.Ct));
            Assert.Equal((OrderPhase.Done, OrderOutcome.Released), (closed.Order.Phase, closed.Order.Outcome));
            Assert.Empty(await lab.FeaturesAsync(number));
        }

        Assert.Equal("""{"note":1}""", (await lab.FieldsAsync(asked)).ToJsonString());
        Assert.Equal(2, lab.Asked().Count(call => call == "remove"));
    }

    private static string[] Applied(OrderLab lab) =>
        [.. lab.Provider.Calls.Where(call => call.Call == "apply").Select(call => (string)call.Order.Wanted.ToObject()["street_address"]!)]; // every address has one
}
