using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A request whose user is known and may do what it asks.</summary>
/// <param name="Call">The request underneath.</param>
/// <param name="IsV2">True below <c>/bw2/api/v2</c>: numbers with plus and country code, JSON on demand.</param>
/// <param name="User">Name of the API user or client.</param>
/// <param name="Now">The moment it is answered.</param>
/// <param name="Body">The root of its XML body, or null.</param>
internal sealed record Bandwidth2Request(SandboxCall Call, bool IsV2, string User, DateTimeOffset Now, XElement? Body)
{
    /// <summary>The account in the path.</summary>
    public string Account => Call.World.Credentials.AccountId;

    /// <summary>A number as this version writes it.</summary>
    public string Show(string digits) => IsV2 ? "+1" + digits : digits;

    /// <summary>Ten digits of a number as this version takes it, or null for any other form.</summary>
    public string? Parse(string text)
    {
        var digits = IsV2 ? (text.StartsWith("+1", StringComparison.Ordinal) ? text[2..] : "") : text;
        return digits.Length == 10 && digits.All(char.IsAsciiDigit) && digits[0] >= '2' && digits[3] >= '2' ? digits : null;
    }

    /// <summary>Query parameters; of a repeated one the first counts.</summary>
    public Dictionary<string, string> Query() => Call.Query.ToDictionary(pair => pair.Key, pair => pair.Value[0] ?? "", StringComparer.Ordinal);
}

/// <summary>What a door answers, before it is written as XML or JSON.</summary>
internal sealed record Bandwidth2Reply(int Status, XElement? Root = null, string? Location = null)
{
    /// <summary>The error shape of most resources: <c>ResponseStatus</c> below the root of the resource.</summary>
    public static Bandwidth2Reply Refused(int status, string root, Bandwidth2Error error) => new(status, new XElement(root, new XElement(
        "ResponseStatus", new XElement("ErrorCode", error.Code), new XElement("Description", error.Description))));

    /// <summary>The error shape without a code, for what does not exist or is not understood at all.</summary>
    public static Bandwidth2Reply Refused(int status, string description) =>
        new(status, new XElement("ErrorResponse", new XElement("ResponseStatus", new XElement("Description", description))));

    /// <summary>What an unknown address says.</summary>
    public static Bandwidth2Reply NotThere { get; } = Refused(404, "The resource does not exist");
}
