using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Tells subscribers about orders that ended. A notice that does not arrive is not sent again.</summary>
internal sealed class Bandwidth2Notifier(SandboxWorld world)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal); // the id, and whether to tell twice
    private int _isRunning;

    /// <summary>Takes an order in, to tell of its end. Call it under the carrier's lock; <paramref name="look"/> is called outside and takes it itself.</summary>
    public void Watch(string id, bool twice, Func<string, IReadOnlyList<Notice>?> look)
    {
        _waiting[id] = twice;
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) _ = Task.Run(() => RunAsync(look)); // ends with the world
    }

    private async Task RunAsync(Func<string, IReadOnlyList<Notice>?> look)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = AnswerMax };
        try
        {
            while (true)
            {
                await Task.Delay(Look, world.Stopping);
                foreach (var (id, twice) in _waiting)
                {
                    if (look(id) is not { } notices) continue; // not over yet
                    _waiting.TryRemove(id, out _);
                    foreach (var notice in twice ? [.. notices, .. notices] : notices) await TellAsync(http, notice);
                }
            }
        }
        catch (OperationCanceledException) when (world.Stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    // As the carrier does it: without credentials first, and again with them only when it is asked for them.
    private async Task TellAsync(HttpClient http, Notice notice)
    {
        try
        {
            using var first = await PostAsync(http, notice, null);
            if (first.StatusCode != HttpStatusCode.Unauthorized || notice.To.Username is null) return;
            if (!first.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Basic")) return;
            using var second = await PostAsync(http, notice, new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{notice.To.Username}:{notice.To.Password}"))));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !world.Stopping.IsCancellationRequested))
        {
            // Nobody listened. That is the subscriber's loss, as it is with the real service.
        }
    }

    private async Task<HttpResponseMessage> PostAsync(HttpClient http, Notice notice, AuthenticationHeaderValue? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, notice.To.Url);
        request.Headers.Authorization = credentials;
        request.Content = new StringContent("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>" + notice.Body, Encoding.UTF8, "application/xml");
        return await http.SendAsync(request, world.Stopping);
    }

    /// <summary>One thing to tell, and whom.</summary>
    internal sealed record Notice(Bandwidth2Subscription To, XElement Body)
    {
        /// <summary>Every notice about an order, or null while it is not over.</summary>
        public static IReadOnlyList<Notice>? About(Bandwidth2Books books, string id, DateTimeOffset now)
        {
            var (type, customerId, numbers, status, finalAt) = books.Order(id) is { } order
                // A failed order's notice lists its numbers as if they were completed: never believe the list.
                ? ("orders", order.CustomerOrderId, order.Completed.Count > 0 ? order.Completed : [.. order.Errors.Select(error => error.TelephoneNumber).OfType<string>()], order.FinalStatus, order.FinalAt)
                : books.Disconnect(id) is { } disconnect
                    ? ("disconnects", disconnect.CustomerOrderId, disconnect.Released.Count > 0 ? disconnect.Released : disconnect.Wanted, disconnect.FinalStatus, disconnect.FinalAt)
                    : ("", null, (IReadOnlyList<string>)[], "", (DateTimeOffset?)now);
            if (finalAt is null || finalAt > now) return null;
            return [.. books.Subscriptions.Where(subscription => subscription.OrderType == type && subscription.IsAlive(now)).Select(subscription => new Notice(
                subscription,
                new XElement(
                    "Notification",
                    new XElement("SubscriptionId", subscription.Id),
                    new XElement("OrderType", type),
                    new XElement("OrderId", id),
                    Bandwidth2Xml.Optional("CustomerOrderId", customerId),
                    new XElement("Status", status),
                    new XElement("Message", $"Order is {status.ToLowerInvariant()}"),
                    new XElement("CompletedTelephoneNumbers", numbers.Select(digits => new XElement("TelephoneNumber", digits))),
                    new XElement("LastModifiedDate", Bandwidth2Xml.Moment(finalAt.Value)))))];
        }
    }
}
