using Ocarina.Conformance.Wire;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>A wire and a carrier that fail.</content>
public abstract partial class CarrierConformance
{
    /// <summary>C07: a redirect is not followed, and credentials go nowhere else.</summary>
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task C07_A_redirect_is_not_followed(int status)
    {
        var hit = await Lab.HitAsync();
        var visits = 0;
        await using var elsewhere = await StubServer.StartAsync(
            _ =>
            {
                Interlocked.Increment(ref visits);
                return new StubReply(200, Samples.Surprise.Body, Samples.Surprise.ContentType);
            },
            Row.Ct);
        Lab.Tap.Add(WireFault.Answer(status, headers: ("Location", new Uri(elsewhere.Address, "steal").ToString())).Always());

        Assert.NotNull((await Lab.FindAsync(Lab.Context())).Error);
        var (_, outcome) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        Assert.True(outcome is CarrierOutcome.Unknown or CarrierOutcome.Refused, outcome.ToString());
        Assert.Equal(0, visits);
    }

    /// <summary>The first rule of all: a write that was carried out and not answered has been sent once.</summary>
    [Fact]
    public async Task C38_Every_write_goes_out_once_when_the_carrier_books_and_hangs_up()
    {
        var hit = await Lab.HitAsync();
        await Lab.BuyAsync(1); // to learn how many writes a purchase takes
        var (order, _) = await Lab.CarryOutAsync(Lab.Order(hit));
        await Lab.CarryOutAsync(Lab.Release(order));
        var writes = Lab.Tap.Seen.Count(request => request.IsWrite);

        for (var which = 0; which < writes; which++)
        {
            Lab.Notes.Clear();
            var next = await Lab.HitAsync();
            Lab.Clock.Jump(TimeSpan.FromMinutes(10));
            WireRequest? struck = null;
            Lab.Tap.Add(new WireFault(WireFaultKind.HangUpAfterBooking) { On = request => request.IsWrite, Skip = which });
            var (bought, outcome) = await Lab.SendAsync(Lab.Order(next), Lab.Context());
            if (outcome is CarrierOutcome.Done) await Lab.SendAsync(Lab.Release(bought), Lab.Context());
            struck = Lab.Tap.Seen.Where(request => request.IsWrite).ElementAtOrDefault(which);

            if (struck is not null) Assert.Single(Lab.Tap.Seen, request => request.IsWrite && request.Text == struck.Text);
            Lab.Tap.Reset();
        }
    }

    /// <summary>C35: each error of the module's table has its kind, and the carrier's code and words are kept.</summary>
    [Fact]
    public async Task C35_Each_error_has_its_kind_and_keeps_code_and_words()
    {
        Row.NeedsCase(Samples.Errors.Count > 0, "table of errors");
        var hit = await Lab.HitAsync();
        foreach (var (act, status, body, kind, code) in Samples.Errors)
        {
            Lab.Tap.Reset();
            Lab.Notes.Clear();
            Lab.Clock.Jump(TimeSpan.FromMinutes(20));
            Lab.Tap.Add(WireFault.Answer(status, body, Samples.Surprise.ContentType).OnAct(act).Always());
            var error = act == WireAct.Search ? (await Lab.FindAsync(Lab.Context())).Error : ErrorOf((await Lab.SendAsync(Lab.Order(hit), Lab.Context())).Outcome);
            Assert.True(error?.Kind == kind, $"{status} {body}: {error}");
            if (code is not null) Assert.True(error!.Code == code || error.Detail?.Contains(code, StringComparison.Ordinal) == true, $"{body}: {error}"); // its kind is known
        }
    }

    /// <summary>C35: a status alone has the kind that it has everywhere.</summary>
    [Theory]
    [InlineData(400, CarrierErrorKind.InvalidRequest)]
    [InlineData(401, CarrierErrorKind.Unauthenticated)]
    [InlineData(403, CarrierErrorKind.Unauthorized)]
    [InlineData(405, CarrierErrorKind.BadReply)]
    [InlineData(429, CarrierErrorKind.RateLimited)]
    [InlineData(500, CarrierErrorKind.CarrierFault)]
    [InlineData(502, CarrierErrorKind.CarrierFault)]
    [InlineData(503, CarrierErrorKind.CarrierFault)]
    [InlineData(509, CarrierErrorKind.RateLimited)]
    public async Task C35_A_status_without_a_body_has_its_default_kind(int status, CarrierErrorKind kind)
    {
        Lab.Tap.Add(WireFault.Answer(status).OnAct(WireAct.Search).Always());
        Assert.Equal(kind, (await Lab.FindAsync(Lab.Context())).Error?.Kind);
    }

    /// <summary>C36: wrong credentials are not tried again and again.</summary>
    [Fact]
    public async Task C36_Wrong_credentials_are_tried_twice_a_minute_at_most()
    {
        var context = Lab.Context();
        Lab.Tap.Add(WireFault.Answer(401).Always());
        for (var search = 0; search < 8; search++) Assert.Equal(CarrierErrorKind.Unauthenticated, (await Lab.FindAsync(context)).Error?.Kind);

        Assert.InRange(Lab.Tap.Seen.Count, 1, 2);
    }

