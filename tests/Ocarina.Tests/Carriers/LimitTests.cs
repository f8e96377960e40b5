using System.Net;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;
using static Ocarina.Tests.Carriers.CarrierLab;

namespace Ocarina.Tests.Carriers;

/// <summary>Rates, throttling and circuits (carriers.md 1.12).</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_hundred_at_once_stay_within_the_rate_and_keep_their_order()
    {
        var clock = new LeapingClock();
        using var bucket = new RateBucket(clock);
        var moments = new List<TimeSpan>();

        for (var i = 0; i < 100; i++)
        {
            await bucket.TakeAsync(20, TimeSpan.FromMinutes(5), Ct);
            moments.Add(clock.Elapsed);
        }

        for (var i = 0; i < moments.Count; i++) // in no second more than the rate and a quarter of it
            Assert.True(moments.Count(moment => moment >= moments[i] && moment < moments[i] + TimeSpan.FromSeconds(1)) <= 25);
        Assert.True(moments[^1] <= TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Who_cannot_have_a_turn_in_time_learns_it_at_once()
    {
        var clock = new ShiftClock();
        using var bucket = new RateBucket(clock);
        await bucket.TakeAsync(0.1, TimeSpan.Zero, Ct);

        var error = await FailsAsync(() => bucket.TakeAsync(0.1, TimeSpan.FromSeconds(5), Ct));

        Assert.Equal(CarrierErrorKind.RateLimited, error.Kind);
        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11));
        clock.Advance(TimeSpan.FromSeconds(11));
        await bucket.TakeAsync(0.1, TimeSpan.Zero, Ct);
    }

    [Fact]
    public async Task Too_many_requests_stop_all_for_as_long_as_the_carrier_says_and_halve_the_rate_for_a_minute()
    {
        var clock = new ShiftClock();
        using var bucket = new RateBucket(clock);
        bucket.Slow(TimeSpan.FromSeconds(7));

        var blocked = await FailsAsync(() => bucket.TakeAsync(10, TimeSpan.FromSeconds(5), Ct));
        clock.Advance(TimeSpan.FromSeconds(7.1));
        await bucket.TakeAsync(10, TimeSpan.Zero, Ct);
        var halved = await FailsAsync(() => bucket.TakeAsync(1, TimeSpan.FromSeconds(1), Ct)); // a token each two seconds

        Assert.InRange(blocked.RetryAfter!.Value, TimeSpan.FromSeconds(6.9), TimeSpan.FromSeconds(7.1));
        Assert.True(halved.RetryAfter > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_throttled_write_is_an_answer_and_a_throttled_search_ends_within_its_deadline()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.SayingAsync(509, "", headers: ("Retry-After", "30"));

        var refused = Assert.IsType<CarrierOutcome.Refused>(HttpErrors.OfWrite(await lab.Open(server.Address).WriteAsync(Post(), Ct)));
        var error = await FailsAsync(() => lab.Open(server.Address, budget: TimeSpan.FromSeconds(2)).ReadAsync(Get(), Ct));

        Assert.Equal((CarrierErrorKind.RateLimited, TimeSpan.FromSeconds(30)), (refused.Error.Kind, refused.Error.RetryAfter!.Value));
        Assert.Equal(CarrierErrorKind.RateLimited, error.Kind);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task One_scope_is_shared_by_all_channels_of_the_process_and_groups_have_their_own()
    {
        using var lab = new CarrierLab();
        await using var server = await CarrierStub.SayingAsync(429, "", headers: ("Retry-After", "30"));
        var options = new ChannelOptions(server.Address) { LimitScope = "egress", RatePerSecond = 100 };
        await lab.Http.Open(Anybody, lab.Context(), options).WriteAsync(Post(), Ct);

        var shared = await FailsAsync(() => lab.Http.Open(CarrierName.Parse("voxbone"), lab.Context(budget: TimeSpan.FromSeconds(1)), options).ReadAsync(Get(), Ct));
        var grouped = await lab.Http.Open(Anybody, lab.Context(), options).WriteAsync(Post() with { LimitGroup = "orders" }, Ct);

        Assert.Equal(CarrierErrorKind.RateLimited, shared.Kind);
        Assert.Equal((429, 2), (grouped.Status, server.Seen.Count));
    }

    [Fact]
    public async Task After_five_failures_in_a_row_the_carrier_is_left_alone_and_tried_once_later()
    {
        var clock = new ShiftClock();
        using var lab = new CarrierLab(clock);
        var status = HttpStatusCode.InternalServerError;
        await using var server = await CarrierStub.StartAsync((context, _) => CarrierStub.SayAsync(context, (int)status, "<a/>"));
        for (var i = 0; i < 5; i++) await lab.Open(server.Address).WriteAsync(Post(), Ct);

        var read = await FailsAsync(() => lab.Open(server.Address).ReadAsync(Get(), Ct));
        var write = await FailsAsync(() => lab.Open(server.Address).WriteAsync(Post(), Ct));
        Assert.Equal((CarrierErrorKind.CarrierFault, CarrierErrorKind.RateLimited, 5), (read.Kind, write.Kind, server.Seen.Count));
        Assert.InRange(write.RetryAfter!.Value, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));

        clock.Advance(TimeSpan.FromSeconds(31)); // the trial fails: twice as long
        await lab.Open(server.Address).WriteAsync(Post(), Ct);
        clock.Advance(TimeSpan.FromSeconds(31));
        await FailsAsync(() => lab.Open(server.Address).ReadAsync(Get(), Ct));
        Assert.Equal(6, server.Seen.Count);

        status = HttpStatusCode.OK;
        clock.Advance(TimeSpan.FromSeconds(31));
        await lab.Open(server.Address).ReadAsync(Get(), Ct);
        await lab.Open(server.Address).WriteAsync(Post(), Ct);
        Assert.Equal(8, server.Seen.Count);
    }

    [Fact]
    public async Task Questions_about_open_orders_pass_an_open_circuit_now_and_then_and_their_success_closes_it()
    {
        var clock = new ShiftClock();
        using var lab = new CarrierLab(clock);
        var status = 500;
        await using var server = await CarrierStub.StartAsync((context, _) => CarrierStub.SayAsync(context, status, "<a/>"));
        const string Drill = """{"settle_max_interval_s":5}""";
        var question = Get() with { BypassesCircuit = true };
        for (var i = 0; i < 5; i++) await lab.Open(server.Address, Drill).WriteAsync(Post(), Ct);

        Assert.Equal(500, (await lab.Open(server.Address, Drill, TimeSpan.FromMilliseconds(400)).ReadAsync(question, Ct)).Status);
        await FailsAsync(() => lab.Open(server.Address, Drill).ReadAsync(question, Ct));
        clock.Advance(TimeSpan.FromSeconds(6));
        status = 200;
        Assert.Equal(200, (await lab.Open(server.Address, Drill).ReadAsync(question, Ct)).Status);
        Assert.Equal(200, (await lab.Open(server.Address, Drill).ReadAsync(Get(), Ct)).Status);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once_a_minute_and_again_as_soon_as_the_settings_change()
    {
        var clock = new ShiftClock();
        using var lab = new CarrierLab(clock);
        await using var server = await CarrierStub.SayingAsync(401, "<no/>");

        Assert.Equal(401, (await lab.Open(server.Address).ReadAsync(Get(), Ct)).Status);
        var error = await FailsAsync(() => lab.Open(server.Address).WriteAsync(Post(), Ct));
        Assert.Equal((CarrierErrorKind.Unauthenticated, 1), (error.Kind, server.Seen.Count));

        await lab.Open(server.Address, """{"api_password":"another"}""").ReadAsync(Get(), Ct);
        clock.Advance(TimeSpan.FromSeconds(61));
        await lab.Open(server.Address).ReadAsync(Get(), Ct);
        Assert.Equal(3, server.Seen.Count);
    }

    [Fact]
    public async Task Pages_that_are_no_reply_open_the_circuit_too()
    {
        var clock = new ShiftClock();
        using var lab = new CarrierLab(clock);
        await using var server = await CarrierStub.SayingAsync(200, "<html><p>Sign in", "text/html");

        for (var i = 0; i < 5; i++)
        {
            var reply = await lab.Open(server.Address).ReadAsync(Get(), Ct);
            Assert.Throws<CarrierException>(() => CarrierXml.Parse(reply));
        }

        Assert.Equal(CarrierErrorKind.BadReply, (await FailsAsync(() => lab.Open(server.Address).ReadAsync(Get(), Ct))).Kind);
    }
}

/// <summary>The real clock, which can be moved on.</summary>
internal sealed class ShiftClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _shift);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);
}

/// <summary>A clock on which every wait is over at once, and has taken as long as it should.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _ticks;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Add(ref _ticks, Math.Max(0, dueTime.Ticks));
        return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
