using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Every row of the tables of carriers.md 4.4 and 4.5.</summary>
public sealed class Bandwidth2SearchStrategyTests
{
    [Theory]
    [InlineData("+1303", "areaCode=303&enableTNDetail=true&LCA=false&quantity=5", "+1303")]
    [InlineData("+13035", "areaCode=303&enableTNDetail=true&LCA=false&quantity=50", "+13035")]
    [InlineData("+130355", "areaCode=303&enableTNDetail=true&LCA=false&quantity=50", "+130355")]
    [InlineData("+1303555", "npaNxx=303555&enableTNDetail=true&LCA=false&quantity=5", "+1303555")]
    [InlineData("+13035550", "npaNxxx=3035550&enableTNDetail=true&LCA=false&quantity=5", "+13035550")]
    [InlineData("+130355501", "npaNxxx=3035550&enableTNDetail=true&LCA=false&quantity=1000", "+130355501")]
    [InlineData("+1303555014", "npaNxxx=3035550&enableTNDetail=true&LCA=false&quantity=1000", "+1303555014")]
    [InlineData("+13035550142", "npaNxxx=3035550&enableTNDetail=true&LCA=false&quantity=1000", "+13035550142")]
    public void Digits_ask_for_as_much_as_the_carrier_can_look_for_and_the_rest_is_filtered(string prefix, string query, string within)
    {
        var plan = Plan(prefix);

        Assert.Equal(query, Text(plan));
        Assert.Equal(within, plan.Within);
    }

    // Kazoo 4.x takes the last two digits (855 becomes 55*), which no longer is a legal pattern.
    [Theory]
    [InlineData("+1855", "85*", 5)]
    [InlineData("+1800", "80*", 5)]
    [InlineData("+1888", "88*", 5)]
    [InlineData("+1822", "82*", 5)]
    [InlineData("+1880", "88*", 5)]
    [InlineData("+1889", "88*", 5)]
    [InlineData("+18335", "83*", 50)]
    [InlineData("+18335550", "83*", 50)]
    [InlineData("+18335550142", "83*", 50)]
    public void A_tollfree_code_becomes_its_first_two_digits_and_a_star_without_any_other_criterion(string prefix, string pattern, int quantity)
    {
        var plan = Plan(prefix);

        Assert.Equal($"tollFreeWildCardPattern={pattern}&quantity={quantity}", Text(plan));
        Assert.Equal(prefix, plan.Within);
    }

    [Theory]
    [InlineData("+18*", "8**")]
    [InlineData("+18**", "8**")]
    [InlineData("+180*", "80*")]
    [InlineData("+188*", "88*")]
    public void A_wild_card_is_brought_to_three_characters(string prefix, string pattern) =>
        Assert.Equal($"tollFreeWildCardPattern={pattern}&quantity=5", Text(Plan(prefix)));

    [Theory]
    [InlineData("+1")]
    [InlineData("+18")]
    public void Tollfree_without_a_code_asks_for_any(string prefix) =>
        Assert.Equal("tollFreeWildCardPattern=8**&quantity=5", Text(Plan(prefix, isTollfree: true)));

    [Theory]
    [InlineData("+19**")]
    [InlineData("+1855*")]
    [InlineData("+18*5")]
    [InlineData("+1***")]
    public void Other_wild_cards_are_refused_without_asking(string prefix) => Assert.IsType<SearchDecision.Invalid>(Decide(prefix));

    [Fact]
    public void Letters_ask_for_words()
    {
        Assert.Equal("localVanity=PIZZA&endsIn=true&enableTNDetail=true&quantity=5", Text(Plan("+1", ("pattern", "pizza"))));
        Assert.Equal("areaCode=303&state=CO&localVanity=PIZZA&endsIn=true&enableTNDetail=true&quantity=5", Text(Plan("+1303", ("pattern", "PIZZA"), ("state", "CO"))));
        Assert.Equal("tollFreeVanity=FLOWERS&quantity=5", Text(Plan("+1", isTollfree: true, ("pattern", "flowers"))));
        Assert.Equal("tollFreeVanity=FLOWERS&quantity=50", Text(Plan("+1800", ("pattern", "FLOWERS"))));
        Assert.Equal("74992", Plan("+1", ("pattern", "pizza")).EndsWith);
    }

