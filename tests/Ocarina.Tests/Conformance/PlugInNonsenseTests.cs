using System.Collections.Immutable;
using Ocarina.Carriers.PlugIns;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Conformance;

/// <summary>A module that leaves out what the contract says is there troubles nobody but itself.</summary>
public sealed class PlugInNonsenseTests
{
    private static readonly PhoneNumber Number = PhoneNumber.Parse("+13035550142");
    private static readonly CarrierSearch Search = new("+1303", 5, 0, "US");
    private static readonly CarrierOrder Order = new(OrderKey.New(TimeProvider.System), OrderKind.Acquire, Number);
    private static readonly CarrierError Error = new(CarrierErrorKind.NumberUnavailable, "gone");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_that_are_missing_are_empty()
    {
        var none = await FindAsync(new FindReply(null!) { Offers = null! });
        var done = Assert.IsType<CarrierOutcome.Done>(await AcquireAsync(new CarrierOutcome.Done(default) { Evidence = null!, Warnings = null! }));

        Assert.Null(none.Error);
        Assert.Empty(none.Numbers);
        Assert.Empty(none.Offers);
        Assert.Empty(done.Evidence);
        Assert.Empty(done.Warnings);
        Assert.True(done.CarrierData.IsEmpty);
    }

    [Fact]
    public async Task Entries_that_are_missing_or_cannot_be_read_are_dropped_alone()
    {
        var good = new CarrierHit(Number);
        var found = await FindAsync(new FindReply([null!, good with { Features = null!, Price = new CarrierPrice(null!, 1, 1) }, good with { CarrierData = Unreadable("[1]") }])
        {
            Offers = [null!, new GroupOffer("acme:1", "+1303XXXXXXX", 1, null!), new GroupOffer(null!, "+1303XXXXXXX", 1, good), new GroupOffer("acme:2", "+1303XXXXXXX", 1, good)],
        });
        var done = Assert.IsType<CarrierOutcome.Done>(await AcquireAsync(new CarrierOutcome.Done(default) { Evidence = [null!, "se\0en"], Warnings = ["not_routed", null!] }));

        var hit = Assert.Single(found.Numbers);
        Assert.Empty(hit.Features);
        Assert.Null(hit.Price);
        Assert.Equal((2, "acme:2"), (found.Dropped, Assert.Single(found.Offers).Id));
        Assert.Equal(["seen"], done.Evidence);
        Assert.Equal(["not_routed"], done.Warnings);
    }

    public static TheoryData<CarrierOutcome> Senseless =>
    [
        new CarrierOutcome.Refused(null!),
        new CarrierOutcome.Refused(new CarrierError((CarrierErrorKind)99)),
        new CarrierOutcome.Unknown(null!),
        new CarrierOutcome.Scheduled(DateTimeOffset.UnixEpoch, null!),
        new CarrierOutcome.NeedsOperator(null!),
        new CarrierOutcome.Done(Unreadable("nothing")),
        new CarrierOutcome.Done(Unreadable("null")),
        new CarrierOutcome.Done(Unreadable("""{"a":1,"a":2}""")),
        new CarrierOutcome.Done(default) { Surplus = Unreadable("""["+13035550143"]""") },
        new CarrierOutcome.Pending("7") { Facts = Unreadable("{") },
        new CarrierOutcome.Pretended(Unreadable("3")),
        new CarrierOutcome.Unchanged(Unreadable("3")),
    ];

    [Theory]
    [MemberData(nameof(Senseless))]
    public async Task An_outcome_that_makes_no_sense_is_unknown(CarrierOutcome outcome)
    {
        var carrier = Around(new ScriptedModule("acme") { Acquire = _ => Task.FromResult(outcome), Recover = _ => Task.FromResult(outcome), Disconnect = _ => Task.FromResult(outcome) });

        foreach (var seen in new[] { await carrier.AcquireAsync(Order, Context, Ct), await carrier.RecoverAsync(Order, Context, Ct), await carrier.DisconnectAsync(Order, Context, Ct) })
        {
            var unknown = Assert.IsType<CarrierOutcome.Unknown>(seen);
            Assert.Equal("outcome_unknown", unknown.Error.Name);
            Assert.Equal((outcome as CarrierOutcome.Pending)?.CarrierOrderId, unknown.CarrierOrderId);
        }
    }

    [Fact]
    public async Task What_makes_sense_without_its_words_is_taken_with_others()
    {
        var refused = await AcquireAsync(new CarrierOutcome.Refused(Error with { Detail = new string('x', 2000), RetryAfter = TimeSpan.MinValue, Restrictions = Unreadable("?") }));
        var stranded = await AcquireAsync(new CarrierOutcome.Stranded(null!));
        var failed = await FindAsync(FindReply.Failed(new CarrierError((CarrierErrorKind)(-1))));

        var error = Assert.IsType<CarrierOutcome.Refused>(refused).Error;
        Assert.Equal((CarrierErrorKind.NumberUnavailable, CarrierError.DetailMax), (error.Kind, error.Detail!.Length));
        Assert.Null(error.RetryAfter);
        Assert.Null(error.Restrictions);
        Assert.NotEmpty(Assert.IsType<CarrierOutcome.Stranded>(stranded).Why);
        Assert.Equal(CarrierErrorKind.BadReply, failed.Error?.Kind);
    }

    [Fact]
    public async Task A_list_that_breaks_while_it_is_read_is_a_broken_answer()
    {
        var found = await FindAsync(new FindReply(new Breaking<CarrierHit>()));
        var outcome = await AcquireAsync(new CarrierOutcome.Done(default) { Evidence = new Breaking<string>() });

        Assert.Equal(CarrierErrorKind.BadReply, found.Error?.Kind);
        Assert.IsType<CarrierOutcome.Unknown>(outcome);
    }

    [Fact]
    public void Keys_that_were_never_set_are_none()
    {
        var carrier = Around(new ScriptedModule("acme") { Info = new CarrierInfo(CarrierCapabilities.Searches, 3, default(ImmutableArray<CarrierKey>)) });

        Assert.Empty(carrier.Info.Keys);
    }

    private static DocumentText Unreadable(string text) => DocumentText.FromStorage(text);

    private static Task<FindReply> FindAsync(FindReply reply) => Around(new ScriptedModule("acme") { Find = _ => Task.FromResult(reply) }).FindAsync(Search, Context, Ct);

    private static Task<CarrierOutcome> AcquireAsync(CarrierOutcome outcome) =>
        Around(new ScriptedModule("acme") { Acquire = _ => Task.FromResult(outcome) }).AcquireAsync(Order, Context, Ct);

    private static ICarrier Around(ScriptedModule module) => BoundedCarrier.Around(module, TimeProvider.System, new KeptLines());

    private static CarrierContext Context => new(CarrierSettings.Empty, _ => null, TimeProvider.System);

    /// <summary>Says that it holds three, and breaks at the first.</summary>
    private sealed class Breaking<T> : IReadOnlyList<T>
    {
        public int Count => 3;

        public T this[int index] => throw new InvalidOperationException("broken");

        public IEnumerator<T> GetEnumerator() => throw new InvalidOperationException("broken");

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
