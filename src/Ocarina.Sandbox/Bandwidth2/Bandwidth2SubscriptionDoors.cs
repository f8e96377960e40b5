using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Somebody who wants to be told about finished orders.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrderType"><c>orders</c> or <c>disconnects</c>.</param>
/// <param name="Url">Where notices go.</param>
/// <param name="ExpirySeconds">How long it lasts from its creation or renewal.</param>
/// <param name="Since">When it was created or renewed.</param>
/// <param name="Username">For Basic authentication, or null.</param>
/// <param name="Password">For Basic authentication, or null.</param>
internal sealed record Bandwidth2Subscription(
    string Id, string OrderType, string Url, long ExpirySeconds, DateTimeOffset Since, string? Username = null, string? Password = null)
{
    /// <summary>True while notices are sent.</summary>
    public bool IsAlive(DateTimeOffset now) => now < Since.AddSeconds(ExpirySeconds);
}

/// <summary>Subscriptions to notices.</summary>
internal static class Bandwidth2SubscriptionDoors
{
    private const string Root = "SubscriptionsResponse";
    private const long ExpiryMaxSeconds = 10L * 365 * 86_400;

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("POST", "subscriptions", "subscription_create", Create, IsWrite: true, TakesBody: true, Query: []),
        new("GET", "subscriptions", "subscription_list", List, Query: ["orderType", "orderId"]),
        new("GET", "subscriptions/{id}", "subscription_get", Get, Query: []),
        new("PUT", "subscriptions/{id}", "subscription_update", Update, IsWrite: true, TakesBody: true, Query: []),
        new("DELETE", "subscriptions/{id}", "subscription_delete", Delete, IsWrite: true, Query: []),
    ];

    private static Bandwidth2Reply Create(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (Read(books.NextId(), request) is not { } subscription) return Malformed();
        var twin = books.Subscriptions.FirstOrDefault(other => other.IsAlive(request.Now) && other.OrderType == subscription.OrderType && other.Url == subscription.Url);
        if (twin is not null) return Bandwidth2Reply.Refused(409, Root, new Bandwidth2Error(12005, "The subscription already exists"));
        books.Book(subscription);
        return new Bandwidth2Reply(201, null, Bandwidth2OrderDoors.Location(request, "subscriptions", subscription.Id));
    }

    // A single one stands directly below the root, without the list around it.
    private static Bandwidth2Reply List(Bandwidth2Books books, Bandwidth2Request request)
    {
        var items = books.Subscriptions.Where(one => one.IsAlive(request.Now))
            .Where(one => request.Call.Query["orderType"] is not { Count: > 0 } type || one.OrderType == type).Select(one => Element(one, request.Now)).ToList();
        return new Bandwidth2Reply(200, new XElement(Root, items.Count == 1 ? items[0] : new XElement("Subscriptions", items)));
    }

    private static Bandwidth2Reply Get(Bandwidth2Books books, Bandwidth2Request request) =>
        books.Subscription(request.Call.Route("id")) is { } subscription
            ? new Bandwidth2Reply(200, new XElement(Root, new XElement("Subscriptions", Element(subscription, request.Now))))
            : Bandwidth2Reply.NotThere;

    private static Bandwidth2Reply Update(Bandwidth2Books books, Bandwidth2Request request)
    {
        var id = request.Call.Route("id");
        if (books.Subscription(id) is null) return Bandwidth2Reply.NotThere;
        if (Read(id, request) is not { } subscription) return Malformed();
        books.Book(subscription);
        return new Bandwidth2Reply(200);
    }

    private static Bandwidth2Reply Delete(Bandwidth2Books books, Bandwidth2Request request)
    {
        var id = request.Call.Route("id");
        if (books.Subscription(id) is null) return Bandwidth2Reply.NotThere;
        books.EndSubscription(id);
        return new Bandwidth2Reply(200);
    }

    private static Bandwidth2Subscription? Read(string id, Bandwidth2Request request)
    {
        var sent = request.Body!; // the door takes none without a body
        var callback = sent.Element("CallbackSubscription");
        var credentials = callback?.Element("CallbackCredentials")?.Element("BasicAuthentication");
        var isRight = sent.Name.LocalName == "Subscription"
            && sent.Text("OrderType") is "orders" or "disconnects"
            && Uri.TryCreate(callback?.Text("URL"), UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        if (!isRight) return null;
        if (!long.TryParse(callback?.Text("Expiry"), NumberStyles.None, CultureInfo.InvariantCulture, out var expiry) || expiry is < 1 or > ExpiryMaxSeconds) return null;
        return new Bandwidth2Subscription(
            id, sent.Text("OrderType") ?? "", callback?.Text("URL") ?? "", expiry, request.Now, credentials?.Text("Username"), credentials?.Text("Password"));
    }

    private static Bandwidth2Reply Malformed() => Bandwidth2Reply.Refused(400, Root, new Bandwidth2Error(12006, "The subscription is not valid"));

    // The real service has been seen to show passwords: whoever logs replies must mask them.
    private static XElement Element(Bandwidth2Subscription subscription, DateTimeOffset now) => new(
        "Subscription",
        new XElement("SubscriptionId", subscription.Id),
        new XElement("OrderType", subscription.OrderType),
        new XElement(
            "CallbackSubscription",
            new XElement("URL", subscription.Url),
            new XElement("Expiry", (long)(subscription.Since.AddSeconds(subscription.ExpirySeconds) - now).TotalSeconds),
            subscription.Username is null ? null : new XElement("CallbackCredentials", new XElement(
                "BasicAuthentication", new XElement("Username", subscription.Username), Bandwidth2Xml.Optional("Password", subscription.Password)))));
}
