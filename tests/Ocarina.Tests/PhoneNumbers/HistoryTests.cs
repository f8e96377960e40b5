using System.Globalization;
using System.Net;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.PhoneNumbers;

/// <summary>`http-api.md` 2.14 and design.md 2, promise 9: what happened to a number, and to whom that is told.</summary>
public sealed class HistoryTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_whole_life_is_told_newest_first(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        var start = lab.Clock.GetUtcNow().ToGregorianSeconds();
        foreach (var step in (Func<Task<Reply>>[])
        [
            () => lab.ReserveAsync(lab.Reseller, number), () => lab.BuyAsync(lab.Alice, number),
            () => lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"crm":1}"""),
            () => lab.CallAsync(lab.Alice, "DELETE", $"{At(lab.Alice, number)}?reason=moved%20away"), () => lab.ReleaseAsync(lab.Reseller, number),
            () => lab.CallAsync(lab.Master, "DELETE", $"{At(lab.Master, number)}?hard=true"),
        ])
        {
            lab.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.InRange((await step()).Status, 200, 201);
        }

        var reply = await EventsAsync(lab, lab.Master, number);
        Assert.Equal(200, reply.Status);
        var events = reply.Data!.AsArray();
        Assert.Equal(["deleted", "released", "released", "updated", "activated", "reserved", "created"], events.Select(row => (string?)row!["action"]));
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], events.Select(row => (int)row!["revision"]!));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => start + 6 - i), events.Select(row => (long)row!["time"]!));
        Assert.Equal([null, "aging", "reserved", "in_service", "in_service", "reserved", "available"], events.Select(row => (string?)row!["after"]?["state"]));
        Assert.Equal(["aging", "reserved", "in_service", "in_service", "reserved", "available", null], events.Select(row => (string?)row!["before"]?["state"]));
        Assert.Equal("moved away", (string?)events[2]!["reason"]);
        Assert.Equal(lab.Alice, (string?)events[4]!["actor"]);
        Assert.Equal(lab.Alice, (string?)events[4]!["after"]!["private"]!["assigned_to"]);
        Assert.Equal([lab.Reseller], events[4]!["after"]!["private"]!["reserve_history"].Names());
        Assert.True(events.Zip(events.Skip(1)).All(pair => (long)pair.First!["seq"]! > (long)pair.Second!["seq"]!));
        Assert.All(events, row => Assert.Matches("^[0-9a-f]{64}$", (string?)row!["hash"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Events_come_in_pages(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        for (var i = 0; i < 6; i++) await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), $$"""{"i":{{i}}}""");

        var seen = new List<int>();
        for (string? key = null; ;)
        {
            var page = await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice, number, "events")}?page_size=3{(key is null ? "" : $"&start_key={key}")}");
            Assert.Equal(page.Data!.AsArray().Count, (int)page.Json["page_size"]!);
            seen.AddRange(page.Data.AsArray().Select(row => (int)row!["revision"]!));
            key = (string?)page.Json["next_start_key"];
            if (key is null) break;
        }

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], seen);
        var whole = await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice, number, "events")}?paginate=false&page_size=2");
        Assert.Equal((7, null, null), (whole.Data!.AsArray().Count, whole.Json["page_size"], whole.Json["next_start_key"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_hashes_shown_are_those_of_the_chain_also_across_an_erasure(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, "local");
        (await lab.ReleaseAsync(lab.Alice, number)).IsNumber(200, number, "deleted");
        var again = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number));
        Assert.StartsWith("3-", (string?)again.Json["revision"]);

        var shown = (await EventsAsync(lab, lab.Master, number)).Data!.AsArray().Select(row => (string)row!["hash"]!).Reverse().ToList();
        var stored = (await lab.Numbers.EventsAsync(PhoneNumber.Parse(number), new EventQuery(), TestContext.Current.CancellationToken)).Rows.Reverse().ToList();
        var previous = NumberEvent.FirstPrevious;
        for (var i = 0; i < stored.Count; i++)
        {
            var body = stored[i].Body;
            Assert.Equal(i + 1, body.Revision);
            previous = NumberEvent.Hash(previous.AsSpan(), NumberEvent.Write(
                body.Number, body.Revision, body.Time, Actor.Of(AccountId.Parse(body.Actor)), body.Action, body.Reason, body.Record));
            Assert.Equal(shown[i], Convert.ToHexStringLower(previous.AsSpan()));
        }

        Assert.Equal((3, $"3-{shown[2][..16]}"), (stored.Count, (string?)again.Json["revision"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_tenant_learns_nothing_of_those_before_and_after_him(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        await lab.UnderAsync("""{"should_age":false}""", async () =>
        {
            (await lab.BuyAsync(lab.Stranger, number, data: """{"crm":"secret-of-stranger"}""")).IsNumber(201, number, "in_service");
            (await lab.CallAsync(lab.Stranger, "DELETE", $"{At(lab.Stranger, number)}?reason=reason-of-stranger")).IsNumber(200, number, "available");
            (await lab.BuyAsync(lab.Alice, number, data: """{"crm":"secret-of-alice"}""")).IsNumber(201, number, "in_service");
            (await lab.CallAsync(lab.Reseller, "PATCH", At(lab.Reseller, number), """{"note":"n"}""")).IsNumber(200, number, "in_service");
            (await lab.CallAsync(lab.Alice, "DELETE", $"{At(lab.Alice, number)}?reason=reason-of-alice")).IsNumber(200, number, "available");
            (await lab.BuyAsync(lab.Bob, number, data: """{"crm":"secret-of-bob"}""")).IsNumber(201, number, "in_service");
        });

        var (stranger, alice, bob) = (await EventsAsync(lab, lab.Stranger, number), await EventsAsync(lab, lab.Alice, number), await EventsAsync(lab, lab.Bob, number));
        Hides(stranger, lab.Alice, lab.Bob, lab.Master, "of-alice", "of-bob");
        Hides(alice, lab.Stranger, lab.Bob, lab.Reseller, "of-stranger", "of-bob");
        Hides(bob, lab.Stranger, lab.Alice, "of-stranger", "of-alice");
        Assert.Equal(["released", "activated"], Actions(stranger));
        Assert.Equal(["released", "updated", "activated"], Actions(alice));
        Assert.Equal(["activated"], Actions(bob));
        // Who stands above both sees both, through his own path.
        Assert.Equal(["activated", "released", "updated", "activated"], Actions(await EventsAsync(lab, lab.Reseller, number)));
        Assert.Equal(7, (await EventsAsync(lab, lab.Master, number)).Data!.AsArray().Count);

        (await lab.CallAsync(lab.Junior, "GET", At(lab.Junior, number, "events"))).IsUnknownNumber();
        Hides(await lab.GetAsync(lab.Bob, number), lab.Stranger, lab.Alice, "of-stranger", "of-alice");
        Hides(await lab.CallAsync(lab.Bob, "GET", At(lab.Bob, "export")), lab.Stranger, lab.Alice, "of-stranger", "of-alice");
        Hides(await lab.CallAsync(lab.Bob, "GET", At(lab.Bob)), lab.Stranger, lab.Alice, "of-stranger", "of-alice");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_words_of_a_tenant_stay_his_when_his_number_goes_to_another_one_s_reserve(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("reserved", lab.Alice);
        (await lab.ReserveAsync(lab.Reseller, number, lab.Bob)).IsNumber(201, number, "reserved");
        (await lab.CallAsync(lab.Bob, "DELETE", $"{At(lab.Bob, number)}?reason=reason-of-bob")).IsNumber(200, number, "reserved");

        var alice = await EventsAsync(lab, lab.Alice, number);
        Assert.Equal(["released", "reserved", "created"], Actions(alice));
        Hides(alice, lab.Bob, lab.Reseller, lab.Master, "of-bob");
        Assert.Contains("of-bob", (await EventsAsync(lab, lab.Bob, number)).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_is_shown_as_it_stood_at_any_moment(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var before = lab.Clock.GetUtcNow().AddSeconds(-1);
        var number = await lab.HaveAsync("in_service", lab.Alice, fields: "\"v\":1");
        var first = lab.Clock.GetUtcNow();
        lab.Clock.Advance(TimeSpan.FromSeconds(10.25));
        await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"v":2}""");
        var second = lab.Clock.GetUtcNow();
        lab.Clock.Advance(TimeSpan.FromSeconds(10));
        await lab.UnderAsync("""{"should_age":false}""", () => lab.ReleaseAsync(lab.Alice, number));
        var third = lab.Clock.GetUtcNow();
        lab.Clock.Advance(TimeSpan.FromSeconds(10));
        await lab.BuyAsync(lab.Bob, number);
        var document = (await lab.GetAsync(lab.Bob, number)).Data!.ToJsonString();

        foreach (var (time, value) in ((DateTimeOffset, int)[])[(first, 1), (second.AddMilliseconds(-1), 1), (second, 2), (third.AddMilliseconds(-1), 2)])
            Assert.Equal(value, (int)(await AsOfAsync(lab.Alice, Rfc(time))).IsNumber(200, number, "in_service")["v"]!);
        Assert.Equal(1, (int)(await AsOfAsync(lab.Alice, first.ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture))).Data!["v"]!); // its plus arrives as a blank
        Assert.Equal(2, (int)(await AsOfAsync(lab.Alice, $"{second.ToGregorianSeconds()}")).Data!["v"]!); // the whole second is meant
        Assert.Equal(1, (int)(await AsOfAsync(lab.Alice, $"{second.ToGregorianSeconds() - 1}")).Data!["v"]!);
        (await AsOfAsync(lab.Bob, Rfc(lab.Clock.GetUtcNow()))).HasData(HttpStatusCode.OK, document);
        (await AsOfAsync(lab.Master, Rfc(third))).IsNumber(200, number, "available");

        (await AsOfAsync(lab.Alice, Rfc(third))).IsUnknownNumber(); // no longer hers
        (await AsOfAsync(lab.Bob, Rfc(first))).IsUnknownNumber(); // not his yet
        (await AsOfAsync(lab.Bob, Rfc(third))).IsUnknownNumber();
        (await AsOfAsync(lab.Master, Rfc(before))).IsUnknownNumber();
        (await lab.CallAsync(lab.Alice, "GET", $"{At(lab.Alice, "*97")}?as_of={Rfc(first)}")).Fails(404, "not_reconcilable", "*97", "number *97 is not reconcilable");
        (await AsOfAsync(lab.Alice, Rfc(lab.Clock.GetUtcNow().AddSeconds(1)))).IsInvalid(
            $$"""{"as_of":{"invalid":{"message":"Time must not be in the future","cause":"{{Rfc(lab.Clock.GetUtcNow().AddSeconds(1))}}"} } }""");
        foreach (var nonsense in (string[])["yesterday", "2026-03-01T12:00:00", "1767225600", "2026-13-01T00:00:00Z", ""])
            Assert.Equal(400, (await AsOfAsync(lab.Alice, nonsense)).Status);

        Task<Reply> AsOfAsync(string account, string time) => lab.CallAsync(account, "GET", $"{At(account, number)}?as_of={time}");
        static string Rfc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_ledger_is_verified_by_the_master_account_alone(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        await lab.HaveAsync("available");

        var report = (await lab.Server.SendAsync("POST", "/v2/ledger/verify")).Data!;
        Assert.True((int)report["numbers"]! > 0 && (int)report["events"]! >= (int)report["numbers"]!);
        Assert.Empty(report["broken"]!.AsArray());
        Assert.Empty(report["different"]!.AsArray());
        Assert.Equal(403, (await lab.CallAsync(lab.Reseller, "POST", "/v2/ledger/verify")).Status);
        Assert.Equal(401, (await lab.Server.SendAsync("POST", "/v2/ledger/verify", token: "")).Status);
    }

    private static Task<Reply> EventsAsync(NumberLab lab, string account, string number) => lab.CallAsync(account, "GET", At(account, number, "events"));

    private static string[] Actions(Reply events) => [.. events.Data!.AsArray().Select(row => (string)row!["action"]!)];

    // The whole reply is searched but for the caller's own token, which names nobody else.
    private static void Hides(Reply reply, params string[] secrets)
    {
        Assert.Equal(200, reply.Status);
        foreach (var secret in secrets) Assert.DoesNotContain(secret, reply.Text, StringComparison.Ordinal);
    }
}
