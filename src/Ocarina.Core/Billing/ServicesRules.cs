using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Billing;

/// <summary>What may stand in the part <c>limits</c> of an account's services.</summary>
public static class LimitsRules
{
    private static readonly string[] Flags = ["allow_prepay", "allow_postpay"];
    private static readonly string[] Counts = ["twoway_trunks", "inbound_trunks", "outbound_trunks"];

    /// <summary>The limits of an account that has none of its own.</summary>
    public static JsonObject Defaults => new()
    {
        ["twoway_trunks"] = 0,
        ["inbound_trunks"] = 0,
        ["outbound_trunks"] = 0,
        ["allow_prepay"] = true,
        ["allow_postpay"] = false,
        ["max_postpay_amount"] = Money.Node(0),
    };

    /// <summary>What is wrong with them; empty when they can be stored.</summary>
    public static IReadOnlyList<ConfigProblem> Validate(JsonObject limits)
    {
        List<ConfigProblem> problems = [];
        foreach (var (name, value) in limits)
        {
            if (value is null) continue;
            if (Flags.Contains(name) && value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)) problems.Add(ConfigProblems.Type(name, "boolean", value));
            else if (Counts.Contains(name) && Money.Read(value) is not (>= -1 and <= int.MaxValue)) problems.Add(ConfigProblems.Type(name, "integer", value));
            else if (name == "max_postpay_amount" && (Money.Read(value) is not >= 0 || !Money.IsStorable(Money.Read(value) ?? 0))) problems.Add(ConfigProblems.Type(name, "number", value));
        }

        return problems;
    }
}

/// <summary>What may stand in the part <c>manual</c>: category to item to quantity.</summary>
public static class ManualRules
{
    /// <summary>What is wrong with it; empty when it can be stored.</summary>
    public static IReadOnlyList<ConfigProblem> Validate(JsonObject manual) =>
    [
        .. from category in manual
           where category.Value is not (null or JsonObject)
           select ConfigProblems.Type(category.Key, "object", category.Value),
        .. from category in manual
           where category.Value is JsonObject
           from item in (JsonObject)category.Value!
           where item.Value is not null && !(Money.Read(item.Value) is { } count && count >= 0 && count <= AccountServices.ManualMax && count == decimal.Truncate(count))
           select ConfigProblems.Type($"{category.Key}.{item.Key}", "integer, 0 or more", item.Value),
    ];
}
