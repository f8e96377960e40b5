using System.Collections.Immutable;

namespace Ocarina.Core.Telling;

/// <summary>One mail to one person.</summary>
/// <param name="Id">Left side of its Message-ID: the same at every attempt.</param>
/// <param name="To">Address.</param>
/// <param name="Subject">Subject; one line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Html">The same as HTML; none sends plain text only.</param>
/// <param name="Date">When it was caused.</param>
public sealed record Mail(string Id, string To, string Subject, string Text, string? Html, DateTimeOffset Date)
{
    /// <summary>Receivers' addresses begin with this.</summary>
    public const string Prefix = "mailto:";

    /// <summary>Files that go with it.</summary>
    public ImmutableArray<MailAttachment> Attachments { get; init; } = [];

    /// <summary>The address that a receiver names; none when it names something else.</summary>
    public static string? AddressOf(string receiver) => receiver.StartsWith(Prefix, StringComparison.Ordinal) ? receiver[Prefix.Length..] : null;

    /// <summary>True for a text that is one address and cannot be read as anything more: no name, no list, no line end.</summary>
    public static bool IsAddress(string? text)
    {
        if (text is not { Length: >= 3 and <= 254 }) return false;
        var at = text.LastIndexOf('@');
        return at is >= 1 and <= 64 && at < text.Length - 1
            && text.All(letter => letter is > ' ' and < '\u007F' && !"<>()[],;:\\\"".Contains(letter, StringComparison.Ordinal)) && text.IndexOf('@', StringComparison.Ordinal) == at;
    }
}

/// <summary>A file that goes with a mail.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
public sealed record MailAttachment(string Name, string ContentType, ReadOnlyMemory<byte> Content);

/// <summary>How the relay is spoken to.</summary>
public enum MailSecurity
{
    /// <summary>In clear. A password is then sent to this machine only.</summary>
    None,

    /// <summary>Begins in clear and must go over to TLS.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Implicit,
}

/// <summary>Who takes our mail (document <c>smtp</c>).</summary>
/// <remarks>A class, not a record: a record prints all its properties, and one of these is a secret.</remarks>
public sealed class MailRelay
{
    /// <summary>Host name.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public required int Port { get; init; }

    /// <summary>TLS.</summary>
    public required MailSecurity Security { get; init; }

    /// <summary>Sender's address.</summary>
    public required string From { get; init; }

    /// <summary>User; none logs in as nobody.</summary>
    public string? Username { get; init; }

    /// <summary>Password. Never logged.</summary>
    public string? Password { get; init; }

    /// <summary>Certificates trusted besides those of the machine, as PEM: for a relay with a private authority.</summary>
    public string? TrustedPem { get; init; }

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>Sends mail.</summary>
public interface IMailer
{
    /// <summary>Hands one mail to the relay. Never throws for what a relay does.</summary>
    /// <param name="relay">The relay.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<SendOutcome> SendAsync(MailRelay relay, Mail mail, CancellationToken ct);
}
