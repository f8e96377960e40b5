namespace Ocarina.Sandbox;

/// <summary>How a set of sandbox carriers is started.</summary>
public sealed record SandboxOptions
{
    /// <summary>Port of the carriers, on the loopback address only. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the control interface, on the loopback address only. Default 0: a free one.</summary>
    public int ControlPort { get; init; }

    /// <summary>Port of the mail server, on the loopback address only. Default 0: a free one.</summary>
    public int MailPort { get; init; }

    /// <summary>Folder of the ledger file, which is read again at the next start. Default null: nothing outlives the process.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Fixes stock, identifiers, latencies and faults. Default 1. A ledger in <see cref="DataFolder"/> brings its own and wins.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How the carriers behave: <c>calm</c> (default), <c>realistic</c>, <c>storm</c> or <c>outage</c>.</summary>
    public string Profile { get; init; } = "calm";

    /// <summary>True: the carriers' port speaks TLS, with a certificate of <see cref="SandboxHost.AuthorityPem"/>. Default false.</summary>
    public bool Tls { get; init; }
}
