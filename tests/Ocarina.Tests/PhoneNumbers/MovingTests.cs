using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.6: activate and reserve, row by row; quarantine; stock that is kept; offers.</summary>
public sealed class MovingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Anybody_buys_what_is_for_sale(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available", fields: """ "note":"stock" """);

        // Clients really send no body at all here.
        var document = (await lab.BuyAsync(lab.Stranger, number)).IsNumber(201, number, "in_service");

        Assert.Equal("stock", (string?)document["note"]);
        Assert.Equal(lab.Stranger, await lab.OwnerAsync(number));
        (await lab.BuyAsync(lab.Alice, number)).IsNotAvailable(number);
        (await lab.BuyAsync(lab.Alice, lab.Fresh())).Fails(404, "not_found", lab.LastFresh, $"number {lab.LastFresh} not found");
        (await lab.BuyAsync(lab.Alice, "*97")).Fails(404, "not_reconcilable", "*97", "number *97 is not reconcilable");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Fields_of_the_body_are_set_with_the_purchase_or_refuse_it(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available", fields: """ "note":"stock" """);

        (await lab.BuyAsync(lab.Alice, number, data: """{"cnam":{"display_name":"A much too long name"}}""")).IsInvalid("""
            {"cnam.display_name":{"maxLength":{"message":"String must not be more than 15 characters","target":15,"value":"A much too long name","cause":"A much too long name"}}}
            """);
        (await lab.BuyAsync(lab.Alice, number, data: """{"carrier_name":"other"}""")).IsForbidden("carrier_name");
        (await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "available");

        var document = (await lab.BuyAsync(lab.Alice, number, data: """{"prepend":{"enabled":true,"name":"S"},"crm":"K-1","state":"reserved"}""")).IsNumber(201, number, "in_service");
        Assert.Equal(["prepend"], document["features"].Names());
        Assert.Equal(("K-1", null), ((string?)document["crm"], document["note"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_one_has_already_is_bought_again_without_change(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var tag = (await lab.GetAsync(lab.Alice, number)).Header("ETag");

        (await lab.BuyAsync(lab.Alice, number, data: """{"crm":1}""")).IsNumber(201, number, "in_service");

        Assert.Equal(tag, (await lab.GetAsync(lab.Alice, number)).Header("ETag"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_reserved_number_is_taken_by_its_holder_those_below_and_those_above(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var (holder, actor, path) in ((string, string, string)[])
            [(lab.Alice, lab.Alice, lab.Alice), (lab.Reseller, lab.Alice, lab.Alice), (lab.Master, lab.Stranger, lab.Stranger), (lab.Junior, lab.Alice, lab.Alice), (lab.Reseller, lab.Master, lab.Junior)])
        {
            var number = await lab.HaveAsync("reserved", holder);
            (await lab.BuyAsync(actor, number, path)).IsNumber(201, number, "in_service");
            Assert.Equal(path, await lab.OwnerAsync(number));
        }

        var foreign = await lab.HaveAsync("reserved", lab.Alice);
        (await lab.BuyAsync(lab.Bob, foreign)).IsNotAvailable(foreign);
        (await lab.BuyAsync(lab.Stranger, foreign)).IsNotAvailable(foreign);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_in_service_is_moved_within_the_tree_by_who_stands_above_both(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "prepend":{"enabled":true,"name":"S"} """);

        (await lab.BuyAsync(lab.Junior, number)).IsNotAvailable(number);
        (await lab.BuyAsync(lab.Bob, number)).IsNotAvailable(number);
        Assert.Equal(403, (await lab.BuyAsync(lab.Alice, number, lab.Bob)).Status); // not his path
        Assert.Equal(["prepend"], (await lab.BuyAsync(lab.Reseller, number, lab.Bob)).IsNumber(201, number, "in_service")["features"].Names());
        Assert.Equal(lab.Bob, await lab.OwnerAsync(number));
        (await lab.GetAsync(lab.Alice, number)).IsUnknownNumber();
        (await lab.BuyAsync(lab.Alice, await lab.HaveAsync("in_service", lab.Alice), lab.Junior)).IsNumber(201, lab.LastFresh, "in_service");
        (await lab.BuyAsync(lab.Alice, lab.LastFresh)).IsNumber(201, lab.LastFresh, "in_service"); // and back
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_ported_number_goes_into_service_for_its_account(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("port_in", lab.Alice);

        (await lab.BuyAsync(lab.Bob, number)).IsNotAvailable(number);
        (await lab.BuyAsync(lab.Alice, number)).IsNumber(201, number, "in_service");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Released_numbers_and_those_that_leave_are_not_bought(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var released = await lab.HaveAsync("in_service", lab.Alice);
        await lab.UnderAsync("""{"released_state":"released"}""", () => lab.ReleaseAsync(lab.Alice, released));

        foreach (var actor in (string[])[lab.Alice, lab.Bob, lab.Master])
        {
            (await lab.BuyAsync(actor, released)).HasNoTransition("released", "in_service");
            (await lab.ReserveAsync(actor, released)).HasNoTransition("released", "reserved");
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Quarantine_gives_the_number_back_to_its_previous_owner_and_to_nobody_else(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.AgingAsync(lab.Alice);

        foreach (var (actor, path) in ((string, string)[])
        [
            (lab.Bob, lab.Bob), (lab.Junior, lab.Junior), (lab.Alice, lab.Junior), (lab.Reseller, lab.Reseller), (lab.Master, lab.Master),
            (lab.Master, lab.Bob),
        ])
        {
            (await lab.BuyAsync(actor, number, path)).IsNotAvailable(number);
            (await lab.ReserveAsync(actor, number, path)).IsNotAvailable(number);
        }

        (await lab.ReserveAsync(lab.Alice, number)).HasNoTransition("aging", "reserved");
        (await lab.BuyAsync(lab.Alice, number)).IsNumber(201, number, "in_service");

        // Who acts does not matter, who gets it does.
        (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "aging");
        (await lab.BuyAsync(lab.Master, number, lab.Alice)).IsNumber(201, number, "in_service");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_way_back_may_be_shorter_than_the_quarantine(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        await lab.UnderAsync("""{"aging_grace_h":1}""", async () =>
        {
            // A number whose quarantine began two hours ago, as far as the clock of this test can tell.
            var number = await lab.AgingAsync(lab.Alice);
            var record = await lab.RecordAsync(number);
            await lab.ChangeAsync(record, record! with { StateSince = record.StateSince.AddHours(-2) });

            (await lab.BuyAsync(lab.Alice, number)).IsNotAvailable(number);
            (await lab.BuyAsync(lab.Alice, await lab.AgingAsync(lab.Alice))).IsNumber(201, lab.LastFresh, "in_service");
        });
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Reserving_holds_a_number_for_the_account_of_the_path(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");

        (await lab.ReserveAsync(lab.Alice, number)).IsNumber(201, number, "reserved");
        (await lab.ReserveAsync(lab.Alice, number)).Fails(400, "no_change_required", number, "no change required");
        (await lab.ReserveAsync(lab.Bob, number)).IsNotAvailable(number);
        (await lab.ReserveAsync(lab.Alice, number, lab.Junior)).IsNumber(201, number, "reserved");
        (await lab.ReserveAsync(lab.Alice, lab.Fresh())).IsUnknownNumber();
        (await lab.ReserveAsync(lab.Alice, "*97")).Fails(404, "not_reconcilable", "*97", "number *97 is not reconcilable");

        var used = await lab.HaveAsync("in_service", lab.Alice, fields: """ "crm":1 """);
        Assert.Equal(1, (int)(await lab.ReserveAsync(lab.Alice, used)).IsNumber(201, used, "reserved")["crm"]!);
        var ported = await lab.HaveAsync("port_in", lab.Alice);
        (await lab.ReserveAsync(lab.Alice, ported)).HasNoTransition("port_in", "reserved");
        var foreign = await lab.HaveAsync("in_service", lab.Stranger);
        (await lab.ReserveAsync(lab.Alice, foreign)).IsNotAvailable(foreign);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Stock_that_is_kept_for_an_account_is_for_it_and_those_below(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available", lab.Alice, "managed");

        (await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "available");
        (await lab.GetAsync(lab.Bob, number)).IsUnknownNumber();
        (await lab.BuyAsync(lab.Bob, number)).IsNotAvailable(number);
        (await lab.ReserveAsync(lab.Bob, number)).IsNotAvailable(number);
        (await lab.BuyAsync(lab.Junior, number)).IsNumber(201, number, "in_service");
        // Given back it returns to that stock, not to everybody's.
        await lab.UnderAsync("""{"should_age":false}""", async () => (await lab.ReleaseAsync(lab.Junior, number)).IsNumber(200, number, "available"));
        (await lab.BuyAsync(lab.Bob, number)).IsNotAvailable(number);
        (await lab.BuyAsync(lab.Alice, number)).IsNumber(201, number, "in_service");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_was_offered_to_an_account_is_bought_by_it_and_those_below(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (mine, below, foreign, expired) = (lab.Fresh(), lab.Fresh(), lab.Fresh(), lab.Fresh());
        await OfferAsync(lab, lab.Alice, "other", 60, mine, below);
        await OfferAsync(lab, lab.Bob, "other", 60, foreign);
        await OfferAsync(lab, lab.Alice, "other", -1, expired);

        (await lab.GetAsync(lab.Alice, mine)).IsUnknownNumber(); // an offer is no number
        var document = (await lab.BuyAsync(lab.Alice, mine, data: """{"crm":1}""")).IsNumber(201, mine, "in_service");
        Assert.Equal(("other", 1), ((string?)document["_read_only"]!["carrier_module"], (int)document["crm"]!));
        (await lab.BuyAsync(lab.Junior, below)).IsNumber(201, below, "in_service");
        (await lab.BuyAsync(lab.Alice, foreign)).Fails(404, "not_found", foreign, $"number {foreign} not found");
        (await lab.BuyAsync(lab.Reseller, foreign)).Fails(404, "not_found", foreign, $"number {foreign} not found");
        (await lab.BuyAsync(lab.Alice, expired)).Fails(404, "not_found", expired, $"number {expired} not found");
        // It was bought for an account, so that account's child does not get it a second time.
        (await lab.BuyAsync(lab.Junior, mine)).IsNotAvailable(mine);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_no_module_here_can_buy_is_not_given_out(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        await OfferAsync(lab, lab.Alice, "bandwidth2", 60, number);

        (await lab.BuyAsync(lab.Alice, number)).Fails(500, "unspecified_fault", number, "fault by carrier");

        (await lab.GetAsync(lab.Master, number)).IsUnknownNumber();
        Assert.Empty((await lab.Numbers.EventsAsync(PhoneNumber.Parse(number), new EventQuery(), TestContext.Current.CancellationToken)).Rows);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Stock_that_its_carrier_no_longer_provides_is_not_sold(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available", carrier: "telnyx"); // no module of it is installed, so nobody can be asked to sell it again
        var record = await lab.RecordAsync(number);
        await lab.ChangeAsync(record, record! with { HeldAtCarrier = false });

        (await lab.BuyAsync(lab.Alice, number)).IsNotAvailable(number);
    }

    private static Task OfferAsync(NumberLab lab, string searcher, string carrier, int minutes, params string[] numbers) => lab.Numbers.RememberOffersAsync(
        AccountId.Parse(searcher),
        [.. numbers.Select(number => new Offer(PhoneNumber.Parse(number), CarrierName.Parse(carrier), NumberState.Discovery, default, lab.Clock.GetUtcNow().AddMinutes(minutes)))],
        TestContext.Current.CancellationToken);
}
