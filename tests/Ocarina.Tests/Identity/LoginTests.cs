using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class LoginTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_wire_credential_is_the_digest_of_lower_case_user_and_password()
    {
        // echo -n 'admin:Secret' | md5sum, sha1sum
        Assert.Equal(WireCredentials.Of(CredentialMethod.Md5, "ADMIN", "Secret"), WireCredentials.Of(CredentialMethod.Md5, "admin", "Secret"));
        Assert.Equal("f0e8ee772d7f00476b06dbc39dae1d03", WireCredentials.Of(CredentialMethod.Md5, "Admin", "Secret"));
        Assert.Equal("1cabb11969985af56efad2b1092ec1f926267383", WireCredentials.Of(CredentialMethod.Sha, "Admin", "Secret"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Name_realm_and_number_lead_to_the_account_by_both_digests(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("ACME Corp.");
        await host.CreateUserAsync(id);
        var realm = host.Directories.Accounts.Snapshot.FindEntry(id)!.Realm;
        host.Numbers["+14155550001"] = id;
        var md5 = WireCredentials.Of(CredentialMethod.Md5, "joe", "pass");
        var sha = WireCredentials.Of(CredentialMethod.Sha, "joe", "pass");

        foreach (var body in new JsonObject[]
        {
            new() { ["credentials"] = md5, ["account_name"] = "acmecorp" },
            new() { ["credentials"] = md5.ToUpperInvariant(), ["account_name"] = "Acme, CORP", ["method"] = "md5" },
            new() { ["credentials"] = sha, ["account_name"] = "acmecorp", ["method"] = "sha" },
            new() { ["credentials"] = md5, ["account_realm"] = realm },
            new() { ["credentials"] = md5, ["realm"] = realm.ToUpperInvariant() },
            new() { ["credentials"] = md5, ["phone_number"] = "+14155550001" },
            new() { ["credentials"] = md5, ["phone_number"] = "+1999", ["account_realm"] = "no.such.realm", ["account_name"] = "acmecorp" },
        })
        {
            var welcome = Assert.IsType<LoginOutcome.LoggedIn>(await host.Login.LoginAsync(body, "192.0.2.1", Ct));
            Assert.Equal(id, welcome.Data.Account.Id);
            Assert.True(host.Tokens.TryValidate(welcome.Token, out var claims));
            Assert.Equal((id, TokenService.UserMethod), (claims.Account, claims.Method));
        }

        foreach (var body in new JsonObject[]
        {
            new() { ["credentials"] = sha, ["account_name"] = "acmecorp" }, // a digest of the other kind
            new() { ["credentials"] = WireCredentials.Of(CredentialMethod.Md5, "joe", "Pass"), ["account_name"] = "acmecorp" },
            new() { ["credentials"] = md5, ["account_name"] = "masterinc" },
            new() { ["credentials"] = md5, ["account_name"] = "nobody" },
        })
            Assert.IsType<LoginOutcome.InvalidCredentials>(await host.Login.LoginAsync(body, "192.0.2.1", Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Users_whose_four_bytes_collide_are_told_apart_by_the_hash(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var account = await host.CreateAccountAsync("One");
        var users = new List<string>();
        for (var i = 0; i < 3; i++) users.Add(await host.CreateUserAsync(account, $"joe{i}"));
        await host.Db.ExecuteAsync("UPDATE users SET md5_lookup = (SELECT md5_lookup FROM users WHERE id = @id) WHERE account_id = @account", new { id = users[1], account = account.ToString() });

        var welcome = Assert.IsType<LoginOutcome.LoggedIn>(await host.LoginAsync("one", "joe1", "pass"));

        Assert.Equal(users[1], welcome.Data.Owner);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_answer_of_a_log_in_is_the_specifications(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var welcome = Assert.IsType<LoginOutcome.LoggedIn>(await host.LoginAsync("master inc", "admin", "secret"));

        var expected = Some.Json($$$$"""
            {"account_id":"{{{{host.MasterAccount}}}}","owner_id":"{{{{welcome.Data.Owner}}}}","account_name":"Master Inc.","reseller_id":"{{{{host.MasterAccount}}}}",
             "is_reseller":true,"is_master_account":true,"language":"en-us","cluster_id":"{{{{host.Secrets.ClusterId}}}}","apps":[],
             "capabilities":{"voicemail":{"transcription":{"available":false,"default":false}}},"ui_config":{}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, welcome.Data.ToJson()), welcome.Data.ToJson().ToJsonString());
        Assert.DoesNotContain(welcome.Token, welcome.ToString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Bodies_that_say_too_little_are_refused_by_field(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        Assert.Equal([("credentials", "required"), ("account_name", "required")], Problems(await host.Login.LoginAsync([], "192.0.2.1", Ct)));
        Assert.Equal([("method", "enum")], Problems(await host.Login.LoginAsync(Some.Json("""{"credentials":"x","account_name":"a","method":"rot13"}"""), "192.0.2.1", Ct)));
        Assert.Equal([("api_key", "required")], Problems(await host.Login.LoginWithKeyAsync([], "192.0.2.1", Ct)));
        Assert.Equal([("api_key", "minLength")], Problems(await host.Login.LoginWithKeyAsync(Some.Json("""{"api_key":"abc"}"""), "192.0.2.1", Ct)));

        static IEnumerable<(string, string)> Problems(LoginOutcome outcome) => Assert.IsType<LoginOutcome.Invalid>(outcome).Problems.Select(problem => (problem.Path, problem.Kind));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_disabled_account_is_told_so_only_with_the_right_password_and_its_tokens_end(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("One");
        await host.CreateUserAsync(id);
        var token = await host.TokenAsync("one", "joe", "pass");
        var key = (await host.Keys.GetAsync(id, Ct))!;

        await host.Accounts.MergeAsync(host.Admin, id, Some.Json("""{"enabled":false}"""), null, Ct);

        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.IsType<LoginOutcome.AccountDisabled>(await host.LoginAsync("one", "joe", "pass"));
        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.LoginAsync("one", "joe", "wrong"));
        Assert.IsType<LoginOutcome.AccountDisabled>(await host.Login.LoginWithKeyAsync(new JsonObject { ["api_key"] = key }, "192.0.2.1", Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Ten_failures_a_minute_then_even_the_right_password_waits(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        for (var i = 0; i < FailedLogins.Max; i++)
            Assert.IsType<LoginOutcome.InvalidCredentials>(await host.LoginAsync("Master Inc.", "admin", $"wrong{i}"));

        Assert.IsType<LoginOutcome.TooManyFailures>(await host.LoginAsync("MASTERINC", "admin", "secret"));
        Assert.IsType<LoginOutcome.LoggedIn>(await host.LoginAsync("MASTERINC", "admin", "secret", address: "192.0.2.2"));
        host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.IsType<LoginOutcome.TooManyFailures>(await host.LoginAsync("MASTERINC", "admin", "secret"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3 * FailedLogins.Max; i++) Assert.IsType<LoginOutcome.LoggedIn>(await host.LoginAsync("MASTERINC", "admin", "secret")); // successes do not count
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Failures_at_the_same_moment_do_not_slip_through_together(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.LoginAsync("nobody", "joe", $"{i}")));

        Assert.Equal(FailedLogins.Max, outcomes.OfType<LoginOutcome.InvalidCredentials>().Count());
        Assert.Equal(30, outcomes.OfType<LoginOutcome.TooManyFailures>().Count());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Right_passwords_at_the_same_moment_all_log_in(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.LoginAsync("Master Inc.", "admin", "secret")));

        Assert.All(outcomes, outcome => Assert.IsType<LoginOutcome.LoggedIn>(outcome));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Bad_keys_are_slowed_down_and_a_good_one_from_the_same_address_passes(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var outcomes = new List<LoginOutcome>();
        for (var i = 0; i < FailedLogins.Max + 1; i++)
            outcomes.Add(await host.Login.LoginWithKeyAsync(new JsonObject { ["api_key"] = ApiKeys.NewKey() }, "192.0.2.1", Ct));

        Assert.Equal(FailedLogins.Max, outcomes.OfType<LoginOutcome.UnknownKey>().Count());
        Assert.IsType<LoginOutcome.TooManyFailures>(outcomes[^1]);
        var key = await host.Keys.GetAsync(host.MasterAccount, Ct);
        Assert.IsType<LoginOutcome.LoggedIn>(await host.Login.LoginWithKeyAsync(new JsonObject { ["api_key"] = key }, "192.0.2.1", Ct));
    }

    [Fact]
    public async Task The_limiter_forgets_what_is_old_and_stays_bounded()
    {
        var failures = new FailedLogins(new HandClock());
        for (var i = 0; i < FailedLogins.EntriesMax + 10; i++) Assert.True(failures.CountFailure($"address {i}", "one"));

        for (var i = 0; i < FailedLogins.Max; i++) Assert.True(failures.CountFailure("mine", "one"));
        Assert.False(failures.CountFailure("mine", "one"));
        Assert.Null(await failures.BeginAsync("mine", "one", Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_api_key_logs_in_without_a_user_and_a_new_one_ends_the_old(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("One");
        var key = (await host.Keys.GetAsync(id, Ct))!;
        Assert.Equal(key, await host.Keys.GetAsync(id, Ct));

        var welcome = Assert.IsType<LoginOutcome.LoggedIn>(await Login(key.ToUpperInvariant()));
        Assert.Null(welcome.Data.Owner);
        Assert.False(welcome.Data.ToJson().ContainsKey("owner_id"));
        Assert.True(host.Tokens.TryValidate(welcome.Token, out var claims));
        Assert.Equal((id, null, TokenService.KeyMethod), (claims.Account, claims.Owner, claims.Method));

        var next = (await host.Keys.RenewAsync(id, Ct))!;
        Assert.NotEqual(key, next);
        Assert.Equal(next, await host.Keys.GetAsync(id, Ct));
        Assert.False(host.Tokens.TryValidate(welcome.Token, out _));
        Assert.IsType<LoginOutcome.UnknownKey>(await Login(key));
        Assert.IsType<LoginOutcome.LoggedIn>(await Login(next));
        Assert.Null(await host.Keys.GetAsync(AccountId.Parse(new string('0', 32)), Ct));

        Task<LoginOutcome> Login(string text) => host.Login.LoginWithKeyAsync(new JsonObject { ["api_key"] = text }, "192.0.2.1", Ct);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Basic_credentials_and_impersonation_give_tokens_of_the_user(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var id = await host.CreateAccountAsync("One");
        var user = await host.CreateUserAsync(id);

        var basic = await host.Login.LoginBasicAsync(id, WireCredentials.Of(CredentialMethod.Md5, "joe", "pass"), "192.0.2.1", Ct);
        var impersonated = await host.Login.ImpersonateAsync(id, user, Ct);

        foreach (var outcome in new[] { basic, impersonated })
        {
            Assert.True(host.Tokens.TryValidate(Assert.IsType<LoginOutcome.LoggedIn>(outcome).Token, out var claims));
            Assert.Equal((id, user), (claims.Account, claims.Owner));
            Assert.Equal(user, host.Login.DataOf(claims)!.Owner);
        }

        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.Login.LoginBasicAsync(id, "nonsense", "192.0.2.1", Ct));
        Assert.IsType<LoginOutcome.InvalidCredentials>(await host.Login.ImpersonateAsync(id, "nobody", Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_one_process_creates_another_accepts_at_once(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        var id = await host.CreateAccountAsync("One");
        await host.CreateUserAsync(id);

        var here = await other.TokenAsync("one", "joe", "pass"); // an account and a user it has not read yet
        Assert.True(other.Tokens.TryValidate(here, out _));
        await host.CreateUserAsync(id, "jim", "pass");
        var there = await host.TokenAsync("one", "jim", "pass");
        Assert.NotNull(await other.Tokens.ValidateAsync(there, Ct));
    }
}
