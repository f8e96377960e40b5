using System.IO.Compression;
using System.Text;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Faults;

/// <summary>Replies no carrier should send and some day one does.</summary>
internal static class Nonsense
{
    private const int Levels = 100_000;
    private const int HugeBytes = 100_000_000;
    private const int BombBytes = 256 * 1024 * 1024;

    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("<?xml version=\"1.0\"?>\n<bomb>"u8);
            var blanks = Blanks();
            for (var written = 0; written < BombBytes; written += blanks.Length) gzip.Write(blanks);
            gzip.Write("</bomb>"u8);
        }

        return packed.ToArray();
    });

    /// <summary>A page of HTML.</summary>
    public static SandboxReply Page(int status, string title) =>
        SandboxReply.Plain(status, "text/html; charset=utf-8", $"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");

    /// <summary>Starts like a reply and breaks off in the middle of nowhere.</summary>
    public static SandboxReply Malformed(bool json) => json
        ? SandboxReply.Plain(200, "application/json", "{\"status\":\"SUCCESS\",\"didGroups\":[{\"didGroupId\":12,,}")
        : SandboxReply.Plain(200, "text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response><status>success</status><order></response");

    /// <summary>XML that asks its reader to open a file.</summary>
    public static SandboxReply Dtd() => SandboxReply.Plain(
        200,
        "text/xml; charset=utf-8",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE response [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]>\n<response><status>&secret;</status></response>\n");

    /// <summary>A good document of something else.</summary>
    public static SandboxReply UnexpectedRoot(bool json) => json
        ? SandboxReply.Plain(200, "application/json", "{\"weather\":{\"city\":\"Brussels\",\"rain\":true}}")
        : SandboxReply.Plain(200, "text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<weather><city>Denver</city></weather>\n");

    /// <summary>An error that repeats every secret of the request.</summary>
    public static SandboxReply Echo(SandboxCall call)
    {
        var text = new StringBuilder("Bad request:\n");
        foreach (var header in call.Http.Request.Headers) text.Append(header.Key).Append(": ").Append(header.Value.ToString()).Append('\n');
        return SandboxReply.Plain(400, "text/plain; charset=utf-8", text.Append('\n').Append(call.Text).ToString());
    }

    /// <summary>Small on the wire, 256 MiB when unpacked.</summary>
    public static SandboxReply GzipBomb(bool json) =>
        new SandboxReply(200, json ? "application/json" : "text/xml", Bomb.Value).With("Content-Encoding", "gzip");

    /// <summary>100,000 levels of elements or arrays.</summary>
    public static (SandboxReply Head, IEnumerable<byte[]> Pieces) Nested(bool json) => json
        ? (new SandboxReply(200, "application/json", []), Nest("", "[", "]"))
        : (new SandboxReply(200, "text/xml", []), Nest("<?xml version=\"1.0\"?>\n", "<a>", "</a>"));

    /// <summary>100 MB that mean nothing.</summary>
    public static (SandboxReply Head, IEnumerable<byte[]> Pieces) Huge(bool json) => json
        ? (new SandboxReply(200, "application/json", []), Filled("{\"filler\":\"", "\"}"))
        : (new SandboxReply(200, "text/xml", []), Filled("<?xml version=\"1.0\"?>\n<filler>", "</filler>"));

    private static IEnumerable<byte[]> Nest(string before, string open, string close)
    {
        const int AtOnce = 1000;
        yield return Encoding.UTF8.GetBytes(before);
        foreach (var unit in (string[])[open, close])
        {
            var many = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, AtOnce)));
            for (var sent = 0; sent < Levels; sent += AtOnce) yield return many;
        }
    }

    private static IEnumerable<byte[]> Filled(string before, string after)
    {
        yield return Encoding.UTF8.GetBytes(before);
        var blanks = Blanks();
        for (var sent = 0; sent < HugeBytes; sent += blanks.Length) yield return blanks;
        yield return Encoding.UTF8.GetBytes(after);
    }

    private static byte[] Blanks()
    {
        var blanks = new byte[64 * 1024];
        Array.Fill(blanks, (byte)' ');
        return blanks;
    }
}
