using System.IO.Compression;
using System.Text;

namespace Ocarina.Conformance.Wire;

/// <summary>What comes back in place of a reply.</summary>
internal static class Nonsense
{
    private const int Levels = 100_000;
    private const int PackedBytes = 256 * 1024 * 1024;
    private static readonly Lazy<byte[]> Packed = new(Pack);

    public static WireFault Of(string what, (string ContentType, string Body) surprise)
    {
        var isJson = surprise.ContentType.Contains("json", StringComparison.Ordinal);
        WireFault Said(string body, int status = 200) => WireFault.Answer(status, body, surprise.ContentType);
        return what switch
        {
            "malformed" => Said("<{[ \u0001"),
            "truncated" => Said(surprise.Body[..(surprise.Body.Length / 2)]),
            "dtd" => Said("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>"),
            "nested" => Said(isJson ? new string('[', Levels) : string.Concat(Enumerable.Repeat("<a>", Levels))),
            "surprise" => Said(surprise.Body),
            "page" => WireFault.Answer(200, "<!doctype html><html><head><title>Log in</title></head><body><br>Log in</body></html>", "text/html"),
            "page with 502" => WireFault.Answer(502, "<html><body>Bad gateway</body></html>", "text/html"),
            "empty" => WireFault.Answer(200, "", surprise.ContentType),
            "half" => new WireFault(WireFaultKind.HangUpMidReply),
            "packed" => new WireFault(WireFaultKind.Reply) { ContentType = surprise.ContentType, Headers = [("Content-Encoding", "gzip")], Body = Packed.Value },
            "huge" => new WireFault(WireFaultKind.Huge) { ContentType = surprise.ContentType, Body = Encoding.UTF8.GetBytes(isJson ? "{ " : "<a> ") },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static byte[] Pack()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var piece = new byte[1024 * 1024];
            Array.Fill(piece, (byte)' ');
            for (var sent = 0; sent < PackedBytes; sent += piece.Length) zip.Write(piece);
        }

        return packed.ToArray();
    }
}
