using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>An order for one chosen number (carriers.md 4.7).</summary>
/// <param name="Reference">Our key: letters and digits, at most 40.</param>
/// <param name="Name">For people, at most 50 characters.</param>
/// <param name="Number">In the form of the wire.</param>
/// <param name="SiteId">Site.</param>
/// <param name="PeerId">Peer; none takes the site's default.</param>
/// <param name="ReservationId">The reservation that holds the number, if any.</param>
internal sealed record OrderRequest(string Reference, string Name, string Number, string SiteId, string? PeerId, string? ReservationId = null);

/// <summary>Writes what is sent, with a real serializer: text is escaped, elements stand in the documented order.</summary>
internal static class Requests
{
    /// <summary>Content type of all bodies.</summary>
    internal const string ContentType = "application/xml; charset=utf-8";

    /// <summary>Buys exactly this number, all or nothing.</summary>
    internal static byte[] Order(OrderRequest order) => Bytes(new XElement("Order",
        new XElement("CustomerOrderId", order.Reference),
        new XElement("Name", order.Name),
        new XElement("ExistingTelephoneNumberOrderType",
            new XElement("TelephoneNumberList", new XElement("TelephoneNumber", order.Number)),
            order.ReservationId is null ? null : new XElement("ReservationIdList", new XElement("ReservationId", order.ReservationId))),
        // Both always: the texts disagree about the first one's default, and for one number it decides between FAILED and PARTIAL.
        new XElement("PartialAllowed", "false"),
        new XElement("BackOrderRequested", "false"),
        new XElement("SiteId", order.SiteId),
        order.PeerId is null ? null : new XElement("PeerId", order.PeerId)));

    /// <summary>Ends an order that waits for stock.</summary>
    internal static byte[] CloseOrder() => Bytes(new XElement("Order", new XElement("CloseOrder", "true")));

    /// <summary>Gives numbers back.</summary>
    internal static byte[] Disconnect(string reference, IEnumerable<string> numbers, string mode) => Bytes(new XElement("DisconnectTelephoneNumberOrder",
        new XElement("CustomerOrderId", reference),
        new XElement("DisconnectTelephoneNumberOrderType",
            new XElement("TelephoneNumberList", numbers.Select(number => new XElement("TelephoneNumber", number))),
            new XElement("DisconnectMode", mode))));

    /// <summary>Holds a number for some hours.</summary>
    internal static byte[] Reservation(string number) => Bytes(new XElement("Reservation", new XElement("ReservedTn", number)));

    private static byte[] Bytes(XElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
            new XDocument(root).Save(writer);
        return stream.ToArray();
    }
}
