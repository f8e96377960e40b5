using Ocarina.Storage;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Idempotency;

/// <summary>A call that carries a key is carried out once, however often it is sent (numbers.md 7.12).</summary>
public sealed class RepeatedCallTests(NumberLabs labs) : IClassFixture<NumberLabs>
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task The_same_call_gets_the_same_reply_and_does_nothing_again(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("available");
        var key = Keys.Next();

        var first = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), """{"crm":"K-1"}""", Keys.Sent(key));
        var changed = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"crm":"K-2"}""");
        var second = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), """{"crm":"K-1"}""", Keys.Sent(key));

        first.IsNumber(201, number, "in_service");
        Assert.Equal(200, changed.Status);
        second.IsNumber(201, number, "in_service"); // as it was answered then, though it has changed since
        Reply.AssertJson(first.Data!.ToJsonString(), second.Data);
        Assert.Equal(((string?)first.Json["revision"], null, "true"), ((string?)second.Json["revision"], first.Header("Idempotent-Replayed"), second.Header("Idempotent-Replayed")));
        Assert.NotEqual((string?)first.Json["request_id"], (string?)second.Json["request_id"]);
        Assert.Equal(3, (await lab.RecordAsync(number))!.Revision);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_key_used_for_another_body_is_refused(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var key = Keys.Next();
        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"a":1}""", Keys.Sent(key))).Status);

        var other = await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"a":2}""", Keys.Sent(key));

        Assert.Equal((422, "idempotency_key_reused", "422"), (other.Status, (string?)other.Json["message"], (string?)other.Json["error"]));
        Assert.Equal("error", (string?)other.Json["status"]);
        Assert.Equal(2, (await lab.RecordAsync(number))!.Revision);
        // A parameter of the query asks for something else as well.
        Assert.Equal(422, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number) + "?x=1", """{"a":1}""", Keys.Sent(key))).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Agreeing_to_charges_and_a_renewed_token_are_no_other_body(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var (key, path) = (Keys.Next(), At(lab.Alice, number));
        var token = await lab.Server.TokenAsync(lab.Alice);

        var first = await lab.Server.SendAsync("PATCH", path, """{"data":{"a":1}}""", token, more: Keys.Sent(key));
        var second = await lab.Server.SendAsync("PATCH", path, """{ "accept_charges" : true, "data" : { "a" : 1 } }""", token, more: Keys.Sent(key));
        var third = await lab.Server.SendAsync("PATCH", path + "?accept_charges=true&_=17", $$"""{"data":{"a":1},"auth_token":"{{token}}"}""", token: "", more: Keys.Sent(key));

        Assert.All([second, third], reply => Assert.Equal((200, "true"), (reply.Status, reply.Header("Idempotent-Replayed"))));
        Assert.All([second, third], reply => Reply.AssertJson(first.Data!.ToJsonString(), reply.Data));
        Assert.Equal(2, (await lab.RecordAsync(number))!.Revision);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_key_belongs_to_an_account_a_verb_and_a_path(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (one, two) = (await lab.HaveAsync("in_service", lab.Alice), await lab.HaveAsync("in_service", lab.Alice));
        var key = Keys.Next();

        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, one), """{"a":1}""", Keys.Sent(key))).Status);
        Assert.Null((await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, two), """{"a":1}""", Keys.Sent(key))).Header("Idempotent-Replayed"));
        Assert.Null((await lab.CallAsync(lab.Alice, "POST", At(lab.Alice, one), """{"b":1}""", Keys.Sent(key))).Header("Idempotent-Replayed"));
        Assert.Null((await lab.CallAsync(lab.Reseller, "PATCH", At(lab.Alice, one), """{"c":1}""", Keys.Sent(key))).Header("Idempotent-Replayed"));

        Reply.AssertJson("""{"b":1,"c":1}""", (await lab.RecordAsync(one))!.PublicFields.ToObject());
        Reply.AssertJson("""{"a":1}""", (await lab.RecordAsync(two))!.PublicFields.ToObject());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_failure_that_did_nothing_leaves_the_key_free(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = lab.Fresh();
        var key = Keys.Next();

        var missing = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), null, Keys.Sent(key));
        var wrong = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), """{"cnam":{"display_name":"much too long for a name"}}""", Keys.Sent(key));
        await lab.StockAsync(number);
        var bought = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), """{"a":1}""", Keys.Sent(key));

        Assert.Equal((404, 400), (missing.Status, wrong.Status));
        bought.IsNumber(201, number, "in_service");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_list_that_succeeded_in_part_is_answered_alike(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var (free, taken) = (await lab.HaveAsync("available"), await lab.HaveAsync("in_service", lab.Stranger));
        var (key, body) = (Keys.Next(), $$"""{"numbers":["{{free}}","{{taken}}"]}""");

        var first = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), body, Keys.Sent(key));
        await lab.ReleaseAsync(lab.Alice, free);
        var second = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, "collection", "activate"), body, Keys.Sent(key));

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.Equal([free], first.Data!["success"].Keys());
        Assert.Equal([taken], first.Data["error"].Keys());
        Reply.AssertJson(first.Data.ToJsonString(), second.Data);
        Assert.Null(await lab.OwnerAsync(free));
    }

    public static TheoryData<string> NoKeys => ["", " ", "two words", "tab\tin", new string('k', 256)];

    [Theory, MemberData(nameof(NoKeys))]
    public async Task What_is_no_key_is_named_and_nothing_is_done(string text)
    {
        var lab = await labs.OverAsync(DatabaseKind.Sqlite);
        var number = await lab.HaveAsync("available");

        var reply = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), null, Keys.Sent(text));

        reply.IsInvalid("""{"Idempotency-Key":{"invalid":{"message":"The header must hold one key of 1 to 255 visible ASCII characters"}}}""");
        Assert.Null(await lab.OwnerAsync(number));
    }

    [Fact]
    public async Task Two_keys_are_none_and_a_long_one_is_one()
    {
        var lab = await labs.OverAsync(DatabaseKind.Sqlite);
        var number = await lab.HaveAsync("available");
        var two = await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), null, request =>
        {
            Keys.Sent("one")(request);
            Keys.Sent("two")(request);
        });

        Assert.Equal(400, two.Status);
        Assert.Equal(201, (await lab.CallAsync(lab.Alice, "PUT", At(lab.Alice, number, "activate"), null, Keys.Sent("!" + new string('~', 254)))).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Many_at_once_do_it_once(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var numbers = new[] { await lab.HaveAsync("available"), await lab.HaveAsync("available"), await lab.HaveAsync("available"), await lab.HaveAsync("available") };
        var (key, prefix) = (Keys.Next(), numbers[0][..^3]);

        // Whoever counted a repeat as another call would sell it other numbers.
        var replies = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(
            () => lab.CallAsync(lab.Bob, "PUT", At(lab.Bob, "collection", "activate"), $$"""{"prefix":"{{prefix[2..]}}","quantity":1}""", Keys.Sent(key)), Ct)));

        var done = replies.Where(reply => reply.Status == 201).ToList();
        Assert.NotEmpty(done);
        Assert.All(done, reply => Reply.AssertJson(done[0].Data!.ToJsonString(), reply.Data));
        Assert.All(replies.Except(done), reply => Assert.Equal((409, "request_in_progress"), (reply.Status, (string?)reply.Json["message"])));
        Assert.Single(Assert.Single(done.Select(reply => reply.Data!["success"].Keys()).DistinctBy(keys => keys[0])));
        foreach (var number in numbers) await lab.HaveGoneAsync(number);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_key_is_forgotten_after_a_day(DatabaseKind kind)
    {
        var lab = await labs.OverAsync(kind);
        var number = await lab.HaveAsync("in_service", lab.Alice);
        var key = Keys.Next();
        Assert.Equal(200, (await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"a":1}""", Keys.Sent(key))).Status);

        lab.Clock.Advance(TimeSpan.FromHours(24));
        lab.Server.ForgetTokens();

        Assert.Null((await lab.CallAsync(lab.Alice, "PATCH", At(lab.Alice, number), """{"a":2}""", Keys.Sent(key))).Header("Idempotent-Replayed"));
        Reply.AssertJson("""{"a":2}""", (await lab.RecordAsync(number))!.PublicFields.ToObject());
    }

    [Fact]
    public async Task Reading_and_logging_in_take_no_notice_of_a_key()
    {
        var lab = await labs.OverAsync(DatabaseKind.Sqlite);
        var key = Keys.Next();
        foreach (var _ in (int[])[1, 2])
        {
            Assert.Null((await lab.CallAsync(lab.Alice, "GET", At(lab.Alice), null, Keys.Sent(key))).Header("Idempotent-Replayed"));
            var login = await lab.Server.SendAsync("PUT", "/v2/api_auth", $$$"""{"data":{"api_key":"{{{TestServer.ApiKey}}}"}}""", token: "", more: Keys.Sent(key));
            Assert.Equal((201, null), (login.Status, login.Header("Idempotent-Replayed")));
        }
    }
}
