using System.Text.RegularExpressions;

namespace Ocarina.Sandbox.Wire;

/// <summary>Finds telephone numbers in a request, for carriers that name them in the clear.</summary>
internal static partial class CallNumbers
{
    /// <summary>Numbers of path, query and body, as <c>+</c> and digits; ten digits are taken as country code 1.</summary>
    public static IReadOnlyList<string> Find(SandboxCall call) =>
        [.. Digits().Matches(call.Path + " " + Uri.UnescapeDataString(call.Http.Request.QueryString.Value ?? "") + " " + call.Text)
            .Select(match => match.Value)
            .Select(text => text[0] == '+' ? text : text.Length == 10 ? "+1" + text : "+" + text)
            .Distinct()];

    [GeneratedRegex("""(?<![\w.+-])\+?[1-9]\d{9,14}(?![\w.-])""")]
    private static partial Regex Digits();
}
