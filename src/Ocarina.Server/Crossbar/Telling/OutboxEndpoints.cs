using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Manager.Telling;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Server.OpenApi;
using Ocarina.Storage.Outbox;

namespace Ocarina.Server.Crossbar.Telling;

/// <summary>Messages to people and systems, for the super-duper admin: what waits, what was delivered, what was given up and may be sent again.</summary>
internal static class OutboxEndpoints
{
    private static readonly FieldRule Delivery = FieldRule.Object(new()
    {
        ["id"] = FieldRule.Text().Required(),
        ["message_id"] = FieldRule.Text(26, 26).Required().About("The same for every receiver and attempt: `Message-ID` of a mail, `webhook-id` of a call."),
        ["kind"] = FieldRule.Text().Required(),
        ["account_id"] = FieldRule.Text(32, 32),
        ["number"] = FieldRule.Text(),
        ["receiver"] = FieldRule.Text().Required().About("`mailto:` and an address, or `webhook:` and an id."),
        ["state"] = FieldRule.Choice([.. DeliveryStates.All]).Required(),
        ["attempts"] = FieldRule.Integer(0).Required(),
        ["next_attempt"] = FieldRule.Integer().About("Gregorian seconds."),
        ["error"] = FieldRule.Text().About("Why the last attempt failed."),
        ["created"] = FieldRule.Integer().Required().About("Gregorian seconds."),
        ["modified"] = FieldRule.Integer().Required().About("Gregorian seconds."),
        ["payload"] = FieldRule.Object().About("Of one delivery only, as `attempt_log`."),
        ["attempt_log"] = FieldRule.List(FieldRule.Object()).About("What was tried, newest first."),
    });

    private static readonly FieldRule State = FieldRule.Choice([.. DeliveryStates.All]);

    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/outbox").WithTags("Outbox");
        group.MapGet("", ListAsync).Describe("outbox.list", new("List deliveries of messages, newest first")
        {
            Query = [new("state", State), new("kind", FieldRule.Text()), new("number", FieldRule.Text().About("In any spelling.")), new("receiver", FieldRule.Text())],
            IsPaged = true, Reply = FieldRule.List(Delivery), Failures = [400, 403],
        });
        group.MapGet("{delivery}", ShowAsync).Describe("outbox.show", new("Show a delivery") { Reply = Delivery, Failures = [403, 404] });
        group.MapPost("{delivery}/repeat", RepeatAsync).Describe("outbox.repeat", new("Send a delivery again that has ended")
        {
            Text = "It waits for no other delivery, and no other for it. 409 while it waits to be sent anyway.", Reply = Delivery, Failures = [403, 404, 409],
        });
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, OutboxOperation outbox, CancellationToken ct)
    {
        var state = Given(request, "state");
        if (state is not null && !DeliveryStates.All.Contains(state, StringComparer.Ordinal)) return CrossbarResults.Validation(FieldProblem.Enum("state", [.. DeliveryStates.All], state));
        var paging = request.Paging;
        var query = new DeliveryQuery
        {
            State = state, Kind = Given(request, "kind"), Number = Given(request, "number"), Receiver = Given(request, "receiver"),
            StartAt = paging.StartKey, PageSize = paging.IsAll ? PageRequest.SizeMax : paging.Size,
        };
        var (rows, next) = await outbox.ListAsync(query, ct);
        var data = new JsonArray([.. rows.Select(row => (JsonNode)Render(row))]);
        return paging.IsAll ? CrossbarResults.List(data) : CrossbarResults.Page(data, rows.Count, paging.StartKey, next);
    }

    private static async Task<IResult> ShowAsync(string delivery, OutboxOperation outbox, CancellationToken ct) =>
        await outbox.FindAsync(delivery, ct) is { } view ? CrossbarResults.Ok(Render(view)) : CrossbarResults.BadIdentifier(delivery);

    private static async Task<IResult> RepeatAsync(string delivery, OutboxOperation outbox, CancellationToken ct) => await outbox.RepeatAsync(delivery, ct) switch
    {
        null => CrossbarResults.BadIdentifier(delivery),
        { IsRepeated: false } => CrossbarResults.Conflict(),
        { View: var view } => CrossbarResults.Ok(Render(view)),
    };

    private static string? Given(CrossbarRequest request, string name) => (request.Query(name) ?? request.Query($"filter_{name}")) is { Length: > 0 } value ? value : null;

    private static JsonObject Render(DeliveryView view)
    {
        var document = Render(view.Delivery);
        document["payload"] = DocumentText.FromStorage(view.Delivery.Payload).ToObject();
        document["attempt_log"] = new JsonArray([.. view.Attempts.Select(Render)]);
        return document;
    }

    private static JsonObject Render(DeliveryRow row)
    {
        var document = new JsonObject { ["id"] = row.Id, ["message_id"] = row.Message, ["kind"] = row.Kind };
        if (row.Account is { } account) document["account_id"] = account;
        if (row.Number.Length > 0) document["number"] = row.Number;
        document["receiver"] = row.Receiver;
        document["state"] = row.State;
        document["attempts"] = row.Attempts;
        if (row.NextAttempt is { } next) document["next_attempt"] = Seconds(next);
        if (row.Error is { } error) document["error"] = error;
        document["created"] = Seconds(row.Created);
        document["modified"] = Seconds(row.Modified);
        return document;
    }

    private static JsonNode Render(AttemptRow attempt)
    {
        var row = new JsonObject { ["time"] = Seconds(attempt.Time), ["result"] = attempt.IsSuccess ? "success" : "failure" };
        if (attempt.Code is { } code) row["code"] = code;
        if (attempt.Reason is { } reason) row["reason"] = reason;
        row["elapsed_ms"] = attempt.ElapsedMs;
        return row;
    }

    private static long Seconds(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToGregorianSeconds();
}
