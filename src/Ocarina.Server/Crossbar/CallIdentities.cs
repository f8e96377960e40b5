using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Server.Crossbar;

/// <summary>Tells which calls with an <c>Idempotency-Key</c> are the same one (numbers.md 7.12).</summary>
internal static class CallIdentities
{
    private const int KeyLengthMax = 255;

    // What two tries of one call may differ in: who is told to pay comes again and agrees, and a token may have been renewed.
    private static readonly string[] Free = ["accept_charges", "auth_token", "authorization", "verb", "_"];

    /// <summary>The key of a request; <see langword="null"/> when what stands in the header is none.</summary>
    public static string? KeyOf(IReadOnlyList<string?> header) =>
        header is [{ Length: > 0 and <= KeyLengthMax } key] && key.All(letter => letter is > ' ' and < '\u007F') ? key : null;

    /// <summary>Account, method, path and key; and what was asked.</summary>
    public static CallIdentity Of(CrossbarRequest request, string key)
    {
        var account = request.SignedIn!.Account.Id.ToString(); // only signed-in callers have keys
        return new CallIdentity(Hash([account, request.Method, string.Join('/', request.Segments.Select(Uri.EscapeDataString)), key]), account, Fingerprint(request));
    }

    private static string Fingerprint(CrossbarRequest request)
    {
        var envelope = Without(request.Body.Envelope);
        var data = request.Body.Data is JsonObject members ? Without(members) : request.Body.Data.ToJsonString();
        var query = request.Http.Request.Query
            .Where(member => !Free.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .SelectMany(member => member.Value.Select(value => $"{member.Key}={value}"));
        return Hash([data, envelope, .. query]);
    }

    // In the order given: in documents of configuration order is meaning.
    private static string Without(JsonObject members)
    {
        if (!members.Any(member => Free.Contains(member.Key, StringComparer.Ordinal))) return members.ToJsonString();
        var rest = (JsonObject)members.DeepClone();
        foreach (var name in Free) rest.Remove(name);
        return rest.ToJsonString();
    }

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
}
