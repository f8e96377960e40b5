using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Features;

/// <summary>What known public fields must look like (numbers.md 4.3 and 9.4; `http-api.md` 2.1); anything else is kept as it is.</summary>
public static class PublicFieldRules
{
    /// <summary>Most characters of a number's public fields together, as compact JSON.</summary>
    public const int DocumentLengthMax = 65_536;

    private const string CallerName = "cnam.display_name";

    private static readonly FieldRule[] Rules =
    [
        new("carrier_name", FieldType.Text, LengthMin: 1, LengthMax: 30),
        new("cnam", FieldType.Object),
        new(CallerName, FieldType.Text, LengthMin: 1), // the rest by country
        new("cnam.inbound_lookup", FieldType.Boolean),
        new("e911", FieldType.Object),
        new("e911.street_address", FieldType.Text, Required: true),
        new("e911.locality", FieldType.Text, Required: true),
        new("e911.region", FieldType.Text), // required and checked by country, as the postal code
        new("e911.postal_code", FieldType.Text),
        new("e911.country", FieldType.Text),
        new("e911.caller_name", FieldType.Text, LengthMin: 3),
        new("e911.extended_address", FieldType.Text),
        new("e911.plus_four", FieldType.Text),
        new("e911.latitude", FieldType.Text),
        new("e911.longitude", FieldType.Text),
        new("e911.location_id", FieldType.Text),
        new("e911.activated_time", FieldType.Text),
        new("e911.status", FieldType.Text, Enum: ["INVALID", "GEOCODED", "PROVISIONED", "REMOVED", "ERROR"]),
        new("e911.legacy_data", FieldType.Object),
        new("e911.legacy_data.house_number", FieldType.Text),
        new("e911.legacy_data.predirectional", FieldType.Text),
        new("e911.legacy_data.streetname", FieldType.Text),
        new("e911.legacy_data.suite", FieldType.Text),
        new("e911.notification_contact_emails", FieldType.TextList),
        new("failover", FieldType.Object),
        new("failover.e164", FieldType.Text),
        new("failover.sip", FieldType.Text),
        new("prepend", FieldType.Object),
        new("prepend.enabled", FieldType.Boolean),
        new("prepend.name", FieldType.Text),
        new("prepend.number", FieldType.Text),
        new("ringback", FieldType.Object),
        new("ringback.early", FieldType.Text),
        new("ringback.transfer", FieldType.Text),
        new("sms", FieldType.Object),
        new("sms.enabled", FieldType.Boolean),
        new("mms", FieldType.Object),
        new("mms.enabled", FieldType.Boolean),
        new("port", FieldType.Object),
        new("porting", FieldType.Object),
        new("porting.comments", FieldType.TextList),
        .. new[]
        {
            "port_id", "billing_name", "billing_account_id", "billing_street_address", "billing_extended_address", "billing_locality", "billing_region",
            "billing_postal_code", "billing_telephone_number", "service_provider", "requested_port_date", "customer_contact",
        }.Select(name => new FieldRule($"porting.{name}", FieldType.Text)),
        new("portin_reason", FieldType.Text),
        new("port_id", FieldType.Text),
        new("mobile", FieldType.Object),
        new("billing", FieldType.Object),
        new("create_with_state", FieldType.Text, Enum: ["aging", "available", "deleted", "discovery", "in_service", "port_in", "port_out", "released", "reserved"]),
    ];

    private enum FieldType
    {
        Text,
        Boolean,
        Object,
        TextList,
    }

    /// <summary>Checks the fields, and puts scalars into their type where that is plain (`http-api.md` 1.11): all problems at once.</summary>
    /// <param name="fields">The fields; scalars of another type and surrounding blanks of caller names are changed in place.</param>
    /// <param name="number">Whose fields they are, where that is known: its country has rules of its own.</param>
    public static IReadOnlyList<ConfigProblem> Validate(JsonObject fields, PhoneNumber? number = null)
    {
        var problems = new List<ConfigProblem>();
        foreach (var rule in Rules) Check(rule, fields, problems);
        CheckCallerName(fields, number, problems);
        if (fields["e911"] is JsonObject address) AddressRules.Check("e911", address, problems);
        if (DocumentText.From(fields).ToString().Length > DocumentLengthMax)
            problems.Add(ConfigProblems.MaxLength("data", DocumentLengthMax, "(the whole document)"));
        return problems;
    }

    /// <summary>Fills what the schema presets on creation and replacement, not on a merge.</summary>
    public static void FillDefaults(JsonObject fields)
    {
        if (fields["e911"] is JsonObject e911 && !e911.ContainsKey("notification_contact_emails")) e911["notification_contact_emails"] = new JsonArray();
    }

