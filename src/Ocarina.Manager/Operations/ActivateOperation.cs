using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Core.Stock;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Orders;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Buys numbers, or moves them into service for an account (numbers.md 7.5; `http-api.md` 2.6).</summary>
public sealed class ActivateOperation(NumberDesk desk, PurchaseDesk purchases)
{
    /// <summary>Moves the numbers into service for the account.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="target">The account of the path, which will own them.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="fields">Public fields to set, sanitised; none keeps those that are there.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    public async Task<IReadOnlyList<NumberResult>> RunAsync(
        Actor actor, AccountId target, IReadOnlyList<string> texts, JsonObject? fields, CancellationToken ct, ChargeConsent? consent = null)
    {
        var request = desk.Request(actor, target);
        IReadOnlyDictionary<PhoneNumber, Offer> offers = FrozenDictionary<PhoneNumber, Offer>.Empty;
        return await desk.RunAsync(target, texts, Decide, WriteLane.Foreground, redoLost: false, ct, FindOffersAsync,
            new DeskExtras { Buy = (plans, version) => purchases.PlaceAsync(actor, target, plans, version, ct, consent), Consent = consent });

        // Only what is no row can have to be bought from an offer: stock costs no second question.
        async Task FindOffersAsync(IReadOnlyCollection<PhoneNumber> unknown) =>
            offers = await desk.Numbers.FindOffersAsync([target, .. desk.Tree.Find(target)?.Ancestors ?? []], unknown, desk.Now, ct);

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            // What was only offered is no row yet: it is bought as the discovery that the search made of it (numbers.md 10.4).
            var known = record ?? (offers.TryGetValue(wanted.Number, out var offer) ? FromOffer(offer, request) : null);
            if (known is null) return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));

            var decision = NumberLifecycle.Decide(known, NumberState.InService, request);
            return MovePlanner.ToPlan(desk, wanted.Key, record, decision, fields, NumberActions.Activated, request, known);
        }
    }

    /// <summary>Buys numbers of groups, whichever the carrier delivers: one order for each piece (carriers.md 5.6).</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="target">The account that will own them.</param>
    /// <param name="offers">Ids of offers and how many of each, 1 or more.</param>
    /// <param name="fields">Public fields to set, sanitised; none sets none.</param>
    /// <param name="ct">Ends the waiting, never an order.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    /// <returns>A result per piece. The key of a bought one is its number, of the others the offer's id, the second piece's with <c>#2</c> and so on.</returns>
    public Task<IReadOnlyList<NumberResult>> BuyOffersAsync(
        Actor actor, AccountId target, IReadOnlyList<(string Id, int Quantity)> offers, JsonObject? fields, CancellationToken ct, ChargeConsent? consent = null) =>
        NumberDesk.ConsentedAsync(
            consent, () => desk.UnderRulesAsync(version => BuyOffersAsync(actor, target, offers, fields, version, consent, ct), ct),
            () => [.. offers.Select(offer => offer.Id)]);

    /// <summary>Takes as many numbers of a prefix as are wanted from stock, whichever are free, in one step (`http-api.md` 2.8).</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="target">The account that will own them.</param>
    /// <param name="prefix">Leading characters of the normalised number.</param>
    /// <param name="quantity">How many, 1 or more.</param>
    /// <param name="fields">Public fields to set, sanitised; none sets none.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    /// <returns>The numbers won; fewer than wanted, or none, when stock does not reach.</returns>
    public Task<IReadOnlyList<NumberResult>> ClaimAsync(
        Actor actor, AccountId target, string prefix, int quantity, JsonObject? fields, CancellationToken ct, ChargeConsent? consent = null) =>
        NumberDesk.ConsentedAsync(consent, () => ClaimAsync(actor, target, prefix, quantity, fields, consent, ct), () => [prefix]);

    private async Task<IReadOnlyList<NumberResult>> ClaimAsync(
        Actor actor, AccountId target, string prefix, int quantity, JsonObject? fields, ChargeConsent? consent, CancellationToken ct)
    {
        var request = desk.Request(actor, target);
        var sources = StockSources.ForSale(desk, target);
        if (sources.IsEmpty) return [];

        NumberError? refused = null;
        var works = new Dictionary<PhoneNumber, ImmutableArray<FeatureWork>>();
        var query = new StockQuery(prefix, sources, 0, quantity, int.MaxValue);
        if (fields is not null && await RefusalAsync(query with { Limit = 1 }, Decide, works, ct) is { } wrong) return [new NumberResult.Failed(prefix, wrong)];
        if (consent is not null && await IsToldThePriceAsync(consent, target, query, Priced, ct))
            return consent.Refusal is null ? [] : [new NumberResult.Failed(prefix, consent.ErrorOf(prefix))];
        refused = null; // what was only looked at for its price may be somebody else's by now
        var won = await desk.UnderRulesAsync(
            version => desk.Numbers.ClaimStockAsync(
                query, Decide, version, CancellationToken.None, target, desk.TermsOf(consent), error => refused = error, change => desk.OrdersOf(change, works[change.Number])), ct);
        return won.Count == 0 && refused is not null
            ? [new NumberResult.Failed(prefix, refused)]
            : await desk.FinishedAsync([.. won.Select(record => ((NumberResult)new NumberResult.Done(record.Number.ToString(), record), works[record.Number]))], ct);

        // What providers outside are to set up costs as well.
        NumberChange? Priced(NumberRecord record) =>
            Decide(record) is { After: { } after } change ? change with { After = FeaturePlan.With(after, works[record.Number]) } : null;

        NumberChange? Decide(NumberRecord record)
        {
            var key = record.Number.ToString();
            var decision = NumberLifecycle.Decide(record, NumberState.InService, request);
            switch (MovePlanner.ToPlan(desk, key, record, decision, fields, NumberActions.Activated, request))
            {
                case NumberPlan.Write write: works[record.Number] = write.Works; return write.Change;
                case NumberPlan.Fail fail: refused = fail.Error; return null;
                default: return null;
            }
        }
    }

    private async Task<IReadOnlyList<NumberResult>> BuyOffersAsync(
        Actor actor, AccountId target, IReadOnlyList<(string Id, int Quantity)> offers, JsonObject? fields, long version, ChargeConsent? consent, CancellationToken ct)
    {
        if (await desk.EarlierPiecesAsync(ct) is { Count: > 0 } earlier) return earlier;

        var request = desk.Request(actor, target);
        fields = fields is null ? null : desk.Writable(actor, target, fields, null);
        var tooMany = offers.Sum(offer => Math.Max(1L, offer.Quantity)) > PurchaseDesk.PiecesMax;
        List<NumberResult> refused = [];
        List<NumberPlan.Buy> plans = [];
        foreach (var (id, quantity) in offers)
        {
            if (tooMany || quantity < 1)
                refused.Add(new NumberResult.Failed(id, NumberErrors.Invalid($"quantity: 1 to {PurchaseDesk.PiecesMax} in one request")));
            else if (desk.Tree.Find(target) is null)
                refused.Add(new NumberResult.Failed(id, NumberErrors.AssignFailure(target.ToString())));
            else if (!NumberAuthority.IsAuthorized(request, owner: null))
                refused.Add(new NumberResult.Failed(id, NumberErrors.Forbidden()));
            else if (await desk.Numbers.FindGroupOfferAsync([target, .. desk.Tree.Find(target)?.Ancestors ?? []], id, desk.Now, ct) is not { } offer)
                refused.Add(new NumberResult.Failed(id, NumberErrors.NotFound(id)));
            else if (await PlannedAsync(offer, target, fields, request, ct) is var (planned, wrong) && planned is not null)
                plans.AddRange(Pieces(offer, quantity, planned));
            else
                refused.Add(new NumberResult.Failed(id, wrong!)); // one of the two is there
        }

        if (consent is not null && await desk.IsToldThePriceAsync(consent, [.. plans.Select(plan => ((NumberRecord?)null, (NumberRecord?)plan.Priced))], ct))
            return [.. plans.Select(plan => new NumberResult.Failed(plan.Key, consent.ErrorOf(plan.Key))), .. refused];
        var bought = await purchases.BuyAsync(actor, target, plans, version, ct, consent);
        return [.. await desk.FinishedAsync([.. bought.Zip(plans, (result, plan) => (result, plan.Works))], ct), .. refused];

        IEnumerable<NumberPlan.Buy> Pieces(StoredGroupOffer offer, int quantity, FeatureOutcome.Planned planned) => Enumerable.Range(1, quantity).Select(piece =>
            new NumberPlan.Buy(piece == 1 ? offer.Id : $"{offer.Id}#{piece}", null, FromGroup(offer, request), new OrderWish(NumberState.InService, fields), planned.After, offer.Id)
            {
                Works = planned.Works,
            });
    }

    // What the fields make of a piece, whichever number it will be, and what providers outside think of it: before money is spent.
    private async Task<(FeatureOutcome.Planned? Planned, NumberError? Refusal)> PlannedAsync(
        StoredGroupOffer offer, AccountId target, JsonObject? fields, MoveRequest request, CancellationToken ct)
    {
        // A number like those of the group stands for the one that will come.
        var piece = FromGroup(offer, request) with
        {
            Number = GroupOffer.Sample(offer.Pattern) ?? default,
            State = NumberState.InService,
            Account = target,
            PublicFields = fields is null ? default : DocumentText.From(fields),
        };
        return FeaturePlan.Decide(null, piece, desk.ListsFor(target), desk.Tree.IsAdmin(request.Actor)) switch
        {
            FeatureOutcome.Planned planned when await desk.RefusalAsync(piece, planned.Works, ct) is { } wrong => (null, wrong),
            FeatureOutcome.Planned planned => (planned, null),
            FeatureOutcome.Denied denied => (null, denied.Error),
            _ => throw new InvalidOperationException("The outcomes of a feature plan are a closed set."),
        };
    }

    // What providers outside think of the fields, before anything is taken: they are the same for each number, so that one that is free stands for all.
    private async Task<NumberError?> RefusalAsync(
        StockQuery query, Func<NumberRecord, NumberChange?> decide, Dictionary<PhoneNumber, ImmutableArray<FeatureWork>> works, CancellationToken ct)
    {
        var free = (await desk.Numbers.SearchStockAsync(query, ct)).Select(hit => hit.Number).ToList();
        return (await desk.Numbers.LoadAsync(free, ct)).Values.FirstOrDefault() is { } row && decide(row) is not null ? await desk.RefusalAsync(row, works[row.Number], ct) : null;
    }

    // Which rows will be won is not known before they are: as many free ones as are wanted stand for them.
    private async Task<bool> IsToldThePriceAsync(ChargeConsent consent, AccountId target, StockQuery query, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        if (consent is { IsAccepted: true, IsDryRun: false } && !await desk.IsBookedOutsideAsync(target, ct)) return false;
        var free = (await desk.Numbers.SearchStockAsync(query, ct)).Select(hit => hit.Number).ToList();
        var rows = await desk.Numbers.LoadAsync(free, ct);
        List<(NumberRecord?, NumberRecord?)> changes = [.. rows.Values.Select(decide).OfType<NumberChange>().Select(change => (change.Before, change.After))];
        return await desk.IsToldThePriceAsync(consent, changes, ct);
    }

    private static NumberRecord FromGroup(StoredGroupOffer offer, MoveRequest request) => new()
    {
        Number = default,
        State = NumberState.Discovery,
        StateSince = request.Now,
        Carrier = offer.Carrier,
        CarrierData = offer.Data,
        CarrierCost = offer.Price,
        Created = request.Now,
        Modified = request.Now,
    };

    private static NumberRecord FromOffer(Offer offer, MoveRequest request) => new()
    {
        Number = offer.Number,
        State = NumberState.Discovery,
        StateSince = request.Now,
        Carrier = offer.Carrier,
        CarrierData = offer.Data,
        CarrierCost = offer.Price,
        Created = request.Now,
        Modified = request.Now,
    };
}
