using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Identity;

/// <summary>What the first start makes, where it is not to be made up. Read from the environment by the host.</summary>
/// <remarks>A class, not a record: a record prints all its properties, and some of these are secrets.</remarks>
public sealed class FirstStartOptions
{
    /// <summary>Name of the master account (<c>OCARINA_ACCOUNT</c>). Default <c>master</c>; it must hold a letter or a digit.</summary>
    public string AccountName { get; init; } = "master";

    /// <summary>Password of user <c>admin</c> (<c>OCARINA_ADMIN_PASSWORD</c>). Default: one is made up.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>API key of the master account (<c>OCARINA_API_KEY</c>), 64 hexadecimal digits. Default: one is made up.</summary>
    public string? ApiKey { get; init; }
}

/// <summary>What the first start made. Printed once by the host; passwords and keys are not shown anywhere again.</summary>
/// <remarks>A class, not a record: a record prints all its properties, and some of these are secrets.</remarks>
public sealed class FirstStartResult
{
    /// <summary>True at the first start only; otherwise nothing was changed and there is nothing to print.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>The master account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Its name.</summary>
    public required string AccountName { get; init; }

    /// <summary>The password of user <c>admin</c>; at the first start only.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>The API key; at the first start only.</summary>
    public string? ApiKey { get; init; }
}

/// <summary>Makes an empty installation usable: master account, user <c>admin</c>, API key, number manager document (design.md 11). Repeating it changes nothing.</summary>
public sealed class FirstStart(IDatabase database, Directories directories, WireCredentials credentials, ApiKeys keys, TimeProvider clock)
{
    /// <summary>Log-in name of the first user.</summary>
    public const string AdminName = "admin";

    private const string NumberManager = "number_manager";
    private const string DefaultRealmSuffix = "sip.2600hz.com";

    /// <summary>Numbers age by default (seed 004), and stock can be sold and kept at once. Everything else stays at its built-in default.</summary>
    private const string NumberManagerDocument =
        """{"default":{"carrier_modules":["knm_local","knm_inventory","knm_managed","knm_other"],"should_age":true}}""";

    /// <summary>Makes what is missing and brings the directories up to date.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message names the environment variable.</exception>
    public async Task<FirstStartResult> RunAsync(FirstStartOptions options, CancellationToken ct)
    {
        var master = await database.ReadAsync(AccountsTable.FindMasterAsync, ct);
        var result = master is null ? await MakeAsync(options, ct) : Known(master);
        await directories.RefreshAsync(ct);
        return result;
    }

    private async Task<FirstStartResult> MakeAsync(FirstStartOptions options, CancellationToken ct)
    {
        Check(options);
        var name = options.AccountName.Trim();
        var (password, key) = (options.AdminPassword ?? NewPassword(), options.ApiKey?.ToLowerInvariant() ?? ApiKeys.NewKey());
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var id = RandomNumberGenerator.GetHexString(AccountId.Length, lowercase: true);
        var account = new AccountRow
        {
            Id = id, Path = $"/{id}/", Name = name, NameKey = AccountNames.KeyOf(name), Realm = AccountsOperation.RandomRealm(DefaultRealmSuffix),
            IsReseller = true, SuperduperAdmin = true, AllowAdditions = true, Document = "{}", Created = now, Modified = now, Revision = 1,
        };
        var profile = new JsonObject { ["first_name"] = "Account", ["last_name"] = "Admin" };
        var admin = new UserRow { Id = RandomNumberGenerator.GetHexString(32, lowercase: true), AccountId = id, PrivLevel = "admin", Document = "{}", Stamp = "" }
            .With(AdminName, "admin", enabled: true, DocumentText.From(profile).ToString(), credentials.Store(id, AdminName, password), UsersOperation.NewStamp());
        var keyRow = keys.Row(id, key);

        var made = await database.WriteAsync(
            async (session, token) =>
            {
                var accounts = await Versions.BumpAsync(session, VersionKinds.Accounts, token);
                // On PostgreSQL another process may have been first; the constraint of one master account decides.
                if (!await AccountsTable.InsertAsync(session, account with { Version = accounts }, token)) return false;

                await Versions.LockRulesAsync(session, token);
                var tokens = await Versions.BumpAsync(session, VersionKinds.Tokens, token);
                await UsersTable.InsertAsync(session, admin.At(revision: 1, tokens, now), token);
                await ApiKeysTable.SaveAsync(session, ApiKeys.At(keyRow, tokens), token);
                await Versions.BumpAsync(session, VersionKinds.Configuration, token);
                await Versions.BumpAsync(session, VersionKinds.Rules, token);
                await ConfigDocumentsTable.SaveAsync(
                    session,
                    new ConfigDocumentRow
                    {
                        Scope = ConfigDocumentsTable.SystemScope, Id = NumberManager, Document = NumberManagerDocument, Revision = 1, Modified = now,
                    },
                    token);
                return true;
            },
            WriteLane.Foreground, ct);

        if (!made && await database.ReadAsync(AccountsTable.FindMasterAsync, ct) is { } other) return Known(other);
        return new FirstStartResult { IsFirst = true, Account = AccountId.FromStorage(id), AccountName = name, AdminPassword = password, ApiKey = key };
    }

    private static FirstStartResult Known(AccountRow master) =>
        new() { IsFirst = false, Account = AccountId.FromStorage(master.Id), AccountName = master.Name };

    private static void Check(FirstStartOptions options)
    {
        if (AccountNames.KeyOf(options.AccountName).Length == 0 || options.AccountName.Trim().Length > 128)
            throw new ArgumentException("OCARINA_ACCOUNT must hold a letter or a digit, and at most 128 characters.");
        if (options.AdminPassword is { Length: 0 }) throw new ArgumentException("OCARINA_ADMIN_PASSWORD is empty.", nameof(options));
        if (options.ApiKey is { } key && !ApiKeys.IsKey(key)) throw new ArgumentException("OCARINA_API_KEY must be 64 hexadecimal digits.", nameof(options));
    }

    /// <summary>20 characters that are not mistaken for each other: some 115 bits.</summary>
    private static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 20);
}
