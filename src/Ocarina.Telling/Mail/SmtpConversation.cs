using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ocarina.Core.Telling;

namespace Ocarina.Telling.Mail;

/// <summary>What a relay said.</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">Its words, without the code.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>The first line, for people.</summary>
    public string Words => $"{Code} {(Lines is [var first, ..] ? first : "")}".Trim();

    public bool IsYes => Code is >= 200 and < 400;

    public bool IsNever => Code >= 500;
}

/// <summary>The relay does not keep to the protocol, or is gone.</summary>
internal sealed class SmtpException(string message) : Exception(message);

/// <summary>One connection to a relay: lines out, replies in, each within its time.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private const int LineMax = 4096;
    private const int LinesMax = 100;

    private readonly TcpClient _client;
    private readonly MailRelay _relay;
    private readonly byte[] _buffer = new byte[LineMax];
    private Stream _stream;
    private int _from;
    private int _to;

    private SmtpConversation(TcpClient client, MailRelay relay)
    {
        (_client, _relay) = (client, relay);
        _stream = client.GetStream();
    }

    /// <summary>True when nobody on the way can read along.</summary>
    public bool IsSecured => _stream is SslStream;

    /// <summary>Connects; with TLS from the first byte where the relay wants that.</summary>
    public static async Task<SmtpConversation> OpenAsync(MailRelay relay, CancellationToken ct)
    {
        var client = new TcpClient();
        try
        {
            await InTimeAsync(relay, "connect", token => client.ConnectAsync(relay.Host, relay.Port, token).AsTask(), ct);
            client.NoDelay = true;
            var conversation = new SmtpConversation(client, relay);
            if (relay.Security == MailSecurity.Implicit) await conversation.SecureAsync(ct);
            return conversation;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Goes over to TLS. Whatever was said before in clear is forgotten: it may have been somebody else's.</summary>
    public async Task SecureAsync(CancellationToken ct)
    {
        if (_from != _to) throw new SmtpException("The relay spoke out of turn before TLS");
        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions { TargetHost = _relay.Host };
        if (_relay.TrustedPem is { Length: > 0 } pem)
        {
            var trusted = Certificates(pem);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        _stream = secure;
        await InTimeAsync(_relay, "agree on TLS", token => secure.AuthenticateAsClientAsync(options, token), ct);
    }

    /// <summary>Says a line and reads the answer.</summary>
    public async Task<SmtpReply> SayAsync(string line, CancellationToken ct)
    {
        // A line end inside would be a second command.
        if (line.AsSpan().ContainsAny('\r', '\n', '\0')) throw new SmtpException("A command cannot hold a line end");
        await SendAsync($"{line}\r\n", ct);
        return await HearAsync(ct);
    }

    /// <summary>Sends the text of a mail, with a dot before every line that begins with one, and reads the answer.</summary>
    public async Task<SmtpReply> SendMailAsync(string text, CancellationToken ct)
    {
        var stuffed = text.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        if (stuffed.StartsWith('.')) stuffed = "." + stuffed;
        await SendAsync(stuffed.EndsWith("\r\n", StringComparison.Ordinal) ? $"{stuffed}.\r\n" : $"{stuffed}\r\n.\r\n", ct);
        return await HearAsync(ct);
    }

    /// <summary>Reads an answer.</summary>
    public async Task<SmtpReply> HearAsync(CancellationToken ct)
    {
        List<string> lines = [];
        while (true)
        {
            var line = await ReadLineAsync(ct);
            if (line.Length < 3 || !line.AsSpan(0, 3).ContainsOnlyDigits() || lines.Count == LinesMax) throw new SmtpException("The answer is not SMTP");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-') return new SmtpReply(int.Parse(line.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), lines);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private Task SendAsync(string text, CancellationToken ct) => InTimeAsync(_relay, "send", async token =>
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(text), token);
        await _stream.FlushAsync(token);
    }, ct);

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new List<byte>();
        while (true)
        {
            if (_from == _to)
            {
                var count = 0;
                await InTimeAsync(_relay, "answer", async token => count = await _stream.ReadAsync(_buffer, token), ct);
                if (count == 0) throw new SmtpException("The relay hung up");
                (_from, _to) = (0, count);
            }

            var letter = _buffer[_from++];
            if (letter == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            if (line.Count == LineMax) throw new SmtpException("The answer is too long");
            line.Add(letter);
        }
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPem(pem);
        }
        catch (CryptographicException unreadable)
        {
            throw new SmtpException($"smtp.trusted_pem cannot be read: {unreadable.Message}");
        }

        return trusted.Count > 0 ? trusted : throw new SmtpException("smtp.trusted_pem holds no certificate");
    }

    private static async Task InTimeAsync(MailRelay relay, string what, Func<CancellationToken, Task> act, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(relay.AnswerTimeout);
        try
        {
            await act(time.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SmtpException($"The relay took too long to {what}");
        }
    }
}

internal static class DigitExtensions
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