    [Fact]
    public void Words_go_with_nothing_but_state_and_area_code()
    {
        Assert.IsType<SearchDecision.Invalid>(Decide("+1", ("pattern", "PIZZA"), ("zip", "80202")));
        Assert.IsType<SearchDecision.Invalid>(Decide("+1", ("pattern", "PIZ")));
        Assert.IsType<SearchDecision.Invalid>(Decide("+1", ("pattern", "PIZZERIAS")));
    }

    [Fact]
    public void Places_go_with_digits()
    {
        Assert.Equal("rateCenter=DENVER&state=CO&enableTNDetail=true&LCA=false&quantity=5", Text(Plan("+1", ("rate_center", "DENVER"), ("state", "CO"))));
        Assert.Equal("areaCode=303&city=DENVER&state=CO&enableTNDetail=true&LCA=false&quantity=5", Text(Plan("+1303", ("city", "DENVER"), ("state", "CO"))));
        Assert.Equal("zip=80202&enableTNDetail=true&LCA=false&quantity=5", Text(Plan("+1", ("zip", "80202"))));
        Assert.Equal("npaNxx=303555&lata=656&enableTNDetail=true&LCA=false&quantity=5", Text(Plan("+1303555", ("lata", "656"))));
        Assert.IsType<SearchDecision.Invalid>(Decide("+1303", ("rate_center", "DENVER")));
    }

    // The server's default is true and returns numbers outside the code asked for.
    [Fact]
    public void Neighbours_come_only_when_they_are_welcome_and_then_with_the_leading_criterion_alone()
    {
        var plan = Assert.IsType<SearchDecision.Ask>(SearchStrategy.Decide(
            Search("+1919", false, ("zip", "27601")), Bandwidth2Some.Settings(("search_local_calling_area", true)))).Plan;

        Assert.Equal("areaCode=919&enableTNDetail=true&LCA=true&quantity=5", Text(plan));
        Assert.True(plan.Takes("+16675550100"));
        Assert.False(Plan("+1919").Takes("+16675550100"));
    }

    [Fact]
    public void Without_detail_none_is_asked_for() => Assert.Equal("areaCode=303&LCA=false&quantity=5",
        Text(Assert.IsType<SearchDecision.Ask>(SearchStrategy.Decide(Search("+1303", false), Bandwidth2Some.Settings(("search_detail", false)))).Plan));

    [Theory]
    [InlineData("+3227", true)]
    [InlineData("+1103", false)]
    [InlineData("+1303155", false)]
    [InlineData("+1415", false, true)]
    public void What_the_carrier_cannot_have_is_not_asked_for(string prefix, bool isElsewhere, bool isTollfree = false) =>
        Assert.Equal(isElsewhere, Assert.IsType<SearchDecision.Nobody>(Decide(prefix, isTollfree)).IsElsewhere);

    [Fact]
    public void Types_that_are_not_sold_here_and_runs_of_numbers_are_not_asked_for()
    {
        Assert.IsType<SearchDecision.Nobody>(Decide("+1303", ("number_type", "mobile")));
        Assert.IsType<SearchDecision.Nobody>(SearchStrategy.Decide(Search("+1303", false) with { Blocks = 10 }, Bandwidth2Some.Settings()));
        Assert.Equal("tollFreeWildCardPattern=8**&quantity=5", Text(Plan("+1", ("number_type", "tollfree"))));
    }

    [Fact]
    public void Two_digits_alone_are_too_few() => Assert.IsType<SearchDecision.Invalid>(Decide("+130"));

