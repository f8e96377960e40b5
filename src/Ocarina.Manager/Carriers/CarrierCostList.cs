using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Carriers;

/// <summary>What a carrier asks that names no prices itself: the operator's own list in its document, <c>costs</c>, by class of number.</summary>
internal static class CarrierCostList
{
    /// <summary>What the list says for a number; none when it says nothing.</summary>
    internal static CarrierPrice? Of(ConfigDirectory configuration, CarrierName carrier, PhoneNumber number) =>
        configuration.SystemObeyed(CarrierDocuments.IdOf(carrier))["costs"] is JsonObject costs && Find(costs, number.IsEmpty ? null : configuration.RulesFor(null).Classify(number.ToString())?.Name) is { } entry
            ? Read(entry)
            : null;

    private static JsonObject? Find(JsonObject costs, string? name) => (name is null ? null : costs[name] as JsonObject) ?? costs[ServicePlan.All] as JsonObject;

    private static CarrierPrice? Read(JsonObject entry) =>
        entry["currency"] is JsonValue value && value.TryGetValue<string>(out var currency)
            ? CarrierPrice.Of(currency, Money.Read(entry["setup"]) ?? 0, Money.Read(entry["monthly"]) ?? 0)
            : null;
}
