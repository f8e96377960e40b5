using System.Text.Json.Nodes;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Operations;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>The same calls on lists (`http-api.md` 2.8).</summary>
internal static class NumberCollectionEndpoints
{
    public static void MapNumberCollections(this IEndpointRouteBuilder group)
    {
        group.MapPut("/collection", Create).WithName("phone_numbers.create_many").WithSummary("Creates the listed numbers");
        group.MapPost("/collection", Replace).WithName("phone_numbers.replace_many").WithSummary("Replaces the public fields of the listed numbers");
        group.MapPatch("/collection", Merge).WithName("phone_numbers.merge_many").WithSummary("Merges public fields into the listed numbers");
        group.MapDelete("/collection", Release).WithName("phone_numbers.release_many").WithSummary("Releases the listed numbers");
        group.MapPut("/collection/activate", Activate).WithName("phone_numbers.activate_many")
            .WithSummary("Buys the listed numbers, or any free numbers of a prefix");
        // The peer takes the word for a number here; so do we (2.2).
        group.MapPut("/collection/reserve", NotReconcilable).WithName("phone_numbers.reserve_word").ExcludeFromDescription();
        group.MapPut("/collection/port", NotReconcilable).WithName("phone_numbers.port_word").ExcludeFromDescription();
    }

    private static async Task<IResult> Create(CrossbarRequest request, CreateOperation create, NumberDesk desk, CancellationToken ct)
    {
        if (NumberList.TryRead(request, desk, out var numbers) is { } bad) return bad;
        if (PhoneNumberEndpoints.TryReadFields(request, fillsDefaults: true, out var fields) is { } wrong) return wrong;
        if (PhoneNumberEndpoints.TryReadState(request, out var state) is { } unknown) return unknown;

        fields.Remove("numbers");
        var outcome = await create.RunAsync(request.Actor, request.TargetAccount.Id, numbers, fields, state, ct, request.Consent);
        return Reply(outcome, numbers, request, desk);
    }

    private static Task<IResult> Replace(CrossbarRequest request, UpdateOperation update, NumberDesk desk, CancellationToken ct) =>
        UpdateAsync(request, update, desk, merge: false, ct);

    private static Task<IResult> Merge(CrossbarRequest request, UpdateOperation update, NumberDesk desk, CancellationToken ct) =>
        UpdateAsync(request, update, desk, merge: true, ct);

    private static async Task<IResult> UpdateAsync(CrossbarRequest request, UpdateOperation update, NumberDesk desk, bool merge, CancellationToken ct)
    {
        if (NumberList.TryRead(request, desk, out var numbers) is { } bad) return bad;
        var fields = PublicFields.Sanitise(request.DataObject);
        fields.Remove("numbers");
        return Reply(await update.RunAsync(request.Actor, request.TargetAccount.Id, numbers, fields, merge, null, ct, request.Consent), numbers, request, desk);
    }

    private static async Task<IResult> Release(CrossbarRequest request, ReleaseOperation release, NumberDesk desk, CancellationToken ct)
    {
        if (NumberList.TryRead(request, desk, out var numbers) is { } bad) return bad;
        var results = await release.RunAsync(
            request.Actor, request.TargetAccount.Id, numbers, request.Flag("hard"), PhoneNumberEndpoints.Reason(request), null, ct);
        return NumberReplies.Many(results, request, desk);
    }

    private static async Task<IResult> Activate(CrossbarRequest request, ActivateOperation activate, NumberDesk desk, CancellationToken ct)
    {
        if (PhoneNumberEndpoints.TryReadFields(request, fillsDefaults: true, out var fields) is { } wrong) return wrong;
        if (request.Parameter("prefix") is { } prefix && !request.DataObject.ContainsKey("numbers"))
            return await ActivatePrefixAsync(prefix, fields, request, activate, desk, ct);

        if (request.DataObject["offers"] is { } offers && !request.DataObject.ContainsKey("numbers"))
        {
            if (GroupOffers.TryRead(offers, out var pieces) is { } problem) return problem;
            fields.Remove("offers");
            var bought = await activate.BuyOffersAsync(request.Actor, request.TargetAccount.Id, pieces, PhoneNumberEndpoints.OrNone(fields), ct, request.Consent);
            return NumberReplies.Many(bought, request, desk);
        }

        if (NumberList.TryRead(request, desk, out var numbers) is { } bad) return bad;
        fields.Remove("numbers");
        var results = await activate.RunAsync(request.Actor, request.TargetAccount.Id, numbers, PhoneNumberEndpoints.OrNone(fields), ct, request.Consent);
        return NumberReplies.Many(results, request, desk);
    }

    // Any free numbers of a prefix: each buyer gets others (2.8).
    private static async Task<IResult> ActivatePrefixAsync(
        string typed, JsonObject fields, CrossbarRequest request, ActivateOperation activate, NumberDesk desk, CancellationToken ct)
    {
        if (NumberSearchInput.Read(request, typed, desk, out var search) is { } bad) return bad;
        foreach (var word in (string[])["prefix", "quantity", "country"]) fields.Remove(word);
        // Any numbers were wanted: those that a run cut off before its reply has won are they.
        if (await desk.EarlierResultsAsync(ct) is { Count: > 0 } earlier) return NumberReplies.Many(earlier, request, desk);

        var won = new List<NumberResult>();
        foreach (var prefix in SearchPrefix.Expand(search.Prefix, search.Country))
        {
            if (won.Count >= search.Quantity) break;
            won.AddRange(await activate.ClaimAsync(
                request.Actor, request.TargetAccount.Id, prefix, search.Quantity - won.Count, PhoneNumberEndpoints.OrNone(fields), ct, request.Consent));
            if (request.Consent.Quote is not null) return ChargeReplies.Told(request, won, desk);
        }

        return won.Count == 0 ? CrossbarResults.Failed(NumberErrors.NotAvailable(typed)) : NumberReplies.Many(won, request, desk);
    }

    private static IResult Reply(BatchOutcome outcome, IReadOnlyList<string> numbers, CrossbarRequest request, NumberDesk desk) => outcome switch
    {
        BatchOutcome.Finished finished => NumberReplies.Many(finished.Results, request, desk),
        // What is refused to the actor is refused for each number.
        BatchOutcome.Refused refused => NumberReplies.Many([.. numbers.Select(number => new NumberResult.Failed(KeyOf(number, request, desk), refused.Error))], request, desk),
        _ => NumberReplies.Refusal(outcome)!, // invalid is the only case left
    };

    private static string KeyOf(string number, CrossbarRequest request, NumberDesk desk) =>
        NumberInput.TryRead(desk.RulesFor(request.TargetAccount.Id), number, out var parsed, out _) ? parsed.ToString() : number;

    private static IResult NotReconcilable() => CrossbarResults.Failed(NumberErrors.NotReconcilable("collection"));
}
