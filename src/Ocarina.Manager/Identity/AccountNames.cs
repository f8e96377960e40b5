using System.Text.RegularExpressions;

namespace Ocarina.Manager.Identity;

/// <summary>How names and realms of accounts are compared.</summary>
public static partial class AccountNames
{
    /// <summary>A name as it is compared: lower case, letters and digits only (`http-api.md` 7.1). Empty when nothing is left.</summary>
    public static string KeyOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>True for a host name of 4 to 253 characters.</summary>
    public static bool IsRealm(string realm) => realm.Length is >= 4 and <= 253 && HostName().IsMatch(realm);

    [GeneratedRegex(@"\A[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
