using Microsoft.AspNetCore.Routing.Patterns;

namespace Ocarina.Server.Crossbar;

/// <summary>What is known of a path before any verb is looked at.</summary>
/// <param name="Pattern">The route as written, such as <c>/v2/accounts/{account}/users/{user}</c>.</param>
/// <param name="Endpoints">The endpoint of each verb.</param>
internal sealed record RouteFacts(string Pattern, IReadOnlyDictionary<string, Endpoint> Endpoints)
{
    /// <summary>Verbs for the headers <c>Allow</c> and <c>Access-Control-Allow-Methods</c>.</summary>
    public string Methods { get; } = string.Join(", ", Endpoints.Keys.Order(StringComparer.Ordinal));

    /// <summary>Who may call the endpoint of a verb; for a verb that does not exist, whoever may call any of them.</summary>
    public Access AccessOf(string method) => Endpoints.TryGetValue(method, out var endpoint) ? Of(endpoint) : Endpoints.Values.Min(Of);

    private Access Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<AccessMetadata>()?.Access
        ?? (Pattern.StartsWith("/v2/accounts/{", StringComparison.Ordinal) ? Access.SignedIn : Access.SuperDuper);
}

/// <summary>Which path has which route and verbs. Literals go before parameters, so that <c>…/collection</c> is never taken for a number.</summary>
/// <remarks>The framework's routing picks by path and verb together; Crossbar must know of a path alone that it exists, whom it lets in and which verbs it has.</remarks>
internal sealed class RouteTable(EndpointDataSource source)
{
    private readonly Lazy<ILookup<int, Entry>> _byLength = new(() => Build(source));

    /// <summary>The route of a path below <c>/v2</c>; <see langword="null"/> when there is none.</summary>
    public RouteFacts? Find(List<string> segments)
    {
        foreach (var entry in _byLength.Value[segments.Count])
            if (entry.Matches(segments)) return entry.Facts;
        return null;
    }

    /// <summary>True for the endpoints of this table: all below <c>/v2</c>. None of them may run unless it was found here and checked.</summary>
    public static bool Holds(RouteEndpoint endpoint) => PatternOf(endpoint) is "/v2" || PatternOf(endpoint).StartsWith("/v2/", StringComparison.Ordinal);

    /// <summary>The route as written, without the slash at its end.</summary>
    public static string PatternOf(RouteEndpoint endpoint) => (endpoint.RoutePattern.RawText ?? "").TrimEnd('/');

    private static ILookup<int, Entry> Build(EndpointDataSource source) => source.Endpoints
        .OfType<RouteEndpoint>()
        .Where(Holds)
        .GroupBy(PatternOf, StringComparer.Ordinal)
        .Select(group => new Entry(Literals(group.First().RoutePattern), new RouteFacts(group.Key, ByVerb(group))))
        .OrderBy(entry => entry.Rank, StringComparer.Ordinal)
        .ToLookup(entry => entry.Length);

    private static Dictionary<string, Endpoint> ByVerb(IEnumerable<RouteEndpoint> endpoints) => endpoints
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(verb => (verb, endpoint)))
        .ToDictionary(pair => pair.verb, pair => (Endpoint)pair.endpoint, StringComparer.Ordinal);

    // A null stands for a parameter. The first segment, v2, is left out.
    private static string?[] Literals(RoutePattern pattern) =>
        [.. pattern.PathSegments.Skip(1).Select(segment => segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : null)];

    private sealed class Entry(string?[] literals, RouteFacts facts)
    {
        public RouteFacts Facts { get; } = facts;

        public int Length => literals.Length;

        public string Rank { get; } = string.Concat(literals.Select(literal => literal is null ? '1' : '0'));

        public bool Matches(List<string> segments)
        {
            for (var i = 0; i < literals.Length; i++)
            {
                if (literals[i] is { } literal ? !literal.Equals(segments[i], StringComparison.OrdinalIgnoreCase) : segments[i].Length == 0) return false;
            }
            return true;
        }
    }
}
