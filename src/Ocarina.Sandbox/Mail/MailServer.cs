using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ocarina.Sandbox.Mail;

/// <summary>A mail server to practise on: real SMTP over sockets, a mailbox for whatever arrives, and refusals on demand. It delivers nothing to anybody.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private const int KeptMax = 10_000;

    private readonly TcpListener _listener;
    private readonly MailServerOptions _options;
    private readonly Authority? _authority;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<ReceivedMail> _mails = [];
    private readonly List<MailFault> _faults = [];
    private readonly Task _listening;
    private int _last;

    private MailServer(TcpListener listener, MailServerOptions options, Authority? authority)
    {
        (_listener, _options, _authority) = (listener, options, authority);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (options.Folder is not null) ReadFolder(options.Folder);
        _listening = ListenAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The generated authority's certificate, when it speaks TLS; else null.</summary>
    public string? AuthorityPem => _authority?.Pem;

    /// <summary>What arrived, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails
    {
        get { lock (_gate) return [.. _mails]; }
    }

    /// <summary>Starts a server, which listens when this ends.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static MailServer Start(MailServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var listener = new TcpListener(IPAddress.Loopback, options.Port);
        listener.Start();
        return new MailServer(listener, options, options.Tls == MailTls.Off ? null : new Authority());
    }

    /// <summary>Lets the next mails be refused.</summary>
    public void Add(MailFault fault)
    {
        lock (_gate) _faults.Add(fault);
    }

    /// <summary>Throws all mails away.</summary>
    public int Clear()
    {
        lock (_gate)
        {
            var count = _mails.Count;
            _mails.Clear();
            if (_options.Folder is { } folder)
                foreach (var file in Directory.GetFiles(folder, "*.eml")) File.Delete(file);
            return count;
        }
    }

    /// <summary>Shows another certificate from now on: <c>good</c>, <c>expired</c>, <c>wrong_host</c> or <c>self_signed</c>.</summary>
    public bool ShowCertificate(string which) => _authority?.Show(which) ?? false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _listening;
        _stop.Dispose();
        _authority?.Dispose();
    }

    internal MailServerOptions Options => _options;

    internal System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate => _authority?.Shown;

    /// <summary>The fault of a moment, taken out of its count.</summary>
    internal MailFault? FaultAt(string moment)
    {
        lock (_gate)
        {
            var at = _faults.FindIndex(fault => fault.At == moment);
            if (at < 0) return null;
            var fault = _faults[at];
            if (fault.Times > 1) _faults[at] = fault with { Times = fault.Times - 1 };
            else _faults.RemoveAt(at);
            return fault;
        }
    }

    internal void Keep(string sender, IReadOnlyList<string> receivers, string raw, bool isSecured, string? user)
    {
        lock (_gate)
        {
            var mail = new ReceivedMail(++_last, sender, receivers, raw, isSecured, user);
            // On disk before the sender hears that it was taken.
            if (_options.Folder is { } folder) File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{mail.Id:000000}.eml")), Envelope(mail) + raw, Encoding.UTF8);
            _mails.Add(mail);
            if (_mails.Count > KeptMax) _mails.RemoveAt(0);
        }
    }

    private async Task ListenAsync()
    {
        var talks = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                talks.RemoveAll(talk => talk.IsCompleted);
                talks.Add(new MailSession(this, client).RunAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_stop.IsCancellationRequested) break;
            }
        }

        await Task.WhenAll(talks);
    }

    private static string Envelope(ReceivedMail mail) =>
        $"X-Sandbox-Sender: {mail.Sender}\r\nX-Sandbox-Receivers: {string.Join(' ', mail.Receivers)}\r\nX-Sandbox-Secured: {mail.IsSecured}\r\n";

    private void ReadFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal))
        {
            if (!int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            var text = File.ReadAllText(file, Encoding.UTF8);
            var head = new ReceivedMail(id, "", [], text, false, null);
            var receivers = head.Header("X-Sandbox-Receivers").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _mails.Add(new ReceivedMail(id, head.Header("X-Sandbox-Sender"), receivers, text, head.Header("X-Sandbox-Secured") == "True", null));
            _last = Math.Max(_last, id);
        }
    }
}