    private static void Check(FieldRule rule, JsonObject fields, List<ConfigProblem> problems)
    {
        var names = rule.Path.Split('.');
        var parent = fields;
        foreach (var name in names[..^1])
        {
            if (parent[name] is not JsonObject inner) return;
            parent = inner;
        }

        var last = names[^1];
        if (!parent.TryGetPropertyValue(last, out var value) || value is null)
        {
            if (rule.Required) problems.Add(ConfigProblems.Required(rule.Path));
            else if (parent.ContainsKey(last)) problems.Add(ConfigProblems.Type(rule.Path, TypeName(rule.Type), null));
            return;
        }

        if (!Fits(rule.Type, ref value))
        {
            problems.Add(ConfigProblems.Type(rule.Path, TypeName(rule.Type), parent[last]));
            return;
        }

        if (!ReferenceEquals(value, parent[last])) parent[last] = value;
        if (rule.Type == FieldType.Text) CheckText(rule, value.GetValue<string>(), problems);
    }

    private static void CheckText(FieldRule rule, string text, List<ConfigProblem> problems)
    {
        var length = new StringInfo(text).LengthInTextElements;
        if (length < rule.LengthMin) problems.Add(ConfigProblems.MinLength(rule.Path, rule.LengthMin, text));
        if (length > rule.LengthMax) problems.Add(ConfigProblems.MaxLength(rule.Path, rule.LengthMax, text));
        if (rule.Enum is { } names && !names.Contains(text)) problems.Add(ConfigProblems.Enum(rule.Path, names, text));
        // What goes out as XML, and is read out to an ambulance.
        if (rule.Path.StartsWith("e911.", StringComparison.Ordinal) && !AddressRules.IsPlain(text))
            problems.Add(new ConfigProblem(rule.Path, "pattern", @"Failed to match pattern '^\P{Cc}*$'", @"^\P{Cc}*$", AddressRules.Readable(text)));
    }

    /// <summary>What is wrong with a new or another caller's name in the country of its number; none when nothing is.</summary>
    /// <param name="before">The number as it was; none when it is new.</param>
    /// <param name="after">The number as it will be.</param>
    public static ConfigProblem? CallerNameProblem(NumberRecord? before, NumberRecord after)
    {
        ArgumentNullException.ThrowIfNull(after);
        if (after.PublicFields.IsEmpty || after.Number.IsEmpty || Of(after) is not { } name || name == Of(before)) return null;
        return CallerNameRules.Problem(CallerName, after.Number, name.Trim());

        static string? Of(NumberRecord? number) =>
            number is { PublicFields.IsEmpty: false } && (number.PublicFields.ToObject()["cnam"] as JsonObject)?["display_name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;
    }

    // Case is kept, surrounding blanks go; what no carrier's name store takes is refused (numbers.md 9.4, cnam_notifier).
    private static void CheckCallerName(JsonObject fields, PhoneNumber? number, List<ConfigProblem> problems)
    {
        if (fields["cnam"] is not JsonObject cnam || cnam["display_name"] is not JsonValue value || !value.TryGetValue<string>(out var name)) return;

        var trimmed = name.Trim();
        if (name.Length == 0) return; // told already
        if (trimmed.Length == 0) problems.Add(ConfigProblems.MinLength(CallerName, 1, name));
        else if (CallerNameRules.Problem(CallerName, number, trimmed) is { } problem) problems.Add(problem);
        else if (trimmed.Length != name.Length) cnam["display_name"] = trimmed;
    }

    private static bool Fits(FieldType type, ref JsonNode value)
    {
        switch (type)
        {
            case FieldType.Object:
                return value is JsonObject;
            case FieldType.TextList:
                return value is JsonArray list && list.All(item => item is JsonValue scalar && scalar.TryGetValue<string>(out _));
            case FieldType.Boolean:
                if (value is not JsonValue flag) return false;
                if (flag.TryGetValue<bool>(out _)) return true;
                if (!flag.TryGetValue<string>(out var word) || word is not ("true" or "false")) return false;
                value = word == "true";
                return true;
            default:
                if (value is not JsonValue text) return false;
                if (text.TryGetValue<string>(out _)) return true;
                if (text.GetValueKind() != System.Text.Json.JsonValueKind.Number) return false;
                value = text.ToJsonString();
                return true;
        }
    }

    private static string TypeName(FieldType type) => type switch
    {
        FieldType.Boolean => "boolean",
        FieldType.Object => "object",
        FieldType.TextList => "array",
        _ => "string",
    };

    private sealed record FieldRule(
        string Path, FieldType Type, int LengthMin = 0, int LengthMax = int.MaxValue, bool Required = false, string[]? Enum = null);
}
