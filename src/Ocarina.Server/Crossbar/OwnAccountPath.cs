namespace Ocarina.Server.Crossbar;

/// <summary>Reads <c>/v2/account/…</c> as <c>/v2/accounts/{own account}/…</c> (`http-api.md` 1.1), before anything is routed.</summary>
internal sealed class OwnAccountPath(RequestDelegate next, Authenticator authenticator, RouteTable routes)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Crossbar();
        if (request.Segments is ["account", .. var rest])
        {
            if (await authenticator.SignInAsync(request, http.RequestAborted) is { } refusal)
            {
                await refusal.ExecuteAsync(http);
                return;
            }
            request.Segments = ["accounts", request.SignedIn!.Account.Id.ToString(), .. rest]; // signed in: not refused
            request.Route = routes.Find(request.Segments);
            http.Request.Path = "/v2/" + string.Join('/', request.Segments.Select(segment => segment.Replace("/", "%2F", StringComparison.Ordinal)));
        }
        await next(http);
    }
}
