namespace Ocarina.Server.Crossbar;

/// <summary>Names of requests (`http-api.md` 1.3).</summary>
internal static class RequestIds
{
    /// <summary>The header that carries it both ways.</summary>
    public const string Header = "X-Request-ID";

    private const int LengthMax = 128;

    /// <summary>The caller's own name for the request, if it is one line of visible text; else 32 hexadecimal digits.</summary>
    public static string Read(HttpRequest request)
    {
        var given = request.Headers[Header].ToString();
        return given.Length is > 0 and <= LengthMax && !given.AsSpan().ContainsAnyExceptInRange('!', '~') ? given : Guid.NewGuid().ToString("N");
    }
}
