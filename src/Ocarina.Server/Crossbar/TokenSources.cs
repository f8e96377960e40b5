using System.Text;
using Ocarina.Core;

namespace Ocarina.Server.Crossbar;

/// <summary>What a caller shows to say who he is. Closed.</summary>
internal abstract record Credential
{
    private Credential() { }

    /// <summary>A token, whole or nonsense.</summary>
    internal sealed record Token(string Text) : Credential;

    /// <summary>Account and MD5 of user and password, sent with each request.</summary>
    internal sealed record Password(AccountId Account, string Hash) : Credential;
}

/// <summary>Where tokens are looked for, in order (`http-api.md` 1.5).</summary>
internal static class TokenSources
{
    /// <summary>The first credential present; <see langword="null"/> when there is none. An empty one counts as absent.</summary>
    public static Credential? Find(CrossbarRequest request)
    {
        var headers = request.Http.Request.Headers;
        if (headers["X-Auth-Token"].ToString() is { Length: > 0 } token) return new Credential.Token(token);
        if (request.Query("auth_token") is { Length: > 0 } asked) return new Credential.Token(asked);
        if (request.Body.Envelope["auth_token"].AsText() is { Length: > 0 } enclosed) return new Credential.Token(enclosed);
        if (headers.Authorization.ToString() is { Length: > 0 } header) return FromHeader(header);
        return request.Query("authorization") is { Length: > 0 } last ? FromHeader(last) : null;
    }

    private static Credential FromHeader(string value)
    {
        if (value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return new Credential.Token(value["Bearer ".Length..].Trim());
        return value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            ? FromBasic(value["Basic ".Length..].Trim())
            : new Credential.Token(value.Trim());
    }

    private static Credential FromBasic(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var count)) return new Credential.Token(encoded);

        var text = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && AccountId.TryParse(text.AsSpan(0, colon), out var account)
            ? new Credential.Password(account, text[(colon + 1)..])
            : new Credential.Token(encoded);
    }
}
