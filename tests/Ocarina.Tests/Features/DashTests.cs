using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Xunit;
using static Ocarina.Tests.Features.DashBench;

namespace Ocarina.Tests.Features;

/// <summary>Emergency addresses at Dash: its wire form, and one provisioned location at last whatever is lost on the way (numbers.md 9.4).</summary>
public sealed class DashTests
{
    [Theory]
    [InlineData("1855 Blake Street", typeof(FeatureCheck.Accepted))]
    [InlineData("1855 Blake", typeof(FeatureCheck.Ambiguous))]
    [InlineData("Blake Street", typeof(FeatureCheck.Invalid))]
    public async Task An_address_is_found_once_several_times_or_not_at_all(string street, Type answer)
    {
        await using var bench = await StartAsync();

        Assert.IsType(answer, await bench.CheckAsync(Order(Blake(street))));
        Assert.Equal(0, await bench.Sandbox.CountAsync("carrier=dash&operation=writes"));
        Assert.Empty(await bench.LocationsAsync());
    }

    [Fact]
    public async Task Each_choice_of_an_address_that_means_several_can_be_sent_back_as_it_is()
    {
        await using var bench = await StartAsync();
        var address = Blake("1855 Blake");
        address["notification_contact_emails"] = new JsonArray("a@example.com");

        var many = Assert.IsType<FeatureCheck.Ambiguous>(await bench.CheckAsync(Order(address)));

        Assert.Equal(["1855 BLAKE ST", "1855 BLAKE AVE"], many.Choices.Select(choice => (string?)choice.ToObject()["street_address"]));
        foreach (var choice in many.Choices)
        {
            Assert.Equal("a@example.com", (string?)choice.ToObject()["notification_contact_emails"]![0]);
            Assert.IsType<FeatureCheck.Accepted>(await bench.CheckAsync(Order(choice.ToObject())));
        }
    }

    [Fact]
    public async Task What_is_set_up_is_what_the_service_made_of_it()
    {
        await using var bench = await StartAsync();

        var done = Assert.IsType<CarrierOutcome.Done>(await bench.ApplyAsync(Order()));

        var settings = done.CarrierData.ToObject();
        Assert.Equal(("1855 BLAKE ST", "DENVER", "CO", "80202", "PROVISIONED"), (Text("street_address"), Text("locality"), Text("region"), Text("postal_code"), Text("status")));
        Assert.Equal("Ed", Text("caller_name")); // the account's name, padded on the wire, trimmed by the reader
        Assert.Equal(done.CarrierOrderId, Text("location_id"));
        Assert.Equal(("1855", "BLAKE ST"), ((string?)settings["legacy_data"]!["house_number"], (string?)settings["legacy_data"]!["streetname"]));
        Assert.All((string[])["latitude", "longitude", "plus_four", "activated_time"], name => Assert.NotNull(settings[name]));
        Assert.DoesNotContain("comments", settings.Select(member => member.Key)); // what is nil is left out
        Assert.Equal("1855 BLAKE ST", (await bench.LocatedAsync())["+14155550123"]);
        string? Text(string name) => (string?)settings[name];
    }

    [Fact]
    public async Task Another_address_is_provisioned_in_place_of_the_first_and_many_changes_fill_nothing_up()
    {
        await using var bench = await StartAsync();

        foreach (var house in (int[])[1, 2, 3, 4, 5])
        {
            await bench.NoteAsync(OrderPhase.Prepared, default, Ct); // an order of its own
            Assert.IsType<CarrierOutcome.Done>(await bench.ApplyAsync(Order(Blake($"{house} Blake Street"))));
        }

        Assert.Equal("5 BLAKE ST", Assert.Single(await bench.LocatedAsync()).Value);
        Assert.Single(await bench.LocationsAsync(), location => location["activated"] is not null);
    }

    // Whatever is lost at any write: repeated with what was noted, exactly one location is there, and it is provisioned.
    [Theory]
    [InlineData("addlocation", "drop_after_booking")]
    [InlineData("addlocation", "drop_after_headers")]
    [InlineData("addlocation", "drop_mid_reply")]
    [InlineData("addlocation", "book_then_500")]
    [InlineData("addlocation", "book_then_nonsense")]
    [InlineData("addlocation", "truncated")]
    [InlineData("provisionlocation", "drop_after_booking")]
    [InlineData("provisionlocation", "drop_after_headers")]
    [InlineData("provisionlocation", "book_then_500")]
    [InlineData("provisionlocation", "book_then_nonsense")]
    [InlineData("provisionlocation", "empty_200")]
    public async Task A_lost_answer_leaves_one_provisioned_location(string operation, string action)
    {
        await using var bench = await StartAsync();
        await bench.FaultAsync(operation, action);
        var order = Order();

        Assert.IsType<CarrierOutcome.Unknown>(await bench.ApplyAsync(order));
        var done = Assert.IsType<CarrierOutcome.Done>(await bench.ApplyAsync(order));

        var location = Assert.Single(await bench.LocationsAsync());
        Assert.NotNull(location["activated"]);
        Assert.Equal(done.CarrierOrderId, (string?)location["id"]!.ToString());
        Assert.Equal("1855 BLAKE ST", Assert.Single(await bench.LocatedAsync()).Value);
    }

    [Theory]
    [InlineData("drop_after_booking")]
    [InlineData("drop_after_headers")]
    [InlineData("book_then_500")]
    [InlineData("book_then_nonsense")]
    public async Task A_removal_whose_answer_is_lost_is_found_done_or_done_again(string action)
    {
        await using var bench = await StartAsync();
        var order = Order();
        await bench.ApplyAsync(order);
        await bench.FaultAsync("removeuri", action);

        var first = await bench.RemoveAsync(order);
        Assert.True(first is CarrierOutcome.Done or CarrierOutcome.Unknown, first.ToString());
        Assert.IsType<CarrierOutcome.Done>(await bench.RemoveAsync(order));

        Assert.Empty(await bench.LocationsAsync());
        Assert.Empty(await bench.LocatedAsync());
    }

