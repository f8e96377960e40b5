namespace Ocarina.Sandbox.Mail;

/// <summary>How a mail server to practise on speaks.</summary>
public enum MailTls
{
    /// <summary>In clear only.</summary>
    Off,

    /// <summary>In clear first; TLS is offered.</summary>
    Offered,

    /// <summary>TLS from the first byte.</summary>
    Always,
}

/// <summary>How a mail server to practise on is started.</summary>
public sealed record MailServerOptions
{
    /// <summary>Port on the loopback address. Default 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder of the mails, one file each, which are shown again after a restart. Default null: nothing outlives the process.</summary>
    public string? Folder { get; init; }

    /// <summary>TLS. Default off.</summary>
    public MailTls Tls { get; init; }

    /// <summary>Who must log in before sending. Default null: nobody has to.</summary>
    public string? Username { get; init; }

    /// <summary>With which password.</summary>
    public string? Password { get; init; }
}

/// <summary>What a mail server is to answer instead of yes.</summary>
/// <param name="At">When: <c>connect</c>, <c>ehlo</c>, <c>auth</c>, <c>mail</c>, <c>rcpt</c>, <c>data</c>, or <c>end</c> of the mail's text.</param>
/// <param name="Code">What; 0 hangs up.</param>
/// <param name="Text">With which words.</param>
/// <param name="Times">How often, from 1.</param>
public sealed record MailFault(string At, int Code, string Text, int Times = 1)
{
    /// <summary>Names of moments.</summary>
    public static IReadOnlyList<string> Moments { get; } = ["connect", "ehlo", "auth", "mail", "rcpt", "data", "end"];
}
