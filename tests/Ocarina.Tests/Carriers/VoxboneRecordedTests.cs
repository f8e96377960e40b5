using System.Text;
using Ocarina.Carriers.Http;
using Ocarina.Carriers.Voxbone;
using Ocarina.Core.Carriers;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Replies recorded from the carrier are read right (carriers.md 10).</summary>
[Trait("Category", "Shared")]
public sealed class VoxboneRecordedTests
{
    [Fact]
    public void The_balance_is_read_to_the_hundredth()
    {
        var balance = VoxboneBalance.Read(Parsed("accountbalance.json"));

        Assert.Equal(new VoxboneBalance(50000, 10000, "USD", true), balance);
    }

    [Fact]
    public void A_new_cart_has_its_id_and_no_products()
    {
        var cart = VoxboneCart.Read(Parsed("cart_create.json").Member("cart")!.Value);

        Assert.Equal("3312757", cart!.Id);
        Assert.Empty(cart.Products);
        Assert.Equal(new DateTimeOffset(2019, 8, 19, 17, 19, 15, TimeSpan.Zero), cart.Added);
    }

    [Fact]
    public void Adding_a_product_succeeded() => Assert.Null(VoxboneErrors.Find(Reply("cart_add_product.json"), "production"));

    [Fact]
    public void A_checkout_placed_one_order()
    {
        var (verdict, references, _) = VoxboneVerdict.Of(Reply("cart_checkout.json"), null, []);

        Assert.Equal(CheckoutVerdict.Placed, verdict);
        Assert.Equal(["50898DS3919643"], references);
    }

    [Fact]
    public void Groups_of_an_area_code_are_read_with_stock_and_prices()
    {
        var groups = Groups("didgroups_usa_205.json");

        Assert.Equal(23, groups.Count);
        Assert.All(groups, group => Assert.Equal("205", group.AreaCode));
        Assert.Equal(987, groups.Sum(group => group.Stock));
        var first = groups.Single(group => group.Id == "1196");
        Assert.Equal(("ALABASTER", 17L, 0L, 100L), (first.City, first.Stock, first.Setup100, first.Monthly100));
        Assert.Null(first.Requirement);

        var hit = VoxboneMapping.Hit(first, default, null, "AL", "USD", DateTimeOffset.UnixEpoch);
        Assert.Equal(("US", "geographic", "ALABASTER"), (hit.Country, hit.NumberType, hit.Locality));
        Assert.Equal(new RateCenter("ALABASTER", "AL", null), hit.RateCenter);
        Assert.Equal(["voice", "sms", "fax", "t38", "emergency"], hit.Features);
        Assert.Equal(new CarrierPrice("USD", 0, 100), hit.Price);
    }

    [Fact]
    public void A_group_with_numbers_lists_them_and_what_its_regulator_wants()
    {
        var group = Assert.Single(Groups("didgroup_with_phone_numbers.json"));

        Assert.Equal(("1073", "AMSTERDAM", "NLD"), (group.Id, group.City, group.CountryA3));
        Assert.Equal(new VoxboneRequirement("LOCAL", false), group.Requirement);
        Assert.Equal(["+31208908115", "+31208908116", "+31208908117"], group.Numbers);
        Assert.Equal("""{"address":"LOCAL","proof":false}""", VoxboneMapping.Hit(group, default, null, null, null, DateTimeOffset.UnixEpoch).Restrictions.ToString());
    }

    [Fact]
    public void A_code_of_the_carrier_wins_over_the_status()
    {
        var error = VoxboneErrors.Find(Reply("error_400_309.json", 400), "production");

        Assert.Equal((CarrierErrorKind.InvalidConfig, "309"), (error!.Kind, error.Code));
        Assert.Equal("The pop id is not valid, the referenced pop does not exist.", error.Detail);
    }

    [Fact]
    public void The_newer_form_of_an_error_counts_by_its_status()
    {
        var error = VoxboneErrors.Find(Reply("v1_error_401.json", 401), "production");

        Assert.Equal(CarrierErrorKind.Unauthenticated, error!.Kind);
        Assert.Equal("Invalid or missing credentials.", error.Detail);
    }

    private static List<VoxboneGroup> Groups(string file) => [.. Parsed(file).Members("didGroups").Select(VoxboneGroup.Read).OfType<VoxboneGroup>()];

    private static System.Text.Json.JsonElement Parsed(string file) => CarrierJson.Parse(Reply(file));

    private static CarrierReply Reply(string file, int status = 200) =>
        new(status, Encoding.UTF8.GetBytes(SharedData.Read($"fixtures/carriers/voxbone/{file}")), "application/json");
}
