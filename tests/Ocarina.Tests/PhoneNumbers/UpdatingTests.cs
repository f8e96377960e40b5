using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.5, POST and PATCH: public fields, and the features they set.</summary>
public sealed class UpdatingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Post_replaces_patch_merges_and_null_removes(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "a":1,"b":{"c":[1,2],"d":"x"} """);
        var path = At(lab.Alice, number);

        Reply.AssertJson("""{"c":[3],"d":"x","e":null}""", Only((await lab.CallAsync(lab.Alice, "PATCH", path, """{"b":{"c":[3],"e":{"f":null}},"z":true}""")).Data, "b", "e"));
        Assert.Equal(["a", "b", "z"], Own((await lab.GetAsync(lab.Alice, number)).Data));
        Assert.Equal(["b", "z"], Own((await lab.CallAsync(lab.Alice, "PATCH", path, """{"a":null,"nothing":null}""")).Data));
        Assert.Equal(["only"], Own((await lab.CallAsync(lab.Alice, "POST", path, """{"only":"this"}""")).Data));
        Assert.Empty(Own((await lab.CallAsync(lab.Alice, "POST", path)).Data));
    }

    // The member e is an object of which nothing was left; whether it stays as {} is nobody's promise.
    private static JsonObject Only(JsonNode? document, string member, string emptied)
    {
        var part = document![member]!.DeepClone().AsObject();
        part[emptied] = null;
        return part;
    }

    private static string[] Own(JsonNode? document) =>
        [.. document.Keys().Where(name => name is not ("id" or "state" or "used_by" or "features" or "_read_only"))];

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_whole_document_sent_back_changes_nothing_but_what_was_edited(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "prepend":{"enabled":true,"name":"Sales: "},"ui_metadata":{"origin":"ui"} """);
        var fetched = (await lab.GetAsync(lab.Alice, number)).Data!.AsObject();

        var sent = fetched.DeepClone().AsObject();
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("id", "\"+15\""), ("state", "\"available\""), ("used_by", "\"trunkstore\""), ("features", "[\"e911\"]"), ("features_available", "[]"), ("metadata", "{\"x\":1}"), ("_private", "1"), ("pvt_assigned_to", "\"me\""), ("create_with_state", "\"available\"")])
            sent[name] = JsonNode.Parse(value);

        for (var i = 0; i < 4; i++)
        {
            var reply = await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, number), sent.ToJsonString());
            Assert.Equal(200, reply.Status);
            Reply.AssertJson(fetched.ToJsonString(), reply.Data);
        }

        // Nothing changed, so nothing was written.
        Assert.StartsWith("1-", (string?)(await lab.GetAsync(lab.Alice, number)).Json["revision"]);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_merged_document_is_checked_as_a_whole_and_scalars_are_read_kindly(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var path = At(lab.Alice, number);

        (await lab.CallAsync(lab.Alice, "PATCH", path, """{"e911":{"street_address":"1 Main St","region":"California"}}""")).IsInvalid("""
            {"e911.locality":{"required":{"message":"Field is required but missing"}},"e911.postal_code":{"required":{"message":"Field is required but missing"}},
             "e911.region":{"maxLength":{"message":"String must not be more than 2 characters","target":2,"value":"California","cause":"California"}}}
            """);
        (await lab.CallAsync(lab.Alice, "POST", path, """[1]""")).IsInvalid("""{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}""");
        (await lab.CallAsync(lab.Alice, "PATCH", path, """[]""")).IsInvalid("""{"data":{"type":{"message":"Value did not match type(s): object","target":"object"}}}""");

        // Whoever believes in an address that nobody was told is worse off than without one.
        var address = """{"street_address":"1 Main St","region":"CA","locality":"San Francisco","postal_code":94105}""";
        (await lab.CallAsync(lab.Alice, "POST", path, $$"""{"e911":{{address}},"note":1}""")).Fails(500, "missing_provider_url", null, "missing_provider_url");
        Assert.Null((await lab.GetAsync(lab.Alice, number)).Data!["note"]);

        var document = (await lab.CallAsync(lab.Alice, "POST", path, """{"cnam":{"display_name":" ACME ","inbound_lookup":"true"},"prepend":{"enabled":"true","name":5} }""")).IsNumber(200, number, "in_service");
        Reply.AssertJson("""{"display_name":"ACME","inbound_lookup":true}""", document["cnam"]);
        Reply.AssertJson("""{"enabled":true,"name":"5"}""", document["prepend"]);
        (await lab.CallAsync(lab.Alice, "PATCH", path, """{"cnam":{"display_name":"A|B"}}""")).IsInvalid("""
            {"cnam.display_name":{"pattern":{"message":"Failed to match pattern '^[A-Za-z0-9 ,.&'-]+$'","target":"^[A-Za-z0-9 ,.&'-]+$","value":"A|B"}}}
            """);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Features_inside_the_platform_follow_their_fields(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var path = At(lab.Alice, number);

        Assert.Equal(["force_outbound", "inbound_cnam", "outbound_cnam", "prepend", "ringback"], await FeaturesAsync(
            "PATCH", """{"prepend":{"enabled":true,"name":"Sales: "},"ringback":{"early":"m1"},"force_outbound":false,"cnam":{"inbound_lookup":true,"display_name":"ACME"}}"""));
        Assert.Equal(["force_outbound", "inbound_cnam", "outbound_cnam"], await FeaturesAsync("PATCH", """{"prepend":{"enabled":false},"ringback":null}"""));
        Assert.Equal(["force_outbound", "inbound_cnam"], await FeaturesAsync("PATCH", """{"force_outbound":"true","cnam":{"display_name":null}}"""));
        // Garbage is kept to be seen, and counts as absent.
        Assert.Equal(["inbound_cnam"], await FeaturesAsync("PATCH", """{"force_outbound":"perhaps"}"""));
        Assert.Equal("perhaps", (string?)(await lab.GetAsync(lab.Alice, number)).Data!["force_outbound"]);
        Assert.Empty(await FeaturesAsync("POST", """{"note":1}"""));

        async Task<string[]> FeaturesAsync(string verb, string data) => (await lab.CallAsync(lab.Alice, verb, path, data)).IsNumber(200, number, "in_service")["features"].Names();
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_feature_that_is_not_available_is_refused_with_the_whole_update(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var local = await lab.HaveAsync("in_service", lab.Alice, "local");
        var trusted = await lab.HaveAsync("in_service", lab.Alice);
        const string address = """{"street_address":"1 Main St","region":"CA","locality":"San Francisco","postal_code":"94105"}""";

        (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, local), $$"""{"note":1,"e911":{{address}}}""")).IsForbidden("e911");
        (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, local), """{"cnam":{"display_name":"ACME"}}""")).IsForbidden("outbound_cnam");
        (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, local), """{"cnam":{"inbound_lookup":true}}""")).IsForbidden("inbound_cnam");
        (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, trusted), """{"failover":{"e164":"+14155550199"}}""")).IsForbidden("failover");
        (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, trusted), """{"carrier_name":"other"}""")).IsForbidden("carrier_name");
        Assert.Equal(["local"], (await lab.GetAsync(lab.Alice, local)).Data!["features"].Names());
        Assert.Null((await lab.GetAsync(lab.Alice, local)).Data!["note"]);

        // Messaging is never refused; it is stored and not active while no carrier has it.
        Assert.Empty((await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, trusted), """{"sms":{"enabled":true}}""")).IsNumber(200, trusted, "in_service")["features"].Names());
        var assign = lab.Server.Services.GetRequiredService<AssignToAppOperation>();
        await assign.RunAsync(Actor.System, AccountId.Parse(lab.Alice), [trusted], "trunkstore", TestContext.Current.CancellationToken);
        Assert.Equal(["failover"], (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, trusted), """{"failover":{"e164":"+14155550199"}}""")).IsNumber(200, trusted, "in_service")["features"].Names());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Lists_of_reseller_and_system_say_which_features_there_are(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "prepend":{"enabled":true,"name":"S"} """);
        var own = await lab.HaveAsync("in_service", lab.Stranger);

        var config = $"/v2/accounts/{lab.Reseller}/configs/number_manager";
        Assert.Equal(200, (await lab.CallAsync(lab.Master, "PATCH", config, """{"features":{"deny":["prepend","cnam"]}}""")).Status);
        try
        {
            (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"prepend":{"name":"T"}}""")).IsForbidden("prepend");
            Assert.DoesNotContain("outbound_cnam", (await lab.GetAsync(lab.Alice, number)).Data!["_read_only"]!["features_available"].Names());
            // Active, unchanged, and no longer allowed: it goes, and the update with it does not fail.
            Assert.Empty((await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"note":1}""")).IsNumber(200, number, "in_service")["features"].Names());
            Assert.Equal(["prepend"], (await lab.CallAsync(lab.Stranger, "PATCH", At(lab.Stranger, own), """{"prepend":{"enabled":true}}""")).IsNumber(200, own, "in_service")["features"].Names());
        }
        finally
        {
            Assert.Equal(200, (await lab.CallAsync(lab.Master, "DELETE", config)).Status);
        }

        await lab.UnderAsync("""{"features":{"allow":["ringback"]}}""", async () =>
            (await lab.CallAsync(lab.Stranger, "PATCH", At(lab.Stranger, own), """{"force_outbound":true}""")).IsForbidden("force_outbound"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_admin_renames_the_carrier_and_the_field_goes(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: """ "cnam":{"display_name":"ACME","inbound_lookup":true},"prepend":{"enabled":true,"name":"S"} """);
        var path = At(lab.Alice, number);

        (await lab.CallAsync(lab.Master, "PATCH", path, """{"carrier_name":"wrong_carrier"}""")).Fails(400, "invalid", "'wrong_carrier' is not known by the system", "invalid");
        var document = (await lab.CallAsync(lab.Master, "PATCH", path, """{"carrier_name":"wnm_local"}""")).IsNumber(200, number, "in_service");
        Assert.Equal(("local", null), ((string?)document["_read_only"]!["carrier_module"], document["carrier_name"]));
        // What a local number may not use goes, from the fields and from the features.
        Assert.Equal(["local", "prepend"], document["features"].Names());
        Assert.Null(document["cnam"]);
        document = (await lab.CallAsync(lab.Master, "PATCH", path, """{"carrier_name":"bandwidth2"}""")).IsNumber(200, number, "in_service");
        Assert.Equal(["prepend"], document["features"].Names());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Features_act_in_service_only_and_caller_name_look_up_also_in_reserve(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("reserved", lab.Alice, fields: """ "prepend":{"enabled":true},"cnam":{"inbound_lookup":true} """);

        Assert.Equal(["inbound_cnam"], (await lab.GetAsync(lab.Alice, number)).Data!["features"].Names());
        Assert.Equal(["inbound_cnam", "prepend"], (await lab.BuyAsync(lab.Alice, number)).IsNumber(201, number, "in_service")["features"].Names());
        Assert.Equal(["inbound_cnam"], (await lab.ReserveAsync(lab.Alice, number)).IsNumber(201, number, "reserved")["features"].Names());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_revision_that_is_not_the_stored_one_is_412_and_none_at_all_lets_the_last_write_win(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var old = (await lab.GetAsync(lab.Alice, number)).Header("ETag")!;
        Assert.Equal(200, (await PatchAsync("""{"n":1}""", old)).Status);
        var fresh = (await lab.GetAsync(lab.Alice, number)).Header("ETag")!;

        foreach (var stale in (string[])[old, "\"nonsense\"", $"W/{old}"])
        {
            var refused = await PatchAsync("""{"n":2}""", stale);
            Assert.Equal((412, "precondition failed"), (refused.Status, (string?)refused.Json["message"]));
            Assert.Equal(412, (await lab.CallAsync(lab.Alice, "DELETE", At(lab.Alice, number), more: request => request.Headers.TryAddWithoutValidation("If-Match", stale))).Status);
        }

        Assert.Equal(1, (int)(await lab.GetAsync(lab.Alice, number)).Data!["n"]!);
        foreach (var good in (string[])["*", $"{old}, {fresh}", fresh]) Assert.Equal(200, (await PatchAsync("""{"n":1}""", good)).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, number), """{"n":3}""")).Status);

        Task<Reply> PatchAsync(string data, string tag) => lab.CallAsync(
            lab.Alice, "PATCH", At(lab.Alice, number), data, request => request.Headers.TryAddWithoutValidation("If-Match", tag));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Unknown_and_foreign_numbers_are_not_updated(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);

        foreach (var verb in (string[])["POST", "PATCH"])
        {
            (await lab.CallAsync(lab.Alice, verb, At(lab.Alice, lab.Fresh()), """{"n":1}""")).IsUnknownNumber();
            (await lab.CallAsync(lab.Bob, verb, At(lab.Bob, number), """{"n":1}""")).IsUnknownNumber();
            (await lab.CallAsync(lab.Alice, verb, At(lab.Alice, "*97"), """{"n":1}""")).Fails(404, "not_reconcilable", "*97", "number *97 is not reconcilable");
            (await lab.CallAsync(lab.Reseller, verb, At(lab.Reseller, number), """{"n":1}""")).IsNumber(200, number, "in_service");
        }
    }
}
