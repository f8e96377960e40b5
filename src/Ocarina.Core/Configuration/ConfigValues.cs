using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Reads scalars as kindly as `http-api.md` 1.11 asks: "5" is 5 where an integer is wanted, 5 is "5" where text is, "true" is true.</summary>
internal static class ConfigValues
{
    public static bool TryText(JsonNode? node, out string text)
    {
        text = "";
        if (node is not JsonValue value) return false;
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                text = value.GetValue<string>();
                return true;
            case JsonValueKind.Number:
                text = value.ToJsonString();
                return true;
            default:
                return false;
        }
    }

    public static bool TryInteger(JsonNode? node, out long number)
    {
        number = 0;
        return TryText(node, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    public static bool TryNumber(JsonNode? node, out decimal number)
    {
        number = 0;
        return TryText(node, out var text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public static bool TryFlag(JsonNode? node, out bool flag)
    {
        flag = false;
        if (node is not JsonValue value) return false;
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                flag = true;
                return true;
            case JsonValueKind.False:
                return true;
            case JsonValueKind.String:
                return bool.TryParse(value.GetValue<string>(), out flag);
            default:
                return false;
        }
    }

    /// <summary>A list of texts; one text alone counts as a list of one. Items that are no text are left out.</summary>
    public static bool TryTexts(JsonNode? node, out List<string> texts)
    {
        texts = [];
        if (node is JsonArray list)
        {
            foreach (var item in list)
                if (TryText(item, out var text)) texts.Add(text);
            return true;
        }

        if (!TryText(node, out var single)) return false;
        texts.Add(single);
        return true;
    }

    /// <summary>A number as a reader would have made it: it can be read as any type of number, which one made from a value cannot.</summary>
    public static JsonNode Node(decimal number) => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture))!; // digits are never null

    /// <summary>True for a secret that stands elsewhere: <c>{"$env": "NAME"}</c> or <c>{"$file": "path"}</c> (carriers.md 1.14).</summary>
    public static bool IsReference(JsonNode? node) =>
        node is JsonObject { Count: 1 } reference && reference.First() is { Key: "$env" or "$file" } member && TryText(member.Value, out _);

    /// <summary>True for what manuals print where a value belongs, such as <c>{API KEY}</c>.</summary>
    public static bool IsPlaceholder(string text) => text.Length > 2 && text[0] == '{' && text[^1] == '}';

    /// <summary>True for a member that is missing or holds JSON's null: both mean "not set".</summary>
    public static bool IsAbsent(JsonNode? node) => node is null || node.GetValueKind() == JsonValueKind.Null;
}
