using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Who changed what accounts are billed by (`http-api.md` 6.2, <c>services/audit</c>).</summary>
public sealed class AuditTests
{
    private const string Plan = """{"name":"Retail","plan":{"phone_numbers":{"did_us":{"rate":1.5}}},"bookkeeper":{"type":"ledger"}}""";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static string AuditOf(string account, string rest = "") => $"/v2/accounts/{account}/services/audit{rest}";

    [Theory, MemberData(nameof(Both))]
    public async Task Every_change_says_who_made_it_when_and_from_what_to_what(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 20);
        var (lab, services) = (shop.Lab, $"/v2/accounts/{shop.Lab.Alice}/services");
        await lab.CallAsync(lab.Reseller, "POST", $"{services}/overrides", """{"phone_numbers":{"did_us":{"rate":0.5}}}""");
        await lab.CallAsync(lab.Master, "PATCH", $"{services}/manual", """{"phone_numbers":{"did_us":7}}""");
        await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Alice}/limits", """{"allow_postpay":true}""");
        await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Alice}/limits", """{"allow_postpay":true}"""); // no change
        await lab.CallAsync(lab.Reseller, "DELETE", $"{services}/{shop.PlanId}");

        var log = await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice));

        var rows = log.Data!.AsArray();
        Assert.Equal(
            ["plans_unassigned", "limits_changed", "manual_changed", "overrides_changed", "plans_assigned", "paid_in"], rows.Select(row => (string)row!["reason"]!));
        Assert.Equal([lab.Reseller, lab.Reseller, lab.Master, lab.Reseller, lab.Reseller, lab.Reseller], rows.Select(row => (string)row!["authenticating_user"]!["account_id"]!));
        var first = rows[0]!;
        Assert.Equal((lab.Alice, "plans", "Reseller"), ((string)first["account_id"]!, (string)first["source"]!, (string)first["authenticating_user"]!["account_name"]!));
        Assert.Equal(lab.Clock.GetUtcNow().ToGregorianSeconds(), (long)first["timestamp"]!);
        Assert.Equal([lab.Master, lab.Reseller, lab.Alice], first["tree"]!.AsArray().Select(above => (string)above!));
        Assert.Equal("Alice", (string)first["audit"]![lab.Alice]!["account_name"]!);
        Assert.Equal($$$"""{"before":{"{{{shop.PlanId}}}":{"vendor_id":"{{{lab.Reseller}}}"}},"after":{}}""", Changes(first));
        Assert.Equal("""{"before":{},"after":{"phone_numbers":{"did_us":7}}}""", Changes(rows[2]));
        Assert.Equal("""{"before":{},"after":{"phone_numbers":{"did_us":{"rate":0.5}}}}""", Changes(rows[3]));
        Assert.Equal(20m, (decimal)rows[5]!["audit"]![lab.Alice]!["changes"]!["amount"]!);

        var shown = await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, $"/{first["id"]}"));
        Assert.Equal((200, first.ToJsonString()), (shown.Status, shown.Data!.ToJsonString()));
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Bob, $"/{first["id"]}"))).Status);
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "/nothing"))).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Plans_are_logged_at_the_account_that_sells_by_them(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0, assigns: false);
        var (lab, plan) = (shop.Lab, $"/v2/accounts/{shop.Lab.Reseller}/service_plans/{shop.PlanId}");
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "POST", plan, Plan)).Status); // the same again is no change
        Assert.Equal(200, (await lab.CallAsync(lab.Master, "PATCH", plan, """{"name":"Dear"}""")).Status);
        Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "DELETE", plan)).Status);
        // What the reseller itself is billed by is its seller's business.
        Assert.Equal(200, (await lab.CallAsync(lab.Master, "POST", $"/v2/accounts/{lab.Reseller}/limits", """{"allow_postpay":true}""")).Status);

        var own = (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Reseller))).Data!.AsArray();
        var all = (await lab.CallAsync(lab.Master, "GET", AuditOf(lab.Reseller))).Data!.AsArray();

        Assert.Equal(["plan_deleted", "plan_changed", "plan_created"], own.Select(row => (string)row!["reason"]!));
        Assert.Equal($$$"""{"plan_id":"{{{shop.PlanId}}}","before":{"name":"Retail"},"after":{"name":"Dear"}}""", own[1]!["audit"]![lab.Reseller]!["changes"]!.ToJsonString());
        Assert.Equal(["limits_changed", "plan_deleted", "plan_changed", "plan_created"], all.Select(row => (string)row!["reason"]!));
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Reseller, $"/{all[0]!["id"]}"))).Status);
        Assert.Equal("[]", (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Reseller, "?filter_source=limits"))).Data!.ToJsonString());
        Assert.Equal(["service_plans"], (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Reseller, "/summary"))).Data!.AsObject().Select(entry => entry.Key));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task It_is_paged_filtered_and_counted(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 20);
        var lab = shop.Lab;
        for (var i = 1; i <= 3; i++) await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Alice}/limits", $$"""{"twoway_trunks":{{i}}}""");
        var before = lab.Clock.GetUtcNow().ToGregorianSeconds();
        lab.Clock.Advance(TimeSpan.FromDays(2));
        lab.Server.ForgetTokens();
        await lab.CallAsync(lab.Reseller, "POST", $"/v2/accounts/{lab.Alice}/limits", """{"twoway_trunks":9}""");
        var (now, today) = (lab.Clock.GetUtcNow().ToGregorianSeconds(), lab.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

        var first = await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "?page_size=4"));
        var second = await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, $"?page_size=4&start_key={first.Json["next_start_key"]}"));
        Assert.Equal((4, 2), (first.Data!.AsArray().Count, second.Data!.AsArray().Count));
        Assert.Null(second.Json["next_start_key"]);
        Assert.Equal(6, first.Data.AsArray().Concat(second.Data.AsArray()).Select(row => (string)row!["id"]!).Distinct().Count());

        Assert.Equal(["limits", "limits", "limits", "limits"], await SourcesAsync("?filter_source=limits"));
        Assert.Equal(["limits"], await SourcesAsync($"?created_from={now}&created_to={now}"));
        Assert.Equal(5, (await SourcesAsync($"?created_to={before}")).Length);
        var wide = await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, $"?created_from={now - (40 * 86400)}&created_to={now}"));
        Assert.Equal((400, now), (wide.Status, (long)wide.Data!["created_to"]!["date_range"]!["cause"]!));
        Assert.Equal(400, (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "?created_from=soon"))).Status);

        Reply.AssertJson(
            $$$"""{"limits":{"count":4,"last_timestamp":{{{now}}}},"plans":{"count":1,"last_timestamp":{{{before}}}},"topup":{"count":1,"last_timestamp":{{{before}}}}}""",
            (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "/summary"))).Data);
        var days = (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "/summary/limits"))).Data!.AsObject();
        Assert.Equal([(3, before), (1, now)], days.Select(day => ((int)day.Value!["count"]!, (long)day.Value["last_timestamp"]!)));
        Assert.Equal(today, days.Last().Key);
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, "/summary/nothing"))).Status);

        async Task<string[]> SourcesAsync(string query) =>
            [.. (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice, query))).Data!.AsArray().Select(row => (string)row!["source"]!)];
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_log_is_for_who_sells_to_the_account(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0);
        var lab = shop.Lab;

        foreach (var path in (string[])["", "/summary", "/summary/plans", "/some"])
        {
            Assert.Equal(403, (await lab.CallAsync(lab.Alice, "GET", AuditOf(lab.Alice, path))).Status);
            Assert.Equal(403, (await lab.CallAsync(lab.Alice, "GET", AuditOf(lab.Junior, path))).Status);
            Assert.Equal(403, (await lab.CallAsync(lab.Stranger, "GET", AuditOf(lab.Alice, path))).Status);
        }

        Assert.Equal(200, (await lab.CallAsync(lab.Master, "GET", AuditOf(lab.Alice))).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_account_that_is_switched_off_is_logged(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0, assigns: false);
        var lab = shop.Lab;
        foreach (var body in (string[])["""{"enabled":false}""", """{"enabled":false}""", """{"enabled":true}"""])
            Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "PATCH", $"/v2/accounts/{lab.Bob}", body)).Status);

        var rows = (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Bob))).Data!.AsArray();

        Assert.Equal([("account", "enabled"), ("account", "disabled")], rows.Select(row => ((string)row!["source"]!, (string)row["reason"]!)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_is_refused_is_not_logged(DatabaseKind kind)
    {
        await using var shop = await BillingShop.OpenAsync(kind, Plan, credit: 0, assigns: false);
        var (lab, services) = (shop.Lab, $"/v2/accounts/{shop.Lab.Alice}/services");
        Assert.Equal(403, (await lab.CallAsync(lab.Alice, "POST", $"{services}/topup", """{"amount":20}""")).Status);
        Assert.Equal(404, (await lab.CallAsync(lab.Reseller, "POST", services, """{"add":["nothing"],"overrides":{"a":{}}}""")).Status);
        Assert.Equal(400, (await lab.CallAsync(lab.Reseller, "POST", $"{services}/topup", """{"amount":0}""")).Status);

        Assert.Equal("[]", (await lab.CallAsync(lab.Reseller, "GET", AuditOf(lab.Alice))).Data!.ToJsonString());
    }

    private static string Changes(JsonNode? row) => row!["audit"]!.AsObject().Single().Value!["changes"]!.ToJsonString();
}
