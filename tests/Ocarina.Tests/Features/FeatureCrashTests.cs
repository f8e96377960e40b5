using Ocarina.Core;
using Ocarina.Core.Features;
using Ocarina.Manager.Features;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>A process stops at any line while a feature is set up, and another one goes on.</summary>
public sealed class FeatureCrashTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_after_the_intent_the_next_process_carries_it_out(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (number, _) = await IntendAsync(lab, Core.Carriers.OrderPhase.Prepared);

        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);

        await AssertLocatedAsync(lab, number);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_between_two_requests_it_goes_on_with_what_was_noted(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (number, row) = await IntendAsync(lab, Core.Carriers.OrderPhase.Sending);
        var noted = row with { Data = row.Data with { Facts = DocumentText.From(new() { ["location_id"] = "77" }) } };
        Assert.IsType<SaveOutcome.Saved>(await lab.One.Orders.SaveAsync(new OrderSave(noted, "dead") { KeepsLease = true }, OrderLab.Ct));

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);

        await AssertLocatedAsync(lab, number);
        Assert.Equal("77", (string?)Assert.Single(lab.Provider.Calls).Order.Facts.ToObject()["location_id"]);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_between_the_providers_word_and_our_books_nobody_is_asked_again(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (number, row) = await IntendAsync(lab, Core.Carriers.OrderPhase.Sending);
        var done = lab.Provider.SetUp(new FeatureOrder(row.Id, number, NumberFeatures.E911) { Wanted = FeatureWish.Read(row.Data.Request).Wanted });
        var told = row with { Data = row.Data with { Delivered = done.CarrierData } };
        Assert.IsType<SaveOutcome.Saved>(await lab.One.Orders.SaveAsync(new OrderSave(told, "dead") { KeepsLease = true }, OrderLab.Ct));

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);

        await AssertLocatedAsync(lab, number);
        Assert.Empty(lab.Provider.Calls);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Two_processes_set_it_up_once(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (number, _) = await IntendAsync(lab, Core.Carriers.OrderPhase.Prepared);
        var two = await lab.AnotherAsync();

        await Task.WhenAll(lab.One.Settler.RunPassAsync(OrderLab.Ct), two.Settler.RunPassAsync(OrderLab.Ct));

        await AssertLocatedAsync(lab, number);
        Assert.Single(lab.Provider.Calls);
    }

    private static async Task AssertLocatedAsync(OrderLab lab, PhoneNumber number)
    {
        Assert.Equal("1855 BLAKE STREET", lab.Provider.Located[number]);
        Assert.Equal(["e911"], await lab.FeaturesAsync(number));
        Assert.Equal("1855 BLAKE STREET", (string?)(await lab.FieldsAsync(number))["e911"]!["street_address"]);
        Assert.Equal(OrderOutcome.Acquired, Assert.Single(await lab.FeatureOrdersAsync(number)).Outcome);
    }

    // An order as a process left it that died.
    private static async Task<(PhoneNumber Number, OrderRow Row)> IntendAsync(OrderLab lab, Core.Carriers.OrderPhase phase)
    {
        var number = await lab.OwnedAsync();
        var record = (await lab.NumberAsync(number))!; // it was just made
        var fields = FeatureLab.Address();
        var work = new FeatureWork(
            NumberFeatures.E911, lab.Provider.Name, DocumentText.From(fields["e911"]!.AsObject()), DocumentText.From(fields));
        var row = FeatureOrders.Setting(record, work, new FieldWrite(DocumentText.From(fields), Merges: true), Actor.Of(lab.Alice), lab.Host.Clock) with
        {
            Phase = phase,
            LeaseOwner = phase == Core.Carriers.OrderPhase.Prepared ? null : "dead",
            LeaseUntil = phase == Core.Carriers.OrderPhase.Prepared ? null : lab.Host.Clock.GetUtcNow().AddSeconds(15),
            Attempts = phase == Core.Carriers.OrderPhase.Prepared ? 0 : 1,
        };
        Assert.IsType<IntentOutcome.Claimed>((await lab.One.Orders.InsertAsync([new OrderIntent(row, record.Revision)], null, OrderLab.Ct))[0]);
        return (number, row);
    }
}
