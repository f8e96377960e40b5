namespace Ocarina.Conformance.Wire;

/// <summary>A request as it came from the module.</summary>
/// <param name="Method">Verb.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Headers">Headers, whatever their case.</param>
/// <param name="Body">Body as text.</param>
public sealed record WireRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Path without query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>What it does, as the stub says.</summary>
    public WireAct Act { get; internal set; }

    /// <summary>True for what changes something at the carrier.</summary>
    public bool IsWrite => Act is WireAct.Prepare or WireAct.Order or WireAct.Release;

    /// <summary>When it came, in timestamps of the system's clock.</summary>
    public long At { get; internal init; }

    /// <summary>Status of the reply; none while there is none, 0 when the connection was closed without one.</summary>
    public int? Status { get; internal set; }

    /// <summary>True when the stub has seen it, whatever became of the reply.</summary>
    public bool WasForwarded { get; internal set; }

    /// <summary>Method, target and body, for comparing and matching.</summary>
    public string Text => $"{Method} {Target}\n{Body}";
}
