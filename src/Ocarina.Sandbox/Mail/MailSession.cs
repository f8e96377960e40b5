using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Ocarina.Sandbox.Mail;

/// <summary>One client's conversation with the mail server.</summary>
internal sealed class MailSession(MailServer server, TcpClient client) : IDisposable
{
    private const int LineMax = 4096;
    private const int MailMax = 10 * 1024 * 1024;
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(5);

    private Stream _stream = client.GetStream();
    private StreamReader _reader = StreamReader.Null;
    private bool _isSecured;
    private string? _user;
    private string? _sender;
    private List<string> _receivers = [];

    public async Task RunAsync(CancellationToken ct)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(ct);
        idle.CancelAfter(IdleMax);
        try
        {
            await TalkAsync(idle.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException or HungUpException or ObjectDisposedException)
        {
            // The client is gone, or we are told to be.
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
        client.Dispose();
    }

    private async Task TalkAsync(CancellationToken ct)
    {
        if (server.Options.Tls == MailTls.Always) await SecureAsync(ct);
        _reader = new StreamReader(_stream, Encoding.Latin1, leaveOpen: true);
        if (!await AnswerAsync("connect", "220 sandbox ready", ct)) return;
        while (await _reader.ReadLineAsync(ct) is { } line)
        {
            if (line.Length > LineMax)
            {
                await SayAsync("500 The line is too long", ct);
                continue;
            }

            var word = line.Split(' ')[0].ToUpperInvariant();
            if (word == "QUIT")
            {
                await SayAsync("221 Goodbye", ct);
                return;
            }

            await ObeyAsync(word, line, ct);
        }
    }

    private async Task ObeyAsync(string word, string line, CancellationToken ct)
    {
        switch (word)
        {
            case "EHLO" or "HELO":
                await AnswerAsync("ehlo", word == "HELO" ? "250 sandbox" : Greeting(), ct);
                break;
            case "STARTTLS" when server.Options.Tls == MailTls.Offered && !_isSecured:
                await SayAsync("220 Go ahead", ct);
                await SecureAsync(ct);
                _reader = new StreamReader(_stream, Encoding.Latin1, leaveOpen: true); // what came in clear is forgotten
                break;
            case "AUTH" when server.Options.Username is not null:
                await LogInAsync(line, ct);
                break;
            case "MAIL" when server.Options.Username is not null && _user is null:
                await SayAsync("530 Log in first", ct);
                break;
            case "MAIL" when AddressIn(line, "MAIL FROM:") is { } sender:
                if (await AnswerAsync("mail", "250 Yes", ct)) (_sender, _receivers) = (sender, []);
                break;
            case "RCPT" when _sender is not null && AddressIn(line, "RCPT TO:") is { } receiver:
                if (await AnswerAsync("rcpt", "250 Yes", ct)) _receivers.Add(receiver);
                break;
            case "DATA" when _receivers.Count > 0:
                if (await AnswerAsync("data", "354 Go ahead, a dot ends it", ct)) await TakeAsync(ct);
                break;
            case "RSET":
                (_sender, _receivers) = (null, []);
                await SayAsync("250 Forgotten", ct);
                break;
            case "NOOP":
                await SayAsync("250 Yes", ct);
                break;
            case "MAIL" or "RCPT" or "DATA":
                await SayAsync("503 Not now, or not like this", ct);
                break;
            default:
                await SayAsync("502 Not known here", ct);
                break;
        }
    }

    private string Greeting()
    {
        List<string> lines = ["sandbox", "8BITMIME", "SIZE 10485760"];
        if (server.Options.Tls == MailTls.Offered && !_isSecured) lines.Add("STARTTLS");
        if (server.Options.Username is not null) lines.Add("AUTH PLAIN LOGIN");
        return string.Join("\r\n", lines.Select((line, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{line}"));
    }

    private async Task LogInAsync(string line, CancellationToken ct)
    {
        string? user = null, password = null;
        var words = line.Split(' ');
        switch (words.ElementAtOrDefault(1)?.ToUpperInvariant())
        {
            case "PLAIN":
                var parts = Plain(words.Length > 2 ? words[2] : await AskAsync("334 ", ct)).Split('\0');
                if (parts is [_, var plainUser, var plainPassword]) (user, password) = (plainUser, plainPassword);
                break;
            case "LOGIN":
                user = Plain(await AskAsync("334 VXNlcm5hbWU6", ct));
                password = Plain(await AskAsync("334 UGFzc3dvcmQ6", ct));
                break;
        }

        if (user != server.Options.Username || password != server.Options.Password) await SayAsync("535 Wrong", ct);
        else if (await AnswerAsync("auth", "235 Welcome", ct)) _user = user;
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        var text = new StringBuilder();
        while (await _reader.ReadLineAsync(ct) is { } line)
        {
            if (line == ".")
            {
                if (await AnswerAsync("end", "250 Taken", ct, () => server.Keep(_sender ?? "", _receivers, text.ToString(), _isSecured, _user))) (_sender, _receivers) = (null, []);
                return;
            }

            if (text.Length < MailMax) text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
    }

    private async Task SecureAsync(CancellationToken ct)
    {
        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = secure;
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, ct);
        _isSecured = true;
    }

    // What happens is done before it is said, and not at all when a fault says otherwise.
    private async Task<bool> AnswerAsync(string moment, string yes, CancellationToken ct, Action? act = null)
    {
        var fault = server.FaultAt(moment);
        if (fault is { Code: 0 }) throw new HungUpException();
        if (fault is null) act?.Invoke();
        await SayAsync(fault is null ? yes : $"{fault.Code} {fault.Text}", ct);
        return fault is null;
    }

    private async Task<string> AskAsync(string question, CancellationToken ct)
    {
        await SayAsync(question, ct);
        return await _reader.ReadLineAsync(ct) ?? "";
    }

    private async Task SayAsync(string line, CancellationToken ct)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct);
        await _stream.FlushAsync(ct);
    }

    private static string Plain(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    private static string? AddressIn(string line, string start)
    {
        if (!line.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return null;
        var (open, close) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return open >= 0 && close > open ? line[(open + 1)..close] : null;
    }

    private sealed class HungUpException : Exception;
}
