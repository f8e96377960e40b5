using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.5, PUT: who may create which numbers, and what they are then.</summary>
public sealed class CreatingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_is_created_reserved_and_local_when_nothing_else_is_said(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();

        var document = (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number))).IsNumber(201, number, "reserved");

        Assert.Equal(["local"], document["features"].Names());
        Assert.Equal("local", (string?)document["_read_only"]!["carrier_module"]);
        Assert.Equal(["force_outbound", "prepend", "ringback"], document["_read_only"]!["features"]!["available"].Names());
        Assert.Equal(["force_outbound", "prepend", "ringback"], document["_read_only"]!["features_available"].Names());
        Reply.AssertJson("{}", document["_read_only"]!["features"]!["settings"]);
        Assert.Null(document["used_by"]);
        Assert.Null(document["_read_only"]!["is_deleted"]);
        Reply.AssertJson(document.ToJsonString(), (await lab.GetAsync(lab.Alice, number)).Data);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_master_account_creates_in_five_states_and_an_account_with_additions_in_two(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var state in (string[])["aging", "available", "in_service", "port_in", "reserved"])
            (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, await NewAsync()), $$"""{"create_with_state":"{{state}}"}""")).IsNumber(201, _number, state);
        foreach (var state in (string[])["in_service", "reserved", "port_in"])
            (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, await NewAsync()), $$"""{"create_with_state":"{{state}}"}""")).IsNumber(201, _number, state);
        foreach (var state in (string[])["aging", "available", "deleted", "discovery", "port_out", "released"])
            (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, await NewAsync()), $$"""{"create_with_state":"{{state}}"}""")).IsForbidden($"creating number in state '{state}' is not allowed");
        foreach (var state in (string[])["deleted", "discovery", "port_out", "released"])
            (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, await NewAsync()), $$"""{"create_with_state":"{{state}}"}""")).IsForbidden($"creating number in state '{state}' is not allowed");

        // The parameter is looked for in the query too.
        (await lab.CallAsync(lab.Alice, "PUT", $"{At(lab.Alice, await NewAsync())}?create_with_state=in_service")).IsNumber(201, _number, "in_service");

        Task<string> NewAsync() => Task.FromResult(_number = lab.Fresh());
    }

    private string _number = "";

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_without_the_right_creates_only_what_is_ported(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (number, ported) = (lab.Fresh(), lab.Fresh());

        (await lab.CallAsync(lab.Bob, "PUT", At(lab.Bob, number))).IsForbidden($"account '{lab.Bob}' is not allowed to create number");
        (await lab.GetAsync(lab.Master, number)).IsUnknownNumber();
        (await lab.CallAsync(lab.Bob, "PUT", At(lab.Bob, ported), """{"create_with_state":"port_in"}""")).IsNumber(201, ported, "port_in");
        // The right is the actor's: a parent with it creates for its child, a parent without it does not create for a child that has it.
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Junior, number))).IsNumber(201, number, "reserved");
        (await lab.CallAsync(lab.Reseller, "PUT", At(lab.Alice, lab.Fresh()))).IsForbidden($"account '{lab.Reseller}' is not allowed to create number");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Available_and_aging_numbers_have_no_owner_whoever_was_named(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (available, aging) = (await lab.HaveAsync("available", lab.Alice), await lab.HaveAsync("aging", lab.Alice));

        (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, available, "identify"))).HasData(System.Net.HttpStatusCode.BadRequest, "\"unassigned\"");
        (await lab.GetAsync(lab.Alice, aging)).IsUnknownNumber();
        (await lab.CallAsync(lab.Master, "GET", At(lab.Master, aging, "identify"))).HasData(System.Net.HttpStatusCode.BadRequest, "\"unassigned\"");
        (await lab.BuyAsync(lab.Alice, aging)).IsNotAvailable(aging); // nobody had it before
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_carrier_is_named_by_admins_in_three_spellings(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var spelling in (string[])["bandwidth2", "knm_bandwidth2", "wnm_bandwidth2"])
        {
            var number = lab.Fresh();
            var document = (await lab.CallAsync(lab.Master, "PUT", At(lab.Alice, number), $$"""{"carrier_name":"{{spelling}}"}""")).IsNumber(201, number, "reserved");
            Assert.Equal("bandwidth2", (string?)document["_read_only"]!["carrier_module"]);
            Assert.Empty(document["features"].Names());
            Assert.Null(document["carrier_name"]);
        }

        var other = lab.Fresh();
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, other), """{"carrier_name":"inventory"}""")).IsForbidden("carrier_name");
        foreach (var unknown in (string[])["xyz", "reserved", "knm_reserved_reseller"])
            (await lab.CallAsync(lab.Master, "PUT", At(lab.Alice, other), $$"""{"carrier_name":"{{unknown}}"}"""))
                .Fails(400, "invalid", $"'{unknown}' is not known by the system", "invalid");
        (await lab.CallAsync(lab.Master, "PUT", At(lab.Alice, other), """{"carrier_name":""}""")).IsInvalid(
            """{"carrier_name":{"minLength":{"message":"String must be at least 1 characters","target":1,"value":""}}}""");
        (await lab.GetAsync(lab.Master, other)).IsUnknownNumber();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_configured_carrier_and_state_hold_when_none_is_named(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        await lab.UnderAsync("""{"available_module_name":"knm_inventory","default_creation_state":"in_service","port_in_module_name":"wnm_other"}""", async () =>
        {
            var (number, ported) = (lab.Fresh(), lab.Fresh());
            var document = (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number))).IsNumber(201, number, "in_service");
            Assert.Equal("inventory", (string?)document["_read_only"]!["carrier_module"]);
            document = (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, ported), """{"create_with_state":"port_in"}""")).IsNumber(201, ported, "port_in");
            Assert.Equal("other", (string?)document["_read_only"]!["carrier_module"]);
        });
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_known_already_is_created_again_from_three_states_only(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var state in (string[])["in_service", "reserved"])
        {
            var taken = await lab.HaveAsync(state, lab.Alice);
            (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, taken))).Fails(409, "number_exists", taken, $"number {taken} already exists");
        }

        // Stock keeps its carrier; a port belongs to who brought it; quarantine holds here as everywhere.
        var stock = await lab.HaveAsync("available");
        var document = (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, stock), """{"crm":1}""")).IsNumber(201, stock, "reserved");
        Assert.Equal(("inventory", 1), ((string?)document["_read_only"]!["carrier_module"], (int)document["crm"]!));
        var ported = await lab.HaveAsync("port_in", lab.Alice);
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, ported), """{"create_with_state":"in_service"}""")).IsNumber(201, ported, "in_service");
        var strange = await lab.HaveAsync("port_in", lab.Stranger);
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, strange), """{"create_with_state":"in_service"}""")).IsNotAvailable(strange);
        var aging = await lab.AgingAsync(lab.Bob);
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, aging), """{"create_with_state":"in_service"}""")).IsNotAvailable(aging);
        (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, aging), """{"create_with_state":"in_service"}""")).IsNotAvailable(aging);
        (await lab.CallAsync(lab.Master, "PUT", At(lab.Bob, aging), """{"create_with_state":"in_service"}""")).IsNumber(201, aging, "in_service");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_move_that_the_life_cycle_does_not_have_is_named_and_not_hidden(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");

        (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, number), """{"create_with_state":"port_in"}""")).HasNoTransition("available", "port_in");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Bad_fields_are_told_all_at_once_and_nothing_is_stored(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();

        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number), """
            {"cnam":{"display_name":"A much too long name","inbound_lookup":"maybe"},"e911":{"region":"C","street_address":5},"failover":"x","carrier_name":"0123456789012345678901234567890",
             "prepend":{"enabled":"true","name":7} }
            """)).IsInvalid("""
            {"carrier_name":{"maxLength":{"message":"String must not be more than 30 characters","target":30,"value":"0123456789012345678901234567890","cause":"0123456789012345678901234567890"}},
             "cnam.display_name":{"maxLength":{"message":"String must not be more than 15 characters","target":15,"value":"A much too long name","cause":"A much too long name"}},
             "cnam.inbound_lookup":{"type":{"message":"Value did not match type(s): boolean","target":"boolean","value":"maybe"}},
             "e911.region":{"minLength":{"message":"String must be at least 2 characters","target":2,"value":"C"}},
             "e911.locality":{"required":{"message":"Field is required but missing"}},
             "e911.postal_code":{"required":{"message":"Field is required but missing"}},
             "failover":{"type":{"message":"Value did not match type(s): object","target":"object","value":"x"}}}
            """);
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number), """{"create_with_state":"sold"}""")).IsInvalid("""
            {"create_with_state":{"enum":{"message":"Value not found in enumerated list of values",
              "target":["aging","available","deleted","discovery","in_service","port_in","port_out","released","reserved"],"value":"sold"}}}
            """);
        (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number), """["x"]""")).IsInvalid(
            """{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}""");
        (await lab.GetAsync(lab.Alice, number)).IsUnknownNumber();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_no_routable_number_is_not_created(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var text in (string[])["+141510010+15", "*97", "100", "collector", "+1415886790001"])
            (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, text))).Fails(404, "not_reconcilable", text, $"number {text} is not reconcilable");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Numbers_may_be_created_again_by_the_same_request_only_where_that_changes_nothing(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available", fields: "\"note\":\"a\"");
        var revision = (await lab.GetAsync(lab.Master, number)).Header("ETag");

        (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, number), """{"create_with_state":"available"}""")).IsNumber(201, number, "available");
        Assert.Equal(revision, (await lab.GetAsync(lab.Master, number)).Header("ETag"));
        var document = (await lab.CallAsync(lab.Master, "PUT", At(lab.Master, number), """{"create_with_state":"available","note":"b"}""")).IsNumber(201, number, "available");
        Assert.Equal("b", (string?)document["note"]);
    }
}
