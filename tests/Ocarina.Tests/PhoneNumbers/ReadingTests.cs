using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.1, 2.5 GET, 2.13: what a path shows, and how numbers may be written.</summary>
public sealed class ReadingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_document_of_a_number_is_as_published(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: "\"cnam\":{\"display_name\":\"ACME Corp\",\"inbound_lookup\":true},\"crm_ref\":\"K-1881\"");
        var reply = await lab.GetAsync(lab.Alice, number);

        var now = lab.Clock.GetUtcNow().ToUnixTimeSeconds() + 62167219200;
        var readOnly = $$"""
            {"created":{{now}},"modified":{{now}},"state":"in_service","features":{"available":["cnam","e911","force_outbound","inbound_cnam","outbound_cnam","port","prepend","ringback"],"settings":{} },
             "features_available":["cnam","e911","force_outbound","inbound_cnam","outbound_cnam","port","prepend","ringback"],"carrier_module":"inventory"}
            """;
        reply.Is(HttpStatusCode.OK, $$"""
            {"data":{"id":"{{number}}","state":"in_service","features":["inbound_cnam","outbound_cnam"],"cnam":{"display_name":"ACME Corp","inbound_lookup":true},"crm_ref":"K-1881","_read_only":{{readOnly}}},
             "metadata":{{readOnly}},"status":"success"}
            """);
        Assert.Equal($"\"{(string?)reply.Json["revision"]}\"", reply.Header("ETag"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_path_shows_its_account_s_numbers_and_those_below_and_nothing_else(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        foreach (var (actor, path) in ((string, string)[])
        [
            (lab.Alice, lab.Alice), (lab.Reseller, lab.Alice), (lab.Reseller, lab.Reseller), (lab.Master, lab.Master), (lab.Master, lab.Reseller),
        ])
            (await lab.GetAsync(actor, number, path)).IsNumber(200, number, "in_service");
        // It is the path that decides: even the master account sees nothing of it through another branch.
        foreach (var (actor, path) in ((string, string)[])
        [
            (lab.Junior, lab.Junior), (lab.Bob, lab.Bob), (lab.Stranger, lab.Stranger), (lab.Master, lab.Bob), (lab.Reseller, lab.Bob),
            (lab.Alice, lab.Junior),
        ])
            (await lab.GetAsync(actor, number, path)).IsUnknownNumber();
        Assert.Equal(403, (await lab.GetAsync(lab.Bob, number, lab.Alice)).Status);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_for_sale_is_read_by_all_and_other_numbers_without_owner_by_the_master_account_through_its_own_path(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (available, aging) = (await lab.HaveAsync("available"), await lab.AgingAsync(lab.Alice));

        foreach (var account in (string[])[lab.Master, lab.Alice, lab.Stranger]) (await lab.GetAsync(account, available)).IsNumber(200, available, "available");
        (await lab.GetAsync(lab.Master, aging)).IsNumber(200, aging, "aging");
        (await lab.GetAsync(lab.Master, aging, lab.Alice)).IsUnknownNumber();
        (await lab.GetAsync(lab.Alice, aging)).IsUnknownNumber();
        (await lab.GetAsync(lab.Stranger, aging)).IsUnknownNumber();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Readable_is_not_changeable(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");

        foreach (var verb in (string[])["POST", "PATCH"]) (await lab.CallAsync(lab.Alice, verb, At(lab.Alice, number), """{"note":"mine"}""")).IsUnknownNumber();
        (await lab.ReleaseAsync(lab.Alice, number)).IsUnknownNumber();
        (await lab.CallAsync(lab.Master, "PATCH", At(lab.Alice, number), """{"note":"mine"}""")).IsUnknownNumber();
        Assert.Equal("ours", (string?)(await lab.CallAsync(lab.Master, "PATCH", At(lab.Master, number), """{"note":"ours"}""")).Data!["note"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_may_be_written_in_any_form_that_the_rules_understand(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.HaveAsync("in_service", lab.Alice, number: "+14158867900");
        await lab.HaveAsync("in_service", lab.Alice, number: "+41234567");
        var path = $"/v2/accounts/{lab.Alice}/phone_numbers/";

        foreach (var form in (string[])
        [
            "+14158867900", "%2B14158867900", "14158867900", "4158867900", "(415)%20886-7900", "415.886.7900", "%20+1%20415%20886%207900%20",
            "tel:+14158867900", "4158867900/",
        ])
            (await lab.CallAsync(lab.Alice, "GET", path + form)).IsNumber(200, "+14158867900", "in_service");
        foreach (var form in (string[])["41234567", "+41234567", "01141234567", "0041234567"])
            (await lab.CallAsync(lab.Alice, "GET", path + form)).IsNumber(200, "+41234567", "in_service");
        (await lab.CallAsync(lab.Alice, "GET", path + "%2B14155559999")).IsUnknownNumber();
        foreach (var (form, told) in ((string, string)[])
        [
            ("junk", "junk"), ("%2A97", "*97"), ("+141510010+15", "+141510010+15"), ("fix", "fix"), ("123", "123"),
            ("%D9%A4%D9%A1%D9%A5", "\u0664\u0661\u0665"),
        ])
            (await lab.CallAsync(lab.Alice, "GET", path + form)).Fails(404, "not_reconcilable", told, $"number {told} is not reconcilable");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Reserved_words_of_the_path_are_no_numbers(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var word in (string[])["collection", "import"]) Assert.Equal(405, (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, word))).Status);
        foreach (var word in (string[])["classifiers", "export"])
        {
            var reply = await lab.CallAsync(lab.Alice, "DELETE", At(lab.Alice, word));
            Assert.Equal((405, "invalid_method", "GET"), (reply.Status, (string?)reply.Json["message"], reply.Header("Allow")));
        }

        Assert.Equal("not_found", (string?)(await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, "+14155550100", "docs"))).Json["message"]);
        foreach (var tail in (string[])["reserve", "port"])
            (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", tail), """{"numbers":["+14155550100"]}""")).Fails(404, "not_reconcilable", "collection", "number collection is not reconcilable");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Whoever_holds_the_very_revision_is_told_so(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var tag = (await lab.GetAsync(lab.Alice, number)).Header("ETag")!;

        var same = await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, number), more: request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
        Assert.Equal((304, ""), (same.Status, same.Text));
        await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"note":1}""");
        var changed = await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, number), more: request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
        Assert.Equal(200, changed.Status);
        Assert.NotEqual(tag, changed.Header("ETag"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Identify_answers_owner_and_those_above_through_their_paths(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        foreach (var state in (string[])["in_service", "reserved", "port_in"])
        {
            var number = await lab.HaveAsync(state, lab.Alice);
            foreach (var (actor, path) in ((string, string)[])[(lab.Alice, lab.Alice), (lab.Reseller, lab.Reseller), (lab.Master, lab.Reseller)])
                (await lab.CallAsync(actor, "GET", At(path, number, "identify"))).HasData(HttpStatusCode.OK, $$"""{"account_id":"{{lab.Alice}}","number":"{{number}}"}""");
            (await lab.CallAsync(lab.Bob, "GET", At(lab.Bob, number, "identify"))).IsUnknownNumber();
            (await lab.CallAsync(lab.Stranger, "GET", At(lab.Stranger, number, "identify"))).IsUnknownNumber();
        }

        (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, lab.Fresh(), "identify"))).IsUnknownNumber();
        (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, "junk", "identify"))).Fails(404, "not_reconcilable", "junk", "number junk is not reconcilable");
        var stock = await lab.HaveAsync("available");
        var unassigned = await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, stock, "identify"));
        unassigned.HasData(HttpStatusCode.BadRequest, "\"unassigned\"");
        Assert.Equal("client error", (string?)unassigned.Json["message"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Identify_says_why_a_number_with_an_owner_does_not_route(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var reserved = await lab.HaveAsync("reserved", lab.Alice);
        await lab.UnderAsync("""{"route_reserved":false}""", async () =>
            (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, reserved, "identify")))
                .HasData(HttpStatusCode.BadRequest, $$"""{"cause":"not_in_service","account_id":"{{lab.Alice}}","number":"{{reserved}}"}"""));

        var closed = await lab.Server.CreateAccountAsync("Closed", lab.Reseller);
        var number = await lab.HaveAsync("in_service", closed);
        Assert.Equal(200, (await lab.CallAsync(lab.Master, "PATCH", $"/v2/accounts/{closed}", """{"enabled":false}""")).Status);
        (await lab.CallAsync(lab.Reseller, "GET", At(lab.Reseller, number, "identify")))
            .HasData(HttpStatusCode.BadRequest, $$"""{"cause":"account_disabled","account_id":"{{closed}}","number":"{{number}}"}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Classifiers_are_listed_in_order_and_applied_to_one_number(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        var classes = (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, "classifiers"))).Data;
        Assert.Equal(["tollfree_us", "toll_us", "emergency", "caribbean", "did_us", "international", "unknown"], classes.Keys());
        Reply.AssertJson("""{"regex":"^(911|922|933|833|811|711|999)$","friendly_name":"Emergency Dispatcher","emergency":true}""", classes!["emergency"]);

        (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice, "4158867900").Replace("/phone_numbers/", "/phone_numbers/classifiers/", StringComparison.Ordinal))).HasData(HttpStatusCode.OK, """
            {"name":"did_us","number":"4158867900","e164":"+14158867900","regex":"^(\\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$","friendly_name":"US DID","pretty_print":"SS(###) ### - ####",
             "pretty":"(415) 886 - 7900","reconcilable":true}
            """);
        var junk = (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice) + "/classifiers/100")).Data!;
        Assert.Equal(("unknown", "100", "100", false), ((string?)junk["name"], (string?)junk["number"], (string?)junk["e164"], (bool)junk["reconcilable"]!));
        var typed = (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice) + "/classifiers/(800)%20555-1212")).Data!;
        Assert.Equal(("tollfree_us", "(800) 555-1212", "+18005551212"), ((string?)typed["name"], (string?)typed["number"], (string?)typed["e164"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Without_a_class_only_the_number_is_told(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.UnderAsync("""{"classifiers":{"tollfree_us":null,"toll_us":null,"emergency":null,"caribbean":null,"did_us":null,"international":null,"unknown":null,"own":{"regex":"^\\+1"}}}""", async () =>
        {
            var none = (await lab.CallAsync(lab.Alice, "GET", At(lab.Alice) + "/classifiers/%2B41234567")).Data!.AsObject();
            Assert.Equal(["e164", "number", "pretty", "reconcilable"], none.Select((KeyValuePair<string, JsonNode?> member) => member.Key).Order());
        });
    }
}
