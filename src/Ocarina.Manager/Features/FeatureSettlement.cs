using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>Writes on a number what a provider has done: public field, feature, event and order in one transaction.</summary>
/// <remarks>The request is decided again on the number as it stands by then. What else it needs from a provider becomes the next order, with the same request.</remarks>
public sealed class FeatureSettlement(NumberDesk desk, OrderSettlement settlement, TimeProvider clock)
{
    private const int LooksMax = 10;

    /// <summary>Settles an order whose provider's word is noted.</summary>
    internal async Task SettleAsync(OrderTurn turn, FeatureWish wish, CancellationToken ct)
    {
        var (row, delivered) = (turn.Row, turn.Row.Data.Delivered ?? default);
        for (var look = 0; look < LooksMax; look++)
        {
            var save = await desk.UnderRulesAsync(async version =>
            {
                var number = (await desk.Numbers.LoadAsync([row.Number], ct)).GetValueOrDefault(row.Number);
                return await turn.SaveAsync(Decide(row, wish, delivered, number, turn.Lease) with { RulesVersion = version }, ct);
            }, ct);
            if (save is SaveOutcome.Unpaid { Error: var unpaid })
            {
                // Nobody gets what he does not pay for: what was set up goes again.
                await WithdrawAsync(turn, wish, unpaid.Error, ct);
                return;
            }

            if (save is not SaveOutcome.Saved) continue;
            settlement.Tell(turn.Row);
            return;
        }

        throw new InvalidOperationException("The number of an order changes all the time.");
    }

    /// <summary>Ends an order that nobody wants any more. What may have been set up by it is taken away by the order that follows.</summary>
    internal async Task WithdrawAsync(OrderTurn turn, FeatureWish wish, string why, CancellationToken ct)
    {
        var number = (await desk.Numbers.LoadAsync([turn.Row.Number], ct)).GetValueOrDefault(turn.Row.Number);
        await turn.SaveAsync(Unwanted(turn.Row, wish, number, why, turn.Lease, mayBeSet: turn.Row.Attempts > 0 || wish.Restores), ct);
        settlement.Tell(turn.Row);
    }

    /// <summary>Ends an order that its provider refused. What an earlier try may have set up all the same, its answer lost, is put right by the order that follows.</summary>
    internal async Task FailAsync(OrderTurn turn, FeatureWish wish, OrderRow failed, CancellationToken ct)
    {
        var number = (await desk.Numbers.LoadAsync([failed.Number], ct)).GetValueOrDefault(failed.Number);
        await turn.SaveAsync(Failed(failed, wish, number, turn.Lease, mayBeSet: failed.Attempts > 1), ct);
        settlement.Tell(turn.Row);
    }

    /// <summary>True when what was to be set up again is no longer what the number shows: a later word counts more.</summary>
    internal bool IsOvertaken(OrderRow row, FeatureWish wish, NumberRecord? number) =>
        wish.Restores && !(Shown(number, row, wish) is { } shown && JsonNode.DeepEquals(shown.Current.ToObject(), wish.Current.ToObject()));

    private OrderSave Decide(OrderRow row, FeatureWish wish, DocumentText delivered, NumberRecord? number, string lease)
    {
        var done = OrderJudge.Ended(OrderErrors.Without(row), OrderPhase.Done, wish.IsRemoval ? OrderOutcome.Released : OrderOutcome.Acquired);
        var isHis = number is not null && number.Account == row.Account;
        if (wish.IsRemoval && (wish.Write is null || !isHis))
        {
            // It went from a number that shows it: its new owner keeps what he was given.
            var back = Shown(number, row, wish) is { } kept ? Restoring(number!, kept, row) : null; // who shows it is there
            return new OrderSave(back is null ? done : done with { Data = done.Data with { Next = back.Id } }, lease) { More = back is null ? [] : [back] };
        }

        if (number is null || !isHis || wish.Write is not { } write) return Unwanted(row, wish, number, OrderErrors.NotAvailable, lease, mayBeSet: true);
        if (IsOvertaken(row, wish, number)) return Unwanted(row, wish, number, OrderErrors.Superseded, lease, mayBeSet: true);

        var settings = wish.IsRemoval ? null : SettingsOf(row, wish, delivered);
        var whole = Planned(number, row, wish.Feature, settings, desk.Writable(row.Actor, number.Account, write.Merges
            ? PublicFields.Merge(number.PublicFields.ToObject(), write.Fields.ToObject())
            : write.Fields.ToObject(), number));
        var next = whole is null ? null : Next(number, whole, row, wish, settings, write);
        // As long as something is missing only this much is said: what is set up.
        var planned = next is null ? whole : Planned(number, row, wish.Feature, settings, number.PublicFields.ToObject());
        // What the number shows it keeps, though it may have no other by now.
        if (planned is null) return wish.IsOwed ? new OrderSave(done, lease) : Unwanted(row, wish, number, OrderErrors.Forbidden, lease, mayBeSet: true);

        desk.TellWithdrawn(planned.Withdrawn, row.Number);
        var after = planned.After with { AuthorizedBy = row.Actor.Account?.ToString() ?? "system" };
        var change = after with { AuthorizedBy = number.AuthorizedBy } == number ? null : new NumberChange(number, after, NumberActions.Updated, row.Actor, null, desk.Now)
        {
            Messages = desk.MessagesOf(planned.Notices, after, row.Actor),
        };
        return new OrderSave(next is null ? done : done with { Data = done.Data with { Next = next.Id } }, lease)
        {
            Change = change,
            Billing = desk.TermsOf(null), // whoever pays agreed when it was asked for
            // Another provider has it now: the one before is to forget it.
            More = [.. next is null ? (OrderRow[])[] : [next], .. Left(number, after, row, wish)],
        };
    }

