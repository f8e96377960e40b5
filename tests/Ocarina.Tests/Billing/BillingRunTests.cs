using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Changes priced one after the other (numbers.md 13.2, 13.4).</summary>
public sealed class BillingRunTests
{
    private static readonly AccountId Reseller = AccountId.Parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private static readonly AccountId Alice = AccountId.Parse("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    private static readonly AccountId Bob = AccountId.Parse("cccccccccccccccccccccccccccccccc");
    private static readonly AccountId Master = AccountId.Parse("dddddddddddddddddddddddddddddddd");
    private int _next;

    [Fact]
    public void What_fits_the_credit_is_priced_and_the_rest_is_refused()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rate":1.5,"activation_charge":2}}}""", credit: 8));

        var first = run.Add(null, Owned(Alice));
        var second = run.Add(null, Owned(Alice));
        var third = run.Add(null, Owned(Alice));

        Assert.Equal([(ChargeKind.Activation, 1L, 2m), (ChargeKind.Recurring, 1L, 1.5m)], first.Lines.Select(line => (line.Kind, line.Quantity, line.Amount)));
        Assert.Null(second.Refusal);
        Assert.Equal((402, "not_enough_credit"), (third.Refusal!.Code, third.Refusal.Error));
        Assert.Empty(third.Lines);
        // What was refused is not in the quote.
        Assert.Equal(2, Assert.Single(run.Invoices()).Items.Single().After.Quantity);
    }

    [Fact]
    public void A_refusal_leaves_room_for_what_costs_less()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"tollfree_us":{"rate":5},"did_us":{"rate":1}}}""", credit: 1));

        Assert.NotNull(run.Add(null, Owned(Alice, "+1800555")).Refusal);
        Assert.Null(run.Add(null, Owned(Alice)).Refusal);
        Assert.NotNull(run.Add(null, Owned(Alice)).Refusal);
    }

    [Fact]
    public void Prices_that_fall_with_the_quantity_charge_the_rise_of_the_total()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rates":{"1":10,"5":8}}}}""", credit: 100));

        Assert.Equal(10, run.Add(null, Owned(Alice)).Lines.Sum(line => line.Amount));
        Assert.Equal(6, run.Add(null, Owned(Alice)).Lines.Sum(line => line.Amount)); // 2 x 8 less 10
    }

    [Fact]
    public void A_number_that_goes_is_written_down_and_nothing_is_paid_back()
    {
        var number = Owned(Alice);
        var usage = NumberUnits.Of(number, new Scope());
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rate":1}}}""", credit: 0) with { Usage = new AccountUsage(usage, Quantities.None) });

        var line = Assert.Single(run.Add(number, number with { Account = null, State = NumberState.Available }).Lines);

        Assert.Equal((ChargeKind.Recurring, -1L, 0m), (line.Kind, line.Quantity, line.Amount));
    }

    [Fact]
    public void Both_the_account_and_its_reseller_pay_where_both_have_a_plan()
    {
        var run = Run(
            Payer(Alice, """{"phone_numbers":{"did_us":{"rate":3}}}""", credit: 10),
            Payer(Reseller, """{"phone_numbers":{"did_us":{"rate":1,"cascade":true}}}""", credit: 1));

        var first = run.Add(null, Owned(Alice));
        Assert.Equal([(Alice, 3m), (Reseller, 1m)], first.Lines.Select(line => (line.Payer, line.Amount)));
        // The reseller has nothing left, so the account cannot buy, and is not charged either.
        Assert.NotNull(run.Add(null, Owned(Alice)).Refusal);
        Assert.Equal([Alice, Reseller], run.Invoices().Select(invoice => invoice.Payer));
        Assert.Equal(3, run.Invoices()[0].Recurring);
    }

    [Fact]
    public void A_plan_that_does_not_cascade_does_not_see_the_accounts_below()
    {
        var run = Run(Payer(Reseller, """{"phone_numbers":{"did_us":{"rate":1}}}""", credit: 0));

        Assert.Empty(run.Add(null, Owned(Alice)).Lines);
    }

    [Fact]
    public void A_move_takes_from_one_and_gives_to_the_other()
    {
        var number = Owned(Alice);
        var usage = new AccountUsage(NumberUnits.Of(number, new Scope()), Quantities.None);
        const string plan = """{"phone_numbers":{"did_us":{"rate":1,"activation_charge":4}}}""";
        var run = Run(Payer(Alice, plan, 0) with { Usage = usage }, Payer(Bob, plan, 5));

        var lines = run.Add(number, number with { Account = Bob }).Lines;

        Assert.Equal([(Alice, -1L, 0m)], lines.Where(line => line.Payer == Alice).Select(line => (line.Payer, line.Quantity, line.Amount)));
        Assert.Equal(5, lines.Where(line => line.Payer == Bob).Sum(line => line.Amount));
    }

    [Fact]
    public void Who_is_in_debt_may_give_up_what_he_has()
    {
        var number = Owned(Alice);
        var usage = new AccountUsage(NumberUnits.Of(number, new Scope()), Quantities.None);
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rate":1}}}""", credit: -5) with { Usage = usage });

        Assert.Null(run.Add(number, number with { Account = null, State = NumberState.Available }).Refusal);
        Assert.NotNull(run.Add(null, Owned(Alice)).Refusal);
    }

    [Fact]
    public void Fewer_units_cost_nothing_within_the_month_whatever_the_table_says()
    {
        var numbers = new[] { Owned(Alice), Owned(Alice), Owned(Alice) };
        var usage = new AccountUsage(Quantities.Of(numbers.SelectMany(number => NumberUnits.Of(number, new Scope()).Items)), Quantities.None);
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rates":{"2":10},"rate":1}}}""", credit: 0) with { Usage = usage });

        var line = Assert.Single(run.Add(numbers[0], numbers[0] with { Account = null, State = NumberState.Available }).Lines);

        Assert.Equal((-1L, 0m), (line.Quantity, line.Amount));
    }

    [Fact]
    public void A_flat_price_that_rises_with_the_quantity_has_to_be_accepted()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"flat_rates":{"1":10,"100":50}}}}""", credit: 100) with
        {
            Usage = new AccountUsage(NumberUnits.Of(Owned(Alice), new Scope()), Quantities.None),
        });

        Assert.Equal(40, run.Add(null, Owned(Alice)).Lines.Sum(line => line.Amount));
        Assert.True(Assert.Single(run.Invoices()).NeedsAcceptance);
    }

    [Fact]
    public void Only_a_ledger_looks_at_credit()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rate":1}}}""", credit: 0, bookkeeper: "default"));

        var price = run.Add(null, Owned(Alice));

        Assert.Null(price.Refusal);
        Assert.Equal(1, Assert.Single(price.Lines).Amount);
    }

    [Fact]
    public void A_minimum_that_nobody_named_is_owed_from_the_first_unit_until_the_month_ends()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"_all":{"rate":2,"minimum":3}}}""", credit: 100));
        var number = Owned(Alice);

        Assert.Equal([(3L, 6m)], run.Add(null, number).Lines.Select(line => (line.Quantity, line.Amount)));
        // It goes, and another one comes: both are within what is paid for.
        Assert.Empty(run.Add(number, number with { Account = null, State = NumberState.Available }).Lines);
        Assert.Empty(run.Add(null, Owned(Alice)).Lines);
        Assert.Equal([(3L, 6m)], run.Add(null, Owned(Alice, "+1800555")).Lines.Select(line => (line.Quantity, line.Amount)));
    }

    [Fact]
    public void A_minimum_that_is_billed_under_a_name_is_owed_as_any_other()
    {
        var run = Run(Payer(Alice, """{"phone_numbers":{"_all":{"as":"number","rate":2,"minimum":2}}}""", credit: 100));

        Assert.Equal(4, Assert.Single(run.AllInvoices()).Recurring);
        Assert.Empty(run.Add(null, Owned(Alice)).Lines);
        Assert.Empty(run.Add(null, Owned(Alice, "+1800555")).Lines);
        Assert.Equal(2, run.Add(null, Owned(Alice)).Lines.Sum(line => line.Amount));
    }

    [Fact]
    public void Quantities_set_by_hand_do_not_move()
    {
        var manual = Quantities.Of([KeyValuePair.Create(new ChargeItem("phone_numbers", "did_us"), 7L)]);
        var run = Run(Payer(Alice, """{"phone_numbers":{"did_us":{"rate":1}}}""", credit: 0) with { Manual = manual });

        Assert.Empty(run.Add(null, Owned(Alice)).Lines);
        Assert.Equal(7, Assert.Single(run.AllInvoices()).Items.Single().After.Quantity);
    }

    [Fact]
    public void What_a_number_counts_for()
    {
        var number = Owned(Alice) with
        {
            Carrier = CarrierName.Parse("bandwidth2"),
            Features = DocumentText.From(new JsonObject { ["e911"] = new JsonObject() }),
            PublicFields = DocumentText.From(new JsonObject { ["billing"] = new JsonObject { ["premium_line"] = 2 } }),
        };

        Assert.Equal(["billing/premium_line 2", "number_carriers/knm_bandwidth2 1", "number_services/e911 1", "phone_numbers/did_us 1"], Units(number));
        Assert.Equal(["number_carriers/knm_local 1", "number_services/local 1"], Units(Owned(Alice) with
        {
            Carrier = CarrierName.Local,
            Features = DocumentText.From(new JsonObject { ["local"] = new JsonObject() }),
        }));
        Assert.Empty(Units(number with { Account = null }));
        Assert.All(
            [NumberState.Discovery, NumberState.Available, NumberState.Aging, NumberState.Released, NumberState.Deleted],
            state => Assert.Empty(Units(number with { State = state })));
        // The field is the customer's own word: it makes nothing free.
        Assert.Contains("phone_numbers/did_us 1", Units(number with { PublicFields = DocumentText.From(new JsonObject { ["enabled"] = false }) }));
    }

    [Theory]
    [InlineData("inventory", false)]
    [InlineData("local", false)]
    [InlineData("inum", false)]
    [InlineData("managed", true)]
    [InlineData("other", true)]
    [InlineData("bandwidth2", true)]
    [InlineData("didww", true)]
    [InlineData("of_a_plug_in", true)]
    public void Under_the_older_profile_the_carrier_says_which_numbers_count(string carrier, bool isCounted)
    {
        var number = Owned(Alice) with { Carrier = CarrierName.Parse(carrier) };

        Assert.Equal(isCounted, Units(number, byCarrier: true).Contains("phone_numbers/did_us 1"));
        Assert.Contains($"number_carriers/knm_{carrier} 1", Units(number, byCarrier: true));
    }

    [Theory]
    [InlineData("0.0000005", 1)]
    [InlineData("-0.0000005", -1)]
    [InlineData("19.99", 19_990_000)]
    [InlineData("0.1", 100_000)]
    public void Money_rests_in_millionths(string amount, long millionths) =>
        Assert.Equal(millionths, Money.ToMillionths(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Units(NumberRecord number, bool byCarrier = false) => NumberUnits.Of(number, new Scope { CountsByCarrier = byCarrier }).Items.Select(unit => $"{unit.Key.Category}/{unit.Key.Item} {unit.Value}");

    private static string? ClassOf(PhoneNumber number) => number.ToString().StartsWith("+1800", StringComparison.Ordinal) ? "tollfree_us" : "did_us";

    private static BillingRun Run(params PayerBooks[] payers) => new(payers, new Scope());

    private static PayerBooks Payer(AccountId account, string plan, decimal credit, string bookkeeper = "ledger") => new(
        account, [new AccountPlan(Master, new JsonObject { ["type"] = bookkeeper }, new ServicePlan(JsonNode.Parse(plan)!.AsObject()))], AccountUsage.None, Quantities.None, credit);

    private NumberRecord Owned(AccountId owner, string area = "+1415555") => new()
    {
        Number = PhoneNumber.Parse(area + (++_next).ToString("0000", System.Globalization.CultureInfo.InvariantCulture)),
        State = NumberState.InService,
        Account = owner,
        Carrier = CarrierName.Inventory,
        StateSince = default,
        Created = default,
        Modified = default,
    };

    private sealed class Scope : IBillingScope
    {
        public IReadOnlyList<AccountId> PayersOf(AccountId owner) => owner == Reseller ? [Reseller] : [owner, Reseller];

        public string? ClassOf(PhoneNumber number) => BillingRunTests.ClassOf(number);

        public bool CountsByCarrier { get; init; }
    }
}
