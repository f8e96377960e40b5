using Npgsql;

namespace Ocarina.Storage.PostgreSql;

/// <summary>Reads addresses such as <c>postgres://user:password@host1:5432,host2/name?sslmode=require</c>, the form that hosting tools hand out.</summary>
internal static class PostgreSqlUrl
{
    internal static NpgsqlConnectionStringBuilder Read(string url)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];

        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var options = query < 0 ? "" : rest[(query + 1)..];
        if (query >= 0) rest = rest[..query];

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && slash + 1 < rest.Length) builder.Database = Uri.UnescapeDataString(rest[(slash + 1)..]);
        if (slash >= 0) rest = rest[..slash];

        var at = rest.LastIndexOf('@');
        if (at >= 0) ReadUser(rest[..at], builder);
        var hosts = rest[(at + 1)..];
        if (hosts.Length == 0) throw new FormatException("the address names no host");
        builder.Host = hosts; // Npgsql reads host:port pairs, several with commas

        foreach (var option in options.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = option.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            builder[parts[0] == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(parts[0]).Replace('_', ' ')] = parts[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return builder;
    }

    private static void ReadUser(string user, NpgsqlConnectionStringBuilder builder)
    {
        var parts = user.Split(':', 2);
        builder.Username = Uri.UnescapeDataString(parts[0]);
        if (parts.Length == 2) builder.Password = Uri.UnescapeDataString(parts[1]);
    }
}
