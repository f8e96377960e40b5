using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Carriers;

/// <summary>A carrier's configuration document as it stands for this node, read only (carriers.md 1.2). Scalars are read kindly: <c>"5"</c> is 5, <c>"true"</c> is true.</summary>
/// <param name="section">Node section over zone section over <c>default</c> over generated defaults, secrets in clear. Not changed afterwards.</param>
public sealed class CarrierSettings(JsonObject section)
{
    /// <summary>Without any key.</summary>
    public static CarrierSettings Empty { get; } = new([]);

    /// <summary>All values of keys named after a secret, for masking. Empty ones are left out.</summary>
    public IReadOnlyList<string> Secrets { get; } =
        [.. section.Where(pair => Configuration.ConfigMerge.IsSecret(pair.Key)).Select(pair => AsText(pair.Value)).OfType<string>().Where(text => text.Length > 0)];

    /// <summary>The same for the same settings, and only for them: a change of the document changes it. Says nothing of what is in them.</summary>
    public string Fingerprint { get; } = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(section.ToJsonString())).AsSpan(0, 16));

    /// <summary>False takes the carrier out of searches and orders without touching <c>carrier_modules</c>.</summary>
    public bool IsEnabled => Flag("enabled", true);

    /// <summary>False: the module only searches.</summary>
    public bool CanProvision => Flag("enable_provisioning", true);

    /// <summary>True: success is pretended (carriers.md 1.8).</summary>
    public bool Pretends => Flag("sandbox_provisioning", true);

    /// <summary>How long a caller is held while an order is open. Default 20 s.</summary>
    public TimeSpan AcquireWait => TimeSpan.FromMilliseconds(WholeNumber("acquire_wait_ms", 20_000, 0, 120_000));

    /// <summary>After this a person is told. Default one day.</summary>
    public TimeSpan OrderGiveUp => TimeSpan.FromSeconds(WholeNumber("order_give_up_s", 86_400, 3600, 604_800));

    /// <summary>How far the carrier's lists may lag behind. Default 60 s.</summary>
    public TimeSpan RecoverLag => TimeSpan.FromSeconds(WholeNumber("recover_lag_s", 60, 1, 3600));

    /// <summary>Longest pause between two questions about an open order. Default 300 s.</summary>
    public TimeSpan SettleIntervalMax => TimeSpan.FromSeconds(WholeNumber("settle_max_interval_s", 300, 1, 3600));

    /// <summary>Stands in front of order names. Default <c>Kazoo</c>.</summary>
    public string OrderNamePrefix => Text("order_name_prefix") ?? "Kazoo";

    /// <summary>A text, trimmed; none when absent or empty. Numbers are read as text.</summary>
    public string? Text(string key) => AsText(section[key]) is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <summary>The first of several keys that is set: aliases.</summary>
    public string? Text(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (Text(key) is { } text) return text;
        return null;
    }

    /// <summary>A secret: as <see cref="Text(string)"/>, blanks kept.</summary>
    public string? Secret(string key) => AsText(section[key]) is { Length: > 0 } text ? text : null;

    /// <summary>True when a text stands there that somebody chose: not empty, and no place-holder of a manual such as <c>{API KEY}</c>.</summary>
    public bool IsSet(string key) => Text(key) is { } text && !Configuration.ConfigValues.IsPlaceholder(text);

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool otherwise) => section[key] is not JsonValue value ? otherwise
        : value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => bool.TryParse(AsText(value), out var flag) ? flag : otherwise,
        };

    /// <summary>A whole number within bounds; what is outside is brought to the nearer bound.</summary>
    public int WholeNumber(string key, int otherwise, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        long.TryParse(AsText(section[key]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, minimum, maximum)
            : otherwise;

    /// <summary>A number above zero.</summary>
    public double Number(string key, double otherwise) =>
        double.TryParse(AsText(section[key]), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;

    /// <summary>A list of texts; a single one is a list of one. Empty texts are left out, repeated ones too.</summary>
    public IReadOnlyList<string> Texts(string key) => section[key] switch
    {
        JsonArray list => [.. list.Select(AsText).OfType<string>().Select(text => text.Trim()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)],
        { } one when AsText(one) is { } text && text.Trim().Length > 0 => [text.Trim()],
        _ => [],
    };

    /// <summary>An object; none when absent.</summary>
    public JsonObject? Members(string key) => section[key] as JsonObject;

    private static string? AsText(JsonNode? node) => node is not JsonValue value ? null
        : value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
}
