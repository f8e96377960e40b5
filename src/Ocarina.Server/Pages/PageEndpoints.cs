using System.Reflection;
using Ocarina.Server.Hosting;

namespace Ocarina.Server.Pages;

/// <summary>The few pages that this server shows to people until the web application exists.</summary>
internal static class PageEndpoints
{
    // Everything a page needs is in it or beside it.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "root.html", "text/html; charset=utf-8");
        Map(routes, "/docs/guide", "guide.html", "text/html; charset=utf-8");
        Map(routes, "/logo.svg", "logo.svg", "image/svg+xml");
        Map(routes, "/favicon.ico", "logo.svg", "image/svg+xml");
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string file, string type)
    {
        var text = Read(file);
        routes.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Text(text, type);
        }).ExcludeFromDescription();
    }

    private static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Ocarina.Server.Pages.{file}")
            ?? throw new InvalidOperationException($"The page {file} is missing from the build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("{{version}}", ServerIdentity.Version, StringComparison.Ordinal);
    }
}
