using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.3 with 1.7, 1.8 and 1.9: the numbers of an account.</summary>
public sealed class NumberListingTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_list_is_an_object_by_number_of_the_account_s_own_numbers(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, child) = await FamilyAsync(lab, "Own");
        var first = await lab.HaveAsync("in_service", owner, "local", fields: """ "prepend":{"enabled":true},"crm":1 """);
        var second = await lab.HaveAsync("reserved", owner);
        await lab.HaveAsync("in_service", child);
        await lab.HaveAsync("in_service", child);
        await lab.HaveAsync("in_service", lab.Alice);
        await lab.HaveAsync("available");

        var now = lab.Clock.GetUtcNow().ToGregorianSeconds();
        (await lab.CallAsync(lab.Master, "GET", At(owner))).Is(HttpStatusCode.OK, $$"""
            {"data":{"numbers":{
               "{{first}}":{"assigned_to":"{{owner}}","created":{{now}},"updated":{{now}},"state":"in_service","features":["local","prepend"],
                  "features_available":["carrier_name","force_outbound","prepend","ringback"]},
               "{{second}}":{"assigned_to":"{{owner}}","created":{{now}},"updated":{{now}},"state":"reserved","features":[],
                  "features_available":["carrier_name","cnam","e911","force_outbound","inbound_cnam","outbound_cnam","port","prepend","ringback"]} },
              "cascade_quantity":2},"page_size":2,"status":"success"}
            """);
        Reply.AssertJson("""{"numbers":{},"cascade_quantity":0}""", (await lab.CallAsync(lab.Master, "GET", At((await FamilyAsync(lab, "Empty")).Owner))).Data);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_follow_each_other_both_ways_and_by_both_kinds_of_keys(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, _) = await FamilyAsync(lab, "Pages");
        var all = new string[5];
        for (var i = 0; i < all.Length; i++) all[i] = await lab.HaveAsync("in_service", owner);
        var path = At(owner);

        var page = await lab.CallAsync(lab.Master, "GET", $"{path}?page_size=2");
        Assert.Equal((2, null), ((int)page.Json["page_size"]!, page.Json["start_key"]));
        Assert.Equal(all[..2], page.Data!["numbers"].Keys());
        Assert.Equal(all[2..4], (await lab.CallAsync(lab.Master, "GET", $"{path}?page_size=2&start_key={all[2]}")).Data!["numbers"].Keys()); // the plus is lost
        Assert.Equal(all[2..4], (await lab.CallAsync(lab.Master, "GET", $"{path}?page_size=2&start_key={Uri.EscapeDataString(all[2])}")).Data!["numbers"].Keys());

        Assert.Equal(all, await WalkAsync(lab, $"{path}?page_size=2"));
        Assert.Equal(all.Reverse(), await WalkAsync(lab, $"{path}?page_size=2&descending=true"));
        Assert.Equal(all, await WalkAsync(lab, $"{path}?page_size=nonsense"));
        var whole = await lab.CallAsync(lab.Master, "GET", $"{path}?paginate=false&page_size=2&start_key=x");
        Assert.Equal(all, whole.Data!["numbers"].Keys());
        Assert.Equal((null, null, null), (whole.Json["page_size"], whole.Json["start_key"], whole.Json["next_start_key"]));
    }

    private static async Task<List<string>> WalkAsync(NumberLab lab, string path)
    {
        var seen = new List<string>();
        for (string? key = null; ;)
        {
            var page = await lab.CallAsync(lab.Master, "GET", key is null ? path : $"{path}&start_key={key}");
            if (key is not null) Assert.Equal(key, (string?)page.Json["start_key"]);
            seen.AddRange(page.Data!["numbers"].Keys());
            Assert.Equal((int)page.Json["page_size"]!, page.Data["numbers"]!.AsObject().Count);
            key = (string?)page.Json["next_start_key"];
            if (key is null) return seen;
            Assert.Matches("^[A-Za-z0-9_-]+$", key);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Filters_keep_the_rows_that_pass_all_of_them(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, _) = await FamilyAsync(lab, "Filters");
        var a = await lab.HaveAsync("in_service", owner, fields: """ "prepend":{"enabled":true,"name":"S"},"force_outbound":true,"crm":{"ref":"K-1"} """);
        var early = lab.Clock.GetUtcNow().ToGregorianSeconds();
        lab.Clock.Advance(TimeSpan.FromSeconds(10));
        var b = await lab.HaveAsync("reserved", owner, fields: """ "crm":{"ref":"K-2"},"note":"" """);
        var c = await lab.HaveAsync("port_in", owner);
        await lab.Server.Services.GetRequiredService<AssignToAppOperation>()
            .RunAsync(Actor.System, AccountId.Parse(owner), [a], "callflow", TestContext.Current.CancellationToken);
        var located = await lab.RecordAsync(c);
        await lab.ChangeAsync(located, located! with { Locality = DocumentText.From(new JsonObject { ["city"] = "Oakland", ["state"] = "CA" }) });
        var late = early + 10;

        foreach (var (query, wanted) in ((string, string[])[])
        [
            ("filter_state=in_service", [a]), ("filter_state=%5B%22in_service%22%2C%22port_in%22%5D", [a, c]), ("filter_state=nonsense", []),
            ("filter_not_state=reserved", [a, c]),
            ($"filter_assigned_to={owner}", [a, b, c]), ($"filter_assigned_to={lab.Alice}", []), ("filter_used_by=callflow", [a]),
            ("filter_not_used_by=callflow", [b, c]),
            ("filter_features=prepend", [a]), ("filter_features=prepend&filter_features=force_outbound", [a]), ("filter_features=prepend&filter_state=reserved", []),
            ("has_key=used_by", [a]), ("key_missing=used_by", [b, c]), ("has_key=crm&has_key=note", [b]), ("has_key[]=crm", [a, b]),
            ("has_value=note", []), ("value_missing=crm.ref", [c]),
            ("filter_crm.ref=K-2", [b]), ("filter_prepend.name=S", [a]), ("filter_locality.city=Oakland", [c]), ("filter_locality=Oakland", [c]),
            ($"created_from={late}", [b, c]), ($"created_to={early}", [a]), ($"created_from={early}&created_to={early}", [a]), ($"created_from={late + 1}", []),
            ($"modified_from={late}", [a, b, c]), ($"modified_to={early}", []), ("created_from=nonsense", [a, b, c]), ("_=123456", [a, b, c]),
        ])
        {
            var reply = await lab.CallAsync(lab.Master, "GET", $"{At(owner)}?{query}");
            Assert.True(wanted.SequenceEqual(reply.Data!["numbers"].Keys()), $"{query}: {reply.Text}");
            Assert.Equal(wanted.Length, (int)reply.Json["page_size"]!);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_of_filtered_rows_are_full_and_skip_none(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, _) = await FamilyAsync(lab, "Sieve");
        var wanted = new List<string>();
        for (var i = 0; i < 9; i++)
        {
            var number = await lab.HaveAsync("in_service", owner, fields: $"\"odd\":{i % 2}");
            if (i % 2 == 1) wanted.Add(number);
        }

        Assert.Equal(wanted, await WalkAsync(lab, $"{At(owner)}?filter_odd=1&page_size=3"));
        Assert.Equal(Enumerable.Reverse(wanted), await WalkAsync(lab, $"{At(owner)}?filter_odd=1&page_size=3&descending=true"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task As_csv_each_row_begins_with_its_number(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, _) = await FamilyAsync(lab, "Sheet");
        var number = await lab.HaveAsync("in_service", owner);

        foreach (var (query, header) in ((string, bool)[])[("?accept=csv", false), ("", true)])
        {
            var reply = await lab.CallAsync(lab.Master, "GET", At(owner) + query, more: request =>
            {
                if (header) request.Headers.TryAddWithoutValidation("Accept", "text/csv");
            });
            Assert.Equal(("text/csv", "attachment; filename=\"result.csv\""), (reply.Header("Content-Type"), reply.Header("Content-Disposition")));
            var lines = reply.Text.Split("\r\n");
            Assert.StartsWith("number,assigned_to,", lines[0]);
            Assert.StartsWith($"{number},{owner},", lines[1]);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Erased_and_released_numbers_are_not_listed_and_the_count_below_follows(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (owner, child) = await FamilyAsync(lab, "Gone");
        var (local, trusted) = (await lab.HaveAsync("in_service", child, "local"), await lab.HaveAsync("in_service", child));
        Assert.Equal(2, (int)(await lab.CallAsync(lab.Master, "GET", At(owner))).Data!["cascade_quantity"]!);

        await lab.ReleaseAsync(lab.Master, local, child);
        await lab.ReleaseAsync(lab.Master, trusted, child);

        Reply.AssertJson("""{"numbers":{},"cascade_quantity":0}""", (await lab.CallAsync(lab.Master, "GET", At(child))).Data);
        Assert.Equal(0, (int)(await lab.CallAsync(lab.Master, "GET", At(owner))).Data!["cascade_quantity"]!);
    }

    private static async Task<(string Owner, string Child)> FamilyAsync(NumberLab lab, string name)
    {
        var owner = await lab.Server.CreateAccountAsync($"{name} owner");
        return (owner, await lab.Server.CreateAccountAsync($"{name} child", owner));
    }
}
