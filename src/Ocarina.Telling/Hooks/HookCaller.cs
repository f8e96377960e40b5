using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Ocarina.Core.Telling;

namespace Ocarina.Telling.Hooks;

/// <summary>Calls webhooks over HTTP: the address is looked up once and connected to as it was checked, without proxies, redirects or cookies.</summary>
public sealed class HookCaller : IHookCaller
{
    private const int AnswerMax = 64 * 1024;
    private const string Agent = "Ocarina-Webhooks/1";

    /// <inheritdoc/>
    public async Task<HookReply> CallAsync(HookCall call, HookPolicy policy, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(policy.Timeout);
        try
        {
            // A connection of its own each time: what is allowed may have changed since the last one, and so may the name's address.
            using var client = new HttpClient(HandlerFor(policy)) { Timeout = Timeout.InfiniteTimeSpan };
            using var request = RequestOf(call);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, time.Token);
            return new HookReply(Meaning((int)response.StatusCode), await BeginningAsync(response, time.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed($"No answer within {policy.Timeout.TotalSeconds:0.#} seconds");
        }
        catch (HttpRequestException unreachable) when (InnerOf<ForbiddenAddressException>(unreachable) is { } forbidden)
        {
            return Failed(forbidden.Message);
        }
        catch (HttpRequestException unreachable) when (InnerOf<AuthenticationException>(unreachable) is not null)
        {
            return Failed("The certificate is not trusted");
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or IOException or SocketException)
        {
            return Failed($"Cannot be reached: {unreachable.Message}");
        }
    }

    private static SocketsHttpHandler HandlerFor(HookPolicy policy) => new()
    {
        AllowAutoRedirect = false, // a redirect could lead inside
        UseProxy = false,
        UseCookies = false,
        MaxResponseHeadersLength = 32,
        ConnectTimeout = policy.Timeout,
        ConnectCallback = async (context, ct) => await ConnectAsync(context.DnsEndPoint, policy, ct),
    };

    private static async Task<Stream> ConnectAsync(DnsEndPoint wanted, HookPolicy policy, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(wanted.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(wanted.Host, ct);
        // One forbidden address among allowed ones is no accident: the name answers differently to whoever asks twice.
        if (addresses.Length == 0 || !addresses.All(address => AddressPolicy.Allows(address, policy.Allowed))) throw new ForbiddenAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, wanted.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HttpRequestMessage RequestOf(HookCall call)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Verb), call.Address);
        if (call.ContentType is { } type)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static SendOutcome Meaning(int status) => status switch
    {
        >= 200 and < 300 => new SendOutcome.Taken(status),
        410 => new SendOutcome.Refused("Answered 410: it is gone for good", status),
        _ => new SendOutcome.Failed($"Answered {status}", status),
    };

    // What was answered matters by its status alone; the text is for whoever tries the webhook out. So a receiver that never ends its text has said yes or no all the same.
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var (buffer, length) = (new byte[AnswerMax], 0);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            int count;
            while (length < buffer.Length && (count = await body.ReadAsync(buffer.AsMemory(length), ct)) > 0) length += count;
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException or OperationCanceledException)
        {
            // What came until then is its beginning.
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static HookReply Failed(string reason) => new(new SendOutcome.Failed(reason), "");

    private static T? InnerOf<T>(Exception outer) where T : Exception
    {
        for (var inner = outer.InnerException; inner is not null; inner = inner.InnerException)
            if (inner is T found) return found;
        return null;
    }
}

/// <summary>The address is none that a webhook may reach.</summary>
internal sealed class ForbiddenAddressException() : IOException("The address is private or special, and webhooks.allowed_networks does not name it");
