using System.Text.Json.Nodes;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Operations;

namespace Ocarina.Server.Crossbar.Services;

/// <summary>What an account is billed by, and what that comes to (`http-api.md` 6.2).</summary>
internal static class ServiceEndpoints
{
    public static void MapServices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}/services").WithTags("Services");
        group.MapGet("", ListAsync).WithName("services.list").WithSummary("The plans of an account");
        group.MapPost("", ChangeAsync).WithName("services.change").WithSummary("Assigns and unassigns plans: `add`, `delete`, `overrides`");
        group.MapGet("/available", AvailableAsync).WithName("services.available").WithSummary("The plans that the account's reseller sells");
        group.MapGet("/editable", () => Editable()).WithName("services.editable").WithSummary("Which prices can be overridden");
        group.MapGet("/summary", SummaryAsync).WithName("services.summary").WithSummary("The bill: plans, quantities, invoices, status");
        group.MapPost("/quote", QuoteAsync).WithName("services.quote").WithSummary("The bill with more plans; nothing is stored");
        group.MapGet("/overrides", OverridesAsync).WithName("services.overrides").WithSummary("The account's own prices");
        group.MapPost("/overrides", (CrossbarRequest request, ServicesOperation services, CancellationToken ct) => SetAsync("overrides", false, request, services, ct))
            .WithName("services.overrides.replace").WithSummary("Replaces the account's own prices");
        group.MapPatch("/overrides", (CrossbarRequest request, ServicesOperation services, CancellationToken ct) => SetAsync("overrides", true, request, services, ct))
            .WithName("services.overrides.merge").WithSummary("Merges into the account's own prices; null removes");
        group.MapGet("/manual", ManualAsync).WithName("services.manual").WithSummary("Quantities set by hand");
        group.MapPost("/manual", (CrossbarRequest request, ServicesOperation services, CancellationToken ct) => SetAsync("manual", false, request, services, ct))
            .WithName("services.manual.replace").WithSummary("Replaces the quantities set by hand");
        group.MapPatch("/manual", (CrossbarRequest request, ServicesOperation services, CancellationToken ct) => SetAsync("manual", true, request, services, ct))
            .WithName("services.manual.merge").WithSummary("Merges quantities set by hand; null removes");
        group.MapPost("/reconciliation", Recounted).WithName("services.reconciliation").WithSummary("Counts again; quantities are always counted, so there is nothing to repair");
        group.MapPost("/synchronization", Recounted).WithName("services.synchronization").WithSummary("The same for the bookkeeper");
        group.MapPost("/{plan}", AssignAsync).WithName("services.assign").WithSummary("Assigns a plan");
        group.MapDelete("/{plan}", UnassignAsync).WithName("services.unassign").WithSummary("Unassigns a plan");

        routes.MapGet("/v2/services/editable", () => Editable()).Allow(Access.SignedIn).WithTags("Services").WithName("services.editable_all").WithSummary("Which prices can be overridden");
        var limits = routes.MapGroup("/v2/accounts/{account}/limits").WithTags("Services");
        limits.MapGet("", LimitsAsync).WithName("limits.show").WithSummary("Trunks, and how far the account may go into debt");
        limits.MapPost("", (CrossbarRequest request, ServicesOperation services, CancellationToken ct) => SetAsync("limits", true, request, services, ct))
            .WithName("limits.merge").WithSummary("Sets limits");
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        CrossbarResults.Ok(Plans((await services.BillAsync(request.TargetAccount.Id, [], ct)).Services));

    private static Task<IResult> ChangeAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) => AssignAndUnassignAsync(
        request, services, Texts(request.DataObject["add"]), Texts(request.DataObject["delete"]), request.DataObject["overrides"] as JsonObject, ct);

    private static Task<IResult> AssignAsync(string plan, CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        AssignAndUnassignAsync(request, services, [plan], [], null, ct);

    private static Task<IResult> UnassignAsync(string plan, CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        AssignAndUnassignAsync(request, services, [], [plan], null, ct);

    private static async Task<IResult> AssignAndUnassignAsync(
        CrossbarRequest request, ServicesOperation services, IReadOnlyList<string> add, IReadOnlyList<string> remove, JsonObject? overrides, CancellationToken ct) =>
        Answer(await services.ChangeAsync(request.Actor, request.TargetAccount.Id, add, remove, overrides, ct), Plans);

    private static async Task<IResult> AvailableAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct)
    {
        var isDetailed = request.Flag("details");
        var plans = await services.AvailableAsync(request.TargetAccount.Id, ct);
        return CrossbarResults.Ok(new JsonArray([.. plans.Select(plan => (JsonNode)PlanEndpoints.Short(plan, isDetailed))]));
    }

    private static IResult Editable() => CrossbarResults.Ok(new JsonObject
    {
        [ChargeCategories.PhoneNumbers] = new JsonObject { [ServicePlan.All] = Prices(), ["did_us"] = Prices(), ["tollfree_us"] = Prices() },
        [ChargeCategories.NumberServices] = new JsonObject { [ServicePlan.All] = Prices() },
        [ChargeCategories.NumberCarriers] = new JsonObject { [ServicePlan.All] = Prices() },
    });

    private static async Task<IResult> SummaryAsync(CrossbarRequest request, ServicesOperation services, NumberDesk desk, TimeProvider clock, CancellationToken ct) =>
        CrossbarResults.Ok(BillDocument.Render(await services.BillAsync(request.TargetAccount.Id, [], ct), request.TargetAccount, desk.Tree, clock.GetUtcNow()));

    private static async Task<IResult> QuoteAsync(CrossbarRequest request, ServicesOperation services, NumberDesk desk, TimeProvider clock, CancellationToken ct)
    {
        var bill = await services.BillAsync(request.TargetAccount.Id, Texts(request.DataObject["add"]), ct);
        return CrossbarResults.Ok(BillDocument.Render(bill, request.TargetAccount, desk.Tree, clock.GetUtcNow()));
    }

    private static async Task<IResult> OverridesAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        CrossbarResults.Ok(Part((await services.BillAsync(request.TargetAccount.Id, [], ct)).Services, "overrides"));

    private static async Task<IResult> ManualAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        CrossbarResults.Ok(Part((await services.BillAsync(request.TargetAccount.Id, [], ct)).Services, "manual"));

    private static async Task<IResult> LimitsAsync(CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        CrossbarResults.Ok(Limits((await services.BillAsync(request.TargetAccount.Id, [], ct)).Services));

    private static async Task<IResult> SetAsync(string part, bool merge, CrossbarRequest request, ServicesOperation services, CancellationToken ct) =>
        request.RefuseList() ?? Answer(
            await services.SetAsync(request.Actor, request.TargetAccount.Id, part, request.DataObject, merge, ct),
            set => part == "limits" ? Limits(set) : Part(set, part));

    private static IResult Recounted(CrossbarRequest request, ServicesOperation services) =>
        services.MaySell(request.Actor, request.TargetAccount.Id) ? CrossbarResults.Ok(new JsonObject()) : CrossbarResults.Forbidden();

    private static IResult Answer(ServicesOutcome outcome, Func<AccountServices, JsonObject> show) => outcome switch
    {
        ServicesOutcome.Done done => CrossbarResults.Ok(show(done.Services)),
        ServicesOutcome.UnknownPlan unknown => CrossbarResults.BadIdentifier(unknown.Id),
        ServicesOutcome.NotAssigned missing => CrossbarResults.Fail(400, "plan_is_not_assigned", new JsonObject { ["cause"] = missing.Id, ["message"] = "the plan is not assigned" }),
        ServicesOutcome.Invalid invalid => CrossbarResults.Validation(invalid.Problems),
        _ => CrossbarResults.Forbidden(),
    };

    private static JsonObject Plans(AccountServices services) => Part(services, "plans");

    private static JsonObject Part(AccountServices services, string name) => services.Document[name]?.DeepClone() as JsonObject ?? [];

    private static JsonObject Limits(AccountServices services)
    {
        var limits = LimitsRules.Defaults;
        foreach (var (name, value) in Part(services, "limits")) limits[name] = value?.DeepClone();
        limits["id"] = "limits";
        return limits;
    }

    private static JsonArray Prices() => ["rate", "rates", "flat_rate", "flat_rates", "activation_charge", "minimum", "maximum", "step", "discounts"];

    private static IReadOnlyList<string> Texts(JsonNode? list) => list is JsonArray items ? [.. items.OfType<JsonValue>().Select(item => item.ToString())] : [];
}
