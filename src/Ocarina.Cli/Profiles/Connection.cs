using Ocarina.Client;

namespace Ocarina.Cli.Profiles;

/// <summary>Which server a command speaks to, and as whom: put together from options, environment and profile, in this order.</summary>
internal sealed class Connection
{
    public const string ServerDefault = "http://127.0.0.1:8000";

    public required Uri Server { get; init; }

    public OcarinaCredentials? Credentials { get; init; }

    public string? Token { get; init; }

    /// <summary>Account of the login, where it is known without asking.</summary>
    public string? Account { get; init; }

    /// <summary>The profile whose secrets are used; <see langword="null"/> when they came from elsewhere.</summary>
    public string? Profile { get; init; }

    public bool HasSecret => Credentials is not null || Token is not null;

    /// <summary>Reads what was given. Secrets of a profile go to that profile's server only.</summary>
    /// <exception cref="UsageException">An address or profile is not one.</exception>
    public static Connection From(GlobalValues given, CliEnvironment environment, ProfileStore store)
    {
        var (name, profile) = Find(given.Profile, store);
        var explicitly = given.Profile is not null ? profile : null;

        var url = given.Url ?? explicitly?.Url ?? environment.Variable("OCARINA_URL") ?? profile?.Url ?? ServerDefault;
        var server = ParseServer(url);
        var ours = profile is not null && ParseServer(profile.Url) == server;

        var key = given.ApiKey ?? (explicitly is null ? environment.Variable("OCARINA_API_KEY") : null);
        if (key is not null || !ours || profile is null)
            return new Connection { Server = server, Credentials = key is null ? null : OcarinaCredentials.ApiKey(key.Trim()) };

        return new Connection
        {
            Server = server,
            Credentials = profile.ApiKey is { } saved ? OcarinaCredentials.ApiKey(saved) : null,
            Token = profile.ApiKey is null ? profile.Token : store.LoadToken(name),
            Account = profile.Account,
            Profile = name,
        };
    }

    /// <summary>An address as people type it.</summary>
    public static Uri ParseServer(string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw new UsageException($"'{text}' is not the address of a server; it should look like http://localhost:8000.");

        // People copy the address of the API; it is the same server.
        var plain = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(plain.EndsWith("/v2", StringComparison.Ordinal) ? plain[..^3] : plain);
    }

    private static (string Name, Profile? Profile) Find(string? wanted, ProfileStore store)
    {
        var file = store.Load();
        var name = wanted ?? file.Current ?? ProfileStore.DefaultName;
        if (!ProfileStore.IsName(name)) throw new UsageException($"'{name}' is not a name for a profile; use letters, digits, '.', '-' and '_'.");
        if (file.Profiles.TryGetValue(name, out var profile)) return (name, profile);
        return wanted is null ? (name, null) : throw new UsageException($"There is no profile '{name}'. Save it with: ocarina login --profile {name}");
    }
}
