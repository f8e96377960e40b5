using Ocarina.Core.Telling;
using static Ocarina.Core.Configuration.ConfigKey;

namespace Ocarina.Core.Configuration;

/// <content>Money (docs/decisions/0013-money.md).</content>
internal static partial class ConfigDocuments
{
    private static ConfigKey[] BillingDocument =>
    [
        OneOf("back_end", "plans", "plans", "none"),
        OneOf("profile", "knm", "knm", "wnm"),
        Text("webhook_url", null, text => HookDocument.AddressOf(text) is null ? "This is no absolute http(s) address without a user" : null),
        Text("webhook_secret", null, SigningSecretFault),
        Integer("webhook_timeout_ms", 5000, minimum: 100, maximum: 30_000),
    ];

    private static string? SigningSecretFault(string text) => HookSignature.IsSecret(text) ? null : $"A secret is {HookSignature.Prefix} and at least 24 bytes in base64";
}
