using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Manager.Operations;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>A number as clients see it (`http-api.md` 2.1 and 2.3). Private members are never part of it.</summary>
internal static class NumberDocument
{
    /// <summary>The document of one number: stored public fields, and over them what is computed.</summary>
    public static JsonObject Render(NumberRecord number, Actor actor, NumberDesk desk, bool isErased = false)
    {
        var document = new JsonObject { ["id"] = number.Number.ToString(), ["state"] = isErased ? NumberState.Deleted.Name() : number.State.Name() };
        if (number.UsedBy is not null && !isErased) document["used_by"] = number.UsedBy;
        document["features"] = isErased ? new JsonArray() : FeatureNames(number);
        if (!isErased)
            foreach (var (name, value) in number.PublicFields.ToObject()) document.TryAdd(name, value?.DeepClone());
        document["_read_only"] = ReadOnly(number, actor, desk, isErased);
        return document;
    }

    /// <summary>The row of a listing.</summary>
    public static JsonObject Row(NumberRecord number, Actor actor, NumberDesk desk)
    {
        var row = new JsonObject();
        if (number.Account is { } owner) row["assigned_to"] = owner.ToString();
        row["created"] = number.Created.ToGregorianSeconds();
        row["updated"] = number.Modified.ToGregorianSeconds();
        row["state"] = number.State.Name();
        row["features"] = FeatureNames(number);
        row["features_available"] = Names(desk.AvailableFeatures(number, actor));
        if (number.UsedBy is not null) row["used_by"] = number.UsedBy;
        if (number.Locality is { } locality) row["locality"] = locality.ToObject();
        if (number.FeaturesAllowed is { } allowed) row["features_allowed"] = Names(allowed);
        if (number.FeaturesDenied is { } denied) row["features_denied"] = Names(denied);
        return row;
    }

    /// <summary>All that is stored, for those who may see private members.</summary>
    public static JsonObject RenderAll(NumberRecord number, Actor actor, NumberDesk desk)
    {
        var document = Render(number, actor, desk);
        var hidden = new JsonObject { ["carrier"] = number.Carrier.ToString(), ["held_at_carrier"] = number.HeldAtCarrier };
        if (number.Account is { } owner) hidden["assigned_to"] = owner.ToString();
        if (number.PreviousAccount is { } previous) hidden["previously_assigned_to"] = previous.ToString();
        if (number.StockAccount is { } stock) hidden["stock_account"] = stock.ToString();
        if (number.ReserveHistory.Length > 0) hidden["reserve_history"] = Names(number.ReserveHistory.Select(id => id.ToString()));
        if (number.DueAt is { } due) hidden["due_at"] = due.ToGregorianSeconds();
        if (!number.CarrierData.IsEmpty) hidden["carrier_data"] = number.CarrierData.ToObject();
        if (number.AuthorizedBy is not null) hidden["authorized_by"] = number.AuthorizedBy;
        document["private"] = hidden;
        return document;
    }

    /// <summary>The revision as it travels: count of changes, and the beginning of the last event's hash.</summary>
    public static string Revision(NumberRecord number) => string.Create(
        CultureInfo.InvariantCulture, $"{number.Revision}-{(number.LastHash.Length < 8 ? "" : Convert.ToHexStringLower(number.LastHash.AsSpan()[..8]))}");

    private static JsonObject ReadOnly(NumberRecord number, Actor actor, NumberDesk desk, bool isErased)
    {
        var available = Names(desk.AvailableFeatures(number, actor));
        var readOnly = new JsonObject
        {
            ["created"] = number.Created.ToGregorianSeconds(),
            ["modified"] = number.Modified.ToGregorianSeconds(),
            ["state"] = isErased ? NumberState.Deleted.Name() : number.State.Name(),
        };
        if (number.UsedBy is not null && !isErased) readOnly["used_by"] = number.UsedBy;
        readOnly["features"] = new JsonObject { ["available"] = available, ["settings"] = desk.FeatureSettings(number) };
        readOnly["features_available"] = available.DeepClone();
        readOnly["carrier_module"] = number.Carrier.ToString();
        // The operator's cost is nobody else's business.
        if (number.CarrierCost is { } cost && desk.Tree.IsAdmin(actor))
            readOnly["carrier_cost"] = new JsonObject { ["currency"] = cost.Currency, ["setup"] = Money.Node(cost.Setup), ["monthly"] = Money.Node(cost.Monthly) };
        if (isErased) readOnly["is_deleted"] = true;
        return readOnly;
    }

    private static JsonArray FeatureNames(NumberRecord number) =>
        number.Features.IsEmpty ? [] : Names(number.Features.ToObject().Select(feature => feature.Key).Order(StringComparer.Ordinal));

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => (JsonNode)name)];
}
