using System.Text.Json.Nodes;
using Ocarina.Carriers.Providers.Telnyx;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Tests.Carriers;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>Caller names and emergency addresses at Telnyx, in the form of its first interface (numbers.md 9.4).</summary>
public sealed class TelnyxTests : IAsyncLifetime, IOrderNotes
{
    private readonly CarrierLab _lab = new();
    private SandboxLab _sandbox = null!; // set before each test
    private DocumentText _facts;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxLab.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _lab.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_name_is_listed_and_taken_off_and_the_look_up_switched()
    {
        var names = new TelnyxCallerNames(_lab.Host);
        var outbound = Order(NumberFeatures.OutboundCnam, new JsonObject { ["display_name"] = "ACME INC" });
        var inbound = Order(NumberFeatures.InboundCnam, new JsonObject { ["inbound_lookup"] = true });

        var listed = Assert.IsType<CarrierOutcome.Done>(await names.ApplyAsync(outbound, Context(), CarrierLab.Ct));
        Assert.IsType<CarrierOutcome.Done>(await names.ApplyAsync(inbound, Context(), CarrierLab.Ct));
        Assert.Equal(outbound.Wanted, listed.CarrierData);
        var number = await NumberAsync();
        Assert.Equal(("ACME INC", true, true), ((string?)number["cnam_listing_details"], (bool)number["cnam_listing_enabled"]!, (bool)number["enable_caller_id_name"]!));

        Assert.IsType<CarrierOutcome.Done>(await names.RemoveAsync(outbound, Context(), CarrierLab.Ct));
        Assert.IsType<CarrierOutcome.Done>(await names.RemoveAsync(inbound, Context(), CarrierLab.Ct));
        number = await NumberAsync();
        Assert.Equal((null, false, false), ((string?)number["cnam_listing_details"], (bool)number["cnam_listing_enabled"]!, (bool)number["enable_caller_id_name"]!));
    }

    [Fact]
    public async Task An_address_is_made_in_capitals_bound_and_taken_away()
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        var order = Order(NumberFeatures.E911, DashBench.Blake("301 Marina Blvd."));

