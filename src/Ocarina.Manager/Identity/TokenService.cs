using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>What a valid token says.</summary>
/// <param name="Id">The token's own id (<c>jti</c>).</param>
/// <param name="Account">The account that acts.</param>
/// <param name="Owner">The user who logged in; none for an API key.</param>
/// <param name="Method"><see cref="TokenService.UserMethod"/> or <see cref="TokenService.KeyMethod"/>.</param>
/// <param name="IssuedAt">Moment of the log-in.</param>
/// <param name="Expires">Refused from this moment on.</param>
/// <param name="Claims">The whole payload, as sent.</param>
public sealed record TokenClaims(
    string Id, AccountId Account, string? Owner, string Method, DateTimeOffset IssuedAt, DateTimeOffset Expires, DocumentText Claims)
{
    /// <summary>Who acts.</summary>
    public Actor Actor => Actor.Of(Account, Owner);
}

/// <summary>Makes and checks tokens: JWT, HS256 and nothing else (`http-api.md` 1.5, design.md 11).</summary>
/// <remarks>
/// A token carries an HMAC over the stamp of the credential it came from. A changed password, a new key, a disabled or erased user or account
/// changes or removes the stamp, and the token ends. Checking asks memory only. Safe to share between threads.
/// </remarks>
public sealed class TokenService(
    IDatabase database, ServerSecrets secrets, AccountDirectory accounts, CredentialDirectory credentials, TimeProvider clock)
{
    /// <summary>How long a token lives, in seconds.</summary>
    public const int LifeS = 3600;

    /// <summary>Method of tokens from user name and password.</summary>
    public const string UserMethod = "cb_user_auth";

    /// <summary>Method of tokens from an API key.</summary>
    public const string KeyMethod = "cb_api_auth";

    private const int LengthMax = 4096;
    private const string Issuer = "ocarina";

    private readonly byte[] _key = secrets.TokenKey;

    /// <summary>Makes a token for a credential that was checked.</summary>
    internal string Issue(AccountId account, string? owner, string stamp)
    {
        var method = owner is null ? KeyMethod : UserMethod;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = secrets.TokenKeyId };
        var claims = new JsonObject
        {
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["iss"] = Issuer,
            ["iat"] = now,
            ["exp"] = now + LifeS,
            ["account_id"] = account.ToString(),
            ["method"] = method,
            ["identity_sig"] = IdentitySignature(account, owner, stamp),
        };
        if (owner is not null) claims["owner_id"] = owner;

        // Both parts are ASCII (the serializer escapes the rest) without '>', '?', '~': their base64 then holds neither '-' nor '_',
        // which the web client decodes only once each.
        var text = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString(Sign(text))}";
    }

    /// <summary>Checks a token. No database is asked.</summary>
    /// <returns><see langword="false"/> when it is malformed, changed, of another key or algorithm, expired, or ended. Never throws.</returns>
    public bool TryValidate(string? token, [NotNullWhen(true)] out TokenClaims? claims)
    {
        claims = null;
        if (!TryReadSigned(token, out var read, out var identity) || !IsCurrent(read, identity)) return false;

        claims = read;
        return true;
    }

    /// <summary>The same; a token that we signed but whose credential we do not know is looked at again after a refresh, for another process may have made both a moment ago.</summary>
    /// <returns><see langword="null"/> when the token is refused.</returns>
    public async ValueTask<TokenClaims?> ValidateAsync(string? token, CancellationToken ct)
    {
        if (!TryReadSigned(token, out var read, out var identity) || read.Expires <= clock.GetUtcNow()) return null;
        if (IsCurrent(read, identity)) return read;
        if (credentials.HasEnded(read.Id)) return null;

        await accounts.RefreshAsync(ct);
        await credentials.RefreshAsync(ct);
        return IsCurrent(read, identity) ? read : null;
    }

    private bool TryReadSigned(string? token, [NotNullWhen(true)] out TokenClaims? claims, out string? identity)
    {
        (claims, identity) = (null, null);
        if (token is null || token.Length > LengthMax) return false;
        var parts = token.Split('.');
        if (parts.Length != 3) return false;

        // The signature comes before anything in the token is believed. There is one algorithm, whatever the header says.
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(parts[2], out var length) || length != signature.Length) return false;
        Base64Url.DecodeFromChars(parts[2], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, Sign($"{parts[0]}.{parts[1]}"))) return false;

        if (!TryDecode(parts[0], out var header) || Text(header, "alg") != "HS256" || Text(header, "kid") != secrets.TokenKeyId) return false;
        if (!TryDecode(parts[1], out var payload) || !TryRead(payload, out claims)) return false;
        identity = Text(payload, "identity_sig");
        return true;
    }

    /// <summary>Ends a token before its time. Repeating it changes nothing.</summary>
    public async Task LogoutAsync(TokenClaims claims, CancellationToken ct)
    {
        var (jti, expires, now) = (claims.Id, claims.Expires.ToUnixTimeMilliseconds(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        await database.WriteAsync(
            async (session, token) =>
            {
                await Versions.BumpAsync(session, VersionKinds.Tokens, token);
                await RevokedTokensTable.AddAsync(session, jti, expires, now, token);
                return true;
            },
            WriteLane.Foreground, ct);
        await credentials.RefreshAsync(CancellationToken.None); // committed: the answer follows what every process will see
    }

    private bool IsCurrent(TokenClaims claims, string? signature)
    {
        if (claims.Expires <= clock.GetUtcNow() || credentials.HasEnded(claims.Id)) return false;
        if (accounts.Find(claims.Account) is not { Enabled: true }) return false;

        var stamp = claims.Owner is { } owner ? credentials.StampOfUser(claims.Account, owner) : credentials.StampOfKey(claims.Account);
        return stamp is not null && signature is not null
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(IdentitySignature(claims.Account, claims.Owner, stamp)));
    }

    private string IdentitySignature(AccountId account, string? owner, string stamp) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"identity\0{account}\0{owner}\0{stamp}")));

    private byte[] Sign(string text) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(text));

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(json));

    private static bool TryDecode(string part, [NotNullWhen(true)] out JsonObject? json)
    {
        json = null;
        try
        {
            json = JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject;
            return json is not null;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static bool TryRead(JsonObject payload, [NotNullWhen(true)] out TokenClaims? claims)
    {
        claims = null;
        if (Text(payload, "iss") != Issuer || Text(payload, "jti") is not { Length: > 0 } jti) return false;
        if (!AccountId.TryParse(Text(payload, "account_id"), out var account)) return false;
        if (Moment(payload, "iat") is not { } issued || Moment(payload, "exp") is not { } expires) return false;
        var (owner, method) = (Text(payload, "owner_id"), Text(payload, "method"));
        if (method != (owner is null ? KeyMethod : UserMethod)) return false;

        claims = new TokenClaims(jti, account, owner, method, issued, expires, DocumentText.From(payload));
        return true;
    }

    private static string? Text(JsonObject json, string name) =>
        json.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static DateTimeOffset? Moment(JsonObject json, string name) =>
        json.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<long>(out var seconds)
        && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
