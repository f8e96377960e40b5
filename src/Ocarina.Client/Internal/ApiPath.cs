namespace Ocarina.Client.Internal;

/// <summary>Builds paths from text of a user so that the text stays one segment, and means what its place says.</summary>
internal static class ApiPath
{
    // Words that stand in the place of a number and mean something else (http-api.md 2.2 and 2.14).
    private static readonly HashSet<string> Reserved =
        ["collection", "fix", "prefix", "locality", "check", "classifiers", "carriers_info", "import", "export"];

    /// <summary>One segment. Dot segments are refused: they would climb to another resource before the request is even sent.</summary>
    /// <exception cref="ArgumentException">The text cannot be a segment.</exception>
    public static string Segment(string text, string what)
    {
        if (text.Length == 0 || text is "." or ".." || text.Any(char.IsControl)) throw new ArgumentException($"'{text}' cannot be {what}.");
        return Uri.EscapeDataString(text);
    }

    public static string Account(string account) => $"accounts/{Segment(account, "an account")}";

    public static string Numbers(string account) => $"{Account(account)}/phone_numbers";

    public static string Number(string account, string number)
    {
        if (Reserved.Contains(number.Trim())) throw new ArgumentException($"'{number}' cannot be a number.");
        return $"{Numbers(account)}/{Segment(number, "a number")}";
    }

    /// <summary>Appends what is not empty.</summary>
    public static string Query(string path, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (string.IsNullOrEmpty(value)) continue;
            path += $"{separator}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return path;
    }
}
