using System.Text;
using Ocarina.Core.Telling;
using Content = Ocarina.Core.Telling.Mail;

namespace Ocarina.Telling.Mail;

/// <summary>Writes a mail as it goes over the wire: ASCII only, so that no relay has to be asked what it takes.</summary>
internal static class MimeText
{
    /// <summary>Headers and body, lines ended as in mails.</summary>
    public static string Of(MailRelay relay, Content mail)
    {
        var text = new StringBuilder();
        text.Append("From: <").Append(relay.From).Append(">\r\n");
        text.Append("To: <").Append(mail.To).Append(">\r\n");
        text.Append(HeaderText.Free("Subject", mail.Subject)).Append("\r\n");
        text.Append("Date: ").Append(HeaderText.Date(mail.Date)).Append("\r\n");
        text.Append("Message-ID: <").Append(mail.Id).Append('@').Append(relay.From.Split('@')[^1]).Append(">\r\n");
        // No automatic answers to an automatic mail (RFC 3834).
        text.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        text.Append(Body(mail));
        return text.ToString();
    }

    private static string Body(Content mail)
    {
        var words = mail.Html is null
            ? Part("text/plain", mail.Text)
            : Multipart("alternative", $"{mail.Id}.a", [Part("text/plain", mail.Text), Part("text/html", mail.Html)]);
        return mail.Attachments.IsDefaultOrEmpty ? words : Multipart("mixed", $"{mail.Id}.m", [words, .. mail.Attachments.Select(File)]);
    }

    private static string Part(string type, string text) =>
        $"Content-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QuotedPrintable.Encode(text)}\r\n";

    private static string File(MailAttachment file)
    {
        var type = file.ContentType.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '+' or '.') ? file.ContentType : "application/octet-stream";
        return $"Content-Type: {type}\r\nContent-Disposition: attachment; filename={HeaderText.Quoted(file.Name)}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + $"{Convert.ToBase64String(file.Content.Span, Base64FormattingOptions.InsertLineBreaks)}\r\n";
    }

    // '=_' stands in no quoted-printable or base64 line, so no content can end a part.
    private static string Multipart(string kind, string name, IEnumerable<string> parts)
    {
        var boundary = $"=_{name}";
        return $"Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n{string.Concat(parts.Select(part => $"--{boundary}\r\n{part}"))}--{boundary}--\r\n";
    }
}