    private IEnumerable<OrderRow> Left(NumberRecord number, NumberRecord after, OrderRow row, FeatureWish wish) => wish.IsRemoval ? []
        : FeatureRemovals.Of(number, after, desk.ListsFor(number.Account).EmergencyProvider)
            .Where(removal => removal.Feature == wish.Feature && removal.Provider != row.Carrier)
            .Select(removal => FeatureOrders.Removing(number, removal, null, row.Actor, clock));

    // Nothing comes of it any more. What is set up there goes, or what the number shows comes back.
    private OrderSave Unwanted(OrderRow row, FeatureWish wish, NumberRecord? number, string why, string lease, bool mayBeSet) =>
        Failed(OrderJudge.Failed(OrderErrors.With(row, why)).Row, wish, number, lease, mayBeSet);

    private OrderSave Failed(OrderRow failed, FeatureWish wish, NumberRecord? number, string lease, bool mayBeSet)
    {
        var next = !mayBeSet || wish is { IsRemoval: true, Write: null } ? null
            : Shown(number, failed, wish) is { } shown ? Restoring(number!, shown, failed) // who shows it is there
            : wish.IsRemoval ? null
            : Removing(failed, wish);
        return next is null ? new OrderSave(failed, lease) : new OrderSave(failed with { Data = failed.Data with { Next = next.Id } }, lease) { More = [next] };
    }

    private FeatureRemoval? Shown(NumberRecord? number, OrderRow row, FeatureWish wish) => number is { Account: not null } ? desk.SetUpBy(number, row.Carrier, wish.Feature) : null;

    // On another's number nobody acts but the system.
    private OrderRow Restoring(NumberRecord number, FeatureRemoval shown, OrderRow row) =>
        FeatureOrders.Restoring(number, shown, number.Account == row.Account ? row.Actor : Actor.System, clock);

    private OrderRow Removing(OrderRow row, FeatureWish wish)
    {
        var left = new NumberRecord
        {
            Number = row.Number, State = NumberState.Available, StateSince = row.Created, Carrier = row.Carrier, PreviousAccount = row.Account,
            CarrierData = row.Data.CarrierData, Created = row.Created, Modified = row.Modified,
        };
        return FeatureOrders.Removing(left, new FeatureRemoval(wish.Feature, row.Carrier, row.Data.Delivered ?? row.Data.Facts), null, row.Actor, clock);
    }

    private static JsonObject SettingsOf(OrderRow row, FeatureWish wish, DocumentText delivered) =>
        FeatureRemovals.WithProvider(EmergencyAddress.Delivered(delivered.ToObject(), wish.Wanted.ToObject()), row.Carrier);

    // The number with the provider's word on it, and fields decided as if that had been so before.
    private FeatureOutcome.Planned? Planned(NumberRecord number, OrderRow row, string feature, JsonObject? settings, JsonObject fields)
    {
        if (settings is not null) PublicFields.Show(fields, feature, settings);
        var after = number with { PublicFields = DocumentText.From(fields), Features = FeaturesOf(number, row, feature, settings) };
        return FeaturePlan.Decide(number, after, desk.ListsFor(number.Account), desk.Tree.IsAdmin(row.Actor)) as FeatureOutcome.Planned;
    }

    private OrderRow? Next(NumberRecord number, FeatureOutcome.Planned planned, OrderRow row, FeatureWish wish, JsonObject? settings, FieldWrite write)
    {
        if (planned.Works is [var work, ..]) return FeatureOrders.Setting(number, work, write, row.Actor, clock);
        var held = number with { Features = FeaturesOf(number, row, wish.Feature, settings) };
        return FeatureRemovals.Of(held, planned.After, desk.ListsFor(number.Account).EmergencyProvider) is [var removal, ..]
            ? FeatureOrders.Removing(number, removal, write, row.Actor, clock)
            : null;
    }

    // What is set up with the provider's word on it. What another provider has set up meanwhile is not gone because this one has taken his away.
    private static DocumentText FeaturesOf(NumberRecord number, OrderRow row, string feature, JsonObject? settings)
    {
        var features = number.Features.ToObject();
        if (settings is not null) features[feature] = settings.DeepClone();
        else if (features[feature] is not JsonObject active || FeatureRemovals.IsBy(DocumentText.From(active), row.Carrier)) features.Remove(feature);
        return DocumentText.From(features);
    }
}
