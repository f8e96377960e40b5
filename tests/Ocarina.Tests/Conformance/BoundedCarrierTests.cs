using Ocarina.Carriers.PlugIns;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Conformance;

/// <summary>A module of somebody else cannot take the engine down.</summary>
public sealed class BoundedCarrierTests
{
    private static readonly CarrierSearch Search = new("+1303", 1, 0, "US");
    private static readonly CarrierOrder Order = new(OrderKey.New(TimeProvider.System), OrderKind.Acquire, PhoneNumber.Parse("+13035550142"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_throws_is_an_answer()
    {
        var carrier = Around(new ScriptedModule("acme")
        {
            Find = _ => throw new InvalidOperationException("secret text"),
            Acquire = _ => throw new InvalidOperationException("secret text"),
        });

        var found = await carrier.FindAsync(Search, Context(), Ct);
        Assert.Equal((CarrierErrorKind.BadReply, "The module failed: InvalidOperationException"), (found.Error?.Kind, found.Error?.Detail));
        Assert.Equal(CarrierErrorKind.OutcomeUnknown, Assert.IsType<CarrierOutcome.Unknown>(await carrier.AcquireAsync(Order, Context(), Ct)).Error.Kind);
        Assert.IsType<CarrierOutcome.Unknown>(await carrier.DisconnectAsync(Order, Context(), Ct));
        Assert.Equal(CarrierErrorKind.NotSupported, (await Assert.ThrowsAsync<CarrierException>(() => carrier.CheckAsync([], Context(), Ct))).Error.Kind);
        Assert.Equal(CarrierErrorKind.BadReply, (await Assert.ThrowsAsync<CarrierException>(() => carrier.ListOwnedAsync(null, Context(), Ct))).Error.Kind);
        Assert.Null(await carrier.HealthAsync(Context(), Ct));
    }

    [Fact]
    public async Task What_it_answers_comes_through()
    {
        var carrier = Around(new ScriptedModule("acme"));

        Assert.Null((await carrier.FindAsync(Search, Context(), Ct)).Error);
        Assert.IsType<CarrierOutcome.Done>(await carrier.AcquireAsync(Order, Context(), Ct));
        Assert.IsType<CarrierOutcome.Absent>(await carrier.RecoverAsync(Order, Context(), Ct));
    }

    [Fact]
    public async Task No_answer_at_all_is_a_bad_one()
    {
        var carrier = Around(new ScriptedModule("acme") { Find = _ => Task.FromResult<FindReply>(null!), Acquire = _ => Task.FromResult<CarrierOutcome>(null!) }); // what a careless module does

        Assert.Equal(CarrierErrorKind.BadReply, (await carrier.FindAsync(Search, Context(), Ct)).Error?.Kind);
        Assert.IsType<CarrierOutcome.Unknown>(await carrier.AcquireAsync(Order, Context(), Ct));
    }

    [Fact]
    public async Task A_search_that_blocks_for_ever_ends_by_its_deadline()
    {
        using var never = new ManualResetEventSlim();
        try
        {
            var carrier = Around(new ScriptedModule("acme")
            {
                Find = _ =>
                {
                    never.Wait();
                    return Task.FromResult(FindReply.Empty);
                },
            });

            Assert.Equal(CarrierErrorKind.Timeout, (await carrier.FindAsync(Search, Context(TimeSpan.FromMilliseconds(100)), Ct)).Error?.Kind);
        }
        finally
        {
            never.Set();
        }
    }

    [Fact]
    public async Task A_caller_who_leaves_is_let_go_though_the_module_stays()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var never = new TaskCompletionSource<FindReply>();
        var carrier = Around(new ScriptedModule("acme") { Find = _ => never.Task });
        var finding = carrier.FindAsync(Search, Context(), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
        never.SetResult(FindReply.Empty);
    }

    [Fact]
    public async Task Too_many_calls_that_never_end_refuse_the_next_and_send_nothing()
    {
        var never = new TaskCompletionSource<FindReply>();
        var calls = 0;
        var carrier = Around(new ScriptedModule("acme")
        {
            Find = _ => never.Task,
            Acquire = order =>
            {
                Interlocked.Increment(ref calls);
                return Task.FromResult<CarrierOutcome>(new CarrierOutcome.Done(order.CarrierData));
            },
        });
        var hanging = Enumerable.Range(0, BoundedCarrier.CallsMax).Select(_ => carrier.FindAsync(Search, Context(), Ct)).ToList();

        var refused = Assert.IsType<CarrierOutcome.Refused>(await carrier.AcquireAsync(Order, Context(), Ct));
        Assert.Equal((CarrierErrorKind.RateLimited, 0), (refused.Error.Kind, calls));

        never.SetResult(FindReply.Empty);
        await Task.WhenAll(hanging);
        while (await carrier.AcquireAsync(Order, Context(), Ct) is not CarrierOutcome.Done) await Task.Delay(10, Ct);
        Assert.Equal(1, calls);
    }

    private static ICarrier Around(ScriptedModule module) => BoundedCarrier.Around(module, TimeProvider.System, new KeptLines());

    private static CarrierContext Context(TimeSpan? budget = null) => new(CarrierSettings.Empty, _ => null, TimeProvider.System) { Budget = budget };
}
