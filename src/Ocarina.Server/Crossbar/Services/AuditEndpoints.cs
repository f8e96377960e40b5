using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Storage.Billing;

namespace Ocarina.Server.Crossbar.Services;

/// <summary>Who changed what an account is billed by (`http-api.md` 6.2).</summary>
internal static class AuditEndpoints
{
    // Longest range of time that may be asked for (`http-api.md` 1.8).
    private static readonly TimeSpan RangeMax = TimeSpan.FromDays(31) + TimeSpan.FromHours(1);

    private const long EndOfTimeS = 250_000_000_000; // Unix seconds; calendars end soon after

    public static void MapServicesAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/services/audit").WithTags("Services");
        group.MapGet("", ListAsync).WithName("services.audit.list")
            .WithSummary("Who changed what the account is billed by, newest first; filters `filter_source`, `created_from`, `created_to`");
        group.MapGet("/summary", SummaryAsync).WithName("services.audit.summary").WithSummary("How often what was changed");
        group.MapGet("/summary/{source}", SummaryOfAsync).WithName("services.audit.summary_of").WithSummary("How often it was changed, by day (UTC)");
        group.MapGet("/{id}", ShowAsync).WithName("services.audit.show").WithSummary("One change");
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, BillingDatabase billing, ServicesOperation services, TimeProvider clock, CancellationToken ct)
    {
        if (Read(request, request.Query("filter_source"), services, clock, out var query) is { } refusal) return refusal;
        if (query is null) return CrossbarResults.Page(new JsonArray(), 0, null, null);
        var paging = request.Paging;
        var page = await billing.AuditAsync(query with { PageSize = paging.IsAll ? PageRequest.SizeMax : paging.Size, StartAt = paging.StartKey }, ct);
        var rows = new JsonArray([.. page.Rows.Select(row => (JsonNode)Render(row))]);
        return paging.IsAll ? CrossbarResults.List(rows) : CrossbarResults.Page(rows, rows.Count, paging.StartKey, page.Next);
    }

    private static async Task<IResult> ShowAsync(string id, CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct)
    {
        if (!services.MaySeeAudit(request.Actor, request.TargetAccount.Id, out var only)) return CrossbarResults.Forbidden();
        return await billing.FindAuditAsync(request.TargetAccount.Id, id, ct) is { } row && (only is null || row.Source == only)
            ? CrossbarResults.Ok(Render(row))
            : CrossbarResults.BadIdentifier(id);
    }

    private static async Task<IResult> SummaryAsync(CrossbarRequest request, BillingDatabase billing, ServicesOperation services, TimeProvider clock, CancellationToken ct) =>
        Read(request, null, services, clock, out var query) ?? Counts(query is null ? [] : await billing.CountAuditAsync(query, ct));

    private static async Task<IResult> SummaryOfAsync(
        string source, CrossbarRequest request, BillingDatabase billing, ServicesOperation services, TimeProvider clock, CancellationToken ct)
    {
        if (Read(request, source, services, clock, out var query) is { } refusal) return refusal;
        if (!AuditSources.All.Contains(source)) return CrossbarResults.BadIdentifier(source);
        return Counts(query is null ? [] : await billing.CountAuditByDayAsync(query, ct));
    }

    // No query and no refusal: there is nothing that he may see.
    private static IResult? Read(CrossbarRequest request, string? source, ServicesOperation services, TimeProvider clock, out AuditQuery? query)
    {
        query = null;
        if (!services.MaySeeAudit(request.Actor, request.TargetAccount.Id, out var only)) return CrossbarResults.Forbidden();
        if (!TryRead(request, "created_from", out var from)) return CrossbarResults.Validation(FieldProblem.Type("created_from", "integer"));
        if (!TryRead(request, "created_to", out var to)) return CrossbarResults.Validation(FieldProblem.Type("created_to", "integer"));
        if (from is not null && (to ?? clock.GetUtcNow()) - from > RangeMax)
        {
            var cause = (to ?? clock.GetUtcNow()).ToGregorianSeconds();
            return CrossbarResults.Validation(new FieldProblem("created_to", "date_range", "created_to is more than 31 days from created_from", Cause: cause));
        }

        if (only is null || source is null || source == only)
            query = new AuditQuery(request.TargetAccount.Id) { Source = source ?? only, From = from, To = to };
        return null;
    }

    private static bool TryRead(CrossbarRequest request, string name, out DateTimeOffset? time)
    {
        time = null;
        if (request.Query(name) is not { } text) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        time = GregorianTime.FromGregorianSeconds(Math.Clamp(seconds, GregorianTime.UnixEpochS, GregorianTime.UnixEpochS + EndOfTimeS));
        return true;
    }

    private static IResult Counts(IEnumerable<AuditCount> counts)
    {
        var json = new JsonObject();
        foreach (var count in counts) json[count.Key] = new JsonObject { ["count"] = count.Count, ["last_timestamp"] = count.Last.ToGregorianSeconds() };
        return CrossbarResults.Ok(json);
    }

    private static JsonObject Render(AuditRow row)
    {
        var json = new JsonObject
        {
            ["id"] = row.Id,
            ["account_id"] = row.Account.ToString(),
            ["source"] = row.Source,
            ["reason"] = row.Reason,
            ["timestamp"] = row.Created.ToGregorianSeconds(),
        };
        if (row.Actor.Account is { } who)
        {
            var user = new JsonObject { ["account_id"] = who.ToString(), ["account_name"] = row.ActorName ?? "" };
            if (row.Actor.User is { } id) user["user_id"] = id;
            json["authenticating_user"] = user;
        }

        json["tree"] = new JsonArray([.. row.Tree.Select(account => (JsonNode)account)]);
        json["audit"] = new JsonObject { [row.Account.ToString()] = new JsonObject { ["account_name"] = row.AccountName, ["changes"] = row.Change.DeepClone() } };
        return json;
    }
}
