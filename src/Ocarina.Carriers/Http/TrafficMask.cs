using System.Text;
using System.Text.RegularExpressions;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Hides secrets and personal data before anything is written, logged or kept (carriers.md 1.13).</summary>
internal sealed partial class TrafficMask
{
    private const int ShortestSecret = 3;
    private const int ShowsEndFrom = 12;

    private static readonly string[] HeaderNames = ["authorization", "proxy-authorization", "apikey", "api-key", "x-api-key", "x-api-token", "cookie", "set-cookie"];

    private readonly string[] _literals;
    private readonly bool _hidesPersonal;

    private TrafficMask(IEnumerable<string> secrets, bool hidesPersonal)
    {
        // Longer forms first: a short one may be part of them.
        _literals = [.. secrets.Where(secret => secret.Length >= ShortestSecret).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
        _hidesPersonal = hidesPersonal;
    }

    public static TrafficMask For(CarrierSettings settings)
    {
        string?[] names = [settings.Text("tollfree_login"), settings.Text("username"), settings.Text("api_username")];
        return new TrafficMask(settings.Secrets.Concat(names.OfType<string>()), settings.Flag("debug_mask_personal", true));
    }

    /// <summary>A value's place-holder: with its last two characters when there are enough others.</summary>
    public static string Hidden(string value) => value.Length > ShowsEndFrom ? $"***{value[^2..]}" : "***";

    /// <summary>The value of a header.</summary>
    public string Header(string name, string value) => HeaderNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? Hidden(value) : Text(value);

    /// <summary>Any text: bodies, addresses, sentences of carriers.</summary>
    public string Text(string text)
    {
        text = XmlSecrets().Replace(text, Inner);
        text = JsonSecrets().Replace(text, Inner);
        text = QuerySecrets().Replace(text, Inner);
        text = UserInfo().Replace(text, Inner);
        if (_hidesPersonal)
        {
            text = XmlPersonal().Replace(text, Inner);
            text = JsonPersonal().Replace(text, Inner);
        }

        foreach (var literal in _literals) text = text.Replace(literal, Hidden(literal), StringComparison.Ordinal);
        return text;
    }

    private static string Inner(Match match)
    {
        var value = match.Groups["value"];
        if (value.Length == 0) return match.Value;
        var at = value.Index - match.Index;
        return string.Concat(match.Value.AsSpan(0, at), Hidden(value.Value.Trim()), match.Value.AsSpan(at + value.Length));
    }

    /// <summary>How a secret may stand in a text: as it is, escaped for XML, JSON and addresses, in base64 alone or in the middle of something else.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return System.Security.SecurityElement.Escape(secret);
        yield return secret.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        yield return secret.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
        yield return Uri.EscapeDataString(secret);
        yield return System.Net.WebUtility.UrlEncode(secret);
        yield return System.Text.Json.JsonEncodedText.Encode(secret).ToString();
        yield return System.Text.Json.JsonEncodedText.Encode(secret, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return Convert.ToBase64String(bytes);
        for (var shift = 0; shift < 3; shift++)
        {
            // The characters that depend on nothing but the secret when it begins so many bytes into a group of three.
            var first = (shift * 8 + 5) / 6;
            var count = (shift + bytes.Length) * 8 / 6 - first;
            var middle = Convert.ToBase64String([.. new byte[shift], .. bytes]).Substring(first, Math.Max(count, 0));
            if (middle.Length >= ShortestSecret + 1) yield return middle;
        }
    }

    [GeneratedRegex(@"<(?:[\w.-]+:)?(?<name>developerKey|Password|UserName|SessionID|LoginResult|secret|PinNumber|AccountNumber)(?:\s[^<>]*)?>(?<value>.*?)(?=</(?:[\w.-]+:)?\k<name>\s*>|\z)", RegexOptions.Singleline)]
    private static partial Regex XmlSecrets();

    [GeneratedRegex("""(?<name>"(?:[A-Za-z_]*password|api_?key|[A-Za-z_]*token|[A-Za-z_]*secret|developer_?key)"\s*:\s*")(?<value>(?:[^"\\]|\\.)*)(?:"|\z)""", RegexOptions.IgnoreCase)]
    private static partial Regex JsonSecrets();

    [GeneratedRegex(@"(?<=[?&](?:login|pass|password|token|key|api_key|apikey|client_secret|secret)=)(?<value>[^&\s#""<]*)", RegexOptions.IgnoreCase)]
    private static partial Regex QuerySecrets();

    [GeneratedRegex(@"(?<=https?://)(?<value>[^/\s@""<]+)(?=@)", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"<(?:[\w.-]+:)?(?<name>Subscriber|Address|address1|address2|callername|ServiceAddress|firstName|lastName|companyName|FirstName|LastName)(?:\s[^<>]*)?>(?<value>.*?)(?=</(?:[\w.-]+:)?\k<name>\s*>|\z)", RegexOptions.Singleline)]
    private static partial Regex XmlPersonal();

    [GeneratedRegex("""(?<name>"(?:firstName|lastName|companyName|Subscriber|Address)"\s*:\s*)(?<value>"(?:[^"\\]|\\.)*"?|\{[^{}]*\}?)""")]
    private static partial Regex JsonPersonal();
}
