using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Why orders fail or wait, beside the carriers' own kinds (<see cref="CarrierErrorNames"/>). Stored, so never renamed.</summary>
public static class OrderErrors
{
    /// <summary>Taken back by us before it was sent.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The carrier, asked twice, does not know it.</summary>
    public const string NotBought = "not_bought";

    /// <summary>The number is no longer what the purchase was decided on.</summary>
    public const string NotAvailable = NumberErrors.NotAvailableName;

    /// <summary>No module of the carrier's name is installed.</summary>
    public const string NoModule = "no_module";

    /// <summary>Bought, and the account is gone.</summary>
    public const string AccountGone = "account_gone";

    /// <summary>Bought, and the number is somebody's already; or more than was wanted.</summary>
    public const string Surplus = "surplus";

    /// <summary>The carrier sold it and has not answered since.</summary>
    public const string GivenUp = "given_up";

    /// <summary>Released here and not there.</summary>
    public const string NotReleased = "not_released";

    /// <summary>The number may not have the feature any more.</summary>
    public const string Forbidden = "not_allowed";

    /// <summary>A person said that it is over.</summary>
    public const string ByHand = "closed_by_hand";

    /// <summary>A later order takes its place.</summary>
    public const string Superseded = "superseded";

    /// <summary>What the buyer is told of an order that failed (carriers.md 1.11).</summary>
    /// <param name="order">The order.</param>
    /// <param name="key">The number, or the offer.</param>
    public static NumberError Of(OrderRow order, string key)
    {
        if (order.Error is NotAvailable or Withdrawn || order.Error == CarrierErrorNames.Of(CarrierErrorKind.NumberUnavailable))
            return NumberErrors.NotAvailable(key) with { Carrier = order.Carrier, Reason = Reason(order) };
        var error = NumberErrors.ByCarrier(key, order.Carrier, Reason(order));
        return order.Data.Restrictions.IsEmpty ? error : error with { Restrictions = order.Data.Restrictions };
    }

    /// <summary>Kind and words, for admins.</summary>
    public static string? Reason(OrderRow order) => order.Data.Detail is { } detail ? $"{order.Error}: {detail}" : order.Error;

    /// <summary>The order with an error noted.</summary>
    internal static OrderRow With(OrderRow order, CarrierError error) => order with
    {
        Error = error.Name,
        Data = order.Data with { Detail = Cut(error.Detail), Code = Cut(error.Code), Restrictions = error.Restrictions ?? default },
    };

    /// <summary>The order with an error of ours noted.</summary>
    internal static OrderRow With(OrderRow order, string error, string? detail = null) =>
        order with { Error = error, Data = order.Data with { Detail = Cut(detail), Code = null, Restrictions = default } };

    /// <summary>The order without an error.</summary>
    internal static OrderRow Without(OrderRow order) => order with { Error = null, Data = order.Data with { Detail = null, Code = null, Restrictions = default } };

    private static string? Cut(string? text) => text is { Length: > CarrierError.DetailMax } ? text[..CarrierError.DetailMax] : text;
}
