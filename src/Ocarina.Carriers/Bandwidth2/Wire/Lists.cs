using System.Globalization;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>One line of a list of orders.</summary>
/// <param name="Id">The carrier's id.</param>
/// <param name="Reference">The customer's own; often left out.</param>
/// <param name="Status">Word for its state.</param>
/// <param name="Type">What was ordered, such as <c>new_number</c>.</param>
/// <param name="Count">How many numbers.</param>
internal sealed record ListedOrder(string Id, string? Reference, string? Status, string? Type, int? Count);

/// <summary>A page of orders.</summary>
/// <param name="Total">How many there are, as the carrier counts; never relied on.</param>
/// <param name="Orders">The items of the page.</param>
/// <param name="NextPage">Value of <c>page</c> for the next one; none at the end.</param>
internal sealed record OrderPage(int? Total, IReadOnlyList<ListedOrder> Orders, string? NextPage);

/// <summary>A page of numbers.</summary>
/// <param name="Total">As the carrier counts.</param>
/// <param name="Numbers">As E.164.</param>
/// <param name="NextPage">Value of <c>page</c> for the next one; none at the end.</param>
internal sealed record NumberPage(int? Total, IReadOnlyList<string> Numbers, string? NextPage);

/// <summary>Reads lists. Counts in them are decoration: the items are what is there.</summary>
internal static class Lists
{
    /// <summary>Reads <c>ResponseSelectWrapper/ListOrderIdUserIdDate</c>, of purchases and of releases.</summary>
    internal static OrderPage Orders(XElement root)
    {
        var list = root.Child("ListOrderIdUserIdDate");
        return new OrderPage(Whole(list?.Text("TotalCount")), [.. list?.Children("OrderIdUserIdDate").Select(Item).OfType<ListedOrder>() ?? []], NextPage(list));

        static ListedOrder? Item(XElement item) => (item.Text("orderId") ?? item.Text("OrderId")) is { } id
            ? new ListedOrder(id, item.Text("CustomerOrderId"), item.Text("OrderStatus")?.ToUpperInvariant(), item.Text("OrderType"), Whole(item.Text("CountOfTNs")))
            : null;
    }

    /// <summary>Reads <c>TNs</c>: numbers in service, or released ones; also <c>TelephoneNumbersResponse</c>, whose items are whole documents.</summary>
    internal static NumberPage NumbersPage(XElement root) =>
        new(Whole(root.Text("TotalCount") ?? root.Text("TelephoneNumberCount")), Numbers(root.Child("TelephoneNumbers")), NextPage(root));

    /// <summary>The numbers directly in a list, as E.164; items that are no numbers are left out.</summary>
    internal static IReadOnlyList<string> Numbers(XElement? list) => list is null ? []
        : [.. list.Children("TelephoneNumber").Select(item => WireNumbers.ToE164(item.Text("FullNumber") ?? item.Inner())).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>A whole number, or none.</summary>
    internal static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // <next>Link=<https://…?page=2012082912&size=500>;rel="next";</next>: the page's key is the carrier's own, so it is checked before it goes into a query.
    private static string? NextPage(XElement? list)
    {
        if (list?.Child("Links")?.Text("next") is not { } link) return null;
        var at = link.IndexOf("page=", StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = link.AsSpan(at + "page=".Length);
        var end = rest.IndexOfAny('&', '>', ';');
        var page = (end < 0 ? rest : rest[..end]).Trim().ToString();
        return PathPart.IsSafe(page) ? page : null;
    }
}

/// <summary>Pieces of replies that become pieces of addresses.</summary>
internal static class PathPart
{
    /// <summary>True when it can steer nothing: letters, digits, point, dash and underscore, at most 64 (carriers.md 1.3).</summary>
    internal static bool IsSafe(string? text) =>
        text is { Length: >= 1 and <= 64 } && text is not ("." or "..") && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-');

    /// <summary>The last segment of a <c>Location</c>, when it is safe.</summary>
    internal static string? LastOf(string? location)
    {
        if (location is null) return null;
        var path = location.AsSpan();
        if (path.IndexOfAny('?', '#') is >= 0 and var end) path = path[..end];
        path = path.TrimEnd('/');
        var text = path[(path.LastIndexOf('/') + 1)..].ToString();
        return PathPart.IsSafe(text) ? text : null;
    }
}
