using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Client.Internal;

/// <summary>Reads the data of an error reply. Every shape is optional: what cannot be read is left to the raw text.</summary>
internal static class ErrorDetail
{
    internal static NumberProblem? ReadNumber(JsonElement detail)
    {
        if (detail.ValueKind != JsonValueKind.Object) return null;
        if (!detail.TryGetProperty("code", out var code) || code.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) return null;
        if (!detail.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.String) return null;
        return TryRead(() => WireJson.Read(detail, WireJson.Default.NumberProblem));
    }

    internal static IReadOnlyList<FieldProblem> ReadFields(int status, JsonElement detail)
    {
        if (status is not (400 or 409 or 413 or 423) || detail.ValueKind != JsonValueKind.Object) return [];
        var problems = new List<FieldProblem>();
        foreach (var field in detail.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var kind in field.Value.EnumerateObject())
            {
                if (Text(kind.Value, "message") is { } message) problems.Add(new FieldProblem(field.Name, kind.Name, message));
            }
        }

        return problems;
    }

    /// <summary>The choices of a <c>multiple_choice</c>: field to <c>details</c> (numbers.md 9.4, E911).</summary>
    internal static IReadOnlyList<JsonElement> ReadChoices(JsonElement detail)
    {
        if (detail.ValueKind != JsonValueKind.Object || !detail.TryGetProperty("multiple_choice", out var fields) || fields.ValueKind != JsonValueKind.Object) return [];
        return
        [
            .. fields.EnumerateObject()
                .Where(field => field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("details", out var list) && list.ValueKind == JsonValueKind.Array)
                .SelectMany(field => field.Value.GetProperty("details").EnumerateArray()),
        ];
    }

    internal static IReadOnlyList<Quote> ReadQuotes(JsonElement detail) =>
        detail.ValueKind == JsonValueKind.Array ? TryRead(() => WireJson.Read(detail, WireJson.Default.IReadOnlyListQuote)) ?? [] : [];

    /// <summary>The map of a batch in which nothing succeeded (http-api.md 2.8): number to number error.</summary>
    internal static IReadOnlyList<NumberFailure>? ReadNumbers(JsonElement detail)
    {
        if (detail.ValueKind != JsonValueKind.Object) return null;
        var failures = new List<NumberFailure>();
        foreach (var member in detail.EnumerateObject())
        {
            if (member.NameEquals("error") && member.Value.ValueKind == JsonValueKind.Object) continue; // the same map once more
            if (ReadNumber(member.Value) is not { } problem) return null;
            failures.Add(new NumberFailure(member.Name, problem));
        }

        return failures.Count > 0 ? failures : null;
    }

    internal static string Describe(int status, string error, JsonElement detail)
    {
        if (ReadNumber(detail) is { Message.Length: > 0 } number) return WithCause(number);
        var fields = ReadFields(status, detail);
        if (fields.Count > 0) return $"{error}: {string.Join("; ", fields.Select(field => $"{field.Path}: {field.Message}"))}";
        if (Text(detail, "not_found") is { } notFound) return notFound;
        var reason = detail.ValueKind == JsonValueKind.String ? detail.GetString() : Text(detail, "message");
        if (Text(detail, "cause") is { } cause) reason = reason is null ? cause : $"{reason}: {cause}";
        return reason is null || Same(reason, error) ? error : $"{error}: {reason}";
    }

    private static string WithCause(NumberProblem number)
    {
        if (number.Cause is not { ValueKind: JsonValueKind.String } element || element.GetString() is not { Length: > 0 } cause) return number.Message;
        return number.Message.Contains(cause, StringComparison.Ordinal) ? number.Message : $"{number.Message}: {cause}";
    }

    private static bool Same(string reason, string error) =>
        string.Equals(reason.Replace('_', ' '), error.Replace('_', ' '), StringComparison.OrdinalIgnoreCase);

    internal static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    private static T? TryRead<T>(Func<T> read) where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null; // the caller still has the raw detail
        }
    }
}
