using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.5, DELETE, and numbers.md 5.5 and 5.6: all the ways a number leaves its holder.</summary>
public sealed class ReleasingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_released_number_ages_bare_and_leaves_the_list_at_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "crm":"K-1","prepend":{"enabled":true} """);

        var document = (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "aging");

        Assert.Empty(document["features"].Names());
        Assert.Null(document["crm"]);
        Assert.Null(document["_read_only"]!["is_deleted"]);
        Assert.False((await lab.CallAsync(lab.Alice, "GET", At(lab.Alice))).Data!["numbers"]!.AsObject().ContainsKey(number));
        (await lab.GetAsync(lab.Alice, number)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Alice, number)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Master, number)).HasNoTransition("aging", "available");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Configuration_says_what_becomes_of_a_number_that_nobody_holds(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var (settings, state) in ((string, string)[])
            [("""{"should_age":false}""", "available"), ("""{"released_state":"released"}""", "released"), ("""{"released_state":"disconnected"}""", "disconnected"), ("""{"released_state":"aging","should_age":false}""", "aging")])
        {
            var number = await lab.HaveAsync("in_service", lab.Alice);
            await lab.UnderAsync(settings, async () =>
            {
                (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, state);
                if (state != "available") return;
                // For sale again: neither its last owner nor an admin releases it once more.
                (await lab.ReleaseAsync(lab.Alice, number)).IsUnknownNumber();
                (await lab.ReleaseAsync(lab.Master, number)).IsUnknownNumber();
            });
        }

        foreach (var settings in (string[])["""{"should_permanently_delete":true}""", """{"released_state":"deleted"}"""])
        {
            var number = await lab.HaveAsync("in_service", lab.Alice);
            await lab.UnderAsync(settings, async () =>
                Assert.True((bool)(await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "deleted")["_read_only"]!["is_deleted"]!));
            (await lab.GetAsync(lab.Master, number)).IsUnknownNumber();
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_local_number_is_erased(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, "local", fields: """ "crm":"K-1" """);

        var document = (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "deleted");
        Assert.True((bool)document["_read_only"]!["is_deleted"]!);
        Assert.Null(document["crm"]);
        Assert.Empty(document["features"].Names());
        foreach (var account in (string[])[lab.Alice, lab.Master]) (await lab.GetAsync(account, number)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Alice, number)).IsUnknownNumber();

        // One that nobody has is erased by admins alone.
        var spare = await lab.HaveAsync("available", carrier: "local");
        (await lab.ReleaseAsync(lab.Alice, spare)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Master, spare)).IsNumber(200, spare, "deleted");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_reserve_history_unwinds_one_holder_at_a_time(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        (await lab.ReserveAsync(lab.Master, number)).IsNumber(201, number, "reserved");
        (await lab.ReserveAsync(lab.Master, number, lab.Reseller)).IsNumber(201, number, "reserved");
        (await lab.ReserveAsync(lab.Reseller, number, lab.Alice)).IsNumber(201, number, "reserved");
        (await lab.BuyAsync(lab.Junior, number)).IsNumber(201, number, "in_service");

        (await lab.ReleaseAsync(lab.Junior, number)).IsNumber(200, number, "reserved");
        Assert.Equal(lab.Alice, await lab.OwnerAsync(number));
        (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "reserved");
        Assert.Equal(lab.Reseller, await lab.OwnerAsync(number));
        (await lab.ReleaseAsync(lab.Reseller, number)).IsNumber(200, number, "reserved");
        Assert.Equal(lab.Master, await lab.OwnerAsync(number));
        (await lab.ReleaseAsync(lab.Master, number)).IsNumber(200, number, "aging");
        Assert.Null(await lab.OwnerAsync(number));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_local_number_that_goes_back_to_a_reserve_keeps_its_marker(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("reserved", lab.Alice, "local");
        (await lab.BuyAsync(lab.Junior, number, data: """{"note":1}""")).IsNumber(201, number, "in_service");

        var document = (await lab.ReleaseAsync(lab.Junior, number)).IsNumber(200, number, "reserved");
        Assert.Equal(["local"], document["features"].Names());
        Assert.Null(document["note"]);
        Assert.Equal(lab.Alice, await lab.OwnerAsync(number));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_above_releases_through_its_own_path_and_others_do_not_at_all(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Junior);

        (await lab.ReleaseAsync(lab.Bob, number)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Master, number, lab.Bob)).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Reseller, number)).IsNumber(200, number, "aging");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_hard_delete_is_for_the_master_account_and_ignored_for_others(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (first, second) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("available"));

        (await lab.CallAsync(lab.Alice, "DELETE", $"{At(lab.Alice, first)}?hard=true")).IsNumber(200, first, "aging");
        foreach (var number in (string[])[first, second])
        {
            (await lab.CallAsync(lab.Master, "DELETE", $"{At(lab.Master, number)}?hard=true")).IsNumber(200, number, "deleted");
            (await lab.CallAsync(lab.Master, "DELETE", $"{At(lab.Master, number)}?hard=true")).IsUnknownNumber();
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_body_of_null_and_no_body_release_alike(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        var reply = await lab.Server.SendAsync("DELETE", At(lab.Alice, number), "null", await lab.Server.TokenAsync(lab.Alice));
        reply.IsNumber(200, number, "aging");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_of_a_carrier_nobody_knows_is_released_like_others(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var record = new NumberRecord
        {
            Number = PhoneNumber.Parse(number), State = NumberState.InService, Account = AccountId.Parse(lab.Alice), Carrier = CarrierName.Parse("knm_pacwest"),
            StateSince = lab.Clock.GetUtcNow(), Created = lab.Clock.GetUtcNow(), Modified = lab.Clock.GetUtcNow(),
        };
        await lab.ChangeAsync(null, record);

        Assert.Equal("pacwest", (string?)(await lab.GetAsync(lab.Alice, number)).IsNumber(200, number, "in_service")["_read_only"]!["carrier_module"]);
        (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "aging");
    }
}
