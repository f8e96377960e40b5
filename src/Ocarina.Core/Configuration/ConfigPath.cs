using System.Globalization;

namespace Ocarina.Core.Configuration;

/// <summary>Paths as error replies write them (`http-api.md` 1.11): dots between members, <c>%2E</c> for a dot inside a name.</summary>
internal static class ConfigPath
{
    public static string Of(string parent, string name)
    {
        var segment = name.Contains('.', StringComparison.Ordinal) ? name.Replace(".", "%2E", StringComparison.Ordinal) : name;
        return parent.Length == 0 ? segment : $"{parent}.{segment}";
    }

    public static string Of(string parent, int place) => Of(parent, place.ToString(CultureInfo.InvariantCulture));
}
