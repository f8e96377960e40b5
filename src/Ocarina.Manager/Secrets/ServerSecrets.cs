using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Secrets;

/// <summary>The keys of this installation: one signs tokens, one finds credentials, and the Data Protection ring encrypts what is stored.</summary>
/// <remarks>They lie in the database, wrapped by the master key, so that every process has the same. Safe to share between threads.</remarks>
public sealed class ServerSecrets : IDisposable
{
    private const string TokenPurpose = "token signing";
    private const string LookupPurpose = "credential lookup";

    private readonly ServiceProvider _protection;
    private readonly byte[] _lookupKey;

    private ServerSecrets(string tokenKeyId, byte[] tokenKey, byte[] lookupKey, ServiceProvider protection)
    {
        (TokenKeyId, TokenKey, _lookupKey, _protection) = (tokenKeyId, tokenKey, lookupKey, protection);
        ClusterId = Convert.ToHexStringLower(HMACSHA256.HashData(_lookupKey, "cluster"u8)).Substring(0, 32);
        Protection = protection.GetRequiredService<IDataProtectionProvider>();
    }

    /// <summary>Names the signing key in tokens (<c>kid</c>).</summary>
    public string TokenKeyId { get; }

    /// <summary>Opaque id of this installation: 32 hexadecimal digits, the same in every process.</summary>
    public string ClusterId { get; }

    /// <summary>Encrypts what the database keeps.</summary>
    public IDataProtectionProvider Protection { get; }

    /// <summary>Signs tokens: 32 bytes.</summary>
    internal byte[] TokenKey { get; }

    /// <summary>True when the database holds keys already: then only the master key that wrapped them will do.</summary>
    public static async Task<bool> ExistAsync(IDatabase database, CancellationToken ct) => (await database.ReadAsync(SecretKeysTable.AllAsync, ct)).Count > 0;

    /// <summary>Opens the keys, and makes them at the first start.</summary>
    /// <exception cref="MasterKeyException">They were wrapped by another master key.</exception>
    public static async Task<ServerSecrets> OpenAsync(
        IDatabase database, MasterKey master, TimeProvider clock, ILoggerFactory loggers, CancellationToken ct)
    {
        var rows = await database.ReadAsync(SecretKeysTable.AllAsync, ct);
        if (rows.Count < 2) rows = await MakeAsync(database, master, clock, ct);

        var token = rows.Single(row => row.Purpose == TokenPurpose);
        var lookup = rows.Single(row => row.Purpose == LookupPurpose);
        var (tokenKey, lookupKey) = (master.Unwrap(token.Wrapped, TokenPurpose), master.Unwrap(lookup.Wrapped, LookupPurpose));
        var secrets = new ServerSecrets(token.Id, tokenKey, lookupKey, Ring(database, master, loggers));

        // Opens the ring now: at the first start its key is made here and not in the middle of a request.
        _ = secrets.Protection.CreateProtector("start").Protect("start"u8.ToArray());
        return secrets;
    }

    /// <summary>HMAC of a credential under a key that is in no table in the clear.</summary>
    /// <param name="kind">What is looked for, so that one text never answers for another kind.</param>
    /// <param name="text">The credential.</param>
    public byte[] LookupOf(string kind, string text) => HMACSHA256.HashData(_lookupKey, Encoding.UTF8.GetBytes($"{kind}\0{text}"));

    /// <summary>Releases the ring.</summary>
    public void Dispose() => _protection.Dispose();

    private static Task<IReadOnlyList<SecretKeyRow>> MakeAsync(IDatabase database, MasterKey master, TimeProvider clock, CancellationToken ct)
    {
        var created = clock.GetUtcNow().ToUnixTimeMilliseconds();
        SecretKeyRow[] fresh = [Make(TokenPurpose), Make(LookupPurpose)];
        return database.WriteAsync(
            async (session, token) =>
            {
                await SecretKeysTable.AddAsync(session, fresh, token);
                return await SecretKeysTable.AllAsync(session, token); // another process may have been first; its keys count
            },
            WriteLane.Foreground, ct);

        SecretKeyRow Make(string purpose) => new()
        {
            Id = RandomNumberGenerator.GetHexString(16, lowercase: true),
            Purpose = purpose,
            Wrapped = master.Wrap(RandomNumberGenerator.GetBytes(32), purpose),
            Created = created,
        };
    }

    private static ServiceProvider Ring(IDatabase database, MasterKey master, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(master);
        services.AddDataProtection().SetApplicationName("ocarina");
        services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new DatabaseXmlRepository(database);
            options.XmlEncryptor = new MasterKeyXmlEncryptor(master);
        });
        return services.BuildServiceProvider();
    }
}
