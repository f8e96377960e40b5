using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Many purchases while nearly everything goes wrong: what the carrier sold is what we know to be ours, and nothing was bought twice.</summary>
[Trait("Category", "Slow")]
public sealed class Bandwidth2StormTests
{
    private const int Buyers = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task After_a_storm_the_carriers_ledger_and_ours_are_equal(int seed)
    {
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        var context = bench.Context(("request_timeout_ms", 1000), ("settle_max_interval_s", 1), ("rate_limit_per_s", 2000), ("max_in_flight", 64));
        var numbers = (await bench.FindAsync("+1303", Buyers, Ct)).Select(hit => hit.Number).ToList();
        await bench.PostAsync("profile", new { name = "storm", seed });

        var ends = await Task.WhenAll(numbers.Select(number => DriveAsync(bench, Bandwidth2Bench.Order(number), context)));
        await bench.PostAsync("profile", new { name = "calm", seed });

        Assert.All(ends, end => Assert.True(end.Outcome is CarrierOutcome.Done or CarrierOutcome.Refused or CarrierOutcome.Absent, end.Outcome.ToString()));
        Assert.Equal(
            ends.Where(end => end.Outcome is CarrierOutcome.Done).Select(end => end.Number.ToString()).Order(StringComparer.Ordinal),
            (await bench.HeldAsync()).Order(StringComparer.Ordinal));
        Assert.NotEmpty(await bench.HeldAsync());
        Assert.Contains(ends, end => end.WasUnclear); // else it was no storm
    }

    // The engine's rules (carriers.md 1.9) in a few lines: ask on until it is clear; twice absent, then once more under the same key.
    private static async Task<(PhoneNumber Number, CarrierOutcome Outcome, bool WasUnclear)> DriveAsync(Bandwidth2Bench bench, CarrierOrder order, CarrierContext context)
    {
        var (absent, sent, wasUnclear) = (0, 1, false);
        var outcome = await bench.Carrier.AcquireAsync(order, context, Ct);
        while (true)
        {
            await Task.Delay(20, Ct);
            wasUnclear |= outcome is CarrierOutcome.Unknown;
            order = order with { SentAt = TimeProvider.System.GetUtcNow(), CarrierOrderId = IdOf(outcome) ?? order.CarrierOrderId };
            switch (outcome)
            {
                case CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.RateLimited }:
                    outcome = await bench.Carrier.AcquireAsync(order, context, Ct);
                    break;
                case CarrierOutcome.Absent when ++absent < 2:
                    outcome = await bench.Carrier.RecoverAsync(order, context, Ct);
                    break;
                case CarrierOutcome.Absent when sent++ < 2:
                    absent = 0;
                    outcome = await bench.Carrier.AcquireAsync(order, context, Ct);
                    break;
                case CarrierOutcome.Pending or CarrierOutcome.Unknown:
                    outcome = await bench.Carrier.RecoverAsync(order, context, Ct);
                    break;
                default:
                    return (order.Number, outcome, wasUnclear);
            }
        }
    }

    private static string? IdOf(CarrierOutcome outcome) => outcome switch
    {
        CarrierOutcome.Pending pending => pending.CarrierOrderId,
        CarrierOutcome.Unknown unknown => unknown.CarrierOrderId,
        _ => null,
    };
}