    // The carrier knows no offset: ask for more and cut.
    [Fact]
    public void Offset_and_cap_shape_the_quantity()
    {
        Assert.Equal(25, Decided(Search("+1303", false) with { Offset = 20 }).Quantity);
        Assert.Equal(500, Decided(Search("+1303", false) with { Quantity = 9000 }).Quantity);
        Assert.Equal(5000, Decided(Search("+13035", false) with { Quantity = 900 }).Quantity);

        static SearchPlan Decided(CarrierSearch search) => Assert.IsType<SearchDecision.Ask>(SearchStrategy.Decide(search, Bandwidth2Some.Settings())).Plan;
    }

    [Fact]
    public void A_starved_filter_asks_for_twice_as_many_once()
    {
        var plan = Plan("+13035");

        Assert.True(plan.ShouldGrow(kept: 4, received: 50));
        Assert.False(plan.ShouldGrow(kept: 5, received: 50));
        Assert.False(plan.ShouldGrow(kept: 4, received: 49));
        Assert.Equal(100, plan.Grown().Quantity);
    }

    [Fact]
    public void The_filter_keeps_each_number_once_in_order_and_drops_what_is_none()
    {
        var kept = Plan("+1303").Filter(
            [new("3035550142"), new("303555014"), new("30355501AB"), new("0035550142"), new("6675550100"), new("3035550100"), new("3035550142"), new(null)], out var dropped);

        Assert.Equal(["+13035550142", "+13035550100"], kept.Select(item => item.Number));
        Assert.Equal(5, dropped);
    }

    [Fact]
    public void The_second_version_names_countries_and_finds_numbers_abroad()
    {
        var settings = Bandwidth2Some.Settings(("api_version", "v2"));

        Assert.Equal("areaCode=303&enableTNDetail=true&LCA=false&countryCodeA3=USA,CAN&quantity=5", Text(((SearchDecision.Ask)SearchStrategy.Decide(Search("+1303", false), settings)).Plan));
        var abroad = Assert.IsType<SearchDecision.Ask>(SearchStrategy.Decide(Search("+3120", false) with { Country = "NL" }, settings)).Plan;
        Assert.Equal("countryCodeA3=NLD&areaCode=20&enableTNDetail=true&quantity=5", Text(abroad));
        Assert.Equal("+3120", abroad.Within);
        Assert.Equal("https://dashboard.bandwidth.com/api/v2", settings.BaseAddress.AbsoluteUri);
    }

    // A published sample writes Dutch numbers as +131…; its XML twin is right.
    [Fact]
    public void A_number_that_cannot_be_of_its_country_is_none()
    {
        Assert.Null(new WireNumber("+13120123456") { CountryA3 = "NLD" }.E164());
        Assert.Equal("+31201234567", new WireNumber("+31201234567") { CountryA3 = "NLD" }.E164());
    }

    private static SearchPlan Plan(string prefix, params (string, string)[] options) => Plan(prefix, false, options);

    private static SearchPlan Plan(string prefix, bool isTollfree, params (string, string)[] options) => Assert.IsType<SearchDecision.Ask>(Decide(prefix, isTollfree, options)).Plan;

    private static SearchDecision Decide(string prefix, params (string, string)[] options) => Decide(prefix, false, options);

    private static SearchDecision Decide(string prefix, bool isTollfree, params (string, string)[] options) =>
        SearchStrategy.Decide(Search(prefix, isTollfree, options), Bandwidth2Some.Settings());

    private static CarrierSearch Search(string prefix, bool isTollfree, params (string Name, string Value)[] options) =>
        new(prefix, 5, 0, "US") { IsTollfree = isTollfree, Options = options.ToDictionary(option => option.Name, option => option.Value) };

    private static string Text(SearchPlan plan) => string.Join('&', plan.Query(plan.Quantity).Select(pair => $"{pair.Key}={pair.Value}"));
}
