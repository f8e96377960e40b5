using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Steps of many orders side by side.</summary>
public sealed class OrderTurnsTests
{
    private static readonly CarrierName Quick = CarrierName.Parse("quick");

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task A_carrier_that_hangs_holds_up_no_other(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var quick = new ScriptedCarrier { Name = Quick };
        var process = new OrderProcess(lab.Host, new TwoCarriers(lab.Carrier, quick));
        var gate = new TaskCompletionSource();
        lab.Carrier.OnAcquire = Answers.After(gate.Task, (order, _, _) => Task.FromResult(lab.Carrier.Sell(order)));
        for (var i = 0; i < OrderTurns.CountMax + 5; i++) await process.BuyAsync(lab.Alice, await lab.OfferedAsync());
        Assert.Equal([lab.Carrier.Name], process.Turns.Busy);

        var number = lab.Fresh();
        var offer = new Offer(number, Quick, NumberState.Discovery, DocumentText.Empty, lab.Host.Clock.GetUtcNow().AddDays(1));
        await process.Desk.Numbers.RememberOffersAsync(lab.Alice, [offer], Ct);
        await process.BuyAsync(lab.Alice, number);
        while (!quick.Held.ContainsKey(number) || (await lab.OrderAsync(number)).IsOpen) await Task.Delay(5, Ct);

        Assert.Empty(lab.Carrier.Held);
        Assert.Equal(OrderTurns.CountMax, lab.Carrier.Sent.Count);
        gate.SetResult();
        while (process.Turns.Count > 0) await Task.Delay(5, Ct);
        Assert.Equal(OrderTurns.CountMax + 5, lab.Carrier.Held.Count);
        Assert.Empty(process.Turns.Busy);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Due_orders_of_busy_carriers_are_left_alone(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        var number = await lab.OfferedAsync();
        await lab.OrderAndLeaveAsync(lab.Alice, number);
        lab.Later(60);

        Assert.Empty(await lab.One.Orders.ClaimDueAsync("one", OrderTurns.Lease, 10, [Quick, lab.Carrier.Name, CarrierName.Parse("o'hara")], Ct));
        Assert.Equal(number, Assert.Single(await lab.One.Orders.ClaimDueAsync("two", OrderTurns.Lease, 10, [Quick], Ct)).Number);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_cannot_reach_the_database_stops_calling_the_carrier_before_others_begin(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var database = new LostDatabase(lab.Host.Db.Database);
        using var turns = new OrderTurns(new OrdersDatabase(database, lab.Host.Clock), lab.One.Runner, lab.Host.Clock, NullLogger<OrderTurns>.Instance);
        var (called, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.Carrier.OnRecover = async (_, _, ct) =>
        {
            called.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
                return new CarrierOutcome.Absent();
            }
            finally
            {
                told.SetResult(); // not by the token: what is registered with it first may run last, when this is over
            }
        };
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        var order = await lab.OrderAndLeaveAsync(lab.Alice, await lab.OfferedAsync());
        lab.Later(60);
        var claimed = Assert.Single(await lab.One.Orders.ClaimDueAsync("mine", OrderTurns.Lease, 1, [], Ct));
        Assert.Equal(order.Id, claimed.Id);
        var step = turns.RunAsync(claimed, "mine");
        await called.Task.WaitAsync(Patience.Max, Ct);

        await turns.RenewAsync(Ct);
        database.IsLost = true;
        lab.Later(OrderTurns.Renewal.TotalSeconds);
        await Assert.ThrowsAsync<IOException>(() => turns.RenewAsync(Ct));
        Assert.False(told.Task.IsCompleted);
        lab.Later((OrderTurns.Lease - OrderTurns.Renewal * 2).TotalSeconds);
        await Assert.ThrowsAsync<IOException>(() => turns.RenewAsync(Ct));

        await told.Task.WaitAsync(Patience.Max, Ct);
        await step.WaitAsync(Patience.Max, Ct);
        Assert.Equal(0, turns.Count);
    }

    private sealed class TwoCarriers(ScriptedCarrier one, ScriptedCarrier two) : ICarriers
    {
        public IReadOnlyCollection<ICarrier> All => [one, two];

        public ICarrier? Find(CarrierName name) => All.FirstOrDefault(carrier => carrier.Name == name);
    }

    /// <summary>A database whose network goes away.</summary>
    private sealed class LostDatabase(IDatabase inner) : IDatabase
    {
        public bool IsLost { get; set; }

        public DatabaseKind Kind => inner.Kind;

        public Task<T> ReadAsync<T>(Func<DbSession, CancellationToken, Task<T>> read, CancellationToken ct) =>
            IsLost ? throw new IOException("the network is gone") : inner.ReadAsync(read, ct);

        public Task<T> WriteAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, WriteLane lane, CancellationToken ct) =>
            IsLost ? throw new IOException("the network is gone") : inner.WriteAsync(write, lane, ct);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
