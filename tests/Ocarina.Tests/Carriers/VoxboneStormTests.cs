using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Ocarina.Tests.Sandbox;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Many purchases while the carrier loses replies, fails after booking, refuses and talks nonsense; then both ledgers must be the same (carriers.md 7.5).</summary>
[Trait("Category", "Slow")]
public sealed class VoxboneStormTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_storm_ends_with_what_was_paid_for_and_nothing_else(int seed)
    {
        await using var lab = await SandboxLab.StartAsync(new SandboxOptions { Seed = seed });
        using var bench = Bench(lab);
        var hits = (await bench.FindAsync("+1205", quantity: 60)).Numbers;
        bench.Settings["search_mode"] = "offers";
        var offers = (await bench.FindAsync("+1205", quantity: 20)).Offers;
        await lab.TellAsync("/carriers/voxbone/rate", """{"per_second":1000}""");
        await lab.TellAsync("/profile", $$"""{"name":"storm","seed":{{seed}}}""");

        var wishes = hits.Select(bench.BuyFound).Concat(offers.Concat(offers).Select(offer => bench.BuyFound(offer.Like))).ToList();
        using var calm = new CancellationTokenSource();
        var running = wishes.Select(order => DriveAsync(bench, order, calm.Token)).ToList();
        // The first half of what is bought is bought in the storm; what is open then is settled in fair weather.
        while (running.Count(one => one.IsCompleted) < wishes.Count / 2) await Task.WhenAny([.. running.Where(one => !one.IsCompleted)]);
        await lab.TellAsync("/profile", """{"name":"calm"}""");
        var ended = await Task.WhenAll(running).WaitAsync(Patience.Max, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(ended, one => one.Outcome is CarrierOutcome.NeedsOperator);
        var bought = ended.Where(one => one.Outcome is CarrierOutcome.Done).ToList();
        Assert.NotEmpty(bought);
        Assert.Equal(
            bought.Select(one => (((CarrierOutcome.Done)one.Outcome).Delivered ?? one.Order.Number, one.Order.Key)).Select(pair => $"{pair.Item1} {pair.Key}").Order(),
            (await lab.HeldAsync()).Select(held => $"{held.Number} {held.Reference}").Order());
        Assert.Equal(bought.Count, bought.Select(one => one.Order.Key).Distinct().Count());
    }

    // What the engine does with one order, in small (carriers.md 1.9, 1.10).
    private static async Task<(CarrierOrder Order, CarrierOutcome Outcome)> DriveAsync(VoxboneBench bench, CarrierOrder order, CancellationToken ct)
    {
        var notes = new VoxboneNotes();
        var context = bench.Context() with { Notes = notes };
        CarrierOutcome outcome;
        do
        {
            outcome = await bench.Carrier.AcquireAsync(order, context, ct);
            order = After(order, outcome, notes, bench);
            if (outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.RateLimited }) await PauseAsync(500, ct);
        }
        while (outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.RateLimited });

        DateTimeOffset? firstAbsent = null;
        for (var pause = 300; outcome is not (CarrierOutcome.Done { NeedsFollowUp: false } or CarrierOutcome.Refused or CarrierOutcome.NeedsOperator); pause = Math.Min(pause * 2, 2000))
        {
            await PauseAsync(pause, ct);
            outcome = await bench.Carrier.RecoverAsync(order, context, ct);
            order = After(order, outcome, notes, bench);
            if (outcome is not CarrierOutcome.Absent)
            {
                firstAbsent = null;
                continue;
            }

            var now = bench.Clock.GetUtcNow();
            if (now - order.SentAt < Lag) continue;
            if (firstAbsent is { } first && now - first >= Lag / 4) return (order, outcome);
            firstAbsent ??= now;
        }

        return (order, outcome);
    }

    private static async Task PauseAsync(int milliseconds, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync(ct);
    }

    private static CarrierOrder After(CarrierOrder order, CarrierOutcome outcome, VoxboneNotes notes, VoxboneBench bench)
    {
        if (notes.Notes.LastOrDefault() is { Facts.IsEmpty: false } last && outcome is not CarrierOutcome.Pending) order = order with { Facts = last.Facts };
        if (order.SentAt is null && notes.Notes.Any(note => note.Phase == OrderPhase.Sending)) order = order with { SentAt = bench.Clock.GetUtcNow() };
        return outcome switch
        {
            CarrierOutcome.Pending pending => order with { Phase = OrderPhase.Waiting, CarrierOrderId = pending.CarrierOrderId ?? order.CarrierOrderId, Facts = pending.Facts ?? order.Facts },
            CarrierOutcome.Unknown => order with { Phase = OrderPhase.Unclear },
            CarrierOutcome.Done done => order with { Phase = OrderPhase.Done, CarrierOrderId = done.CarrierOrderId, CarrierData = done.CarrierData },
            _ => order,
        };
    }

    private static VoxboneBench Bench(SandboxLab lab)
    {
        var bench = new VoxboneBench(lab.Host.Voxbone);
        var known = new SandboxCredentials();
        bench.Settings["username"] = known.VoxboneUsername;
        bench.Settings["password"] = known.VoxbonePassword;
        bench.Settings["rate_limit_per_s"] = 300;
        bench.Settings["request_timeout_ms"] = 1500;
        bench.Settings["recover_lag_s"] = (int)Lag.TotalSeconds;
        bench.Settings["settle_max_interval_s"] = 1;
        bench.Settings["page_size"] = 100;
        return bench;
    }
}
