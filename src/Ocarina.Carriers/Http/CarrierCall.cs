namespace Ocarina.Carriers.Http;

/// <summary>Where and how a module talks; made by the module from its settings for each of its own calls.</summary>
/// <param name="BaseAddress">Absolute http(s) address without user-info. A path in it is kept, a slash at its end makes no difference.</param>
public sealed record ChannelOptions(Uri BaseAddress)
{
    /// <summary>Who shares one rate: all channels of the process with the same scope. Default: the carrier's name and the address's host.</summary>
    public string? LimitScope { get; init; }

    /// <summary>Requests per second when the settings do not say (<c>rate_limit_per_s</c>). Above 0; default 5.</summary>
    public double RatePerSecond { get; init; } = 5;

    /// <summary>Where traffic is written when the settings say <c>debug</c> and name no <c>debug_file</c>. Default <c>/tmp/{carrier}.log</c>.</summary>
    public string? DebugFile { get; init; }

    /// <summary>Longest wait for the reply to a read, its body included, when the settings do not say (<c>request_timeout_ms</c>). Default 20 s.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The same for a write. Default 60 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most connections at a time; the settings' <c>max_in_flight</c>, 8 by default, when absent.</summary>
    public int? Connections { get; init; }

    /// <summary>Name of a circuit of its own beside the carrier's; empty, the default, shares the carrier's.</summary>
    public string Circuit { get; init; } = "";
}

/// <summary>What form a reply should have. One that has not is asked for once more, when it answers a read.</summary>
public enum ReplyForm
{
    /// <summary>Not looked at.</summary>
    Any,

    /// <summary>XML that <see cref="CarrierXml.Parse"/> takes.</summary>
    Xml,

    /// <summary>JSON that <see cref="CarrierJson.Parse"/> takes.</summary>
    Json,
}

/// <summary>One request.</summary>
/// <param name="Method">HTTP verb.</param>
/// <param name="Address">Absolute, or relative to the channel's base address. Percent-encoded once; see <see cref="CarrierAddress"/>.</param>
/// <param name="Operation">Short name for records, such as <c>order_create</c>.</param>
public sealed record CarrierCall(HttpMethod Method, Uri Address, string Operation)
{
    /// <summary>What is sent; none is no body for a read and an empty one for a write.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Content type of <see cref="Body"/>.</summary>
    public string? ContentType { get; init; }

    /// <summary>What is asked for. Default <c>*/*</c>.</summary>
    public string? Accept { get; init; }

    /// <summary>More headers, credentials among them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A rate of its own within the channel's scope; none shares the scope's.</summary>
    public string? LimitGroup { get; init; }

    /// <summary>True for questions about open orders: they pass an open circuit, one each <c>settle_max_interval_s</c>.</summary>
    public bool BypassesCircuit { get; init; }

    /// <summary>True where a 401 may only say that a login has grown old: it does not open the circuit.</summary>
    public bool MayHaveOldLogin { get; init; }

    /// <summary>Says of a reply that it is an answer whatever its status: then it is neither asked again nor a sign that the carrier is ill. SOAP faults come with HTTP 500.</summary>
    public Func<CarrierReply, bool>? IsAnswer { get; init; }

    /// <summary>What a successful reply should be.</summary>
    public ReplyForm Expects { get; init; }

    /// <summary>Longest wait for the reply, in place of the settings' and the channel's.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>One reply, read whole: at most 32 MiB after decompression.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body; empty when there was none.</param>
/// <param name="ContentType">Its content type as sent.</param>
public sealed record CarrierReply(int Status, byte[] Body, string? ContentType)
{
    /// <summary>All headers in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>True for 200 to 299.</summary>
    public bool IsSuccess => Status is >= 200 and <= 299;

    /// <summary>When it came, by the wall clock.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Told whether the body could be read; counts for the circuit.</summary>
    internal Action<bool>? OnRead { get; init; }

    /// <summary>What was made of the body, so that nobody parses it twice.</summary>
    internal object? Parsed { get; set; }

    /// <summary>A header by name, whatever its case; several of one name joined by a comma.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }
}
