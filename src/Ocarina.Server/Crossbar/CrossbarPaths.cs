namespace Ocarina.Server.Crossbar;

/// <summary>Reads paths as Crossbar does: segments, each decoded once; a slash at the end means nothing (`http-api.md` 1.1).</summary>
internal static class CrossbarPaths
{
    /// <summary>The path's segments after the given first ones. The server has decoded them already, all but the escaped slash.</summary>
    public static List<string> Segments(PathString path)
    {
        var segments = (path.Value ?? "").Split('/').Skip(1).Select(Decoded).ToList();
        if (segments.Count > 0 && segments[^1].Length == 0) segments.RemoveAt(segments.Count - 1);
        return segments;
    }

    private static string Decoded(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
