using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>What ended purchases left at a carrier is cleared an hour later, and nothing else.</summary>
public sealed class CleaningTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Only_orders_that_ended_an_hour_ago_are_cleared(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        await lab.SetAsync("number_manager", """{"carrier_modules":["knm_local","knm_acme"]}""");
        var number = await lab.OfferedAsync();
        await lab.One.BuyAsync(lab.Alice, number);
        var bought = (await lab.OrderAsync(number)).Id;
        lab.Carrier.Remains = [bought, OrderKey.New(TimeProvider.System)];
        var cleaning = new CarrierCleaning(lab.One.Carriers, lab.One.Orders, lab.Host.Clock, NullLogger<CarrierCleaning>.Instance);

        Assert.Equal(0, await cleaning.RunPassAsync(OrderLab.Ct));
        lab.Host.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(1, await cleaning.RunPassAsync(OrderLab.Ct));
        Assert.Equal([bought], lab.Carrier.Cleared);
    }
}
