using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.Features.FeatureLab;

namespace Ocarina.Tests.Features;

/// <summary>The last word counts, whatever is still under way; and who asked is told what became of what he asked for (numbers.md 9.2; `http-api.md` 2.5).</summary>
public sealed class FeatureWordTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_taken_back_while_it_is_set_up_is_not_there_afterwards(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(0.01);

        Assert.IsType<NumberResult.Pending>(await lab.PatchAsync(number, JsonNode.Parse("""{"e911":null,"note":1}""")!.AsObject()));
        await lab.RestAsync();
        await lab.PassAsync(20);

        Assert.Empty(lab.Provider.Located);
        Assert.Empty(await lab.FeaturesAsync(number));
        Assert.Equal("""{"note":1}""", (await lab.FieldsAsync(number)).ToJsonString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_first_address_asked_for_again_while_another_is_set_up_is_what_stays(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync();
        await lab.PatchAsync(number, Address());
        await lab.RestAsync();
        lab.Later(1);
        var first = new JsonObject { ["e911"] = (await lab.FieldsAsync(number))["e911"]!.DeepClone() };
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.PatchAsync(number, Address("7 Market Street"));
        await lab.RestAsync();
        lab.Later(0.01);

        Assert.IsType<NumberResult.Pending>(await lab.PatchAsync(number, first));
        await lab.RestAsync();
        await lab.PassAsync(20);

        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        Assert.Equal("1855 BLAKE STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_replacement_that_settles_late_wipes_out_nothing_that_came_after_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OwnedAsync(new JsonObject { ["old"] = 1 });
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        await lab.UpdateAsync(number, new JsonObject { ["note"] = 1, ["e911"] = ScriptedProvider.Address() }, merge: false);
        await lab.RestAsync();

        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(number, new JsonObject { ["other"] = 2 }));
        await lab.PassAsync(10);

        var fields = await lab.FieldsAsync(number);
        Assert.Equal(["e911", "note", "other"], fields.Select(field => field.Key).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_goes_through_a_provider_is_stored_as_checked_like_all_else(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (replaced, merged) = (await lab.OwnedAsync(), await lab.OwnedAsync());
        JsonObject Fields() => new() { ["cnam"] = new JsonObject { ["display_name"] = " ACME ", ["inbound_lookup"] = "true" }, ["e911"] = ScriptedProvider.Address() };

        Assert.IsType<NumberResult.Done>(await lab.UpdateAsync(replaced, Fields(), merge: false));
        Assert.IsType<NumberResult.Done>(await lab.UpdateAsync(merged, Fields(), merge: true));

        foreach (var number in (PhoneNumber[])[replaced, merged])
            Assert.Equal("""{"display_name":"ACME","inbound_lookup":true}""", (await lab.FieldsAsync(number))["cnam"]!.ToJsonString());
        Assert.Equal("[]", (await lab.FieldsAsync(replaced))["e911"]!["notification_contact_emails"]?.ToJsonString());
        Assert.Equal("ACME", (string?)(await lab.MessagesAsync(merged)).Single().Payload["cnam"]!["display_name"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_loses_his_number_while_he_waits_is_told_that_and_nothing_of_its_new_owner(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OwnedAsync();
        lab.Provider.Applies.Enqueue(async (order, _, _) =>
        {
            await lab.One.Activate.RunAsync(lab.Admin, lab.Bob, [number.ToString()], new JsonObject { ["secret"] = 1 }, OrderLab.Ct);
            return lab.Provider.SetUp(order);
        });

        var answer = await lab.PatchAsync(number, Address());
        await lab.PassAsync(5);

        Assert.Equal(409, Assert.IsType<NumberResult.Failed>(answer).Error.Code);
        Assert.Empty(lab.Provider.Located);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_is_refused_in_place_of_another_is_named_as_well(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        var reserve = new ReserveOperation(lab.One.Desk, lab.One.Purchases);
        await reserve.RunAsync(lab.Admin, lab.Alice, [number.ToString()], null, OrderLab.Ct);
        lab.Later(1);
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Refuse(CarrierErrorKind.InvalidRequest, "no such place"));

        var done = Assert.IsType<NumberResult.Done>(Assert.Single(
            await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], Address("7 Market Street"), OrderLab.Ct)));

        Assert.Equal(["e911"], done.FeaturesFailed);
        Assert.Equal("1855 BLAKE STREET", (string?)done.Record.PublicFields.ToObject()["e911"]!["street_address"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_address_that_nobody_here_can_set_up_is_refused_and_one_that_stood_there_bars_nothing(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        await lab.SetAsync("number_manager", """{"e911_provider":"vitelity_e911"}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
        var (number, imported) = (await lab.OwnedAsync(), await lab.OwnedAsync());
        var record = (await lab.NumberAsync(imported))!; // just made
        await lab.One.Desk.Numbers.ApplyAsync(
            [new NumberChange(record, record with { PublicFields = DocumentText.From(Address()) }, NumberActions.Imported, Actor.System, null, lab.Host.Clock.GetUtcNow())],
            null, WriteLane.Foreground, OrderLab.Ct);

        var refused = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, Address()));
        Assert.Equal((500, "missing_provider_url"), (refused.Error.Code, refused.Error.Error));
        Assert.Empty(await lab.FieldsAsync(number));
        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(imported, new JsonObject { ["note"] = 1 }));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_file_that_names_another_address_than_is_set_up_changes_it_and_records_all_else(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (located, fresh) = (lab.Fresh(), lab.Fresh());
        await lab.One.Create.RunAsync(lab.Admin, lab.Alice, [located.ToString()], new JsonObject { ["carrier_name"] = "inventory" }, NumberState.PortIn, OrderLab.Ct);
        Assert.IsType<NumberResult.Done>(await lab.PatchAsync(located, Address()));
        lab.Later(1);
        var asked = lab.Asked().Length;
        var file = $"""
            e164,state,carrier_module,e911.street_address,e911.locality,e911.region,e911.postal_code
            {located},port_in,inventory,7 Market Street,Denver,CO,80202
            {fresh},port_in,inventory,8 Market Street,Denver,CO,80202
            """;

        List<ImportRowResult> rows = [];
        await foreach (var row in new ImportOperation(lab.One.Desk).RunAsync(lab.Admin, lab.Alice, new StringReader(file), OrderLab.Ct)) rows.Add(row);
        await lab.PassAsync(5);

        Assert.All(rows, row => Assert.True(row.Error is null, row.ToString()));
        Assert.Equal(asked + 2, lab.Asked().Length); // looked at and changed, once
        Assert.Equal("7 MARKET STREET", lab.Provider.Located[located]);
        Assert.Equal("7 MARKET STREET", (string?)(await lab.FieldsAsync(located))["e911"]!["street_address"]);
        Assert.Equal("8 Market Street", (string?)(await lab.FieldsAsync(fresh))["e911"]!["street_address"]);
        Assert.Empty(await lab.FeaturesAsync(fresh));
    }

    // Whoever comes last, the number shows what its provider has.
    [Theory, MemberData(nameof(Both))]
    public async Task Many_changes_and_moves_at_once_end_with_the_number_showing_what_is_there(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.LocatedAsync();
        var two = await lab.AnotherAsync();
        var processes = new[] { lab.One, two };

        await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(async () =>
        {
            var process = processes[i % 2];
            if (i % 5 == 0) await process.Activate.RunAsync(lab.Admin, i % 2 == 0 ? lab.Alice : lab.Bob, [number.ToString()], null, OrderLab.Ct);
            else await lab.PatchAsync(number, i % 4 == 0 ? JsonNode.Parse("""{"e911":null}""")!.AsObject() : Address($"{i} Blake Street"), process);
        })));
        await lab.PassAsync(30);
        await lab.PassAsync(5, process: two);

        Assert.All(await lab.FeatureOrdersAsync(number), order => Assert.False(order.IsOpen));
        var shown = (string?)(await lab.FieldsAsync(number))["e911"]?["street_address"];
        Assert.Equal(lab.Provider.Located.GetValueOrDefault(number), shown);
        Assert.Equal(shown is not null, (await lab.FeaturesAsync(number)).Contains("e911"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_provider_of_something_else_sets_no_address_up(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        lab.Provider.Features = [NumberFeatures.OutboundCnam];
        var number = await lab.OwnedAsync();

        var refused = Assert.IsType<NumberResult.Failed>(await lab.PatchAsync(number, Address()));

        Assert.Equal("missing_provider_url", refused.Error.Error);
        Assert.Empty(lab.Asked());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Of_any_number_of_a_prefix_the_address_is_looked_at_before_one_is_taken(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        await lab.SetAsync("number_manager", """{"carrier_modules":["knm_local","knm_inventory"]}""");
        await lab.Host.Directories.RefreshAsync(OrderLab.Ct);
        var number = lab.Fresh();
        await lab.One.Create.RunAsync(lab.Admin, lab.Alice, [number.ToString()], new JsonObject { ["carrier_name"] = "inventory" }, NumberState.Available, OrderLab.Ct);
        lab.Provider.Checks.Enqueue(new FeatureCheck.Invalid("Location is not geocoded"));

        var refused = Assert.IsType<NumberResult.Failed>(Assert.Single(await ClaimAsync()));
        Assert.True(refused.Error.IsInvalid);
        Assert.Equal(NumberState.Available, (await lab.NumberAsync(number))!.State);
        var won = Assert.IsType<NumberResult.Done>(Assert.Single(await ClaimAsync()));

        Assert.Equal(["e911"], await lab.FeaturesAsync(won.Record.Number));
        Assert.Empty(won.FeaturesFailed);

        Task<IReadOnlyList<NumberResult>> ClaimAsync() => lab.One.Activate.ClaimAsync(Actor.Of(lab.Alice), lab.Alice, "+1415", 1, Address(), OrderLab.Ct);
    }
}
