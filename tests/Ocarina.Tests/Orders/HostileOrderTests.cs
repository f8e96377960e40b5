using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>What carriers and callers write into an order cannot stop it, or any other one.</summary>
public sealed class HostileOrderTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Documents_as_deep_as_they_may_be_can_be_read_again(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (number, other) = (await lab.OfferedAsync(), await lab.OfferedAsync());
        lab.Carrier.Acquires.Enqueue((order, _, _) =>
        {
            lab.Carrier.Sell(order);
            return Task.FromResult<CarrierOutcome>(new CarrierOutcome.Pending("A1") { Facts = DocumentText.From(Deep(64)) });
        });
        lab.Carrier.Recovers.Enqueue((order, _, _) => Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Know(order)) with { Surplus = DocumentText.From(Deep(64)) }));

        await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], Deep(63), OrderLab.Ct);
        await lab.RestAsync();
        await lab.PassAsync(5);
        await lab.OrderAndLeaveAsync(lab.Bob, other);

        await lab.AssertBoughtAsync(number, lab.Alice);
        await lab.AssertBoughtAsync(other, lab.Bob);
        Assert.Equal(3, (await lab.OrdersAsync()).Count);
    }

    private static JsonObject Deep(int depth)
    {
        var inner = new JsonObject { ["end"] = true };
        for (var i = 1; i < depth; i++) inner = new JsonObject { ["in"] = inner };
        return inner;
    }
}