    /// <summary>C37: a carrier that says <i>too many</i> is waited for as long as it asks, and a purchase is kept.</summary>
    [Theory]
    [InlineData(429, null)]
    [InlineData(429, "2")]
    [InlineData(509, null)]
    public async Task C37_Too_many_requests_put_off_and_lose_nothing(int status, string? retryAfter)
    {
        var hit = await Lab.HitAsync();
        var fault = retryAfter is null ? WireFault.Answer(status) : WireFault.Answer(status, headers: ("Retry-After", retryAfter));
        Lab.Tap.Add(fault.OnAct(WireAct.Search));
        Assert.Null((await Lab.FindAsync(Lab.Context())).Error); // asked again after a while
        var searches = Lab.Tap.SeenOf(WireAct.Search);
        Assert.True(TimeProvider.System.GetElapsedTime(searches[0].At, searches[1].At) > TimeSpan.FromSeconds(retryAfter is null ? 0.9 : 1.9));

        Lab.Clock.Jump(TimeSpan.FromMinutes(5));
        Lab.Tap.Add(fault.OnAct(WireAct.Order) with { Times = 1 });
        var (order, first) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        var error = Assert.IsType<CarrierOutcome.Refused>(first).Error;
        Assert.Equal(CarrierErrorKind.RateLimited, error.Kind);
        Assert.True(error.RetryAfter >= TimeSpan.FromSeconds(retryAfter is null ? 0.9 : 1.9));
        Assert.IsType<CarrierOutcome.Done>((await Lab.SettleAsync(order, first)).Outcome);
        Assert.Single(await Lab.OwnedAsync());
    }

    /// <summary>C38: a failing carrier is asked again a few times; an order is not sent again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C38_Questions_are_repeated_within_limits_and_orders_are_not(bool answers)
    {
        var hit = await Lab.HitAsync();
        var fault = answers ? WireFault.Answer(503) : new WireFault(WireFaultKind.HangUpBeforeBooking);
        Lab.Tap.Add(fault.OnAct(WireAct.Search).Always());
        Assert.NotNull((await Lab.FindAsync(Lab.Context())).Error);
        Assert.InRange(Lab.Tap.SeenOf(WireAct.Search).GroupBy(request => request.Text).Max(same => same.Count()), 2, 3);

        Lab.Tap.Reset();
        Lab.Clock.Jump(TimeSpan.FromMinutes(20));
        Lab.Tap.Add(fault.OnAct(WireAct.Order).Always());
        var (_, outcome) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        Assert.False(outcome is CarrierOutcome.Refused, outcome.ToString());
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
    }

    /// <summary>C39: whatever comes back in place of a list is an error, costs little memory, and breaks nothing.</summary>
    [Theory]
    [InlineData("malformed")]
    [InlineData("truncated")]
    [InlineData("dtd")]
    [InlineData("nested")]
    [InlineData("surprise")]
    [InlineData("page")]
    [InlineData("page with 502")]
    [InlineData("empty")]
    [InlineData("half")]
    [InlineData("packed")]
    [InlineData("huge")]
    public async Task C39_Nonsense_is_an_error_and_breaks_nothing(string what)
    {
        var hit = await Lab.HitAsync();
        Lab.Tap.Add(Nonsense.Of(what, Samples.Surprise).OnAct(WireAct.Search).Always());
        var reply = await Lab.FindAsync(Lab.Context());
        Assert.Empty(reply.Numbers);
        Assert.Contains(reply.Error?.Kind, (CarrierErrorKind?[])[CarrierErrorKind.BadReply, CarrierErrorKind.CarrierFault, CarrierErrorKind.Unreachable, CarrierErrorKind.InvalidRequest]);
        if (what == "huge") Assert.True(Lab.Tap.HugeSent < 64 * 1024 * 1024, "More than the limit was taken.");

        // And when the order was booked: not known, and found afterwards.
        if (what == "huge") return;
        Lab.Tap.Reset();
        Lab.Clock.Jump(TimeSpan.FromMinutes(20));
        var nonsense = Nonsense.Of(what, Samples.Surprise);
        Lab.Tap.Add((nonsense.Kind == WireFaultKind.Reply ? nonsense with { Kind = WireFaultKind.BookThenReply } : nonsense).OnAct(WireAct.Order));
        var (order, first) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        Assert.False(first is CarrierOutcome.Refused or CarrierOutcome.Absent, first.ToString());
        await AssertFoundAsync(order, first);
    }

    /// <summary>C40: the same list in other clothes is the same list.</summary>
    [Theory]
    [InlineData("mark")]
    [InlineData("no declaration")]
    [InlineData("comments")]
    [InlineData("attributes")]
    [InlineData("prefix")]
    [InlineData("order")]
    [InlineData("more members")]
    public async Task C40_The_same_reply_in_other_clothes_is_the_same(string clothes)
    {
        var plain = (await Lab.FindAsync(Lab.Context(), 5)).Numbers;
        Lab.Tap.Add(new WireFault(WireFaultKind.Rewrite) { Change = body => Clothes.Change(clothes, body) }.OnAct(WireAct.Search).Always());
        var dressed = await Lab.FindAsync(Lab.Context(), 5);

        Assert.Null(dressed.Error);
        Assert.Equal(plain.Select(Facts), dressed.Numbers.Select(Facts));

        static (string, RateCenter?, string?, CarrierPrice?) Facts(CarrierHit hit) => (hit.Number.ToString(), hit.RateCenter, hit.Locality, hit.Price);
    }

    private static CarrierError? ErrorOf(CarrierOutcome outcome) => outcome switch
    {
        CarrierOutcome.Refused refused => refused.Error,
        CarrierOutcome.Unknown unknown => unknown.Error,
        CarrierOutcome.NeedsOperator stuck => stuck.Error,
        CarrierOutcome.Scheduled later => later.Error,
        _ => null,
    };
}
