namespace Ocarina.Server.Crossbar;

/// <summary>First steps of every request: name it, answer preflights, read the body, find the verb and the route. Decides nothing about rights.</summary>
internal sealed class CrossbarDoor(RequestDelegate next, RouteTable routes)
{
    private const string OverrideHeader = "X-HTTP-Method-Override";
    private const int VerbLengthMax = 16;

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Crossbar();
        http.Response.Headers[RequestIds.Header] = request.RequestId;
        http.Response.Headers.XContentTypeOptions = "nosniff";

        var path = CrossbarPaths.Segments(http.Request.Path);
        var isOurs = path.Count > 0 && path[0] == "v2";
        if (isOurs)
        {
            request.Segments = path[1..];
            request.Route = routes.Find(request.Segments);
        }

        if (HttpMethods.IsOptions(http.Request.Method) || http.Request.Headers.Origin.Count > 0) Cors.Add(http.Response, request.Route);
        if (HttpMethods.IsOptions(http.Request.Method)) return; // 200, empty

        if (path is ["v1", ..])
        {
            await CrossbarReply.Gone().ExecuteAsync(http);
            return;
        }
        if (isOurs)
        {
            request.Body = await CrossbarBody.ReadAsync(http.Request, http.RequestAborted);
            FindVerb(request);
        }
        await next(http);
    }

    // The framework's routing and the handlers see the verb that is meant (1.12).
    private static void FindVerb(CrossbarRequest request)
    {
        var http = request.Http.Request;
        if (HttpMethods.IsHead(http.Method)) request.Method = "GET";
        if (HttpMethods.IsPost(http.Method) && Tunnelled(request) is { Length: > 0 } verb)
        {
            // Text that is no verb must not reach routing and logs; it is refused as one that no path has.
            request.Method = verb.Length <= VerbLengthMax && verb.All(char.IsAsciiLetter) ? verb.ToUpperInvariant() : "UNKNOWN";
            request.IsTunnelled = request.Method != "POST";
        }
        http.Method = request.Method;
    }

    private static string? Tunnelled(CrossbarRequest request) =>
        request.Body.Envelope["verb"].AsText() ?? request.Query("verb") ?? request.Http.Request.Headers[OverrideHeader].ToString();
}
