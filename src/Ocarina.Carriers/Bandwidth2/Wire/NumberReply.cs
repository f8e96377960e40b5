using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>What the carrier knows of one number: <c>/tns/{tn}</c>, and its details (carriers.md 4.11).</summary>
internal sealed record NumberReply
{
    /// <summary>As E.164; none in short replies.</summary>
    internal string? Number { get; init; }

    /// <summary><c>Inservice</c>, <c>Available</c>, <c>Aging</c>, <c>Reserved</c>, <c>PortInPendingFoc</c> and more.</summary>
    internal string? Status { get; init; }

    /// <summary>The order that brought it here.</summary>
    internal string? OrderId { get; init; }

    /// <summary>Kind of that order.</summary>
    internal string? OrderType { get; init; }

    /// <summary>The account that has it. A hosted number's second account stands deeper and is not read.</summary>
    internal string? AccountId { get; init; }

    /// <summary>Site.</summary>
    internal string? SiteId { get; init; }

    /// <summary>Peer.</summary>
    internal string? PeerId { get; init; }

    /// <summary>City.</summary>
    internal string? City { get; init; }

    /// <summary>Rate centre, state and LATA.</summary>
    internal RateCenter? RateCenter { get; init; }

    /// <summary>What the last emergency order for it came to.</summary>
    internal string? EmergencyOutcome { get; init; }

    /// <summary>True when text messages are on.</summary>
    internal bool? SendsText { get; init; }

    /// <summary>Errors.</summary>
    internal IReadOnlyList<WireError> Errors { get; init; } = [];

    /// <summary>True when it can be bought.</summary>
    internal bool IsAvailable => string.Equals(Status, "Available", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>TelephoneNumberResponse</c>, with or without details.</summary>
    internal static NumberReply Of(XElement root)
    {
        var details = root.Child("TelephoneNumberDetails");
        var place = details ?? root;
        var center = new RateCenter(place.Words("RateCenter"), place.Text("State"), place.Text("Lata") ?? place.Text("LATA"));
        return new NumberReply
        {
            Number = WireNumbers.ToE164(place.Text("FullNumber") ?? place.Text("TelephoneNumber")),
            Status = place.Text("Status"),
            OrderId = place.Text("OrderId"),
            OrderType = place.Text("OrderType"),
            AccountId = place.Text("AccountId"),
            SiteId = place.Text("SiteId") ?? place.TextOf("Site", "Id"),
            PeerId = place.TextOf("SipPeer", "PeerId") ?? place.TextOf("SipPeer", "Id"),
            City = place.Words("City"),
            RateCenter = center is { Name: null, State: null, Lata: null } ? null : center,
            EmergencyOutcome = place.TextOf("Features", "E911", "LastE911OrderOutcome"),
            SendsText = bool.TryParse(place.TextOf("MessagingSettings", "SmsEnabled"), out var sends) ? sends : null,
            Errors = ErrorShapes.Of(root),
        };
    }
}

/// <summary>Whether numbers can be ported here.</summary>
/// <param name="Portable">Those that can, as written.</param>
/// <param name="Supported">In supported rate centres.</param>
/// <param name="PartnerSupported">Through partners.</param>
/// <param name="Unsupported">In rate centres, or of carriers, that are not supported.</param>
/// <param name="Errors">Errors.</param>
internal sealed record PortabilityReply(
    IReadOnlyList<string> Portable, IReadOnlyList<string> Supported, IReadOnlyList<string> PartnerSupported, IReadOnlyList<string> Unsupported,
    IReadOnlyList<WireError> Errors)
{
    /// <summary>True when a number, as written, can be ported: named as such, or in a supported group and in no unsupported one.</summary>
    internal bool IsPortable(string number) => Portable.Contains(number) || (Supported.Contains(number) && !Unsupported.Contains(number));

    /// <summary>Reads <c>NumberPortabilityResponse</c>.</summary>
    internal static PortabilityReply Of(XElement root) => new(
        [.. root.Child("PortableNumbers").Children("Tn").Select(item => item.Inner()).OfType<string>()],
        Groups(root.Child("SupportedRateCenters"), "RateCenterGroup"),
        Groups(root.Child("PartnerSupportedRateCenters"), "RateCenterGroup"),
        [.. Groups(root.Child("UnsupportedRateCenters"), "RateCenterGroup"), .. Groups(root.Child("UnsupportedLosingCarriers"), "LosingCarrierTnList")],
        ErrorShapes.Of(root));

    private static IReadOnlyList<string> Groups(XElement? list, string name) =>
        [.. list.Children(name).SelectMany(group => group.Child("TnList").Children("Tn")).Select(item => item.Inner()).OfType<string>()];
}

/// <summary>An order to port numbers in. A status of 2xx inside it is no error.</summary>
internal sealed record PortReply(string? Id, string? State, string? StatusCode, IReadOnlyList<string> Numbers, IReadOnlyList<WireError> Errors)
{
    /// <summary>Reads <c>LnpOrderResponse</c>.</summary>
    internal static PortReply Of(XElement root) => new(
        root.Text("OrderId"), root.Text("ProcessingStatus")?.ToUpperInvariant(), root.TextOf("Status", "Code"),
        [.. root.Child("ListOfPhoneNumbers").Children("PhoneNumber").Select(item => WireNumbers.ToE164(item.Inner())).OfType<string>()],
        ErrorShapes.Of(root));
}

/// <summary>An order for emergency data.</summary>
internal sealed record EmergencyReply(string? Id, string? State, IReadOnlyList<string> Numbers, IReadOnlyList<WireError> Errors)
{
    /// <summary>Reads <c>E911OrderResponse</c>; the id is written in two ways.</summary>
    internal static EmergencyReply Of(XElement root)
    {
        var order = root.Child("E911Order");
        return new(order.Text("orderId") ?? order.Text("OrderId"), order.Text("ProcessingStatus")?.ToUpperInvariant(),
            Lists.Numbers(order.Child("TelephoneNumbers")), ErrorShapes.Of(root));
    }
}
