using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class SecretsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_key_file_is_made_once_and_only_its_owner_may_read_it()
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-key-");
        try
        {
            var first = MasterKey.Load(null, folder.FullName, mayMake: true);
            var second = MasterKey.Load("  ", folder.FullName, mayMake: false);

            Assert.Equal("text"u8.ToArray(), second.Unwrap(first.Wrap("text"u8, "p"), "p"));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, MasterKey.FileName)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_lost_master_key_is_asked_for_and_not_replaced()
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-key-");
        try
        {
            var missing = Assert.Throws<MasterKeyException>(() => MasterKey.Load(null, folder.FullName, mayMake: false));

            Assert.Contains("OCARINA_MASTER_KEY", missing.Message, StringComparison.Ordinal);
            Assert.Empty(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Base64_and_hexadecimal_text_are_the_same_key_and_nothing_else_is_one()
    {
        var bytes = Enumerable.Range(0, 32).Select(i => (byte)(i * 7)).ToArray();
        var base64 = MasterKey.Parse(Convert.ToBase64String(bytes) + "\n", "test");
        var hex = MasterKey.Parse(Convert.ToHexString(bytes), "test");

        Assert.Equal("text"u8.ToArray(), hex.Unwrap(base64.Wrap("text"u8, "p"), "p"));
        Assert.NotEqual(base64.Wrap("text"u8, "p"), base64.Wrap("text"u8, "p"));
        foreach (var wrong in new[] { "", "short", Convert.ToBase64String(new byte[31]), Convert.ToBase64String(new byte[33]), new string('g', 64) })
            Assert.Contains("OCARINA_MASTER_KEY", Assert.Throws<MasterKeyException>(() => MasterKey.Parse(wrong, "OCARINA_MASTER_KEY")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_wrapped_opens_with_the_same_key_and_purpose_only()
    {
        var key = MasterKey.Create();
        var wrapped = key.Wrap("text"u8, "one");
        var broken = Convert.FromBase64String(wrapped);
        broken[14] ^= 1;

        Assert.Throws<MasterKeyException>(() => key.Unwrap(wrapped, "two"));
        Assert.Throws<MasterKeyException>(() => MasterKey.Create().Unwrap(wrapped, "one"));
        Assert.Throws<MasterKeyException>(() => key.Unwrap(Convert.ToBase64String(broken), "one"));
        Assert.Throws<MasterKeyException>(() => key.Unwrap("not base64", "one"));
        Assert.Throws<MasterKeyException>(() => key.Unwrap("AAAA", "one"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Another_master_key_is_refused_with_a_sentence_for_the_operator(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);

        var refused = await Assert.ThrowsAsync<MasterKeyException>(
            () => ServerSecrets.OpenAsync(host.Db.Database, MasterKey.Create(), host.Clock, NullLoggerFactory.Instance, Ct));

        Assert.Contains("another master key", refused.Message, StringComparison.Ordinal);
        Assert.Contains("OCARINA_MASTER_KEY", refused.Message, StringComparison.Ordinal);
        using var right = await ServerSecrets.OpenAsync(host.Db.Database, host.Master, host.Clock, NullLoggerFactory.Instance, Ct);
        Assert.Equal(host.Secrets.TokenKeyId, right.TokenKeyId);
        Assert.Equal(host.Secrets.ClusterId, right.ClusterId);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Processes_that_start_at_once_agree_on_all_keys(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var master = MasterKey.Create();
        var clock = new HandClock();

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ServerSecrets.OpenAsync(db.Database, master, clock, NullLoggerFactory.Instance, Ct))));

        try
        {
            Assert.Single(all.Select(secrets => secrets.TokenKeyId).Distinct());
            Assert.Single(all.Select(secrets => Convert.ToHexString(secrets.LookupOf("a", "b"))).Distinct());
            foreach (var one in all)
                foreach (var other in all)
                    Assert.Equal("x"u8.ToArray(), other.Protection.CreateProtector("p").Unprotect(one.Protection.CreateProtector("p").Protect("x"u8.ToArray())));
        }
        finally
        {
            foreach (var secrets in all) secrets.Dispose();
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task No_table_holds_a_secret_in_the_clear(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var account = await host.CreateAccountAsync("One");
        await host.CreateUserAsync(account, "joe", "correct horse");
        var key = (await host.Keys.RenewAsync(account, Ct))!;
        var token = await host.TokenAsync("one", "joe", "correct horse");
        await host.Config.MergeAsync(
            "number_manager.bandwidth2", Some.Json("""{"default":{"api_password":"battery","nested":[{"client_secret":"staple"}]},"zone-west":{"auth_token":"paper clip"}}"""), false, Ct);
        await host.Config.MergeAccountAsync(account, "number_manager.voxbone", Some.Json("""{"api_key":"rubber band"}"""), false, Ct);

        var everything = await DumpAsync(host.Db);

        string[] secrets =
        [
            "correct horse", WireCredentials.Of(CredentialMethod.Md5, "joe", "correct horse"), WireCredentials.Of(CredentialMethod.Sha, "joe", "correct horse"),
            key, new string('a', 64), token, Convert.ToBase64String(host.Secrets.TokenKey), Convert.ToHexStringLower(host.Secrets.TokenKey),
            "battery", "staple", "paper clip", "rubber band",
        ];
        Assert.Contains("joe", everything, StringComparison.OrdinalIgnoreCase); // the dump holds what it should
        Assert.Contains("api_password", everything, StringComparison.OrdinalIgnoreCase);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("<masterKey", everything, StringComparison.OrdinalIgnoreCase); // the ring's plain form
    }

    /// <summary>All values of all tables, blobs as hexadecimal text.</summary>
    private static async Task<string> DumpAsync(TestDatabase db)
    {
        var tables = db.Database.Kind == DatabaseKind.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
        return await db.Database.ReadAsync(
            async (session, ct) =>
            {
                var text = new System.Text.StringBuilder();
                foreach (var table in (await session.Connection.QueryAsync<string>(new CommandDefinition(tables, null, session.Transaction, cancellationToken: ct))).ToList())
                {
                    await using var reader = await session.Connection.ExecuteReaderAsync(new CommandDefinition($"SELECT * FROM {table}", null, session.Transaction, cancellationToken: ct));
                    while (await reader.ReadAsync(ct))
                        for (var i = 0; i < reader.FieldCount; i++) text.Append(reader.GetValue(i) is byte[] blob ? Convert.ToHexString(blob) : reader.GetValue(i)).Append('\n');
                }
                return text.ToString();
            },
            Ct);
    }
}
