using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Ocarina.Manager.Secrets;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>The two forms in which clients send user name and password (`http-api.md` 7.1). They are inputs of a log-in, never stored.</summary>
public enum CredentialMethod
{
    /// <summary>MD5 over <c>user:password</c>, in hexadecimal digits.</summary>
    Md5,

    /// <summary>SHA-1 over the same.</summary>
    Sha,
}

/// <summary>What is stored of a user's password: hashes over both wire forms, and what finds them.</summary>
/// <remarks>A class, so that nothing prints it.</remarks>
internal sealed class StoredPassword
{
    public required long Md5Lookup { get; init; }

    public required string Md5Hash { get; init; }

    public required long ShaLookup { get; init; }

    public required string ShaHash { get; init; }
}

/// <summary>Makes and checks stored passwords.</summary>
/// <remarks>
/// The wire names no user, so a user is found by four bytes of an HMAC of the credential: enough to name nearly always one candidate, too little
/// to confirm a guess by, and nothing without the key. What is found is then checked by the password hasher.
/// </remarks>
public sealed class WireCredentials
{
    private static readonly object NoUser = new();

    private readonly ServerSecrets _secrets;
    private readonly PasswordHasher<object> _hasher;

    /// <summary>With the framework's work factor, or another.</summary>
    /// <param name="secrets">Holds the key of the look-up.</param>
    /// <param name="iterations">Rounds of PBKDF2; <see langword="null"/> is the framework's default.</param>
    public WireCredentials(ServerSecrets secrets, int? iterations = null)
    {
        _secrets = secrets;
        var options = new PasswordHasherOptions();
        if (iterations is { } count) options.IterationCount = count;
        _hasher = new PasswordHasher<object>(Options.Create(options));
    }

    /// <summary>The wire form of a user name and a password: digest over <c>lowercase(user):password</c>.</summary>
    public static string Of(CredentialMethod method, string username, string password)
    {
        var text = Encoding.UTF8.GetBytes($"{username.ToLowerInvariant()}:{password}");
        return Convert.ToHexStringLower(method == CredentialMethod.Md5 ? MD5.HashData(text) : SHA1.HashData(text));
    }

    internal StoredPassword Store(string account, string username, string password)
    {
        var (md5, sha) = (Of(CredentialMethod.Md5, username, password), Of(CredentialMethod.Sha, username, password));
        return new StoredPassword
        {
            Md5Lookup = LookupOf(account, CredentialMethod.Md5, md5),
            Md5Hash = _hasher.HashPassword(NoUser, md5),
            ShaLookup = LookupOf(account, CredentialMethod.Sha, sha),
            ShaHash = _hasher.HashPassword(NoUser, sha),
        };
    }

    internal long LookupOf(string account, CredentialMethod method, string credential) =>
        BitConverter.ToUInt32(_secrets.LookupOf($"{method}:{account}", credential.ToLowerInvariant()));

    internal bool Matches(UserRow user, CredentialMethod method, string credential) =>
        (method == CredentialMethod.Md5 ? user.Md5Hash : user.ShaHash) is { } hash
        && _hasher.VerifyHashedPassword(NoUser, hash, credential.ToLowerInvariant()) != PasswordVerificationResult.Failed;
}
