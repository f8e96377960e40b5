using System.Text.Json.Nodes;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Storage.Billing;

namespace Ocarina.Server.Crossbar.Services;

/// <summary>The plans that an account sells by (`http-api.md` 6.1), and the older names of what it is billed by.</summary>
internal static class PlanEndpoints
{
    public static void MapPlans(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/service_plans").WithTags("Services");
        group.MapGet("", ListAsync).WithName("service_plans.list").WithSummary("The plans that the account sells by");
        group.MapPut("", CreateAsync).WithName("service_plans.create").WithSummary("Makes a plan");
        group.MapGet("/current", CurrentAsync).WithName("service_plans.current").WithSummary("What the account is billed by");
        group.MapGet("/available", AvailableAsync).WithName("service_plans.available").WithSummary("The plans that the account's reseller sells");
        group.MapGet("/{plan}", ShowAsync).WithName("service_plans.show").WithSummary("Shows a plan");
        group.MapPost("/{plan}", ReplaceAsync).WithName("service_plans.replace").WithSummary("Replaces a plan; its new prices hold from now on");
        group.MapPatch("/{plan}", MergeAsync).WithName("service_plans.merge").WithSummary("Merges members into a plan; null removes");
        group.MapDelete("/{plan}", DeleteAsync).WithName("service_plans.delete").WithSummary("Deletes a plan that nobody is billed by");
    }

    /// <summary>A plan in a list.</summary>
    public static JsonObject Short(PlanDocument plan, bool isDetailed = false)
    {
        var json = new JsonObject { ["id"] = plan.Id, ["name"] = plan.Name };
        foreach (var name in (string[])["description", "category"])
            if (plan.Document[name] is { } value) json[name] = value.DeepClone();
        if (isDetailed) json["items"] = plan.Body.DeepClone();
        return json;
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, BillingDatabase billing, CancellationToken ct)
    {
        var plans = await billing.PlansOfAsync(request.TargetAccount.Id, ct);
        return request.Paging.Cut(plans.Select(plan => (Key: $"{plan.Name}\0{plan.Id}", Row: (JsonNode)Short(plan))).OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    private static async Task<IResult> CurrentAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct)
    {
        var bill = await services.BillAsync(request.TargetAccount.Id, [], ct);
        return CrossbarResults.Ok(new JsonObject
        {
            ["plan"] = bill.Invoices is [var first, ..] ? first.Plan.Body.DeepClone() : new JsonObject(),
            ["items"] = new JsonArray([.. bill.Invoices.Select(invoice => (JsonNode)InvoiceJson.Write(invoice))]),
        });
    }

    private static async Task<IResult> AvailableAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        CrossbarResults.Ok(new JsonArray([.. (await services.AvailableAsync(request.TargetAccount.Id, ct)).Select(plan => (JsonNode)Short(plan))]));

    private static Task<IResult> CreateAsync(CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct) =>
        SaveAsync(Guid.CreateVersion7().ToString("N"), request.DataObject, request, services, ct);

    private static async Task<IResult> ShowAsync(string plan, CrossbarRequest request, BillingDatabase billing, CancellationToken ct) =>
        await FindAsync(plan, request, billing, ct) is { } found ? CrossbarResults.Ok(Render(found)) : CrossbarResults.BadIdentifier(plan);

    private static async Task<IResult> ReplaceAsync(string plan, CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct) =>
        await FindAsync(plan, request, billing, ct) is null ? CrossbarResults.BadIdentifier(plan) : await SaveAsync(plan, request.DataObject, request, services, ct);

    private static async Task<IResult> MergeAsync(string plan, CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct) =>
        await FindAsync(plan, request, billing, ct) is { } found
            ? await SaveAsync(plan, Core.Features.PublicFields.Merge(found.Document, request.DataObject), request, services, ct)
            : CrossbarResults.BadIdentifier(plan);

    private static async Task<IResult> DeleteAsync(string plan, CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct)
    {
        if (!request.TargetAccount.IsReseller) return CrossbarResults.Forbidden();
        if (await FindAsync(plan, request, billing, ct) is not { } found) return CrossbarResults.BadIdentifier(plan);
        var users = await services.DeletePlanAsync(request.Actor, found, ct);
        return users.Count == 0
            ? CrossbarResults.Ok(Render(found))
            : CrossbarResults.Fail(409, "plan_is_assigned", new JsonObject { ["message"] = $"{users.Count} accounts are billed by it", ["cause"] = plan });
    }

    private static async Task<IResult> SaveAsync(string id, JsonObject document, CrossbarRequest request, ServicesOperation services, CancellationToken ct)
    {
        if (request.RefuseList() is { } list) return list;
        // Plans are sold by resellers; a customer that could write one would name his own price.
        if (!request.TargetAccount.IsReseller) return CrossbarResults.Forbidden();
        var members = (JsonObject)document.DeepClone();
        members.Remove("id");
        if (PlanDocument.Validate(members) is { Count: > 0 } problems) return CrossbarResults.Validation(problems);
        var plan = new PlanDocument(id, request.TargetAccount.Id, members);
        return await services.SavePlanAsync(request.Actor, plan, ct) ? CrossbarResults.Ok(Render(plan)) : CrossbarResults.BadIdentifier(id);
    }

    private static async Task<PlanDocument?> FindAsync(string id, CrossbarRequest request, BillingDatabase billing, CancellationToken ct) =>
        (await billing.PlansAsync([id], ct)).GetValueOrDefault(id) is { } plan && plan.Vendor == request.TargetAccount.Id ? plan : null;

    private static JsonObject Render(PlanDocument plan)
    {
        var json = (JsonObject)plan.Document.DeepClone();
        json["id"] = plan.Id;
        return json;
    }
}
