using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>The settings of a carrier that decide how its orders go on.</summary>
/// <param name="RecoverLag">How far its lists may lag behind.</param>
/// <param name="SettleMax">Longest pause between two questions.</param>
/// <param name="GiveUp">After this a person is told.</param>
/// <param name="MayResend">True when an order that it does not know may be sent again under its key.</param>
internal sealed record OrderTerms(TimeSpan RecoverLag, TimeSpan SettleMax, TimeSpan GiveUp, bool MayResend)
{
    internal static OrderTerms Of(ICarrier carrier, CarrierSettings settings) =>
        new(settings.RecoverLag, settings.SettleIntervalMax, settings.OrderGiveUp, carrier.Info.Can(CarrierCapabilities.MayResend));
}

/// <summary>How an order goes on after a carrier's answer. Closed. The row holds what was learnt.</summary>
/// <param name="Row">The order as it shall be.</param>
internal abstract record OrderVerdict(OrderRow Row)
{
    /// <summary>Nothing is decided; looked at again at its next attempt.</summary>
    internal sealed record Wait(OrderRow Row) : OrderVerdict(Row);

    /// <summary>The carrier does not know it: it goes out again, now.</summary>
    internal sealed record Resend(OrderRow Row) : OrderVerdict(Row);

    /// <summary>Bought, or pretended: the number is given to its buyer.</summary>
    internal sealed record Settle(OrderRow Row) : OrderVerdict(Row);

    /// <summary>Ended, and the number is not touched.</summary>
    internal sealed record End(OrderRow Row) : OrderVerdict(Row);

    /// <summary>A disconnect order that the carrier does not carry out, at least not now: he still provides the number.</summary>
    internal sealed record HeldAgain(OrderRow Row) : OrderVerdict(Row);

    /// <summary>The carrier takes back what he had sold.</summary>
    internal sealed record Reverse(OrderRow Row) : OrderVerdict(Row);
}
