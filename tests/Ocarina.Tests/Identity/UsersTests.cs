using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class UsersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_user_is_shown_without_password_and_keeps_what_it_was_given(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var body = Some.User("Joe.Doe@example", "pass");
        body["appList"] = new JsonArray("numbers");

        var user = Assert.IsType<UserOutcome.Done>(await host.Users.CreateAsync(host.MasterAccount, body, Ct)).User;

        var expected = Some.Json($$"""{"id":"{{user.Id}}","username":"joe.doe@example","priv_level":"user","enabled":true,"first_name":"Joe","last_name":"Doe","appList":["numbers"]}""");
        Assert.True(JsonNode.DeepEquals(expected, user.Data), user.Data.ToJsonString());
        var shown = Assert.IsType<UserOutcome.Done>(await host.Users.GetAsync(host.MasterAccount, user.Id, Ct)).User;
        Assert.True(JsonNode.DeepEquals(expected, shown.Data));
        var listed = await host.Users.ListAsync(host.MasterAccount, Ct);
        Assert.Equal(["admin", "joe.doe@example"], listed.Select(row => (string?)row["username"]));
        Assert.Equal("""{"id":"ID","username":"joe.doe@example","first_name":"Joe","last_name":"Doe","priv_level":"user","features":[]}""".Replace("ID", user.Id, StringComparison.Ordinal), listed[1].ToJsonString());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_is_wrong_is_said_by_field(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await host.CreateUserAsync(host.MasterAccount, "joe");

        Assert.Equal([("first_name", "required"), ("last_name", "required")], await Refused("{}"));
        Assert.Equal([("password", "required")], await Refused("""{"first_name":"a","last_name":"b","username":"x"}"""));
        Assert.Equal([("username", "required")], await Refused("""{"first_name":"a","last_name":"b","password":"x"}"""));
        Assert.Equal([("username", "unique")], await Refused("""{"first_name":"a","last_name":"b","username":"JOE","password":"x"}"""));
        Assert.Equal([("priv_level", "enum")], await Refused("""{"first_name":"a","last_name":"b","priv_level":"god"}"""));
        Assert.Equal([("username", "pattern"), ("enabled", "type")], await Refused("""{"first_name":"a","last_name":"b","username":"a b","password":"x","enabled":[]}"""));

        async Task<IEnumerable<(string, string)>> Refused(string body) =>
            Assert.IsType<UserOutcome.Invalid>(await host.Users.CreateAsync(host.MasterAccount, Some.Json(body), Ct)).Problems.Select(problem => (problem.Path, problem.Kind));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_changed_password_name_rank_or_switch_ends_tokens_and_nothing_else_does(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var account = await host.CreateAccountAsync("One");
        var id = await host.CreateUserAsync(account);
        var token = await host.TokenAsync("one", "joe", "pass");

        await Patch("""{"first_name":"Jim","ui_flags":{}}""");
        Assert.True(host.Tokens.TryValidate(token, out _));
        await Patch("""{"password":"next","username":"joe"}""");
        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.LoginAsync("one", "joe", "pass"));

        token = await host.TokenAsync("one", "joe", "next");
        await Patch("""{"priv_level":"admin"}""");
        Assert.False(host.Tokens.TryValidate(token, out _));

        token = await host.TokenAsync("one", "joe", "next");
        await Patch("""{"enabled":false}""");
        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.LoginAsync("one", "joe", "next"));

        await Patch("""{"enabled":true}""");
        Assert.False(host.Tokens.TryValidate(token, out _)); // what has ended stays ended
        token = await host.TokenAsync("one", "joe", "next");
        Assert.IsType<UserOutcome.Done>(await host.Users.DeleteAsync(account, id, Ct));
        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.IsType<UserOutcome.NotFound>(await host.Users.GetAsync(account, id, Ct));
        await host.CreateUserAsync(account, "joe", "again"); // the name is free

        async Task Patch(string body) => Assert.IsType<UserOutcome.Done>(await host.Users.MergeAsync(account, id, Some.Json(body), null, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_password_survives_a_post_without_one_but_a_new_name_needs_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var account = await host.CreateAccountAsync("One");
        var id = await host.CreateUserAsync(account);
        var shown = Assert.IsType<UserOutcome.Done>(await host.Users.GetAsync(account, id, Ct)).User.Data;

        Assert.IsType<UserOutcome.Done>(await host.Users.ReplaceAsync(account, id, shown.DeepClone().AsObject(), null, Ct));
        await host.TokenAsync("one", "joe", "pass");
        shown["username"] = "jim";
        var refused = await host.Users.ReplaceAsync(account, id, shown.DeepClone().AsObject(), null, Ct);
        Assert.Equal("password", Assert.Single(Assert.IsType<UserOutcome.Invalid>(refused).Problems).Path);
        shown["password"] = "pass";
        Assert.IsType<UserOutcome.Done>(await host.Users.ReplaceAsync(account, id, shown, null, Ct));
        await host.TokenAsync("one", "jim", "pass");
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_user_is_found_in_its_own_account_only(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var (one, two) = (await host.CreateAccountAsync("One"), await host.CreateAccountAsync("Two"));
        var id = await host.CreateUserAsync(one);

        Assert.IsType<UserOutcome.NotFound>(await host.Users.GetAsync(two, id, Ct));
        Assert.IsType<UserOutcome.NotFound>(await host.Users.MergeAsync(two, id, Some.Json("""{"first_name":"x"}"""), null, Ct));
        Assert.IsType<UserOutcome.NotFound>(await host.Users.DeleteAsync(two, id, Ct));
        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.LoginAsync("two", "joe", "pass"));
        await host.CreateUserAsync(two); // the same name in another account
        Assert.IsType<UserOutcome.NotFound>(await host.Users.CreateAsync(AccountId.Parse(new string('0', 32)), Some.User("a", "b"), Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Writers_at_once_lose_nothing(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateUserAsync(host.MasterAccount);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            host.Users.MergeAsync(host.MasterAccount, id, new JsonObject { [$"key{i}"] = i }, null, Ct)));

        var user = Assert.IsType<UserOutcome.Done>(await host.Users.GetAsync(host.MasterAccount, id, Ct)).User;
        Assert.Equal(9, user.Revision);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(i, (int?)user.Data[$"key{i}"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_many_who_take_one_user_name_at_once_one_wins(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Users.CreateAsync(host.MasterAccount, Some.User("joe", "pass"), Ct)));

        Assert.Single(outcomes.OfType<UserOutcome.Done>());
        Assert.Equal(1, await host.Db.ScalarAsync<long>("SELECT count(*) FROM users WHERE username = 'joe'"));
    }
}
