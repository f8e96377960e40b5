using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>Makes orders at providers of features.</summary>
internal static class FeatureOrders
{
    /// <summary>Sets a feature up on a number that was written without it: a refused one is missing afterwards, and nothing else.</summary>
    internal static OrderRow Setting(NumberRecord number, FeatureWork work, Actor actor, TimeProvider clock) =>
        New(number, work.Provider, new FeatureWish(work.Feature, work.Wanted, CurrentOf(number, work.Feature), new FieldWrite(work.Fields, Merges: true)), actor, clock);

    /// <summary>Sets a feature up, and carries a request out on the number when that is done.</summary>
    internal static OrderRow Setting(NumberRecord number, FeatureWork work, FieldWrite write, Actor actor, TimeProvider clock) =>
        New(number, work.Provider, new FeatureWish(work.Feature, work.Wanted, CurrentOf(number, work.Feature), write), actor, clock);

    /// <summary>Sets up again what a number shows, because its provider may have something else.</summary>
    internal static OrderRow Restoring(NumberRecord number, FeatureRemoval shown, Actor actor, TimeProvider clock)
    {
        var work = FeatureWork.Again(shown);
        return New(number, work.Provider, new FeatureWish(work.Feature, work.Wanted, shown.Current, new FieldWrite(work.Fields, Merges: true), Restores: true), actor, clock);
    }

    /// <summary>Takes a feature away that the number no longer has, or will no longer have when a request is carried out.</summary>
    internal static OrderRow Removing(NumberRecord number, FeatureRemoval removal, FieldWrite? write, Actor actor, TimeProvider clock) =>
        New(number, removal.Provider, new FeatureWish(removal.Feature, default, removal.Current, write), actor, clock);

    private static DocumentText CurrentOf(NumberRecord number, string feature) =>
        number.Features.ToObject()[feature] is System.Text.Json.Nodes.JsonObject settings ? DocumentText.From(settings) : default;

    private static OrderRow New(NumberRecord number, CarrierName provider, FeatureWish wish, Actor actor, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToStoredGrain();
        return new OrderRow
        {
            Id = OrderKey.New(clock),
            Kind = OrderKind.Feature,
            Phase = OrderPhase.Prepared,
            Number = number.Number,
            Carrier = provider,
            Account = number.Account ?? number.PreviousAccount,
            Actor = actor,
            NextAttempt = now,
            Data = new OrderData { CarrierData = number.CarrierData, Request = wish.ToDocument() },
            Created = now,
            Modified = now,
        };
    }
}
