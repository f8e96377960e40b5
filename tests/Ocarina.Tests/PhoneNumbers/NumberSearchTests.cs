using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.4 and numbers.md 10.5: searching what the platform holds itself.</summary>
public sealed class NumberSearchTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_prefix_is_understood_in_all_its_forms_and_bounds_what_is_found(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+14145559999", "+14155540001", "+14155550001", "+14155550002", "+14165550001", "+442079460001", "+33123456789", "+3225550001", "+18005550001", "+18335550001", "+18995550001");

        foreach (var (query, wanted) in ((string, string[])[])
        [
            ("415", ["+14155540001", "+14155550001", "+14155550002"]), ("1415", ["+14155540001", "+14155550001", "+14155550002"]),
            ("%2B1415", ["+14155540001", "+14155550001", "+14155550002"]),
            ("+1415", ["+14155540001", "+14155550001", "+14155550002"]), ("4%2015%20", ["+14155540001", "+14155550001", "+14155550002"]),
            ("415555", ["+14155550001", "+14155550002"]), ("4155550002", ["+14155550002"]), ("%2B14155550002", ["+14155550002"]),
            ("14155550002", ["+14155550002"]), ("4155550003", []),
            ("800", ["+18005550001"]), ("8**", ["+18005550001", "+18335550001"]), ("8*0", ["+18005550001"]), ("83*", ["+18335550001"]),
            ("%2B18**", ["+18005550001", "+18335550001"]), ("82*", []),
            ("207&country=GB", ["+442079460001"]), ("%2B4420", ["+442079460001"]), ("123&country=fr", ["+33123456789"]), ("%2B32", ["+3225550001"]),
            ("+32", ["+3225550001"]), ("255&country=BE", ["+3225550001"]),
            ("415&country=CA", ["+14155540001", "+14155550001", "+14155550002"]), ("999", []),
        ])
        {
            var reply = await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix={query}&quantity=50");
            Assert.True(reply.Status == 200 && wanted.SequenceEqual(Found(reply)), $"{query}: {reply.Text}");
        }

        (await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix=4155550002")).Is(
            HttpStatusCode.OK, """
            {"data":[{"number":"+14155550002","state":"available","carrier":"inventory"}],
             "carriers":[{"name":"reserved","state":"empty","count":0,"elapsed_ms":0},{"name":"reserved_reseller","state":"empty","count":0,"elapsed_ms":0},
               {"name":"local","state":"empty","count":0,"elapsed_ms":0},{"name":"inventory","state":"ok","count":1,"elapsed_ms":0},
               {"name":"managed","state":"empty","count":0,"elapsed_ms":0},{"name":"other","state":"empty","count":0,"elapsed_ms":0}],"status":"success"}
            """);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_have_no_repeats_and_no_gaps_and_end_empty(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var stock = Enumerable.Range(0, 23).Select(i => $"+1206555{i:0000}").ToArray();
        await lab.StockAsync(stock);

        Assert.Single(Found(await SearchAsync("206")));
        var seen = new List<string>();
        for (var offset = 0; ; offset += 5)
        {
            var page = Found(await SearchAsync($"206&quantity=5&offset={offset}"));
            if (page.Length == 0) break;
            seen.AddRange(page);
        }

        Assert.Equal(stock, seen);
        await lab.UnderAsync("""{"maximum_search_quantity":7}""", async () =>
        {
            Assert.Equal(stock[..7], Found(await SearchAsync("206&quantity=500")));
            Assert.Equal(stock[..7], Found(await SearchAsync("206&quantity=99999999999")));
            // So many rows of one source over all pages, and no more.
            Assert.Equal(stock[5..7], Found(await SearchAsync("206&quantity=5&offset=5")));
            Assert.Empty(Found(await SearchAsync("206&quantity=5&offset=7")));
        });

        Task<Reply> SearchAsync(string query) => lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix={query}");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_account_sees_its_own_reserve_its_reseller_s_and_the_stock_kept_for_either(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.HaveAsync("reserved", lab.Alice, number: "+15035550001");
        await lab.HaveAsync("reserved", lab.Reseller, number: "+15035550002");
        await lab.HaveAsync("reserved", lab.Bob, number: "+15035550003");
        await lab.HaveAsync("available", number: "+15035550004");
        await lab.HaveAsync("available", lab.Alice, "managed", "+15035550005");
        await lab.HaveAsync("available", lab.Reseller, "managed", "+15035550006");
        await lab.HaveAsync("available", lab.Bob, "managed", "+15035550007");
        await lab.HaveAsync("available", carrier: "bandwidth2", number: "+15035550008"); // its module is not searched
        await lab.HaveAsync("available", carrier: "local", number: "+15035550009");
        await lab.HaveAsync("aging", number: "+15035550010");
        await lab.HaveAsync("in_service", lab.Alice, number: "+15035550011");
        await lab.HaveAsync("reserved", lab.Master, number: "+15035550012");

        var reply = await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix=503&quantity=50");
        Assert.Equal(["+15035550001", "+15035550002", "+15035550004", "+15035550005", "+15035550006", "+15035550009"], Found(reply));
        Assert.Equal(["reserved", "reserved", "available", "available", "available", "available"], reply.Data!.AsArray().Select(row => (string?)row!["state"]));
        Assert.DoesNotContain(lab.Reseller, reply.Text[..reply.Text.IndexOf("auth_token", StringComparison.Ordinal)]);
        Assert.Equal(["+15035550004", "+15035550009", "+15035550012"], Found(await lab.CallAsync(lab.Stranger, "GET", $"{At(lab.Stranger)}?prefix=503&quantity=50")));

        await lab.UnderAsync("""{"carrier_modules":["knm_local","xyz"]}""", async () => Assert.Equal(
            ["+15035550001", "+15035550002", "+15035550009"], Found(await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix=503&quantity=50"))));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Blocks_are_runs_of_numbers_that_follow_each_other(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync([.. new[] { 1, 2, 3, 5, 6, 7, 8, 9, 10, 20 }.Select(i => $"+1602555{i:0000}")]);

        Reply.AssertJson("""
            [{"number":"+16025550001","state":"available","size":3,"carrier":"inventory"},{"number":"+16025550005","state":"available","size":3,"carrier":"inventory"},
             {"number":"+16025550008","state":"available","size":3,"carrier":"inventory"}]
            """, (await SearchAsync("blocks=3&quantity=9")).Data);
        Assert.Equal(["+16025550005"], Found(await SearchAsync("blocks=3&quantity=1&offset=1")));
        Assert.Equal(["+16025550005"], Found(await SearchAsync("blocks=6&quantity=9")));
        Assert.Empty(Found(await SearchAsync("blocks=7&quantity=9")));

        Task<Reply> SearchAsync(string query) => lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?prefix=602&{query}");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Bad_parameters_are_told_all_at_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);

        foreach (var (query, problems) in ((string, string)[])
        [
            ("prefix=41", """{"prefix":{"minLength":{"message":"String must be at least 3 characters","target":3}}}"""),
            ("prefix=", """{"prefix":{"minLength":{"message":"String must be at least 3 characters","target":3}}}"""),
            ("prefix=%2B1", """{"prefix":{"minLength":{"message":"String must be at least 3 characters","target":3}}}"""),
            ("prefix=415555000123", """{"prefix":{"maxLength":{"message":"String must not be more than 10 characters","target":10,"value":"415555000123","cause":"415555000123"}}}"""),
            ("prefix=41x", """{"prefix":{"pattern":{"message":"Failed to match pattern '^\\+?[0-9]+$'","target":"^\\+?[0-9]+$","value":"41x"}}}"""),
            ("prefix=9**", """{"prefix":{"pattern":{"message":"Failed to match pattern '^\\+?[0-9]+$'","target":"^\\+?[0-9]+$","value":"9**"}}}"""),
            ("prefix=415&quantity=0&offset=-1&country=USA&blocks=1", """
                {"quantity":{"minimum":{"message":"Value must be at least 1","target":1}},"offset":{"minimum":{"message":"Value must be at least 0","target":0}},
                 "country":{"maxLength":{"message":"String must not be more than 2 characters","target":2,"value":"USA","cause":"USA"}},"blocks":{"minimum":{"message":"Value must be at least 2","target":2}}}
                """),
            ("prefix=415&quantity=many&country=ZZ", """
                {"quantity":{"type":{"message":"Value did not match type(s): integer","target":"integer"}},"country":{"invalid":{"message":"Unknown country","cause":"ZZ"}}}
                """),
        ])
            (await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice)}?{query}")).IsInvalid(problems);
        (await lab.Server.SendAsync("GET", "/v2/phone_numbers", token: "")).IsInvalid("""{"prefix":{"required":{"message":"Field is required but missing"}}}""");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Strangers_search_a_reseller_s_catalogue_where_that_is_allowed(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+17025550001");
        await lab.HaveAsync("available", lab.Reseller, "managed", "+17025550002");
        await lab.HaveAsync("reserved", lab.Reseller, number: "+17025550003");

        Restricted(await PublicAsync(""));
        Restricted(await PublicAsync($"&reseller_id={lab.Reseller}"));
        await lab.UnderAsync("""{"unauthorized_numbers_lookup":true}""", async () =>
        {
            Assert.Equal(["+17025550001"], Found(await PublicAsync("")));
            Assert.Equal(["+17025550001", "+17025550002"], Found(await PublicAsync($"&reseller_id={lab.Reseller}")));
            foreach (var other in (string[])[lab.Alice, "xyz", new string('0', 32)])
            {
                var reply = await PublicAsync($"&reseller_id={other}");
                Assert.Equal((404, "nonexistent reseller_id"), (reply.Status, (string?)reply.Json["message"]));
            }

            // The word that the web client sends before it has logged in.
            Assert.Equal(["+17025550001"], Found(await lab.Server.SendAsync("GET", "/v2/phone_numbers?prefix=702&quantity=50", token: "undefined")));
        });

        var config = $"/v2/accounts/{lab.Reseller}/configs/number_manager";
        Assert.Equal(200, (await lab.CallAsync(lab.Master, "PATCH", config, """{"unauthorized_numbers_lookup":true}""")).Status);
        Assert.Equal(["+17025550001", "+17025550002"], Found(await PublicAsync($"&reseller_id={lab.Reseller}")));
        Restricted(await PublicAsync(""));
        await lab.CallAsync(lab.Master, "DELETE", config);

        // With a token it is that account's search, allowed or not.
        Assert.Equal(["+17025550001", "+17025550002", "+17025550003"], Found(await lab.CallAsync(lab.Alice, "GET", "/v2/phone_numbers?prefix=702&quantity=50")));

        Task<Reply> PublicAsync(string query) => lab.Server.SendAsync("GET", $"/v2/phone_numbers?prefix=702&quantity=50{query}", token: "");
        static void Restricted(Reply reply) => Assert.Equal((404, "number search restricted"), (reply.Status, (string?)reply.Json["message"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_search_writes_nothing(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.StockAsync("+18085550001");
        var before = await CountAsync();

        foreach (var account in (string[])[lab.Alice, lab.Stranger, lab.Master])
            Assert.Equal(["+18085550001"], Found(await lab.CallAsync(account, "GET", $"{At(account)}?prefix=808&quantity=50")));

        Assert.Equal(before, await CountAsync());
        Assert.Equal(1, (await lab.RecordAsync("+18085550001"))!.Revision);
        Assert.Empty(await lab.Numbers.FindOffersAsync([AccountId.Parse(lab.Alice)], [PhoneNumber.Parse("+18085550001")], DateTimeOffset.MinValue, TestContext.Current.CancellationToken));

        async Task<(int, int)> CountAsync()
        {
            var report = (await lab.Server.SendAsync("POST", "/v2/ledger/verify")).Data!;
            return ((int)report["numbers"]!, (int)report["events"]!);
        }
    }

    private static string[] Found(Reply reply) => [.. reply.Data!.AsArray().Select((JsonNode? row) => (string)row!["number"]!)];
}
