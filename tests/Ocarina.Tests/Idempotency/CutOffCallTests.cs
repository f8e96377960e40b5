using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Idempotency;

/// <summary>A process that dies between its commit and its reply: the repeat is answered from what was committed, and does none of it again.</summary>
public sealed class CutOffCallTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_purchase_is_answered_as_it_was_made(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        await SameAgainAsync(lab, lab.Alice, "PUT", At(lab.Alice, number, "activate"), """{"crm":"K-1"}""");

        Assert.Equal(2, (await lab.RecordAsync(number))!.Revision);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_purchase_is_answered_even_when_the_number_has_gone_on_since(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        await SameAgainAsync(lab, lab.Alice, "PUT", At(lab.Alice, number, "activate"), null, () => lab.ReleaseAsync(lab.Alice, number));

        Assert.Equal((3, null), ((await lab.RecordAsync(number))!.Revision, await lab.OwnerAsync(number)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_release_is_not_refused_as_a_second_one(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var reply = await SameAgainAsync(lab, lab.Alice, "DELETE", At(lab.Alice, number), null);

        Assert.Equal(200, reply.Status);
        Assert.Equal(2, (await lab.RecordAsync(number))!.Revision);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_erased_number_is_shown_once_more(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice, carrier: "local");
        var reply = await SameAgainAsync(lab, lab.Alice, "DELETE", At(lab.Alice, number), null);

        reply.IsNumber(200, number, "deleted");
        Assert.Null(await lab.RecordAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_creation_is_not_refused_as_a_second_one(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        (await SameAgainAsync(lab, lab.Alice, "PUT", At(lab.Alice, number), """{"note":"x"}""")).IsNumber(201, number, "reserved");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Of_a_list_the_rest_is_decided_again_and_what_was_done_is_answered(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (free, taken) = (await lab.HaveAsync("available"), await lab.HaveAsync("in_service", lab.Stranger));
        var reply = await SameAgainAsync(lab, lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), $$"""{"numbers":["{{free}}","{{taken}}"]}""");

        Assert.Equal([free], reply.Data!["success"].Keys());
        Assert.Equal([taken], reply.Data["error"].Keys());
        Assert.Equal(2, (await lab.RecordAsync(free))!.Revision);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Whichever_numbers_were_won_no_others_are_taken(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var numbers = Enumerable.Range(0, 4).Select(_ => lab.Fresh("+1917555")).ToArray();
        await lab.StockAsync(numbers);
        var reply = await SameAgainAsync(lab, lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), """{"prefix":"917555","quantity":2}""");

        Assert.Equal(2, reply.Data!["success"].Keys().Length);
        var owners = new List<string?>();
        foreach (var number in numbers) owners.Add(await lab.OwnerAsync(number));
        Assert.Equal(2, owners.Count(owner => owner == lab.Alice));
        foreach (var number in numbers) await lab.HaveGoneAsync(number);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_account_and_a_user_are_made_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var account = await SameAgainAsync(lab, lab.Reseller, "PUT", $"/v2/accounts/{lab.Reseller}", """{"name":"Made once"}""");
        var user = await SameAgainAsync(lab, lab.Reseller, "PUT", $"/v2/accounts/{lab.Reseller}/users", """{"first_name":"A","last_name":"B","username":"once","password":"secret-1"}""");

        Assert.Equal((201, 201), (account.Status, user.Status));
        Assert.Single((await lab.CallAsync(lab.Reseller, "GET", $"/v2/accounts/{lab.Reseller}/users")).Data!.AsArray(), row => (string?)row!["username"] == "once");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task While_the_lease_of_another_process_lives_the_repeat_waits(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        var (key, path) = (Keys.Next(), At(lab.Alice, number, "activate"));
        var first = await lab.CallAsync(lab.Alice, "PUT", path, null, Keys.Sent(key));
        await lab.CutOffAsync();
        await lab.LeaseAsync(TimeSpan.FromSeconds(15));

        if (kind == DatabaseKind.PostgreSql)
        {
            var early = await lab.CallAsync(lab.Alice, "PUT", path, null, Keys.Sent(key));
            Assert.Equal((409, "request_in_progress", "1"), (early.Status, (string?)early.Json["message"], early.Header("Retry-After")));
            lab.Clock.Advance(TimeSpan.FromSeconds(15));
        }

        // On SQLite there is no other process: who held the lease is gone.
        var second = await lab.CallAsync(lab.Alice, "PUT", path, null, Keys.Sent(key));
        second.IsNumber(201, number, "in_service");
        Reply.AssertJson(first.Data!.ToJsonString(), second.Data);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_new_key_is_not_kept_in_the_clear(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var key = Keys.Next();
        var first = await lab.CallAsync(lab.Master, "PUT", $"/v2/accounts/{lab.Stranger}/api_key", null, Keys.Sent(key));
        var second = await lab.CallAsync(lab.Master, "PUT", $"/v2/accounts/{lab.Stranger}/api_key", null, Keys.Sent(key));

        var secret = first.Data!["api_key"]!.GetValue<string>();
        Assert.Equal((201, secret), (second.Status, (string?)second.Data!["api_key"]));
        Assert.DoesNotContain(secret, await lab.KeptAsync(), StringComparison.Ordinal);
    }

    // Sends the call, cuts it off behind its commit, and sends it again.
    private static async Task<Reply> SameAgainAsync(NumberLab lab, string actor, string verb, string path, string? data, Func<Task>? between = null)
    {
        var key = Keys.Next();
        var first = await lab.CallAsync(actor, verb, path, data, Keys.Sent(key));
        Assert.True(first.Status is 200 or 201, first.Text);
        if (between is not null) await between();
        await lab.CutOffAsync();

        var second = await lab.CallAsync(actor, verb, path, data, Keys.Sent(key));
        Assert.Equal((first.Status, null), (second.Status, second.Header("Idempotent-Replayed")));
        Reply.AssertJson(first.Data!.ToJsonString(), second.Data);
        Assert.Equal((string?)first.Json["revision"], (string?)second.Json["revision"]);

        // From now on it is answered from what was kept.
        var third = await lab.CallAsync(actor, verb, path, data, Keys.Sent(key));
        Assert.Equal("true", third.Header("Idempotent-Replayed"));
        Reply.AssertJson(first.Data.ToJsonString(), third.Data);
        return second;
    }
}
