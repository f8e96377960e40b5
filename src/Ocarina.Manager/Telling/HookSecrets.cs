using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Ocarina.Core.Telling;
using Ocarina.Manager.Secrets;

namespace Ocarina.Manager.Telling;

/// <summary>The signing secrets of webhooks, encrypted at rest. One that was renewed signs beside the new one for a while, so that its receiver has time to change over.</summary>
internal sealed class HookSecrets(ServerSecrets secrets)
{
    // Whoever renews again because the reply got lost must not lose the secret that his receiver knows.
    private const int OldMax = 3;

    private readonly IDataProtector _protector = secrets.Protection.CreateProtector("ocarina.webhooks");

    /// <summary>A new secret, in clear and as it is stored. Never call it inside a write delegate: the ring may have to write a key of its own.</summary>
    public (string Clear, string Stored) Make() => Store([]);

    /// <summary>A new secret beside what was stored. As <see cref="Make"/>: never inside a write delegate.</summary>
    /// <param name="stored">As stored.</param>
    /// <param name="until">When the old ones end.</param>
    /// <param name="now">This moment.</param>
    public (string Clear, string Stored) Renew(string stored, DateTimeOffset until, DateTimeOffset now)
    {
        try
        {
            return Store([.. Parse(stored).Select(old => old with { Until = old.Until < until ? old.Until : until }).Where(old => old.Until > now).Take(OldMax)]);
        }
        catch (CryptographicException)
        {
            return Make(); // what nobody can read signs nothing
        }
    }

    /// <summary>The secrets that sign now, the newest first.</summary>
    public ImmutableArray<string> Read(string stored, DateTimeOffset now) => [.. Parse(stored).Where(secret => secret.Until > now).Select(secret => secret.Clear)];

    private (string Clear, string Stored) Store(IEnumerable<Signing> old)
    {
        var clear = HookSignature.NewSecret();
        var lines = old.Select(secret => string.Create(CultureInfo.InvariantCulture, $"{secret.Clear} {secret.Until.ToUnixTimeMilliseconds()}"));
        return (clear, _protector.Protect(string.Join('\n', lines.Prepend(clear))));
    }

    // A line each, the newest first; those that end say when.
    private IEnumerable<Signing> Parse(string stored) => _protector.Unprotect(stored).Split('\n').Select(line => line.Split(' ')).Select(parts => new Signing(
        parts[0], parts.Length > 1 ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)) : DateTimeOffset.MaxValue));

    private readonly record struct Signing(string Clear, DateTimeOffset Until);
}
