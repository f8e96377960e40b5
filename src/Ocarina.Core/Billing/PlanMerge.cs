using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>How a plan joins those of the same vendor on one account (numbers.md 13.3).</summary>
public enum PlanStrategy
{
    /// <summary>An item of a later plan takes the place of an earlier one.</summary>
    Simple,

    /// <summary>Members are merged into the earlier item, deeply.</summary>
    Recursive,

    /// <summary>Numbers are added to those of the earlier item; everything else as recursive.</summary>
    Cumulative,
}

/// <summary>Several plans as one. Pure.</summary>
public static class PlanMerge
{
    /// <summary>Merges plans in order of rising priority: what comes later wins.</summary>
    /// <param name="plans">Bodies with how each joins those before it, lowest priority first. Not changed.</param>
    public static JsonObject Of(IEnumerable<(JsonObject Body, PlanStrategy Strategy)> plans)
    {
        var merged = new JsonObject();
        foreach (var (body, strategy) in plans)
        {
            foreach (var (category, value) in body)
            {
                if (value is not JsonObject items) continue;
                if (merged[category] is not JsonObject target) merged[category] = target = [];
                foreach (var (name, item) in items)
                {
                    if (strategy != PlanStrategy.Simple && item is JsonObject added && target[name] is JsonObject held) Into(held, added, strategy);
                    else target[name] = item?.DeepClone();
                }
            }
        }

        return merged;
    }

    private static void Into(JsonObject target, JsonObject added, PlanStrategy strategy)
    {
        foreach (var (name, value) in added)
        {
            if (value is JsonObject below && target[name] is JsonObject held) Into(held, below, strategy);
            else if (strategy == PlanStrategy.Cumulative && IsNumber(value) && Money.Read(target[name]) is { } before) target[name] = Money.Node(before + (Money.Read(value) ?? 0));
            else target[name] = value?.DeepClone();
        }
    }

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number;
}
