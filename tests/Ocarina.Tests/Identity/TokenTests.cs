using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class TokenTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_claims_are_the_specifications_and_decode_as_the_web_client_does_it(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var token = await host.TokenAsync("masterinc", "admin", "secret");

        var parts = token.Split('.');
        Assert.DoesNotContain('-', parts[1]);
        Assert.DoesNotContain('_', parts[1]);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        Assert.Equal(["jti", "iss", "iat", "exp", "account_id", "method", "identity_sig", "owner_id"], claims.Select(claim => claim.Key));
        Assert.Equal(host.MasterAccount.ToString(), (string?)claims["account_id"]);
        Assert.Equal("cb_user_auth", (string?)claims["method"]);
        Assert.Equal(host.Clock.GetUtcNow().ToUnixTimeSeconds(), (long?)claims["iat"]);
        Assert.Equal(3600, (long)claims["exp"]! - (long)claims["iat"]!);
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        Assert.Equal(("HS256", host.Secrets.TokenKeyId), ((string?)header["alg"], (string?)header["kid"]));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Changed_and_foreign_tokens_are_refused(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var token = await host.TokenAsync("masterinc", "admin", "secret");
        var parts = token.Split('.');
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        var key = host.Secrets.TokenKey;
        var kid = host.Secrets.TokenKeyId;
        Assert.True(host.Tokens.TryValidate(token, out _));
        Assert.True(host.Tokens.TryValidate(Make($$"""{"alg":"HS256","kid":"{{kid}}"}""", payload, key), out _)); // the maker below makes good tokens

        Assert.False(host.Tokens.TryValidate(Make($$"""{"alg":"none","kid":"{{kid}}"}""", payload, key), out _));
        Assert.False(host.Tokens.TryValidate($"{Encode($$"""{"alg":"none","kid":"{{kid}}"}""")}.{parts[1]}.", out _));
        Assert.False(host.Tokens.TryValidate(Make($$"""{"alg":"HS512","kid":"{{kid}}"}""", payload, key), out _));
        Assert.False(host.Tokens.TryValidate(Make($$"""{"alg":"RS256","kid":"{{kid}}"}""", payload, key), out _));
        Assert.False(host.Tokens.TryValidate(Make("""{"alg":"HS256","kid":"other"}""", payload, key), out _));
        Assert.False(host.Tokens.TryValidate(Make("""{"alg":"HS256"}""", payload, key), out _));
        Assert.False(host.Tokens.TryValidate(Make($$"""{"alg":"HS256","kid":"{{kid}}"}""", payload, new byte[32]), out _));

        // Signed rightly, yet wrong inside: another account, another user, a user token without its user.
        foreach (var (claim, value) in new (string, JsonNode?)[]
        {
            ("account_id", new string('0', 32)), ("owner_id", "nobody"), ("identity_sig", new string('0', 64)), ("method", "cb_api_auth"), ("iss", "kazoo"),
            ("exp", "never"), ("exp", long.MaxValue), ("jti", ""), ("owner_id", null),
        })
        {
            var changed = payload.DeepClone().AsObject();
            if (value is null) changed.Remove(claim);
            else changed[claim] = value;
            Assert.False(host.Tokens.TryValidate(Make($$"""{"alg":"HS256","kid":"{{kid}}"}""", changed, key), out _), claim);
        }

        // Every single character counts, but for the spare bits of the last one.
        for (var i = 0; i < token.Length - 1; i++)
        {
            var flipped = token.ToCharArray();
            flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
            Assert.False(host.Tokens.TryValidate(new string(flipped), out _));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("undefined")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("\0.\uFFFF.=")]
    public async Task Nonsense_is_refused_without_a_fuss(string? token)
    {
        await using var host = await IdentityHost.StartAsync(DatabaseKind.Sqlite);

        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.False(host.Tokens.TryValidate(new string('x', 100_000), out _));
        Assert.Null(await host.Tokens.ValidateAsync(token, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_token_lives_an_hour(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        var token = await host.TokenAsync("masterinc", "admin", "secret");

        host.Clock.Advance(TimeSpan.FromSeconds(TokenService.LifeS - 1));
        Assert.True(host.Tokens.TryValidate(token, out _));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(host.Tokens.TryValidate(token, out _));
        Assert.Null(await host.Tokens.ValidateAsync(token, Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Logging_out_ends_one_token_everywhere_and_is_kept_until_it_would_expire(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        var (gone, stays) = (await host.TokenAsync("masterinc", "admin", "secret"), await host.TokenAsync("masterinc", "admin", "secret"));
        Assert.True(host.Tokens.TryValidate(gone, out var claims));

        await host.Tokens.LogoutAsync(claims, Ct);
        await host.Tokens.LogoutAsync(claims, Ct);

        Assert.False(host.Tokens.TryValidate(gone, out _));
        Assert.True(host.Tokens.TryValidate(stays, out var others));
        await other.Directories.RefreshAsync(Ct);
        Assert.False(other.Tokens.TryValidate(gone, out _));
        await using var restarted = await host.AnotherAsync();
        Assert.False(restarted.Tokens.TryValidate(gone, out _));

        host.Clock.Advance(TimeSpan.FromSeconds(TokenService.LifeS + 1));
        await host.Tokens.LogoutAsync(others, Ct);
        Assert.Equal(1, await host.Db.ScalarAsync<long>("SELECT count(*) FROM revoked_tokens"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Every_process_accepts_the_tokens_of_every_other(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();

        Assert.True(other.Tokens.TryValidate(await host.TokenAsync("masterinc", "admin", "secret"), out _));
        Assert.True(host.Tokens.TryValidate(await other.TokenAsync("masterinc", "admin", "secret"), out _));
    }

    private static string Make(string header, JsonObject payload, byte[] key)
    {
        var text = $"{Encode(header)}.{Encode(payload.ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
