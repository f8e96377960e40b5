namespace Ocarina.Server.Crossbar;

/// <summary>Lets browser programs of any origin in; what they may do is decided by their token (`http-api.md` 1.15).</summary>
internal static class Cors
{
    private const string AllVerbs = "DELETE, GET, PATCH, POST, PUT";

    private const string AllowHeaders = "content-type, depth, user-agent, x-http-method-override, x-file-size, x-requested-with, if-modified-since, "
        + "x-file-name, cache-control, x-auth-token, x-kazoo-cluster-id, if-match, idempotency-key";

    private const string ExposeHeaders = "content-type, x-auth-token, x-request-id, x-kazoo-cluster-id, location, etag";

    /// <summary>Adds the headers.</summary>
    public static void Add(HttpResponse response, RouteFacts? route)
    {
        var headers = response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = $"{route?.Methods ?? AllVerbs}, OPTIONS";
        headers.AccessControlAllowHeaders = AllowHeaders;
        headers.AccessControlExposeHeaders = ExposeHeaders;
        headers.AccessControlMaxAge = "86400";
    }
}
