using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Ocarina.Core.Telling;

/// <summary>One call of a webhook.</summary>
/// <param name="Address">Where.</param>
/// <param name="Verb"><c>POST</c>, <c>PUT</c> or <c>GET</c>.</param>
/// <param name="ContentType">Media type of the body; none without one.</param>
/// <param name="Body">What is sent; empty for GET, whose address holds it.</param>
/// <param name="Headers">More headers.</param>
public sealed record HookCall(Uri Address, string Verb, string? ContentType, ReadOnlyMemory<byte> Body, ImmutableArray<KeyValuePair<string, string>> Headers);

/// <summary>Where webhooks may go, and how long they may take (document <c>webhooks</c>).</summary>
/// <param name="Allowed">Networks that may be called although they are private.</param>
/// <param name="Timeout">Longest time for a whole call.</param>
public sealed record HookPolicy(ImmutableArray<IPNetwork> Allowed, TimeSpan Timeout)
{
    private static readonly ImmutableArray<IPNetwork> Everything = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")];

    /// <summary>For an address that the operator himself has set: it may well be inside.</summary>
    public static HookPolicy Anywhere(TimeSpan timeout) => new(Everything, timeout);
}

/// <summary>What came back.</summary>
/// <param name="Outcome">What it means.</param>
/// <param name="Body">Beginning of the answer's text; empty without one.</param>
public sealed record HookReply(SendOutcome Outcome, string Body);

/// <summary>Calls webhooks.</summary>
public interface IHookCaller
{
    /// <summary>Calls once: no redirect is followed, and no address that is forbidden is spoken to. Never throws for what the other side does.</summary>
    /// <param name="call">The call.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<HookReply> CallAsync(HookCall call, HookPolicy policy, CancellationToken ct);
}

/// <summary>Signs calls as Standard Webhooks says (version 1 of its scheme), so that a receiver knows who sent them and when.</summary>
public static class HookSignature
{
    /// <summary>What every secret begins with.</summary>
    public const string Prefix = "whsec_";

    private const int SecretBytes = 32;
    private const int SecretBytesLeast = 24;

    /// <summary>Makes a secret, as its owner sees it.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>True for a text that can sign.</summary>
    public static bool IsSecret(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var count) && count >= SecretBytesLeast;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="secret">The secret, with its prefix.</param>
    /// <param name="id">Value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">Value of <c>webhook-timestamp</c>, Unix seconds.</param>
    /// <param name="content">The body as sent; of a GET its query without the question mark.</param>
    public static string Sign(string secret, string id, long timestamp, ReadOnlySpan<byte> content)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(content);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
