using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Reads the list of numbers in the body of a collection call (`http-api.md` 2.8).</summary>
internal static class NumberList
{
    /// <summary>Most numbers of one call.</summary>
    public const int CountMax = 10_000;

    /// <summary>Reads member <c>numbers</c>.</summary>
    /// <returns>The reply to a bad list, or <see langword="null"/>.</returns>
    public static IResult? TryRead(CrossbarRequest request, NumberDesk desk, out IReadOnlyList<string> numbers)
    {
        numbers = [];
        if (!request.DataObject.TryGetPropertyValue("numbers", out var node) || node is null) return Bad("required", "list of numbers missing");
        if (node is not JsonArray list) return Bad("type", "numbers must be a list", "array");
        if (list.Count == 0) return Bad("minimum", "minimum 1 number required");
        if (list.Count > CountMax) return CrossbarResults.Validation(FieldProblem.MaxItems("numbers", CountMax));

        var texts = list.Select(item => item.AsText()).ToList();
        if (texts.Contains(null)) return CrossbarResults.Validation(FieldProblem.Type("numbers", "string"));
        numbers = texts!; // no element is null: checked on the line above
        return HasTwins(numbers, desk, request.TargetAccount.Id) ? Bad("uniqueItems", "some numbers appear twice") : null;
    }

    private static bool HasTwins(IReadOnlyList<string> texts, NumberDesk desk, AccountId path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rules = desk.RulesFor(path);
        return texts.Any(text => !seen.Add(rules.Normalize(Core.Normalization.NumberInput.Clean(text))));
    }

    private static IResult Bad(string kind, string message, string? target = null) =>
        CrossbarResults.Validation(new FieldProblem("numbers", kind, message, target));
}
