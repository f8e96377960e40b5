using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>The controls of the torture test's check: each thing that must not happen, made up, is seen.</summary>
public sealed class TortureCheckTests
{
    private static readonly CarrierSale Sale = new("bandwidth2", "+1", "A", 100);
    private static readonly OurOrder Bought = new("A", "acquire", "done", "acquired", "+1", "bandwidth2", "alice");
    private static readonly OurNumber Held = new("+1", "bandwidth2", "in_service", "alice", IsHeld: true);

    [Fact]
    public void Books_that_agree_have_no_faults() => Assert.Empty(Faults([Sale], [Sale], [Bought], [Held], Alice(won: "+1", promised: "A")));

    [Fact]
    public void A_number_that_was_given_back_on_both_sides_is_no_fault() => Assert.Empty(Faults(
        [Sale], [], [Bought, new OurOrder("B", "disconnect", "done", "released", "+1", "bandwidth2", "alice")], [Held with { Account = null, State = "aging", IsHeld = false }],
        Alice(won: "+1", givenBack: "+1")));

    [Fact]
    public void A_number_that_is_paid_for_and_unknown_is_seen() => Assert.NotEmpty(Faults([Sale], [Sale], [], []));

    [Fact]
    public void A_number_that_is_paid_for_and_whose_order_failed_is_seen() =>
        Assert.NotEmpty(Faults([Sale], [Sale], [Bought with { State = "failed", Outcome = "refused" }], []));

    [Fact]
    public void A_number_that_the_carrier_does_not_know_is_seen() => Assert.NotEmpty(Faults([Sale], [], [Bought], [Held]));

    [Fact]
    public void A_purchase_that_never_was_is_seen() => Assert.NotEmpty(Faults([], [], [Bought], [Held with { IsHeld = false, Account = null, State = "aging" }]));

    [Fact]
    public void A_number_that_was_sold_twice_is_seen() =>
        Assert.NotEmpty(Faults([Sale, Sale with { Reference = "B" }], [Sale], [Bought, Bought with { Id = "B" }], [Held]));

    [Fact]
    public void A_number_that_was_sold_again_after_it_was_given_back_is_no_fault() => Assert.Empty(TortureCheck.Faults(
        new CarrierBooks([Sale, Sale with { Reference = "B" }], [Sale], new Dictionary<string, long> { ["bandwidth2"] = 200 }) { Released = ["+1"] },
        new OurBooks([Bought, Bought with { Id = "B" }], [Held]), [Alice()], ["bandwidth2"]));

    [Fact]
    public void An_order_that_was_charged_twice_is_seen() =>
        Assert.NotEmpty(Faults([Sale, Sale with { Number = "+2" }], [Sale], [Bought], [Held]));

    [Fact]
    public void Money_that_bought_nothing_is_seen() => Assert.NotEmpty(TortureCheck.Faults(
        new CarrierBooks([Sale], [Sale], new Dictionary<string, long> { ["bandwidth2"] = 200 }), new OurBooks([Bought], [Held]), [Alice()], ["bandwidth2"]));

    [Theory]
    [InlineData("waiting", null)]
    [InlineData("needs_operator", null)]
    [InlineData("needs_operator", "stranded")]
    [InlineData("done", "stranded")]
    public void An_order_that_has_not_ended_or_is_stranded_is_seen(string state, string? outcome) =>
        Assert.NotEmpty(Faults([], [], [Bought with { State = state, Outcome = outcome }], []));

    [Fact]
    public void An_answer_that_is_not_so_is_seen()
    {
        Assert.NotEmpty(Faults([], [], [], [], Alice(won: "+1")));
        Assert.NotEmpty(Faults([Sale], [Sale], [Bought with { Account = "bob" }], [Held with { Account = "bob" }], Alice(won: "+1"), Bob()));
        Assert.NotEmpty(Faults([], [], [], [], Alice(promised: "A")));
    }

    [Fact]
    public void A_purchase_that_nobody_asked_for_is_seen()
    {
        Assert.NotEmpty(Faults([Sale], [Sale], [Bought], [Held], new Told("alice")));
        Assert.NotEmpty(Faults([Sale], [Sale], [Bought with { Offer = "voxbone:1" }], [Held], new Told("alice")));
        Assert.NotEmpty(Faults([Sale], [Sale], [Bought], [Held with { Account = "bob" }], Alice(), new Told("bob")));
    }

    private static IReadOnlyList<string> Faults(CarrierSale[] sold, CarrierSale[] held, OurOrder[] orders, OurNumber[] numbers, params Told[] told) => TortureCheck.Faults(
        new CarrierBooks(sold, held, new Dictionary<string, long> { ["bandwidth2"] = sold.Sum(sale => sale.Minor) }), new OurBooks(orders, numbers), told.Length == 0 ? [Alice()] : told, ["bandwidth2"]);

    private static Told Bob()
    {
        var told = new Told("bob");
        told.Asked.UnionWith(["+1", "+2"]);
        return told;
    }

    private static Told Alice(string? won = null, string? promised = null, string? givenBack = null)
    {
        var told = new Told("alice");
        told.Asked.UnionWith(["+1", "+2"]);
        if (won is not null) told.Won.Add(won);
        if (promised is not null) told.Promised.Add(promised);
        if (givenBack is not null) told.GivenBack.Add(givenBack);
        return told;
    }
}
