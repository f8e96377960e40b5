using Microsoft.Extensions.Logging;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Conformance;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Xunit;
using Xunit.Sdk;

namespace Ocarina.Tests.Conformance;

/// <summary>The exam can be failed: a module that breaks one promise fails the row of this promise. Without the fault it is Bandwidth2, which passes all of them.</summary>
[Trait("Category", "Slow")]
public sealed class FailedExamTests
{
    [Fact]
    public Task Who_buys_while_searching_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Find = async (search, context, ct) =>
            {
                var reply = await good.FindAsync(search, context, ct);
                await good.AcquireAsync(new CarrierOrder(OrderKey.New(TimeProvider.System), OrderKind.Acquire, reply.Numbers[0].Number), context, ct);
                return reply;
            },
        },
        exam => exam.C13_A_search_writes_nothing_and_spends_nothing());

    [Fact]
    public Task Who_sends_an_order_again_when_its_reply_is_lost_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Acquire = async (order, context, ct) => await good.AcquireAsync(order, context, ct) is CarrierOutcome.Unknown ? await good.AcquireAsync(order, context, ct) : new CarrierOutcome.Absent(),
        },
        exam => exam.C21_An_order_whose_reply_is_lost_is_found_and_not_repeated("hang up"), exam => exam.C38_Every_write_goes_out_once_when_the_carrier_books_and_hangs_up());

    [Fact]
    public Task Who_calls_an_order_done_whose_reply_is_lost_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Acquire = async (order, context, ct) => await good.AcquireAsync(order, context, ct) switch
            {
                CarrierOutcome.Unknown => new CarrierOutcome.Done(order.CarrierData),
                var told => told,
            },
        },
        exam => exam.C22_An_order_that_never_arrived_is_sent_once_more_or_refused(false));

    [Fact]
    public Task Who_calls_an_order_refused_whose_reply_is_lost_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Acquire = async (order, context, ct) => await good.AcquireAsync(order, context, ct) switch
            {
                CarrierOutcome.Unknown unknown => new CarrierOutcome.Refused(unknown.Error with { Kind = CarrierErrorKind.CarrierFault }),
                var told => told,
            },
        },
        exam => exam.C21_An_order_whose_reply_is_lost_is_found_and_not_repeated("500"));

    [Theory]
    [InlineData("evidence")]
    [InlineData("error")]
    [InlineData("log")]
    public Task Who_tells_a_secret_fails(string where) => FailsAsync(
        (good, host) => new BadModule(good)
        {
            Find = async (search, context, ct) =>
            {
                var reply = await good.FindAsync(search, context, ct);
                return where == "error" && reply.Error is { } error ? reply with { Error = error with { Detail = $"refused {context.Settings.Secrets[0]}" } } : reply;
            },
            Acquire = async (order, context, ct) =>
            {
                if (where == "log") host.Service<ILoggerFactory>()!.CreateLogger("bad").Log(LogLevel.Debug, default, context.Settings.Secrets[0], null, (word, _) => word); // the kit lends one
                var outcome = await good.AcquireAsync(order, context, ct);
                return where == "evidence" ? outcome with { Evidence = [.. outcome.Evidence, $"sent with {context.Settings.Secrets[0]}"] } : outcome;
            },
            Recover = async (order, context, ct) =>
            {
                var outcome = await good.RecoverAsync(order, context, ct);
                return where == "evidence" ? outcome with { Evidence = [.. outcome.Evidence, $"sent with {context.Settings.Secrets[0]}"] } : outcome;
            },
        },
        exam => exam.C05_Secrets_are_in_no_log_error_or_evidence());

    [Fact]
    public Task Who_finds_numbers_outside_the_prefix_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Find = async (search, context, ct) =>
            {
                var reply = await good.FindAsync(search, context, ct);
                return reply with { Numbers = [.. reply.Numbers.SkipLast(1), new CarrierHit(PhoneNumber.Parse("+14155550100"))] };
            },
        },
        exam => exam.C09_Results_are_unique_within_the_prefix_and_no_more_than_asked_for(7));

    [Fact]
    public Task Who_looks_at_no_deadline_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Find = async (search, context, ct) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None);
                return await good.FindAsync(search, context, ct);
            },
        },
        exam => exam.C14_A_search_ends_by_its_deadline());

    [Fact]
    public Task Who_cannot_be_cancelled_fails() => FailsAsync(
        (good, _) => new BadModule(good) { Find = (search, context, _) => good.FindAsync(search, context, CancellationToken.None) },
        exam => exam.C43_Cancelling_frees_a_search_and_does_not_abort_an_order());

    [Fact]
    public Task Who_calls_an_order_absent_that_the_carrier_knows_fails() => FailsAsync(
        (good, _) => new BadModule(good) { Recover = (_, _, _) => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Absent()) },
        exam => exam.C21_An_order_whose_reply_is_lost_is_found_and_not_repeated("hang up"));

    [Fact]
    public async Task Who_orders_under_another_key_fails()
    {
        var other = OrderKey.New(TimeProvider.System);
        await FailsAsync(
            (good, _) => new BadModule(good)
            {
                Acquire = (order, context, ct) => good.AcquireAsync(order with { Key = other }, context, ct),
                Recover = (order, context, ct) => good.RecoverAsync(order with { Key = other }, context, ct),
            },
            exam => exam.C19_One_order_is_sent_with_our_reference());
    }

    [Fact]
    public Task Who_takes_for_bought_what_another_order_bought_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Recover = async (order, context, ct) => await good.RecoverAsync(order, context, ct) switch
            {
                CarrierOutcome.NeedsOperator { Error.Kind: CarrierErrorKind.AlreadyOurs } or CarrierOutcome.Unknown => new CarrierOutcome.Done(order.CarrierData),
                var told => told,
            },
        },
        exam => exam.C28_What_another_order_bought_was_not_bought_by_this_one());

    [Fact]
    public Task Who_spends_before_it_notes_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            // The order goes out, and only then is it noted: a process that ends there sends it again.
            Acquire = async (order, context, ct) =>
            {
                var outcome = await good.AcquireAsync(order, context with { Notes = new Deaf() }, ct);
                await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.Empty, ct);
                return outcome;
            },
        },
        exam => exam.C20_A_purchase_that_is_cut_off_at_any_step_is_bought_once_or_not_at_all(false));

    [Fact]
    public Task Who_keeps_the_first_settings_fails()
    {
        CarrierContext? first = null;
        return FailsAsync(
            (good, _) => new BadModule(good) { Find = (search, context, ct) => good.FindAsync(search, first ??= context, ct) },
            exam => exam.C42_Calls_in_flight_keep_their_settings_and_new_ones_have_the_new());
    }

    [Fact]
    public Task Who_takes_the_settings_of_the_moment_fails()
    {
        CarrierContext? latest = null;
        return FailsAsync(
            (good, _) => new BadModule(good)
            {
                Find = async (search, context, ct) =>
                {
                    latest = context;
                    await Task.Delay(500, ct);
                    return await good.FindAsync(search, latest, ct);
                },
            },
            exam => exam.C42_Calls_in_flight_keep_their_settings_and_new_ones_have_the_new());
    }

    [Fact]
    public Task Who_keeps_a_surplus_in_silence_fails() => FailsAsync(
        (good, _) => new BadModule(good)
        {
            Recover = async (order, context, ct) => await good.RecoverAsync(order, context, ct) switch
            {
                CarrierOutcome.Done done => done with { Surplus = null },
                CarrierOutcome.Pending { IsCompensating: true } or CarrierOutcome.NeedsOperator => new CarrierOutcome.Done(order.CarrierData),
                var told => told,
            },
        },
        exam => exam.C27_A_surplus_that_stays_is_told_and_cleared_by_a_later_release(StubSituation.DeliversMore));

    /// <summary>Each check is shown the bad module, and must not be content with it. A check that is skipped is content.</summary>
    private static async Task FailsAsync(Func<ICarrier, ICarrierHost, ICarrier> spoil, params Func<CarrierConformance, Task>[] checks)
    {
        foreach (var check in checks)
        {
            await using var exam = new Exam(spoil);
            await exam.InitializeAsync();
            var failure = await Assert.ThrowsAnyAsync<XunitException>(() => check(exam));
            TestContext.Current.TestOutputHelper?.WriteLine(failure.Message); // to see that it fails by the promise that is broken
        }
    }

    private sealed class Exam(Func<ICarrier, ICarrierHost, ICarrier> spoil) : CarrierConformance
    {
        protected override ICarrier Create(ICarrierHost host) => spoil(new Bandwidth2Carrier(host), host);

        protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => new Bandwidth2ConformanceStub(await SandboxHost.StartAsync(new SandboxOptions(), ct));
    }

    /// <summary>A good module with something replaced.</summary>
    private sealed class BadModule(ICarrier good) : ICarrier
    {
        public Func<CarrierSearch, CarrierContext, CancellationToken, Task<FindReply>> Find { get; init; } = good.FindAsync;

        public Func<CarrierOrder, CarrierContext, CancellationToken, Task<CarrierOutcome>> Acquire { get; init; } = good.AcquireAsync;

        public Func<CarrierOrder, CarrierContext, CancellationToken, Task<CarrierOutcome>> Recover { get; init; } = good.RecoverAsync;

        public CarrierName Name => good.Name;

        public CarrierInfo Info => good.Info;

        public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => Find(search, context, ct);

        public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Acquire(order, context, ct);

        public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Recover(order, context, ct);

        public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => good.DisconnectAsync(order, context, ct);

        public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) => good.CheckAsync(numbers, context, ct);

        public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => good.ListOwnedAsync(cursor, context, ct);

        public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => good.HealthAsync(context, ct);
    }

    /// <summary>Notes nothing.</summary>
    private sealed class Deaf : IOrderNotes
    {
        public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct) => Task.CompletedTask;
    }
}
