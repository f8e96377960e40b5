using System.Globalization;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Search;

/// <summary>Whoever searches most makes room among his own offers (docs/decisions/0011-search-pages.md).</summary>
public sealed class StrangerOfferTests
{
    private const int Searches = 21; // of 500 rows each: more than an account may keep

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Strangers_who_search_without_end_take_no_offer_from_the_account_they_look_at(DatabaseKind kind)
    {
        await using var lab = await SearchLab.StartAsync(kind);
        await lab.UseAsync(60_000, new ScriptedCarrier("telnyx", (search, _, _) => Task.FromResult(HalfAThousand(search))));
        await lab.SetAsync("""{"unauthorized_numbers_lookup":true}""");
        await lab.SearchAsync("209", lab.Server.Master, await lab.Server.TokenAsync());
        await lab.SearchAsync("208", lab.Junior);

        for (var i = 0; i < Searches; i++)
        {
            lab.Clock.Advance(TimeSpan.FromSeconds(1));
            var reply = await lab.Server.SendAsync("GET", $"/v2/phone_numbers?prefix={300 + i}&quantity=500", token: "");
            Assert.Equal(500, reply.Found().Length);
        }

        Assert.NotNull(await lab.OfferAsync(lab.Server.Master, "+12090000499")); // what the account saw is for sale to it still
        Assert.NotNull(await lab.OfferAsync(lab.Junior, "+12080000499"));
        Assert.NotNull(await lab.OfferAsync(lab.Server.Master, $"+1{300 + Searches - 1}0000000")); // as is what strangers saw last
        Assert.Null(await lab.OfferAsync(lab.Server.Master, "+13000000000"));
        Assert.Equal(5 * 500, await lab.ExecuteAsync("UPDATE offers SET found_at = found_at WHERE account LIKE 'public:%'"));
    }

    private static FindReply HalfAThousand(CarrierSearch search) =>
        ScriptedCarrier.Found([.. Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"{search.Prefix}{i:0000000}"))]);
}
