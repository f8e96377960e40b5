using System.Text.Json.Nodes;
using Ocarina.Core.Features;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>Addresses by country: what data say of postal codes and regions.</summary>
public sealed class AddressRuleTests
{
    [Theory]
    [InlineData(null, "CO", "80202")]
    [InlineData(null, "co", "80202-1288")]
    [InlineData(null, "PR", "00901")]
    [InlineData(null, "QC", "H2Y 1C6")]
    [InlineData("US", "CA", "94105")]
    [InlineData("CA", "ON", "M5V 2T6")]
    [InlineData("DE", null, "10115")]
    [InlineData("GB", null, "SW1A 1AA")]
    [InlineData("AU", "NSW", "2000")]
    public void Addresses_as_their_country_writes_them_pass(string? country, string? region, string? postalCode) => Assert.Empty(Problems(country, region, postalCode));

    [Theory]
    [InlineData(null, "XX", "80202", "e911.region", "enum")]
    [InlineData(null, "CO", "8020", "e911.postal_code", "pattern")]
    [InlineData(null, "CO", "H2Y 1C6", "e911.region", "enum")] // the code is Canadian, the region is not
    [InlineData(null, "C", "80202", "e911.region", "minLength")]
    [InlineData(null, "Colorado", "80202", "e911.region", "maxLength")]
    [InlineData(null, null, "80202", "e911.region", "required")]
    [InlineData(null, "CO", null, "e911.postal_code", "required")]
    [InlineData("DE", null, "1011", "e911.postal_code", "pattern")]
    [InlineData("AU", "CO", "2000", "e911.region", "enum")]
    [InlineData("XX", "CO", "80202", "e911.country", "enum")]
    public void What_does_not_fit_is_named(string? country, string? region, string? postalCode, string path, string kind)
    {
        var problem = Assert.Single(Problems(country, region, postalCode));
        Assert.Equal((path, kind), (problem.Path, problem.Kind));
    }

    [Theory]
    [InlineData("street_address", "1 Main\u0001St")]
    [InlineData("street_address", "1 Main\u0000St")]
    [InlineData("locality", "Some\nwhere")]
    [InlineData("caller_name", "Ed\ud800ward")]
    public void Characters_that_no_address_has_are_refused(string member, string text)
    {
        var address = new JsonObject { ["street_address"] = "1 Main St", ["locality"] = "Somewhere", ["region"] = "CO", ["postal_code"] = "80202" };
        address[member] = text;

        var problem = Assert.Single(PublicFieldRules.Validate(new JsonObject { ["e911"] = address }));

        Assert.Equal(($"e911.{member}", "pattern"), (problem.Path, problem.Kind));
    }

    private static IReadOnlyList<Core.Configuration.ConfigProblem> Problems(string? country, string? region, string? postalCode)
    {
        var address = new JsonObject { ["street_address"] = "1 Main St", ["locality"] = "Somewhere" };
        if (country is not null) address["country"] = country;
        if (region is not null) address["region"] = region;
        if (postalCode is not null) address["postal_code"] = postalCode;
        return PublicFieldRules.Validate(new JsonObject { ["e911"] = address });
    }
}
