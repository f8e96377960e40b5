using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Who may come in: API users by Basic, clients by a token they fetched.</summary>
internal sealed class Bandwidth2Access(SandboxWorld world)
{
    /// <summary>How long a token opens doors.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private int _issued;

    /// <summary>The user of a request; null when nobody known asks.</summary>
    public string? UserOf(SandboxCall call)
    {
        var header = call.Header("Authorization") ?? "";
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            lock (_tokens) return _tokens.TryGetValue(header[7..].Trim(), out var end) && end > world.Now ? world.Credentials.ClientId : null;
        }

        if (Basic(header) is not { } pair) return null;
        var isKnown = pair.Password == world.Credentials.ApiPassword && (pair.User == world.Credentials.ApiUsername || pair.User == world.Credentials.ReadOnlyUsername);
        return isKnown ? pair.User : null;
    }

    /// <summary>True when the user may change things.</summary>
    public bool MayWrite(string user) => user != world.Credentials.ReadOnlyUsername;

    /// <summary>Ends every token, as a restart of the carrier's service does.</summary>
    public int ExpireTokens()
    {
        lock (_tokens)
        {
            var count = _tokens.Count;
            _tokens.Clear();
            return count;
        }
    }

    /// <summary>The door for tokens: Basic with client id and secret, a form that asks for client credentials.</summary>
    public SandboxReply Token(SandboxCall call)
    {
        var isClient = Basic(call.Header("Authorization") ?? "") is { } pair && pair.User == world.Credentials.ClientId && pair.Password == world.Credentials.ClientSecret;
        if (!isClient) return SandboxReply.Json(401, new JsonObject { ["error"] = "invalid_client" }).With("WWW-Authenticate", "Basic realm=\"Bandwidth\"");
        if (call.MediaType != "application/x-www-form-urlencoded" || !Form(call.Text).Contains("grant_type=client_credentials"))
            return SandboxReply.Json(400, new JsonObject { ["error"] = "unsupported_grant_type" });

        string token;
        lock (_tokens)
        {
            // Not from the seed: a token outlives no restart, so an old one must not open doors after it.
            token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)) + (++_issued).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
            _tokens[token] = world.Now + TokenLife;
        }

        return SandboxReply.Json(200, new JsonObject
        {
            ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = (int)TokenLife.TotalSeconds,
        }).With("Cache-Control", "no-store");
    }

    /// <summary>What a stranger hears.</summary>
    public static SandboxReply Stranger(bool isV2)
    {
        if (isV2)
        {
            return SandboxReply.Json(401, new JsonObject
            {
                ["errors"] = new JsonArray(new JsonObject
                {
                    ["code"] = 206401, ["description"] = "Invalid or missing credentials.", ["id"] = null, ["type"] = "authentication-credentials",
                }),
            });
        }

        return SandboxReply.Xml(401, new XElement("UnauthorizedResponse", new XElement("ErrorCode", 1001), new XElement("Description", "Invalid or missing credentials.")))
            .With("WWW-Authenticate", "Basic realm=\"Bandwidth Dashboard\"");
    }

    private static string[] Form(string text) => text.Split('&', StringSplitOptions.TrimEntries);

    private static (string User, string Password)? Basic(string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length)) return null;
        var text = Encoding.UTF8.GetString(buffer.AsSpan(0, length));
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        return cut < 0 ? null : (text[..cut], text[(cut + 1)..]);
    }
}
