using System.Text;

namespace Ocarina.Conformance.Wire;

/// <summary>How the wire fails.</summary>
internal enum WireFaultKind
{
    /// <summary>Closes without reading the request.</summary>
    HangUpBeforeReading,

    /// <summary>Reads the request and closes; the carrier never sees it.</summary>
    HangUpBeforeBooking,

    /// <summary>The carrier carries it out; the reply is lost to the last byte.</summary>
    HangUpAfterBooking,

    /// <summary>The carrier carries it out; half of the reply comes.</summary>
    HangUpMidReply,

    /// <summary>Answers in the carrier's place.</summary>
    Reply,

    /// <summary>The carrier carries it out; another answer comes than its own.</summary>
    BookThenReply,

    /// <summary>Holds the request for a while before the carrier sees it.</summary>
    Stall,

    /// <summary>Changes the reply.</summary>
    Rewrite,

    /// <summary>Sends 100 MB in the carrier's place.</summary>
    Huge,

    /// <summary>Refuses, and shows the request with all its headers.</summary>
    Echo,
}

/// <summary>Something that goes wrong with the next requests that it fits.</summary>
internal sealed record WireFault(WireFaultKind Kind)
{
    /// <summary>Which requests; all unless set.</summary>
    public Func<WireRequest, bool> On { get; init; } = static _ => true;

    /// <summary>How often it strikes.</summary>
    public int Times { get; set; } = 1;

    /// <summary>How many that fit it lets pass before.</summary>
    public int Skip { get; set; }

    public int Status { get; init; } = 200;

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public TimeSpan Delay { get; init; }

    public Func<byte[], byte[]>? Change { get; init; }

    public static WireFault Answer(int status, string body = "", string contentType = "text/plain", params (string, string)[] headers) =>
        new(WireFaultKind.Reply) { Status = status, Body = Encoding.UTF8.GetBytes(body), ContentType = contentType, Headers = headers };

    public static WireFault Rewriting(Func<string, string> change) =>
        new(WireFaultKind.Rewrite) { Change = bytes => Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes))), Times = int.MaxValue };

    public WireFault Always() => this with { Times = int.MaxValue };

    public WireFault OnAct(params WireAct[] acts) => this with { On = request => acts.Contains(request.Act) };
}
