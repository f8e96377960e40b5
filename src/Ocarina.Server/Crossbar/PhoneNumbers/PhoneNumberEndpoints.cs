using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Features;
using Ocarina.Manager.Operations;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>One number and its moves (`http-api.md` 2.5 and 2.6).</summary>
internal static class PhoneNumberEndpoints
{
    /// <summary>Maps all that concerns phone numbers.</summary>
    public static IEndpointRouteBuilder MapPhoneNumbers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/phone_numbers").WithTags("Phone numbers");
        group.MapNumberLists();
        group.MapNumberSearch();
        group.MapNumberCollections();
        group.MapNumberHistory();
        group.MapNumberFiles();
        group.MapGet("/{number}", Show).WithName("phone_numbers.show").WithSummary("Shows a number, now or at a past moment (`as_of`)");
        group.MapPut("/{number}", Create).WithName("phone_numbers.create").WithSummary("Creates a number");
        group.MapPost("/{number}", Replace).WithName("phone_numbers.replace").WithSummary("Replaces the public fields of a number");
        group.MapPatch("/{number}", Merge).WithName("phone_numbers.merge").WithSummary("Merges public fields into a number; null removes");
        group.MapDelete("/{number}", Release).WithName("phone_numbers.release").WithSummary("Releases a number; admins erase it with `hard=true`");
        group.MapPut("/{number}/activate", Activate).WithName("phone_numbers.activate").WithSummary("Buys a number, or moves it into service for the account");
        group.MapPut("/{number}/reserve", Reserve).WithName("phone_numbers.reserve").WithSummary("Puts a number in reserve for the account");
        routes.MapLedger();
        routes.MapPublicSearch();
        return routes;
    }

    /// <summary>The public fields of a body, checked.</summary>
    /// <returns>The reply to bad fields, or <see langword="null"/>.</returns>
    internal static IResult? TryReadFields(CrossbarRequest request, bool fillsDefaults, out JsonObject fields)
    {
        fields = PublicFields.Sanitise(request.DataObject);
        // Some languages write an empty object as an empty list.
        if (request.Data is JsonArray { Count: > 0 }) return request.RefuseList();
        if (fillsDefaults) PublicFieldRules.FillDefaults(fields);
        var problems = PublicFieldRules.Validate(fields);
        return problems.Count > 0 ? CrossbarResults.Validation(problems) : null;
    }

    /// <summary>The state a number is to be created in.</summary>
    internal static IResult? TryReadState(CrossbarRequest request, out NumberState? state)
    {
        state = null;
        if (request.Parameter("create_with_state") is not { } name) return null;
        if (!NumberStates.TryParse(name, out var parsed) || parsed is NumberState.Disconnected or NumberState.Cancelled)
            return CrossbarResults.Validation(FieldProblem.Enum("create_with_state", NumberStates.All.Where(known => known < NumberState.Disconnected).Select(known => known.Name()).Order(StringComparer.Ordinal), name));
        state = parsed;
        return null;
    }

    private static async Task<IResult> Show(string number, CrossbarRequest request, ReadOperation read, HistoryOperation history, NumberDesk desk, TimeProvider clock, CancellationToken ct)
    {
        if (request.Parameter("as_of") is not { } asked) return NumberReplies.One(await read.RunAsync(request.Actor, request.TargetAccount.Id, number, ct), request, desk);
        if (PointInTime.Read(asked, clock.GetUtcNow(), out var time) is { } problem) return CrossbarResults.Validation(problem);
        return NumberReplies.One(await history.AsOfAsync(request.Actor, request.TargetAccount.Id, number, time, ct), request, desk);
    }

    private static async Task<IResult> Create(string number, CrossbarRequest request, CreateOperation create, NumberDesk desk, CancellationToken ct)
    {
        if (TryReadFields(request, fillsDefaults: true, out var fields) is { } bad) return bad;
        if (TryReadState(request, out var state) is { } wrong) return wrong;

        var outcome = await create.RunAsync(request.Actor, request.TargetAccount.Id, [number], fields, state, ct, request.Consent);
        return outcome is BatchOutcome.Finished finished ? NumberReplies.One(finished.Results[0], request, desk) : NumberReplies.Refusal(outcome)!; // not finished is refused
    }

    private static Task<IResult> Replace(string number, CrossbarRequest request, UpdateOperation update, NumberDesk desk, CancellationToken ct) =>
        UpdateAsync(number, request, update, desk, merge: false, ct);

    private static Task<IResult> Merge(string number, CrossbarRequest request, UpdateOperation update, NumberDesk desk, CancellationToken ct) =>
        UpdateAsync(number, request, update, desk, merge: true, ct);

    private static async Task<IResult> UpdateAsync(string number, CrossbarRequest request, UpdateOperation update, NumberDesk desk, bool merge, CancellationToken ct)
    {
        if (request.RefuseList() is { } bad) return bad;
        var fields = PublicFields.Sanitise(request.DataObject);
        var outcome = await update.RunAsync(request.Actor, request.TargetAccount.Id, [number], fields, merge, IsSeenBy(request), ct, request.Consent);
        return outcome is BatchOutcome.Finished finished ? NumberReplies.One(finished.Results[0], request, desk) : NumberReplies.Refusal(outcome)!; // not finished is refused
    }

    private static async Task<IResult> Release(string number, CrossbarRequest request, ReleaseOperation release, NumberDesk desk, CancellationToken ct)
    {
        var results = await release.RunAsync(
            request.Actor, request.TargetAccount.Id, [number], request.Flag("hard"), Reason(request), IsSeenBy(request), ct, request.Consent);
        // What is for sale already is as good as unknown to who would release it (2.5).
        return results[0] is NumberResult.Failed { Error.Cause: { } cause } && cause.StartsWith("from available to ", StringComparison.Ordinal)
            ? CrossbarResults.NotFoundNumber()
            : NumberReplies.One(results[0], request, desk);
    }

    private static async Task<IResult> Activate(string number, CrossbarRequest request, ActivateOperation activate, NumberDesk desk, CancellationToken ct)
    {
        if (TryReadFields(request, fillsDefaults: true, out var fields) is { } bad) return bad;
        var results = await activate.RunAsync(request.Actor, request.TargetAccount.Id, [number], OrNone(fields), ct, request.Consent);
        return NumberReplies.One(results[0], request, desk, hidesUnknown: false);
    }

    private static async Task<IResult> Reserve(string number, CrossbarRequest request, ReserveOperation reserve, NumberDesk desk, CancellationToken ct)
    {
        if (TryReadFields(request, fillsDefaults: true, out var fields) is { } bad) return bad;
        var results = await reserve.RunAsync(request.Actor, request.TargetAccount.Id, [number], OrNone(fields), ct, request.Consent);
        return NumberReplies.One(results[0], request, desk);
    }

    /// <summary>A body without fields keeps the number's fields.</summary>
    internal static JsonObject? OrNone(JsonObject fields) => fields.Count == 0 ? null : fields;

    /// <summary>Why, in the caller's words; kept in the ledger.</summary>
    internal static string? Reason(CrossbarRequest request) => request.Query("reason") is { Length: > 0 and <= 500 } reason ? reason : null;

    /// <summary>Whether a record is the one that the caller saw; always so when he does not say (<c>If-Match</c>, 1.9).</summary>
    internal static Func<NumberRecord, bool> IsSeenBy(CrossbarRequest request) => record => !request.FailsIfMatch(NumberDocument.Revision(record));
}
