using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>The settings of <c>e911</c>: what users write of them, and what the provider adds (numbers.md 4.3, 9.4).</summary>
public static class EmergencyAddress
{
    /// <summary>Name of the member that says who set a feature up. Stored with the feature, never shown.</summary>
    internal const string Provider = "provider";

    private const string Contacts = "notification_contact_emails";
    private const string CallerName = "caller_name";
    private const string Country = "country";
    private const string CallerNameOtherwise = "Valued Customer";
    private const int CallerNameLengthMin = 3;

    // Another value in one of these is another address; the rest is the provider's, or concerns nobody outside.
    private static readonly string[] MainFields = ["street_address", "extended_address", "locality", "region", "postal_code"];
    private static readonly string[] SaidOrKept = [CallerName, Country];

    /// <summary>True when an address is the one that is set up, so that nobody has to be asked.</summary>
    /// <param name="current">The active settings.</param>
    /// <param name="wanted">The public field.</param>
    public static bool IsSame(JsonObject current, JsonObject wanted)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(wanted);
        // A caller's name or a country that was not given stays what it was.
        return MainFields.All(name => Equal(current, wanted, name)) && SaidOrKept.All(name => TextOf(wanted, name) is null || Equal(current, wanted, name));
    }

    /// <summary>The active settings with what a new public field says beside the address.</summary>
    public static JsonObject Kept(JsonObject current, JsonObject wanted)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(wanted);
        var kept = (JsonObject)current.DeepClone();
        kept.Remove(Contacts);
        if (wanted[Contacts] is { } contacts) kept[Contacts] = contacts.DeepClone();
        return kept;
    }

    /// <summary>Settings as users see them.</summary>
    public static JsonObject Shown(JsonObject settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var shown = (JsonObject)settings.DeepClone();
        shown.Remove(Provider);
        return shown;
    }

    /// <summary>The settings that a provider has set up, with what users had said beside the address.</summary>
    /// <param name="delivered">What the provider made of it.</param>
    /// <param name="wanted">What was asked for.</param>
    public static JsonObject Delivered(JsonObject delivered, JsonObject wanted)
    {
        ArgumentNullException.ThrowIfNull(delivered);
        ArgumentNullException.ThrowIfNull(wanted);
        var settings = (JsonObject)delivered.DeepClone();
        foreach (var name in (string[])[Contacts, Country])
            if (wanted[name] is { } own) settings[name] = own.DeepClone();
        return settings;
    }

    /// <summary>The name that emergency services are shown: as given, else the account's name padded to three characters, else <c>Valued Customer</c>.</summary>
    public static string CallerNameOf(JsonObject address, string? accountName)
    {
        ArgumentNullException.ThrowIfNull(address);
        return TextOf(address, CallerName) is { } own ? own
            : string.IsNullOrWhiteSpace(accountName) ? CallerNameOtherwise
            : accountName.Trim().PadRight(CallerNameLengthMin);
    }

    private static bool Equal(JsonObject left, JsonObject right, string name) => string.Equals(TextOf(left, name) ?? "", TextOf(right, name) ?? "", StringComparison.Ordinal);

    private static string? TextOf(JsonObject address, string name) =>
        address[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
