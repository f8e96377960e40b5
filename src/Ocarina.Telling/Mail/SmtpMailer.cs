using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Ocarina.Core.Telling;
using Content = Ocarina.Core.Telling.Mail;

namespace Ocarina.Telling.Mail;

/// <summary>Hands mails to a relay over SMTP (RFC 5321), one connection each.</summary>
/// <remarks>What a relay refuses about a mail for ever (5xx) ends it; what it refuses about us - log-in, TLS, our settings - is tried again, for a person can put it right.</remarks>
public sealed class SmtpMailer : IMailer
{
    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(MailRelay relay, Content mail, CancellationToken ct)
    {
        if (!Content.IsAddress(mail.To)) return new SendOutcome.Refused("The receiver's address cannot be used");
        if (!Content.IsAddress(relay.From) || DomainOf(relay.From) is not { } domain) return new SendOutcome.Failed("smtp.from is no address");
        try
        {
            await using var relayed = await SmtpConversation.OpenAsync(relay, ct);
            return await SendAsync(relayed, relay, domain, mail, ct);
        }
        catch (SmtpException broken)
        {
            return new SendOutcome.Failed(broken.Message);
        }
        catch (AuthenticationException untrusted)
        {
            return new SendOutcome.Failed($"The relay's certificate is not trusted: {untrusted.Message}");
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            return new SendOutcome.Failed($"The relay cannot be reached: {gone.Message}");
        }
    }

    private static async Task<SendOutcome> SendAsync(SmtpConversation relayed, MailRelay relay, string domain, Content mail, CancellationToken ct)
    {
        if (await relayed.HearAsync(ct) is { IsYes: false } unwelcome) return Ours(unwelcome);
        var (greeting, offers) = await GreetAsync(relayed, domain, ct);
        if (!greeting.IsYes) return Ours(greeting);
        if (relay.Security == MailSecurity.StartTls)
        {
            if (!offers.Contains("STARTTLS")) return new SendOutcome.Failed("The relay does not offer STARTTLS");
            if (await relayed.SayAsync("STARTTLS", ct) is { IsYes: false } no) return Ours(no);
            await relayed.SecureAsync(ct);
            (greeting, offers) = await GreetAsync(relayed, domain, ct); // what it offered in clear does not count
            if (!greeting.IsYes) return Ours(greeting);
        }

        if (relay.Username is { Length: > 0 } && await LogInAsync(relayed, relay, offers, ct) is { } refused) return refused;
        // The sender's address is a setting of ours: a person can put it right.
        if (await relayed.SayAsync($"MAIL FROM:<{relay.From}>", ct) is { IsYes: false } unknown) return Ours(unknown);
        foreach (var command in (string[])[$"RCPT TO:<{mail.To}>", "DATA"])
            if (await relayed.SayAsync(command, ct) is { IsYes: false } reply) return About(reply);

        var answer = await relayed.SendMailAsync(MimeText.Of(relay, mail), ct);
        if (!answer.IsYes) return About(answer);
        await SayGoodbyeAsync(relayed, ct);
        return new SendOutcome.Taken(answer.Code);
    }

    private static async Task<(SmtpReply Reply, string Offers)> GreetAsync(SmtpConversation relayed, string domain, CancellationToken ct)
    {
        var reply = await relayed.SayAsync($"EHLO {domain}", ct);
        return (reply, string.Join('\n', reply.Lines).ToUpperInvariant());
    }

    private static async Task<SendOutcome?> LogInAsync(SmtpConversation relayed, MailRelay relay, string offers, CancellationToken ct)
    {
        if (!relayed.IsSecured && !IsThisMachine(relay.Host)) return new SendOutcome.Failed("A password is not sent without TLS: set smtp.tls");
        var methods = offers.Split('\n').FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.Ordinal)) ?? "";
        var (user, password) = (Encoding.UTF8.GetBytes(relay.Username ?? ""), Encoding.UTF8.GetBytes(relay.Password ?? ""));
        SmtpReply reply;
        if (methods.Contains("PLAIN", StringComparison.Ordinal))
        {
            reply = await relayed.SayAsync($"AUTH PLAIN {Convert.ToBase64String([0, .. user, 0, .. password])}", ct);
        }
        else if (methods.Contains("LOGIN", StringComparison.Ordinal))
        {
            reply = await relayed.SayAsync("AUTH LOGIN", ct);
            foreach (var part in (byte[][])[user, password])
                if (reply.Code == 334) reply = await relayed.SayAsync(Convert.ToBase64String(part), ct);
        }
        else
        {
            return new SendOutcome.Failed("The relay takes neither AUTH PLAIN nor AUTH LOGIN");
        }

        return reply.Code == 235 ? null : new SendOutcome.Failed($"The relay refuses the log-in: {reply.Words}", reply.Code);
    }

    // The mail is taken by now: how the relay says goodbye changes nothing.
    private static async Task SayGoodbyeAsync(SmtpConversation relayed, CancellationToken ct)
    {
        try
        {
            await relayed.SayAsync("QUIT", ct);
        }
        catch (Exception gone) when (gone is SmtpException or IOException or OperationCanceledException)
        {
            // Hung up first.
        }
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static SendOutcome.Failed Ours(SmtpReply reply) => new($"The relay says: {reply.Words}", reply.Code);

    private static string? DomainOf(string address)
    {
        try
        {
            return new IdnMapping().GetAscii(address.Split('@')[^1]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // 530 to 538: it wants a log-in or TLS first. 5.1.7 and 5.1.8: it dislikes the sender, and says so late, as many do.
    private static bool IsAboutUs(SmtpReply reply) =>
        reply.Code is >= 530 and <= 538 || (reply.Lines is [var first, ..] && (first.StartsWith("5.1.7", StringComparison.Ordinal) || first.StartsWith("5.1.8", StringComparison.Ordinal)));

    private static SendOutcome About(SmtpReply reply) => reply.IsNever && !IsAboutUs(reply)
        ? new SendOutcome.Refused($"The relay says: {reply.Words}", reply.Code)
        : new SendOutcome.Failed($"The relay says: {reply.Words}", reply.Code);
}
