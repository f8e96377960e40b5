using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Features.FeatureLab;

namespace Ocarina.Tests.Features;

/// <summary>Whoever loses a number, however that comes, leaves nothing of its features outside, and what a number shows is there (numbers.md 5.5, 9.5).</summary>
public sealed class FeatureLossTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task An_account_that_is_deleted_leaves_no_address_behind(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();

        await new AccountNumbersRelease(lab.One.Desk, new GivingBack(lab.One.Carriers, lab.Host.Clock)).ReleaseNumbersAsync(lab.Alice, lab.Admin, OrderLab.Ct);
        await lab.PassAsync(5);

        Assert.Null((await lab.NumberAsync(number))!.Account);
        Assert.Empty(lab.Provider.Located);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_was_being_taken_away_when_the_number_moved_is_there_when_the_number_shows_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await SlowlyLocatedAsync(lab);
        lab.Provider.Removes.Enqueue((order, _, _) =>
        {
            lab.Provider.TakeAway(order); // done, and the answer lost
            return ScriptedProvider.Lose();
        });
        await lab.PatchAsync(number, JsonNode.Parse("""{"e911":null}""")!.AsObject());
        await lab.RestAsync();

        Assert.IsType<NumberResult.Done>(Assert.Single(await lab.One.Activate.RunAsync(lab.Admin, lab.Bob, [number.ToString()], null, OrderLab.Ct)));
        await lab.PassAsync(20);

        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        Assert.All(await lab.FeatureOrdersAsync(number), order => Assert.False(order.IsOpen));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_whose_removal_was_on_its_way_when_the_number_moved_is_there_too(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await SlowlyLocatedAsync(lab);
        lab.Provider.Removes.Enqueue(async (order, _, _) =>
        {
            await lab.One.Activate.RunAsync(lab.Admin, lab.Bob, [number.ToString()], null, OrderLab.Ct);
            return lab.Provider.TakeAway(order);
        });

        await lab.PatchAsync(number, JsonNode.Parse("""{"e911":null}""")!.AsObject());
        await lab.RestAsync();
        await lab.PassAsync(20);

        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_removal_that_waits_for_a_person_goes_on_when_what_came_later_was_refused(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        await ReleaseInVainAsync(lab, number);
        await TakeAsync(lab, lab.One, number);
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no such place"));

        Assert.IsType<NumberResult.Failed>(await ByBobAsync(lab, lab.One, number, Address("7 Market Street")));
        await lab.PassAsync(3600, step: 60);

        Assert.Empty(lab.Provider.Located);
        Assert.Empty(await lab.FeaturesAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_removal_that_waits_for_a_person_goes_on_when_another_provider_has_the_number_now(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var other = new ScriptedProvider { Name = CarrierName.Parse("telnyx_e911") };
        var process = new OrderProcess(lab.Host, lab.Carrier, new Providers(lab.Provider, other));
        var number = await lab.LocatedAsync();
        await ReleaseInVainAsync(lab, number);
        await lab.SetAsync("number_manager", """{"e911_provider":"telnyx_e911"}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
        await TakeAsync(lab, process, number);

        Assert.IsType<NumberResult.Done>(await ByBobAsync(lab, process, number, Address("7 Market Street")));
        await lab.PassAsync(3600, step: 60, process);

        Assert.Equal("7 MARKET STREET", other.Located[number]);
        Assert.Empty(lab.Provider.Located);
    }

    // The provider did it, the answer was lost, and what he says then is no: it is there all the same.
    [Theory, MemberData(nameof(Both))]
    public async Task What_was_set_up_by_a_lost_try_and_then_refused_goes_or_gives_way_to_what_was_there(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (bare, located) = (await lab.OwnedAsync(), await SlowlyLocatedAsync(lab));
        foreach (var number in (PhoneNumber[])[bare, located])
        {
            LoseThenRefuse(lab, refusals: 1);
            await lab.PatchAsync(number, Address("7 Market Street"));
            await lab.RestAsync();
            await lab.PassAsync(20);
        }

        Assert.Equal(located, Assert.Single(lab.Provider.Located).Key);
        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[located]);
        Assert.Empty(await lab.FeaturesAsync(bare));
        Assert.Equal("1855 BLAKE STREET", (string?)(await lab.FieldsAsync(located))["e911"]!["street_address"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_comes_back_after_a_refusal_gives_way_to_a_later_word(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (changed, removed) = (await SlowlyLocatedAsync(lab), await SlowlyLocatedAsync(lab));
        foreach (var number in (PhoneNumber[])[changed, removed])
        {
            LoseThenRefuse(lab, refusals: 1);
            await lab.PatchAsync(number, Address("7 Market Street"));
            lab.Later(1);
            await lab.PatchAsync(number, number == changed ? Address("9 Harbor Street") : JsonNode.Parse("""{"e911":null}""")!.AsObject());
            await lab.RestAsync();
            await lab.PassAsync(20);
            Assert.All(await lab.FeatureOrdersAsync(number), order => Assert.False(order.IsOpen));
        }

        Assert.Equal((changed, "9 HARBOR STREET"), (Assert.Single(lab.Provider.Located).Key, lab.Provider.Located[changed]));
        Assert.Equal("9 HARBOR STREET", (string?)(await lab.FieldsAsync(changed))["e911"]!["street_address"]);
        Assert.Empty(await lab.FeaturesAsync(removed));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_a_number_shows_is_set_up_again_until_its_provider_has_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await SlowlyLocatedAsync(lab);
        LoseThenRefuse(lab, refusals: 3);
        await lab.PatchAsync(number, Address("7 Market Street"));
        await lab.RestAsync();
        await lab.PassAsync(60);

        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        var orders = await lab.FeatureOrdersAsync(number);
        Assert.Equal([OrderPhase.Done, OrderPhase.Failed, OrderPhase.Done], orders.Select(order => order.Phase));
        Assert.Equal(3, orders[^1].Attempts); // one order that is repeated, not one after the other
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_nobody_may_have_any_more_stays_as_it_is_and_nothing_goes_round_in_circles(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await SlowlyLocatedAsync(lab);
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.PatchAsync(number, Address("7 Market Street"));
        await lab.SetAsync("number_manager", """{"features":{"deny":["e911"]}}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
        await lab.RestAsync();
        await lab.PassAsync(20);

        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        Assert.Equal("1855 BLAKE STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
        var orders = await lab.FeatureOrdersAsync(number);
        Assert.Equal([OrderPhase.Done, OrderPhase.Failed, OrderPhase.Done], orders.Select(order => order.Phase));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task People_who_switched_messaging_on_are_told_of_the_release(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(
            kind, settings: """ "features":{"sms":{"enabled":true,"activation":"manual","activation_notify_to":"noc@example.com"}} """);
        var (released, erased) = (await lab.BoughtAsync(), await lab.BoughtAsync());
        foreach (var number in (PhoneNumber[])[released, erased])
            Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, JsonNode.Parse("""{"sms":{"enabled":true}}""")!.AsObject()));

        Assert.IsType<NumberResult.Done>(await lab.One.ReleaseAsync(lab.Alice, released));
        await lab.One.Release.RunAsync(lab.Admin, lab.Alice, [erased.ToString()], hard: true, null, null, OrderLab.Ct);

        foreach (var number in (PhoneNumber[])[released, erased])
        {
            var messages = await lab.MessagesAsync(number);
            Assert.Equal(["activate", "deactivate"], messages.Select(message => (string?)message.Payload["feature"]!["action"]));
            Assert.Equal("noc@example.com", (string?)messages[1].Payload["to"]!["email_addresses"]![0]);
        }
    }

    // Done, and the answer lost; then refused.
    private static void LoseThenRefuse(OrderLab lab, int refusals)
    {
        lab.Provider.Applies.Enqueue((order, _, _) =>
        {
            lab.Provider.SetUp(order);
            return ScriptedProvider.Lose();
        });
        for (var i = 0; i < refusals; i++) lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.Unauthenticated, "HTTP 401"));
    }

    private static async Task<PhoneNumber> SlowlyLocatedAsync(OrderLab lab)
    {
        var number = await lab.OwnedAsync();
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        lab.Later(1);
        return number;
    }

    // Released here, and the provider says no.
    private static async Task ReleaseInVainAsync(OrderLab lab, PhoneNumber number)
    {
        await lab.SetAsync("number_manager", """{"should_age":false}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
        lab.Provider.Removes.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "not now"));
        Assert.IsType<NumberResult.Done>(await lab.One.ReleaseAsync(lab.Alice, number));
        await lab.RestAsync();
        Assert.Equal(OrderPhase.NeedsOperator, (await lab.FeatureOrdersAsync(number))[^1].Phase);
        lab.Later(1);
    }

    private static async Task TakeAsync(OrderLab lab, OrderProcess process, PhoneNumber number)
    {
        var taken = Assert.Single(await process.Activate.RunAsync(Actor.Of(lab.Bob), lab.Bob, [number.ToString()], null, OrderLab.Ct));
        Assert.True(taken is NumberResult.Done, taken.ToString());
        lab.Later(1);
    }

    private static async Task<NumberResult> ByBobAsync(OrderLab lab, OrderProcess process, PhoneNumber number, JsonObject fields) => Assert.Single(Assert.IsType<BatchOutcome.Finished>(
        await process.Update.RunAsync(Actor.Of(lab.Bob), lab.Bob, [number.ToString()], fields, merge: true, null, OrderLab.Ct)).Results);

    private sealed class Providers(params ScriptedProvider[] all) : IFeatureProviders
    {
        public IFeatureProvider? Find(CarrierName name) => Array.Find(all, provider => provider.Name == name);
    }
}