    // Tidying up is no part of what was asked for.
    [Theory]
    [InlineData("status", ",\"status\":400")]
    [InlineData("status", ",\"status\":500")]
    [InlineData("drop_after_headers", "")]
    public async Task A_leftover_that_cannot_be_removed_holds_up_no_address(string action, string more)
    {
        await using var bench = await StartAsync();
        foreach (var house in (int[])[1, 2])
        {
            await bench.NoteAsync(OrderPhase.Prepared, default, Ct);
            await bench.ApplyAsync(Order(Blake($"{house} Blake Street")));
        }

        await bench.NoteAsync(OrderPhase.Prepared, default, Ct);
        await bench.FaultAsync("removelocation", action, more);

        Assert.IsType<CarrierOutcome.Done>(await bench.ApplyAsync(Order(Blake("3 Blake Street"))));
        Assert.Equal("3 BLAKE ST", Assert.Single(await bench.LocatedAsync()).Value);
    }

    [Fact]
    public async Task A_location_that_the_service_will_not_provision_is_a_refusal_and_no_endless_question()
    {
        await using var bench = await StartAsync();
        await bench.FaultAsync("provisionlocation", "status", ",\"status\":400,\"code\":\"ParseException\"");

        var refused = Assert.IsType<CarrierOutcome.Refused>(await bench.ApplyAsync(Order()));

        Assert.Equal(CarrierErrorKind.InvalidRequest, refused.Error.Kind);
    }

    [Fact]
    public async Task Characters_that_XML_has_no_place_for_are_left_out()
    {
        await using var bench = await StartAsync();

        var done = await bench.ApplyAsync(Order(Blake("1855 Blake\u0001 Street")) with { AccountName = "Ed\u0002 & \ud800Co" });

        Assert.IsType<CarrierOutcome.Done>(done);
        Assert.Equal("1855 BLAKE ST", Assert.Single(await bench.LocatedAsync()).Value);
    }

    [Fact]
    public async Task A_number_that_the_service_does_not_know_is_taken_away()
    {
        await using var bench = await StartAsync();

        Assert.IsType<CarrierOutcome.Done>(await bench.RemoveAsync(Order()));
    }

    [Fact]
    public async Task Wrong_credentials_and_a_service_that_is_away_are_told_apart()
    {
        await using var bench = await StartAsync();

        var wrong = Assert.IsType<CarrierOutcome.Refused>(await bench.ApplyAsync(Order(), """{"auth_password":"wrong"}"""));
        var away = Assert.IsType<CarrierOutcome.Refused>(await bench.ApplyAsync(Order(), """{"emergency_provisioning_url":"http://127.0.0.1:1/dash"}"""));

        Assert.Equal((CarrierErrorKind.Unauthenticated, CarrierErrorKind.Unreachable), (wrong.Error.Kind, away.Error.Kind));
        Assert.Equal("auth_username", bench.Provider.MissingKey(bench.Context("""{"auth_username":""}""").Settings));
    }

    [Fact]
    public async Task A_number_of_another_country_is_refused_without_a_question()
    {
        await using var bench = await StartAsync();
        var order = Order(number: "+4930901820");

        Assert.IsType<FeatureCheck.Invalid>(await bench.CheckAsync(order));
        Assert.Equal(CarrierErrorKind.InvalidRequest, Assert.IsType<CarrierOutcome.Refused>(await bench.ApplyAsync(order)).Error.Kind);
        Assert.Equal(0, await bench.Sandbox.CountAsync("carrier=dash"));
    }

    [Theory]
    [InlineData("validatelocation", "location_error")]
    [InlineData("validatelocation", "html_200")]
    [InlineData("validatelocation", "status")]
    public async Task A_check_that_gets_no_answer_is_no_refusal_of_the_address(string operation, string action)
    {
        await using var bench = await StartAsync();
        for (var i = 0; i < 3; i++) await bench.FaultAsync(operation, action);

        try
        {
            Assert.IsType<FeatureCheck.Failed>(await bench.CheckAsync(Order()));
        }
        catch (CarrierException failed)
        {
            Assert.True(failed.Error.Kind is CarrierErrorKind.CarrierFault or CarrierErrorKind.BadReply, failed.Error.ToString());
        }
    }

    [Fact]
    public async Task The_wire_is_as_published()
    {
        await using var bench = await StartAsync();
        await bench.ApplyAsync(Order());

        var entries = (await bench.Sandbox.AskAsync("/journal?carrier=dash"))["entries"]!.AsArray();

        Assert.Equal(["GET locationsbyuri", "POST addlocation", "POST provisionlocation"], entries.Select(entry => $"{entry!["method"]} {entry["operation"]}"));
        Assert.EndsWith("/locationsbyuri/14155550123", (string?)entries[0]!["target"], StringComparison.Ordinal);
        var added = (string)entries[1]!["body"]!;
        Assert.Contains("<addLocation><uri><uri>tel:14155550123</uri><callername>Ed </callername></uri><location><address1>1855 Blake Street</address1>", added, StringComparison.Ordinal);
        Assert.Contains("<community>Denver</community><state>CO</state><postalcode>80202</postalcode><type>ADDRESS</type></location></addLocation>", added, StringComparison.Ordinal);
        Assert.Equal("Basic ***", (string?)entries[1]!["headers"]!["Authorization"]);
    }
}
