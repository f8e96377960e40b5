using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Telling;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar.Accounts;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;
using Ocarina.Storage.Outbox;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>Webhooks (`http-api.md` 8.1): who wants to hear of what, what was tried, and whether it works.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v2/webhooks", () => CrossbarResults.List(HookSamples.Available())).Allow(Access.Public).WithTags("Webhooks").Describe("webhooks.available", WebhookDocs.Available);
        routes.MapGet("/v2/webhooks/samples", ListSamples).Allow(Access.SignedIn).WithTags("Webhooks").Describe("webhooks.samples", WebhookDocs.Samples);
        routes.MapGet("/v2/webhooks/samples/{hook}", ShowSamples).Allow(Access.SignedIn).WithTags("Webhooks").Describe("webhooks.sample", WebhookDocs.Sample);
        routes.MapPatch("/v2/accounts/{account}/descendants/webhooks", EnableBelowAsync).WithTags("Webhooks").Describe("webhooks.enable_below", WebhookDocs.EnableBelow);

        var group = routes.MapGroup("/v2/accounts/{account}/webhooks").WithTags("Webhooks");
        group.MapGet("", ListAsync).Describe("webhooks.list", WebhookDocs.List);
        group.MapPut("", CreateAsync).Describe("webhooks.create", WebhookDocs.Create);
        group.MapPatch("", EnableOwnAsync).Describe("webhooks.enable", WebhookDocs.Enable);
        group.MapGet("attempts", (CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) => AttemptsAsync(null, request, webhooks, ct))
            .Describe("webhooks.all_attempts", WebhookDocs.Attempts);
        group.MapGet("{webhook}", ShowAsync).Describe("webhooks.show", WebhookDocs.Show);
        group.MapPost("{webhook}", ReplaceAsync).Describe("webhooks.replace", WebhookDocs.Replace);
        group.MapPatch("{webhook}", MergeAsync).Describe("webhooks.merge", WebhookDocs.Merge);
        group.MapDelete("{webhook}", DeleteAsync).Describe("webhooks.delete", WebhookDocs.Delete);
        group.MapGet("{webhook}/attempts", AttemptsAsync).Describe("webhooks.attempts", WebhookDocs.Attempts);
        group.MapPut("{webhook}/test", TryAsync).Describe("webhooks.test", WebhookDocs.Test);
        group.MapPut("{webhook}/secret", RenewSecretAsync).Describe("webhooks.secret", WebhookDocs.Secret);
    }

    private static IResult ListSamples() => CrossbarResults.Ok(new JsonObject
    {
        [WebhookRow.Notifications] = HookSamples.Of(WebhookRow.Notifications),
        [WebhookRow.NumberObjects] = HookSamples.Of(WebhookRow.NumberObjects),
    });

    private static IResult ShowSamples(string hook) => HookSamples.Of(hook) is { } samples ? CrossbarResults.Ok(samples) : CrossbarResults.BadIdentifier(hook);

    private static async Task<IResult> ListAsync(CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct)
    {
        var filters = RowFilters.Read(request);
        var rows = await webhooks.ListAsync(request.TargetAccount.Id, ct);
        return request.Paging.Cut(rows
            .Where(row => filters.Matches(row.Data, created: null, modified: null))
            .Select(row => (Key: row.Id, Row: (JsonNode)row.Data))
            .OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    private static async Task<IResult> CreateAsync(CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await webhooks.CreateAsync(request.TargetAccount.Id, request.DataObject, ct));

    private static async Task<IResult> ShowAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) =>
        Answer(await webhooks.GetAsync(request.TargetAccount.Id, webhook, ct));

    private static async Task<IResult> ReplaceAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await webhooks.ReplaceAsync(request.TargetAccount.Id, webhook, request.DataObject, request.StatedRevision(), ct));

    private static async Task<IResult> MergeAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) =>
        request.RefuseList() ?? Answer(await webhooks.MergeAsync(request.TargetAccount.Id, webhook, request.DataObject, request.StatedRevision(), ct));

    private static async Task<IResult> DeleteAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) =>
        Answer(await webhooks.DeleteAsync(request.TargetAccount.Id, webhook, ct));

    private static async Task<IResult> RenewSecretAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct)
    {
        var hours = WebhookDocs.OverlapH;
        if (request.Parameter("overlap_h") is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out hours)) return CrossbarResults.Validation(FieldProblem.Type("overlap_h", "integer"));
        return hours > WebhookDocs.OverlapMaxH
            ? CrossbarResults.Validation(FieldProblem.Maximum("overlap_h", WebhookDocs.OverlapMaxH))
            : Answer(await webhooks.RenewSecretAsync(request.TargetAccount.Id, webhook, TimeSpan.FromHours(hours), ct));
    }

    private static Task<IResult> EnableOwnAsync(CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) => EnableAsync(request, webhooks, isBelow: false, ct);

    private static Task<IResult> EnableBelowAsync(CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct) => EnableAsync(request, webhooks, isBelow: true, ct);

    private static async Task<IResult> EnableAsync(CrossbarRequest request, WebhooksOperation webhooks, bool isBelow, CancellationToken ct)
    {
        if (!request.Flag("re-enable")) return CrossbarResults.Validation(FieldProblem.Required("re-enable"));
        return CrossbarResults.Ok(new JsonObject { ["re-enabled"] = await webhooks.EnableAsync(request.TargetAccount.Id, isBelow, ct) });
    }

    private static async Task<IResult> AttemptsAsync(string? webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct)
    {
        if (webhook is not null && await webhooks.GetAsync(request.TargetAccount.Id, webhook, ct) is WebhookOutcome.NotFound) return CrossbarResults.BadIdentifier(webhook);
        var paging = request.Paging;
        var (rows, next) = await webhooks.AttemptsAsync(request.TargetAccount.Id, webhook, paging.StartKey, paging.IsAll ? PageRequest.SizeMax : paging.Size, ct);
        var data = new JsonArray([.. rows.Select(AttemptOf)]);
        return paging.IsAll ? CrossbarResults.List(data) : CrossbarResults.Page(data, rows.Count, paging.StartKey, next);
    }

    private static async Task<IResult> TryAsync(string webhook, CrossbarRequest request, WebhooksOperation webhooks, CancellationToken ct)
    {
        var (isFound, tried) = await webhooks.TryAsync(request.TargetAccount.Id, webhook, ct);
        if (!isFound) return CrossbarResults.BadIdentifier(webhook);
        if (tried is not { } trial) return CrossbarReply.TooMany(retryAfterS: 5);
        var shown = new JsonObject { ["result"] = trial.Outcome is SendOutcome.Taken ? "success" : "failure" };
        if (trial.Outcome.Code is { } code) shown["response_code"] = code;
        if (trial.Outcome is SendOutcome.Failed failed) shown["reason"] = failed.Reason;
        if (trial.Outcome is SendOutcome.Refused refused) shown["reason"] = refused.Reason;
        shown["response_body"] = trial.Answer;
        shown["elapsed_ms"] = trial.ElapsedMs;
        shown["sent"] = trial.Payload;
        return CrossbarResults.Ok(shown);
    }

    private static JsonNode AttemptOf(AttemptRow attempt)
    {
        var row = new JsonObject
        {
            ["id"] = attempt.Id,
            ["hook_id"] = WebhookRow.IdOf(attempt.Receiver),
            ["result"] = attempt.IsSuccess ? "success" : "failure",
        };
        if (attempt.Delivery == AttemptRow.Trial) row["test"] = true;
        else row["delivery_id"] = attempt.Delivery;
        if (attempt.Reason is { } reason) row["reason"] = reason;
        if (!attempt.IsSuccess && attempt.Code is null) row["client_error"] = attempt.Reason; // nobody answered
        if (attempt.Code is { } code) row["response_code"] = code;
        row["elapsed_ms"] = attempt.ElapsedMs;
        row["retries left"] = attempt.LeftMs > 0 ? 1 : 0;
        row["timestamp"] = DateTimeOffset.FromUnixTimeMilliseconds(attempt.Time).ToGregorianSeconds();
        return row;
    }

    private static IResult Answer(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Done done => CrossbarResults.Ok(done.Webhook.Data, AccountAnswers.Revision(done.Webhook.Revision)),
        WebhookOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        WebhookOutcome.NotFound missing => CrossbarResults.BadIdentifier(missing.Id),
        WebhookOutcome.RevisionMismatch => CrossbarResults.PreconditionFailed(),
        _ => throw new InvalidOperationException("An operation on a webhook ended in an unknown way."),
    };
}
