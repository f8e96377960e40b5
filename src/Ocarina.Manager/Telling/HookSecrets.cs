using Microsoft.AspNetCore.DataProtection;
using Ocarina.Core.Telling;
using Ocarina.Manager.Secrets;

namespace Ocarina.Manager.Telling;

/// <summary>The signing secrets of webhooks, encrypted at rest.</summary>
internal sealed class HookSecrets(ServerSecrets secrets)
{
    private readonly IDataProtector _protector = secrets.Protection.CreateProtector("ocarina.webhooks");

    /// <summary>A new secret, in clear and as it is stored. Never call it inside a write delegate: the ring may have to write a key of its own.</summary>
    public (string Clear, string Stored) Make()
    {
        var clear = HookSignature.NewSecret();
        return (clear, _protector.Protect(clear));
    }

    /// <summary>A stored secret in clear.</summary>
    public string Read(string stored) => _protector.Unprotect(stored);
}
