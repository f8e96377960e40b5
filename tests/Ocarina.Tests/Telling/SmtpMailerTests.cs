using Ocarina.Core.Telling;
using Ocarina.Sandbox.Mail;
using Ocarina.Telling.Mail;
using Xunit;
using Content = Ocarina.Core.Telling.Mail;

namespace Ocarina.Tests.Telling;

/// <summary>The mailer against a real mail server over sockets.</summary>
public sealed class SmtpMailerTests
{
    private static readonly Content Plain = new("01ABC", "ops@example.com", "Caller name", "Hello\n.\n..two dots\nend", "<p>Hello</p>", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailTls.Off, MailSecurity.None)]
    [InlineData(MailTls.Offered, MailSecurity.StartTls)]
    [InlineData(MailTls.Always, MailSecurity.Implicit)]
    public async Task A_mail_arrives_as_it_was_written(MailTls tls, MailSecurity security)
    {
        await using var server = MailServer.Start(new MailServerOptions { Tls = tls });

        var outcome = await SendAsync(server, Plain with { Attachments = [new MailAttachment("loa \"1\".pdf", "application/pdf", new byte[] { 1, 2, 3 })] }, security);

        Assert.IsType<SendOutcome.Taken>(outcome);
        var mail = Assert.Single(server.Mails);
        Assert.Equal(("ocarina@example.com", "ops@example.com", tls != MailTls.Off), (mail.Sender, Assert.Single(mail.Receivers), mail.IsSecured));
        Assert.Equal("Hello\r\n.\r\n..two dots\r\nend\r\n", mail.Text);
        Assert.Equal("<p>Hello</p>\r\n", mail.Html);
        Assert.Equal(["loa _1_.pdf"], mail.Files);
        Assert.Equal("<01ABC@example.com>", mail.Header("Message-ID"));
        Assert.Equal("Sun, 01 Mar 2026 12:00:00 +0000", mail.Header("Date"));
    }

    [Fact]
    public async Task Text_of_any_language_and_length_arrives_and_no_line_is_too_long()
    {
        await using var server = MailServer.Start(new MailServerOptions());
        var subject = "Rufnummernname „Müller & Söhne“ 电话 " + new string('ä', 200);
        var text = "Größe = 1\t\n" + new string('x', 3000) + "\n" + new string('€', 500) + " \n";

        Assert.IsType<SendOutcome.Taken>(await SendAsync(server, Plain with { Subject = subject, Text = text, Html = null }, MailSecurity.None));

        var mail = Assert.Single(server.Mails);
        Assert.Equal(subject, mail.Subject);
        Assert.Equal(text.ReplaceLineEndings("\r\n") + "\r\n", mail.Text);
        Assert.All(mail.Raw.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.All(mail.Raw, letter => Assert.True(letter < 127));
    }

    [Fact]
    public async Task A_line_end_in_a_subject_makes_no_header()
    {
        await using var server = MailServer.Start(new MailServerOptions());

        await SendAsync(server, Plain with { Subject = "Hi\r\nBcc: thief@example.com\r\n\r\nbody" }, MailSecurity.None);

        var mail = Assert.Single(server.Mails);
        Assert.Equal("", mail.Header("Bcc"));
        Assert.Equal(["ops@example.com"], mail.Receivers);
        Assert.Contains("Bcc: thief@example.com", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_blanks_in_a_subject_make_no_empty_line()
    {
        await using var server = MailServer.Start(new MailServerOptions());

        await SendAsync(server, Plain with { Subject = "a" + new string(' ', 300) + "b" }, MailSecurity.None);

        var headers = Assert.Single(server.Mails).Raw.Split("\r\n\r\n")[0];
        Assert.DoesNotContain(headers.Split("\r\n"), string.IsNullOrWhiteSpace);
        Assert.Contains("Message-ID", headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@b.example>\r\nRCPT TO:<thief@example.com")]
    [InlineData("a@b.example, c@d.example")]
    [InlineData("no address")]
    [InlineData("müller@example.com")]
    public async Task An_address_that_is_more_than_one_is_refused_before_anybody_is_called(string address)
    {
        await using var server = MailServer.Start(new MailServerOptions());

        Assert.IsType<SendOutcome.Refused>(await SendAsync(server, Plain with { To = address }, MailSecurity.None));
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData("rcpt", 550, typeof(SendOutcome.Refused))]
    [InlineData("rcpt", 450, typeof(SendOutcome.Failed))]
    [InlineData("end", 554, typeof(SendOutcome.Refused))]
    [InlineData("end", 451, typeof(SendOutcome.Failed))]
    [InlineData("mail", 421, typeof(SendOutcome.Failed))]
    [InlineData("mail", 550, typeof(SendOutcome.Failed))]
    [InlineData("rcpt", 530, typeof(SendOutcome.Failed))]
    [InlineData("connect", 554, typeof(SendOutcome.Failed))]
    [InlineData("ehlo", 502, typeof(SendOutcome.Failed))]
    [InlineData("end", 0, typeof(SendOutcome.Failed))]
    [InlineData("connect", 0, typeof(SendOutcome.Failed))]
    public async Task What_a_relay_refuses_for_ever_ends_a_mail_and_nothing_else_does(string moment, int code, Type expected)
    {
        await using var server = MailServer.Start(new MailServerOptions());
        server.Add(new MailFault(moment, code, "no such luck"));

        var outcome = await SendAsync(server, Plain, MailSecurity.None);

        Assert.IsType(expected, outcome);
        Assert.Equal(code == 0 ? null : code, outcome.Code);
        Assert.Empty(server.Mails);
        Assert.IsType<SendOutcome.Taken>(await SendAsync(server, Plain, MailSecurity.None));
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong", false)]
    public async Task Logging_in_works_with_the_password_and_a_wrong_one_is_a_setting_to_put_right(string password, bool isTaken)
    {
        await using var server = MailServer.Start(new MailServerOptions { Tls = MailTls.Offered, Username = "ocarina", Password = "right" });

        var outcome = await SendAsync(server, Plain, MailSecurity.StartTls, "ocarina", password);

        if (isTaken) Assert.Equal("ocarina", Assert.Single(server.Mails).User);
        else Assert.Equal(535, Assert.IsType<SendOutcome.Failed>(outcome).Code);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("wrong_host")]
    [InlineData("self_signed")]
    public async Task A_relay_with_a_certificate_that_is_not_right_gets_no_mail(string which)
    {
        await using var server = MailServer.Start(new MailServerOptions { Tls = MailTls.Offered });
        Assert.True(server.ShowCertificate(which));

        Assert.Contains("certificate", Assert.IsType<SendOutcome.Failed>(await SendAsync(server, Plain, MailSecurity.StartTls)).Reason, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_relay_without_tls_gets_no_mail_when_tls_is_wanted()
    {
        await using var server = MailServer.Start(new MailServerOptions());

        Assert.Contains("STARTTLS", Assert.IsType<SendOutcome.Failed>(await SendAsync(server, Plain, MailSecurity.StartTls)).Reason, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData("ocarina@example..com", null)]
    [InlineData("ocarina@example.com", "no certificate")]
    [InlineData("ocarina@example.com", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task A_setting_that_cannot_be_used_is_named(string from, string? pem)
    {
        await using var server = MailServer.Start(new MailServerOptions { Tls = MailTls.Offered });
        var relay = new MailRelay { Host = "localhost", Port = server.Port, Security = MailSecurity.StartTls, From = from, TrustedPem = pem ?? server.AuthorityPem };

        Assert.Contains(pem is null ? "smtp.from" : "smtp.trusted_pem", Assert.IsType<SendOutcome.Failed>(await new SmtpMailer().SendAsync(relay, Plain, Ct)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_is_not_there_is_a_failure_like_others() =>
        Assert.IsType<SendOutcome.Failed>(await new SmtpMailer().SendAsync(new MailRelay { Host = "127.0.0.1", Port = 1, Security = MailSecurity.None, From = "a@b.example" }, Plain, Ct));

    private static Task<SendOutcome> SendAsync(MailServer server, Content mail, MailSecurity security, string? username = null, string? password = null) =>
        new SmtpMailer().SendAsync(
            new MailRelay
            {
                Host = "localhost", Port = server.Port, Security = security, From = "ocarina@example.com", Username = username, Password = password, TrustedPem = server.AuthorityPem,
            }, mail, Ct);
}
