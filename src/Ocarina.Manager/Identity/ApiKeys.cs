using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Ocarina.Core;
using Ocarina.Manager.Secrets;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>The API key of an account: 64 hexadecimal digits, found by an HMAC, kept encrypted so that it can be shown again.</summary>
public sealed class ApiKeys(IDatabase database, Directories directories, ServerSecrets secrets, TimeProvider clock)
{
    /// <summary>Digits of a key.</summary>
    public const int Length = 64;

    private readonly IDataProtector _protector = secrets.Protection.CreateProtector("ocarina.api_key");

    /// <summary>True for 64 hexadecimal digits.</summary>
    public static bool IsKey(string text) => text.Length == Length && text.All(char.IsAsciiHexDigit);

    /// <summary>A key of chance.</summary>
    public static string NewKey() => RandomNumberGenerator.GetHexString(Length, lowercase: true);

    /// <summary>An account's key; one is made when it has none. <see langword="null"/> for an unknown account.</summary>
    public async Task<string?> GetAsync(AccountId account, CancellationToken ct)
    {
        if (directories.Accounts.Find(account) is null) return null;
        if (await ReadAsync(account, ct) is { } key) return key;

        await SaveAsync(Row(account.ToString(), NewKey()), onlyFirst: true, ct);
        return await ReadAsync(account, ct); // not ours, when another made one at the same moment
    }

    /// <summary>Gives an account a new key; the old one and its tokens end. <see langword="null"/> for an unknown account.</summary>
    public async Task<string?> RenewAsync(AccountId account, CancellationToken ct)
    {
        if (directories.Accounts.Find(account) is null) return null;
        var key = NewKey();
        return await SaveAsync(Row(account.ToString(), key), onlyFirst: false, ct) ? key : null;
    }

    /// <summary>The account and stamp of a key. Compared in constant time; unknown: <see langword="null"/>.</summary>
    internal async Task<ApiKeyRow?> FindAsync(string key, CancellationToken ct)
    {
        var lookup = LookupOf(key);
        var row = await database.ReadAsync((session, token) => ApiKeysTable.FindAsync(session, lookup, token), ct);
        return row is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(row.Lookup), Encoding.ASCII.GetBytes(lookup)) ? row : null;
    }

    /// <summary>A row to be stored; its version comes with the write.</summary>
    internal ApiKeyRow Row(string account, string key) => new()
    {
        AccountId = account,
        Lookup = LookupOf(key),
        Protected = _protector.Protect(key.ToLowerInvariant()),
        Stamp = UsersOperation.NewStamp(),
        Created = clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    private async Task<string?> ReadAsync(AccountId account, CancellationToken ct)
    {
        var row = await database.ReadAsync((session, token) => ApiKeysTable.OfAccountAsync(session, account.ToString(), token), ct);
        return row is null ? null : _protector.Unprotect(row.Protected);
    }

    private async Task<bool> SaveAsync(ApiKeyRow row, bool onlyFirst, CancellationToken ct)
    {
        var saved = await database.WriteAsync(
            async (session, token) =>
            {
                var version = await Versions.BumpAsync(session, VersionKinds.Tokens, token);
                if (await AccountsTable.FindAsync(session, row.AccountId, token) is null) return false;
                if (onlyFirst && await ApiKeysTable.OfAccountAsync(session, row.AccountId, token) is not null) return false;
                await ApiKeysTable.SaveAsync(session, At(row, version), token);
                return true;
            },
            WriteLane.Foreground, ct);
        await directories.Credentials.RefreshAsync(CancellationToken.None);
        return saved;
    }

    internal static ApiKeyRow At(ApiKeyRow row, long version) => new()
    {
        AccountId = row.AccountId, Lookup = row.Lookup, Protected = row.Protected, Stamp = row.Stamp, Created = row.Created, Version = version,
    };

    private string LookupOf(string key) => Convert.ToHexStringLower(secrets.LookupOf("api key", key.ToLowerInvariant()));
}
