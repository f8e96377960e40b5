using Ocarina.Core;
using Ocarina.Core.Accounts;

namespace Ocarina.Server.Crossbar;

/// <summary>Who gets through, checked in the order that clients rely on (`http-api.md` 1.6): path, account, token, rights, type of body, verb, body, rate.</summary>
internal sealed class CrossbarGate(RequestDelegate next, IAccountTree accounts, Authenticator authenticator, RateLimits limits, LateNews news)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Crossbar();
        if (request.Segments is not ["accounts", ..] && request.Route is null && !IsOurs(http))
        {
            await next(http); // pages, health and the like
            if (http.GetEndpoint() is null && !http.Response.HasStarted) await CrossbarReply.UnknownPath().ExecuteAsync(http);
            return;
        }

        var refusal = await FindAccountAsync(request, http.RequestAborted)
            ?? (request.Route is null ? CrossbarReply.UnknownPath() : null)
            ?? await AuthenticateAsync(request, http.RequestAborted)
            ?? Authorize(request)
            ?? CheckBody(request)
            ?? (IsAnother(http.GetEndpoint(), request.Route!) ? CrossbarReply.UnknownPath() : null) // known by now
            ?? limits.Take(request);
        if (refusal is null) await next(http);
        else await refusal.ExecuteAsync(http);
    }

    // The framework's routing has a mind of its own (it takes /V2 for /v2): what it chose counts too, or its choice would run unchecked.
    private static bool IsOurs(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v2", StringComparison.OrdinalIgnoreCase) || (http.GetEndpoint() is RouteEndpoint chosen && RouteTable.Holds(chosen));

    private static bool IsAnother(Endpoint? chosen, RouteFacts known) => chosen is RouteEndpoint endpoint && RouteTable.PatternOf(endpoint) != known.Pattern;

    private async Task<CrossbarReply?> FindAccountAsync(CrossbarRequest request, CancellationToken ct)
    {
        if (request.Segments.Count < 2 || !request.Segments[0].Equals("accounts", StringComparison.OrdinalIgnoreCase)) return null;

        var text = request.Segments[1];
        if (!AccountId.TryParse(text, out var id)) return CrossbarReply.MalformedAccount(text);
        request.Target = accounts.Find(id);
        if (request.Target is null && await news.AskAsync(ct)) request.Target = accounts.Find(id); // made by another process a moment ago
        return request.Target is null ? CrossbarReply.UnknownDocument(text) : null;
    }

    private async Task<CrossbarReply?> AuthenticateAsync(CrossbarRequest request, CancellationToken ct)
    {
        var refusal = await authenticator.SignInAsync(request, ct);
        return request.Route!.AccessOf(request.Method) == Access.Public ? null : refusal; // the route is known here: checked before
    }

    private CrossbarReply? Authorize(CrossbarRequest request)
    {
        var access = request.Route!.AccessOf(request.Method); // as above
        if (access == Access.Public) return null;

        var actor = request.Actor;
        if (accounts.IsAdmin(actor)) return null;
        var mayReach = request.Target is not { } target || accounts.IsAbove(request.SignedIn!.Account.Id, target.Id); // signed in: authenticated before
        return access == Access.SignedIn && mayReach ? null : CrossbarReply.Forbidden();
    }

    private static CrossbarReply? CheckBody(CrossbarRequest request)
    {
        var route = request.Route!; // as above
        route.Endpoints.TryGetValue(request.Method, out var endpoint);
        var streams = endpoint?.Metadata.GetMetadata<StreamsBodyMetadata>() is not null;
        var fits = request.Body.Kind switch
        {
            BodyKind.None => true,
            BodyKind.Envelope => !streams,
            BodyKind.Stream => streams,
            _ => false,
        };
        if (!fits) return CrossbarReply.UnsupportedType();
        if (endpoint is null) return CrossbarReply.WrongVerb(route.Methods);
        if (request.Body.Problem is { } problem) return problem;
        return request.Http.Request.Query.Any(member => member.Key.Contains('\0') || member.Value.Any(value => value?.Contains('\0') == true))
            ? CrossbarReply.NotJson("the query holds the character 0 around some parameter")
            : null;
    }
}
