using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Manager.Orders;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Reads which groups numbers are to be bought of: <c>"offers":[{"id":"voxbone:1196","quantity":1}]</c> (carriers.md 5.6).</summary>
internal static class GroupOffers
{
    /// <summary>Reads member <c>offers</c>.</summary>
    /// <returns>The reply to a bad list, or <see langword="null"/>.</returns>
    public static IResult? TryRead(JsonNode node, out IReadOnlyList<(string Id, int Quantity)> offers)
    {
        var read = new List<(string, int)>();
        offers = read;
        if (node is not JsonArray list) return CrossbarResults.Validation(FieldProblem.Type("offers", "array"));
        if (list.Count == 0) return CrossbarResults.Validation(FieldProblem.MinItems("offers", 1));
        if (list.Count > PurchaseDesk.PiecesMax) return CrossbarResults.Validation(FieldProblem.MaxItems("offers", PurchaseDesk.PiecesMax));

        var problems = new List<FieldProblem>();
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject offer) problems.Add(FieldProblem.Type($"offers.{i}", "object"));
            else if (offer["id"].AsText() is not { Length: > 0 } id) problems.Add(FieldProblem.Required($"offers.{i}.id"));
            else if (Quantity(offer["quantity"]) is not { } quantity) problems.Add(FieldProblem.Type($"offers.{i}.quantity", "integer"));
            else if (quantity < 1) problems.Add(FieldProblem.Minimum($"offers.{i}.quantity", 1));
            else read.Add((id, quantity));
        }

        if (problems.Count == 0 && read.DistinctBy(offer => offer.Item1).Count() < read.Count) problems.Add(FieldProblem.UniqueItems("offers"));
        return problems.Count > 0 ? CrossbarResults.Validation(problems) : null;
    }

    private static int? Quantity(JsonNode? node) => node is null || node.GetValueKind() == JsonValueKind.Null ? 1
        : int.TryParse(node.AsText(), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var quantity) ? quantity
        : null;
}