        var done = Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(order, Context(), CarrierLab.Ct));

        var address = Assert.Single((await BooksAsync())["addresses"]!.AsArray())!;
        Assert.Equal(("301 MARINA BLVD", "DENVER", "CO", "Valued Customer"),
            ((string?)address["line_1"], (string?)address["city"], (string?)address["state"], (string?)address["business_name"]));
        Assert.Equal((string?)address["id"], (string?)(await NumberAsync())["e911_address_id"]);
        Assert.Equal((string?)address["id"], (string?)done.CarrierData.ToObject()["location_id"]);

        Assert.IsType<CarrierOutcome.Done>(await emergency.RemoveAsync(order with { Current = done.CarrierData }, Context(), CarrierLab.Ct));
        Assert.False((bool)(await NumberAsync())["e911_enabled"]!);
        Assert.Empty((await BooksAsync())["addresses"]!.AsArray());
    }

    [Fact]
    public async Task Another_address_leaves_nothing_of_the_first()
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        var first = Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(Order(NumberFeatures.E911, DashBench.Blake("1 First St")), Context(), CarrierLab.Ct));
        _facts = default;
        var second = Order(NumberFeatures.E911, DashBench.Blake("2 Second St")) with { Current = first.CarrierData };

        Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(second, Context(), CarrierLab.Ct));

        Assert.Equal("2 SECOND ST", (string?)Assert.Single((await BooksAsync())["addresses"]!.AsArray())!["line_1"]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task An_old_address_that_cannot_be_removed_holds_up_nothing_for_long(int status)
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        var first = Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(Order(NumberFeatures.E911, DashBench.Blake("1 First St")), Context(), CarrierLab.Ct));
        _facts = default;
        await _sandbox.TellAsync("/faults", $$"""{"carrier":"telnyx","operation":"e911_address_delete","action":"status","status":{{status}}}""");
        var second = Order(NumberFeatures.E911, DashBench.Blake("2 Second St")) with { Current = first.CarrierData };

        CarrierOutcome outcome;
        var tries = 0;
        do outcome = await emergency.ApplyAsync(second with { Facts = _facts }, Context(), CarrierLab.Ct);
        while (outcome is not CarrierOutcome.Done && ++tries < 10);
        var done = Assert.IsType<CarrierOutcome.Done>(outcome);

        Assert.Contains((string)first.CarrierData.ToObject()["location_id"]!, Assert.Single(done.Warnings), StringComparison.Ordinal);
        _facts = default;
        var removal = second with { Current = done.CarrierData, Wanted = default };
        tries = 0;
        do outcome = await emergency.RemoveAsync(removal with { Facts = _facts }, Context(), CarrierLab.Ct);
        while (outcome is not CarrierOutcome.Done && ++tries < 10);
        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.False((bool)(await NumberAsync())["e911_enabled"]!);
    }

    [Fact]
    public async Task A_location_of_another_provider_is_no_address_here()
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        var foreign = Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(Order(NumberFeatures.E911, DashBench.Blake("1 First St")), Context(), CarrierLab.Ct)).CarrierData.ToObject();
        await emergency.RemoveAsync(Order(NumberFeatures.E911, []), Context(), CarrierLab.Ct); // bound to nothing, and somebody else's
        foreign["provider"] = "dash_e911";
        _facts = default;

        Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(
            Order(NumberFeatures.E911, DashBench.Blake("2 Second St")) with { Current = DocumentText.From(foreign) }, Context(), CarrierLab.Ct));

        Assert.Equal(2, (await BooksAsync())["addresses"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_was_made_for_a_number_that_is_not_there_is_removed_again()
    {
        var emergency = new TelnyxEmergency(_lab.Host);

        var refused = Assert.IsType<CarrierOutcome.Refused>(await emergency.ApplyAsync(
            Order(NumberFeatures.E911, DashBench.Blake()) with { Number = PhoneNumber.Parse("+442079460000") }, Context(), CarrierLab.Ct));

        Assert.Equal(CarrierErrorKind.NotFound, refused.Error.Kind);
        Assert.Empty((await BooksAsync())["addresses"]!.AsArray());
    }

    [Fact]
    public async Task An_address_that_only_an_order_noted_is_taken_away_with_the_number()
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        var order = Order(NumberFeatures.E911, DashBench.Blake());
        await emergency.ApplyAsync(order, Context(), CarrierLab.Ct);

        Assert.IsType<CarrierOutcome.Done>(await emergency.RemoveAsync(order with { Wanted = default, Current = _facts }, Context(), CarrierLab.Ct));

        Assert.Empty((await BooksAsync())["addresses"]!.AsArray());
    }

    [Fact]
    public async Task An_address_whose_making_nobody_answered_is_made_again_and_named()
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        await _sandbox.TellAsync("/faults", """{"carrier":"telnyx","operation":"e911_address_create","action":"drop_after_booking","times":1}""");
        var order = Order(NumberFeatures.E911, DashBench.Blake());

        Assert.IsType<CarrierOutcome.Unknown>(await emergency.ApplyAsync(order, Context(), CarrierLab.Ct));
        var done = Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(order with { Facts = _facts }, Context(), CarrierLab.Ct));

        Assert.Equal(2, (await BooksAsync())["addresses"]!.AsArray().Count); // the service has no way to ask
        Assert.Contains("left behind", Assert.Single(done.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("e911_settings", "drop_after_booking")]
    [InlineData("e911_settings", "drop_after_headers")]
    [InlineData("e911_settings", "book_then_500")]
    [InlineData("e911_address_create", "drop_after_headers")]
    public async Task A_lost_answer_is_repeated_with_what_was_noted(string operation, string action)
    {
        var emergency = new TelnyxEmergency(_lab.Host);
        await _sandbox.TellAsync("/faults", $$"""{"carrier":"telnyx","operation":"{{operation}}","action":"{{action}}","times":1}""");
        var order = Order(NumberFeatures.E911, DashBench.Blake());

        Assert.IsType<CarrierOutcome.Unknown>(await emergency.ApplyAsync(order, Context(), CarrierLab.Ct));
        Assert.IsType<CarrierOutcome.Done>(await emergency.ApplyAsync(order with { Facts = _facts }, Context(), CarrierLab.Ct));

        var address = Assert.Single((await BooksAsync())["addresses"]!.AsArray())!;
        Assert.Equal((string?)address["id"], (string?)(await NumberAsync())["e911_address_id"]);
    }

    [Fact]
    public async Task Both_ways_of_saying_no_are_refusals()
    {
        var emergency = new TelnyxEmergency(_lab.Host);

        var word = await emergency.ApplyAsync(Order(NumberFeatures.E911, DashBench.Blake("Nowhere")), Context(), CarrierLab.Ct);
        var status = await emergency.ApplyAsync(Order(NumberFeatures.E911, DashBench.Blake()), Context("""{"token":"wrong"}"""), CarrierLab.Ct);

        var refused = Assert.IsType<CarrierOutcome.Refused>(word).Error;
        Assert.Equal((CarrierErrorKind.InvalidRequest, "The address could not be found"), (refused.Kind, refused.Detail));
        Assert.Equal(CarrierErrorKind.Unauthenticated, Assert.IsType<CarrierOutcome.Refused>(status).Error.Kind);
        Assert.Equal("token", emergency.MissingKey(Context("""{"token":""}""").Settings));
    }

    Task IOrderNotes.NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
    {
        _facts = facts;
        return Task.CompletedTask;
    }

    private static FeatureOrder Order(string feature, JsonObject wanted) =>
        new(OrderKey.New(TimeProvider.System), PhoneNumber.Parse("+14155550123"), feature) { Wanted = DocumentText.From(wanted) };

    private CarrierContext Context(string more = "{}")
    {
        var known = _sandbox.Host.Credentials;
        var settings = new JsonObject { ["base_url"] = _sandbox.Host.Telnyx.AbsoluteUri, ["user"] = known.TelnyxUser, ["token"] = known.TelnyxToken, ["rate_limit_per_s"] = 1000 };
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject()) settings[key] = value?.DeepClone();
        return _lab.Context(settings) with { Notes = this };
    }

    private Task<JsonNode> BooksAsync() => _sandbox.TellAsync("/carriers/telnyx/books", "{}");

    private async Task<JsonNode> NumberAsync() => Assert.Single((await BooksAsync())["numbers"]!.AsArray())!; // an object
}
