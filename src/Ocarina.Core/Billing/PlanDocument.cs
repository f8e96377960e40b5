using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Billing;

/// <summary>A service plan as its vendor wrote it (`http-api.md` 6.1).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Vendor">The account that sells by it: a reseller, or the master account.</param>
/// <param name="Document">The members as written.</param>
public sealed record PlanDocument(string Id, AccountId Vendor, JsonObject Document)
{
    private static readonly string[] Bookkeepers = ["default", BillingRun.Ledger, BillingRun.Outside];

    /// <summary>Its name.</summary>
    public string Name => Text("name") ?? Id;

    /// <summary>The prices: category, item, members.</summary>
    public JsonObject Body => Document["plan"] as JsonObject ?? [];

    /// <summary>Who keeps the books: an object with <c>type</c>.</summary>
    public JsonObject Bookkeeper => Document["bookkeeper"] as JsonObject ?? [];

    /// <summary>How it joins the vendor's other plans on one account.</summary>
    public PlanStrategy Strategy => (Document["merge"] as JsonObject)?["strategy"] is JsonValue value && value.TryGetValue<string>(out var name)
        && Enum.TryParse<PlanStrategy>(name, ignoreCase: true, out var strategy) ? strategy : PlanStrategy.Simple;

    /// <summary>Plans of higher priority come later, and win. 0 when it is not given.</summary>
    public decimal Priority => Money.Read((Document["merge"] as JsonObject)?["priority"]) ?? 0;

    /// <summary>What is wrong with a plan; empty when it can be stored.</summary>
    public static IReadOnlyList<ConfigProblem> Validate(JsonObject document)
    {
        List<ConfigProblem> problems = [];
        if (document["name"] is not JsonValue name || name.GetValueKind() != JsonValueKind.String || name.GetValue<string>().Trim().Length == 0)
            problems.Add(ConfigProblems.Required("name"));
        if (document["plan"] is not JsonObject plan)
        {
            problems.Add(ConfigProblems.Required("plan"));
            return problems;
        }

        foreach (var (category, items) in plan)
        {
            if (items is not JsonObject members) problems.Add(ConfigProblems.Type($"plan.{category}", "object", items));
            else
                foreach (var (item, body) in members) problems.AddRange(ValidateItem($"plan.{category}.{item}", body));
        }

        if (document["bookkeeper"] is { } bookkeeper && bookkeeper is not JsonObject) problems.Add(ConfigProblems.Type("bookkeeper", "object", bookkeeper));
        if (document["bookkeeper"] is JsonObject keeper && keeper["type"] is { } type && !Bookkeepers.Contains(type.ToString()))
            problems.Add(ConfigProblems.Enum("bookkeeper.type", Bookkeepers, type.ToString()));
        return problems;
    }

    private static IEnumerable<ConfigProblem> ValidateItem(string path, JsonNode? body)
    {
        if (body is not JsonObject item)
        {
            yield return ConfigProblems.Type(path, "object", body);
            yield break;
        }

        foreach (var name in (string[])["rate", "flat_rate", "activation_charge", "minimum", "maximum", "step"])
        {
            if (item[name] is not { } value) continue;
            if (Money.Read(value) is not { } amount) yield return ConfigProblems.Type($"{path}.{name}", "number", value);
            else if (amount < 0) yield return ConfigProblems.Minimum($"{path}.{name}", 0, value);
            else if (!Money.IsStorable(amount)) yield return ConfigProblems.Invalid($"{path}.{name}", $"At most {Money.Most}, with at most {Money.Places} decimal places", value);
        }

        if (path.StartsWith($"plan.{ChargeCategories.Messaging}.", StringComparison.Ordinal)
            && item[ServicePlan.MessagingSwitch] is { } isOn && isOn.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            yield return ConfigProblems.Type($"{path}.{ServicePlan.MessagingSwitch}", "boolean", isOn);
        foreach (var name in (string[])["rates", "flat_rates"])
        {
            if (item[name] is not { } table) continue;
            if (table is not JsonObject rates || rates.Any(rate => !decimal.TryParse(rate.Key, out _) || Money.Read(rate.Value) is not (>= 0 and <= Money.Most)))
                yield return ConfigProblems.Type($"{path}.{name}", "object of quantities and prices", table);
        }
    }

    private string? Text(string name) => Document[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
