using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Features.FeatureLab;

namespace Ocarina.Tests.Features;

/// <summary>Buying, moving and releasing numbers whose features stand outside (numbers.md 5.5, 9.2, 9.5).</summary>
public sealed class FeatureMoveTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_is_bought_first_and_its_address_set_up_then(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();

        var done = Assert.IsType<NumberResult.Done>(await BuyAsync(lab, number));

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(["check", "apply"], lab.Asked()); // looked at before money is spent
        Assert.True(done.Record.Features.ToObject().ContainsKey("e911"));
        Assert.Equal("1855 BLAKE STREET", (string?)done.Record.PublicFields.ToObject()["e911"]!["street_address"]);
        Assert.Empty(done.FeaturesFailed);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_not_found_is_told_before_anything_is_bought(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Provider.Checks.Enqueue(new FeatureCheck.Invalid("Location is not geocoded"));

        var failed = Assert.IsType<NumberResult.Failed>(await BuyAsync(lab, number));

        Assert.True(failed.Error.IsInvalid);
        Assert.Empty(lab.Carrier.Sent);
        Assert.Null(await lab.NumberAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_feature_that_is_refused_undoes_no_purchase_and_is_named(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no such place"));

        var done = Assert.IsType<NumberResult.Done>(await BuyAsync(lab, number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }));

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(["e911"], done.FeaturesFailed);
        Assert.Equal("""{"note":1}""", done.Record.PublicFields.ToString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_feature_that_takes_long_holds_up_no_purchase(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());

        await BuyAsync(lab, number);
        await lab.RestAsync();
        await lab.AssertBoughtAsync(number, lab.Alice);
        await lab.PassAsync(10);

        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task From_stock_the_number_moves_first_and_a_refused_feature_is_named(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = lab.Fresh();
        await lab.One.Create.RunAsync(lab.Admin, lab.Alice, [number.ToString()], new JsonObject { ["carrier_name"] = "inventory" }, NumberState.Available, OrderLab.Ct);
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no such place"));

        var refused = Assert.IsType<NumberResult.Done>(await BuyAsync(lab, number));
        Assert.Equal((NumberState.InService, lab.Alice), (refused.Record.State, refused.Record.Account!.Value));
        Assert.Equal(["e911"], refused.FeaturesFailed);
        lab.Later(1);
        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, Address()));
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Released_the_address_is_taken_away_and_then_the_number_goes_back(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.BoughtAsync();
        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, Address()));
        lab.Later(1);
        lab.Provider.Removes.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.Unreachable, "connection_refused"));

        var released = Assert.IsType<NumberResult.Done>(await lab.One.ReleaseAsync(lab.Alice, number));
        Assert.True(released.Record.Features.IsEmpty);
        Assert.Null(released.Record.Account);
        await lab.RestAsync();
        await lab.One.Settler.RunPassAsync(OrderLab.Ct);
        Assert.Empty(lab.Carrier.Released); // clean-up first
        await lab.PassAsync(30);

        Assert.Empty(lab.Provider.Located);
        Assert.Single(lab.Carrier.Released);
        Assert.Equal(["check", "apply", "remove", "remove"], lab.Asked());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_provider_that_never_answers_holds_up_the_number_no_longer_than_until_a_person_is_told(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.BoughtAsync();
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(1);
        for (var i = 0; i < 2000; i++) lab.Provider.Removes.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.Unreachable, "connection_refused"));

        await lab.One.ReleaseAsync(lab.Alice, number);
        await lab.RestAsync();
        await lab.PassAsync(3600, step: 300);
        Assert.Empty(lab.Carrier.Released);
        await lab.PassAsync(86_400, step: 300);

        Assert.Single(lab.Carrier.Released);
        Assert.Equal(OrderPhase.NeedsOperator, (await lab.FeatureOrdersAsync(number))[^1].Phase);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_was_still_being_set_up_at_the_release_is_taken_away(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue((order, _, _) =>
        {
            lab.Provider.SetUp(order); // done, and the answer lost
            return ScriptedProvider.Lose();
        });
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(0.01);

        Assert.IsType<NumberResult.Done>(await lab.One.ReleaseAsync(lab.Alice, number));
        await lab.RestAsync();
        await lab.PassAsync(20);

        Assert.Empty(lab.Provider.Located);
        Assert.All(await lab.FeatureOrdersAsync(number), order => Assert.False(order.IsOpen));
        Assert.Empty(await lab.FeaturesAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_was_being_changed_when_the_number_moved_is_what_the_number_shows(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(1);
        lab.Provider.Applies.Enqueue((order, _, _) =>
        {
            lab.Provider.SetUp(order); // done, and the answer lost
            return ScriptedProvider.Lose();
        });
        await lab.PatchAsync(number, Address("7 Market Street"));
        await lab.RestAsync();

        await lab.One.Activate.RunAsync(lab.Admin, lab.Bob, [number.ToString()], null, OrderLab.Ct);
        await lab.PassAsync(20);

        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        Assert.Equal("1855 BLAKE STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
        Assert.All(await lab.FeatureOrdersAsync(number), order => Assert.False(order.IsOpen));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_keeps_its_address_in_reserve_and_with_its_next_owner(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        var asked = lab.Asked().Length;

        var reserve = new ReserveOperation(lab.One.Desk, lab.One.Purchases);
        Assert.IsType<NumberResult.Done>(Assert.Single(await reserve.RunAsync(lab.Admin, lab.Alice, [number.ToString()], null, OrderLab.Ct)));
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        var moved = Assert.Single(await lab.One.Activate.RunAsync(lab.Admin, lab.Bob, [number.ToString()], null, OrderLab.Ct));

        Assert.Equal(lab.Bob, Assert.IsType<NumberResult.Done>(moved).Record.Account);
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal(asked, lab.Asked().Length);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_no_longer_allowed_goes_with_the_next_change_and_is_taken_away(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        await lab.SetAsync("number_manager", """{"features":{"allow":["prepend"]}}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);

        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, new JsonObject { ["note"] = 1 }));

        Assert.Empty(await lab.FeaturesAsync(number));
        Assert.Empty(lab.Provider.Located);
        Assert.Equal(1, (int)(await lab.FieldsAsync(number))["note"]!);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_name_is_announced_once_and_again_when_it_is_another(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OwnedAsync();

        await lab.PatchAsync(number, Name("ACME INC"));
        await lab.PatchAsync(number, Name("ACME INC"));
        await lab.PatchAsync(number, new JsonObject { ["note"] = 1 });
        await lab.PatchAsync(number, Name("ACME LTD"));
        await lab.PatchAsync(number, Name(null));

        var messages = await lab.MessagesAsync(number);
        Assert.Equal(["ACME INC", "ACME LTD"], messages.Select(message => (string?)message.Payload["cnam"]!["display_name"]));
        Assert.All(messages, message => Assert.Equal(("cnam_request", lab.Alice.ToString(), "in_service", false),
            (message.Kind, (string?)message.Payload["acquired_for"], (string?)message.Payload["number_state"], (bool)message.Payload["local_number"]!)));
        Assert.StartsWith("(415) ", (string?)messages[0].Payload["number"], StringComparison.Ordinal);
        Assert.Empty(await lab.FeaturesAsync(number));
    }

    private static JsonObject Name(string? name) => new() { ["cnam"] = new JsonObject { ["display_name"] = name } };

    private static async Task<NumberResult> BuyAsync(OrderLab lab, PhoneNumber number, JsonObject? fields = null) =>
        Assert.Single(await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], fields ?? Address(), OrderLab.Ct));
}
