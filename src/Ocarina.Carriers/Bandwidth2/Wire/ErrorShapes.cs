using System.Text.Json;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>Finds the errors of a reply in all the shapes that were seen (carriers.md 4.9). Looks only where errors stand, for replies echo what was asked.</summary>
internal static class ErrorShapes
{
    /// <summary>All errors of an XML reply, in its order. An empty list, also an empty <c>ErrorList</c>, means that it is no error.</summary>
    internal static IReadOnlyList<WireError> Of(XElement root)
    {
        List<WireError> found =
        [
            .. root.Children("Error").Select(Pair), // 2: SearchResult/Error
            .. root.Children("ErrorList").SelectMany(list => list.Children("Error")).Select(Pair), // 1
            .. root.Children("ResponseStatus").Select(Pair), // 3 and 7
            .. root.Children("PortabilityErrors").SelectMany(list => list.Children("Error")).Select(Pair), // 8
        ];

        foreach (var errors in root.Children("Errors"))
        {
            var inner = errors.Children("Error").ToList();
            found.AddRange(inner.Count > 0 ? inner.Select(Pair) : [Pair(errors)]); // 5, else 4
        }

        // 9: the status of a port order has a code of HTTP; elsewhere Status is a plain word.
        if (root.Child("Status") is { } status && status.Text("Code") is { } code && !code.StartsWith('2')) found.Add(Pair(status));
        // 6: a pair, in the root or one level below it.
        foreach (var place in root.Elements().Prepend(root))
            if (place.Text("resultCode") is { } result && result != "0") found.Add(new(result, place.Text("resultMessage")));

        return [.. found.Where(IsError)];
    }

    /// <summary>All errors of a JSON reply (shape 10).</summary>
    internal static IReadOnlyList<WireError> Of(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return [];
        List<WireError> found = [];
        if (root.TryGetProperty("error", out var one) && one.ValueKind == JsonValueKind.Object) found.Add(Pair(one));
        found.AddRange(root.Members("errors").Where(item => item.ValueKind == JsonValueKind.Object).Select(Pair));
        return [.. found.Where(IsError)];
    }

    private static bool IsError(WireError error) => error is not ({ Code: null or "0" } and { Description: null }) && error.Code != "0";

    private static WireError Pair(XElement place) => new(
        place.Text("Code") ?? place.Text("ErrorCode"),
        place.Text("Description"),
        place.Text("TelephoneNumber") ?? place.Child("TelephoneNumbers")?.Text("Tn"));

    private static WireError Pair(JsonElement place) => new(place.Text("code"), place.Text("description") ?? place.Text("type"), place.Text("telephoneNumber"));
}
