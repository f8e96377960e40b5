using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Writes disconnect orders: a release that leaves a number to nobody tells its carrier afterwards (numbers.md 5.5, step 6).</summary>
public sealed class GivingBack(CarrierDesk carriers, TimeProvider clock)
{
    /// <summary>The order that goes with a change; none when nobody outside is concerned.</summary>
    internal OrderRow? For(NumberChange change)
    {
        if (change.Before is not { } before || !ReleaseRules.GivesBack(before, change.After)) return null;
        // A name that nobody knows is only a name: no plug-in will ever answer for it (numbers.md 5.5).
        return carriers.Modules.Find(before.Carrier) is null && CarrierCatalogue.Find(before.Carrier) is null ? null : Of(before, change);
    }

    private OrderRow Of(Core.NumberRecord before, NumberChange change) => new()
    {
        Id = OrderKey.New(clock),
        Kind = OrderKind.Disconnect,
        Phase = OrderPhase.Prepared,
        Number = before.Number,
        Carrier = before.Carrier,
        Account = before.Account ?? before.PreviousAccount,
        Actor = change.Actor,
        NextAttempt = change.At,
        Data = new OrderData { CarrierData = before.CarrierData },
        Created = change.At,
        Modified = change.At,
    };
}
