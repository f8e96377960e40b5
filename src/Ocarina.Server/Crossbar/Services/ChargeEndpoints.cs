using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Operations;
using Ocarina.Server.Crossbar.Validation;
using Ocarina.Storage.Billing;

namespace Ocarina.Server.Crossbar.Services;

/// <summary>What was charged, what is left, and money that is paid in (`http-api.md` 6.2).</summary>
internal static class ChargeEndpoints
{
    public static void MapCharges(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2/accounts/{account}").WithTags("Services");
        group.MapGet("/charges", ListAsync).WithName("charges.list").WithSummary("What was charged, newest first; filters `number`, `kind`, `period` (YYYY-MM)");
        group.MapGet("/charges/check", CheckAsync).WithName("charges.check").WithSummary("Where what the account holds and what it is charged for differ");
        group.MapGet("/ledgers/total", TotalAsync).WithName("ledgers.total").WithSummary("The balance");
        group.MapGet("/services/costs", CostsAsync).WithName("services.costs").WithSummary("What carriers ask for the numbers of the account and of those below it, beside what these pay");
        group.MapPost("/services/topup", TopUpAsync).WithName("services.topup").WithSummary("Writes down money that was paid in");
    }

    private static async Task<IResult> ListAsync(CrossbarRequest request, BillingDatabase billing, NumberDesk desk, CancellationToken ct)
    {
        var query = new ChargeQuery(request.TargetAccount.Id) { PageSize = request.Paging.Size, StartAt = request.Paging.StartKey };
        if (request.Query("number") is { } typed)
        {
            if (!NumberInput.TryRead(desk.RulesFor(request.TargetAccount.Id), typed, out var number, out var error)) return CrossbarResults.Failed(error!); // one of both is there
            query = query with { Number = number };
        }

        if (request.Query("kind") is { } name)
        {
            if (!ChargeKinds.TryParse(name, out var kind)) return CrossbarResults.Validation(FieldProblem.Enum("kind", Enum.GetValues<ChargeKind>().Select(known => known.Name()), name));
            query = query with { Kind = kind };
        }

        if (request.Query("period") is { } month)
        {
            if (!DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                return CrossbarResults.Validation(FieldProblem.Invalid("period", "A month such as 2026-11"));
            query = query with { Period = new DateTimeOffset(time) };
        }

        var page = await billing.ChargesAsync(query, ct);
        return CrossbarResults.Page(new JsonArray([.. page.Rows.Select(row => (JsonNode)Render(row))]), page.Rows.Count, request.Paging.StartKey, page.Next);
    }

    private static async Task<IResult> CheckAsync(CrossbarRequest request, ChargeCheck check, CancellationToken ct) =>
        CrossbarResults.Ok(new JsonArray([.. (await check.OfAsync(request.TargetAccount.Id, ct)).Select(found => (JsonNode)new JsonObject
        {
            ["account_id"] = found.Payer.ToString(),
            ["vendor_id"] = found.Vendor.ToString(),
            ["category"] = found.Item.Category,
            ["item"] = found.Item.Item,
            ["held"] = found.Held,
            ["charged"] = found.Charged,
        })]));

    private static async Task<IResult> TotalAsync(CrossbarRequest request, BillingDatabase billing, CancellationToken ct)
    {
        var (balance, held) = await billing.BalanceAsync(request.TargetAccount.Id, ct);
        return CrossbarResults.Ok(new JsonObject { ["amount"] = Money.Node(balance), ["held"] = Money.Node(held) });
    }

    private static async Task<IResult> TopUpAsync(CrossbarRequest request, BillingDatabase billing, ServicesOperation services, CancellationToken ct)
    {
        if (!services.MaySell(request.Actor, request.TargetAccount.Id)) return CrossbarResults.Forbidden(); // before anything else is said
        if (Money.Read(request.DataObject["amount"]) is not > 0 || Money.Read(request.DataObject["amount"]) is not { } amount)
            return CrossbarResults.Validation(FieldProblem.Required("amount"));
        if (!Money.IsStorable(amount)) return CrossbarResults.Validation(FieldProblem.Invalid("amount", $"At most {Money.Most}, with at most {Money.Places} decimal places"));
        if (await services.TopUpAsync(request.Actor, request.TargetAccount.Id, amount, ct) is not { } row) return CrossbarResults.Forbidden();
        var (balance, _) = await billing.BalanceAsync(request.TargetAccount.Id, ct);
        return CrossbarResults.Ok(new JsonObject { ["transaction"] = Render(row), ["ledger"] = new JsonObject { ["amount"] = Money.Node(balance) } });
    }

    private static async Task<IResult> CostsAsync(CrossbarRequest request, CostReport report, CancellationToken ct) =>
        report.MaySee(request.Actor, request.TargetAccount.Id)
            ? CrossbarResults.Ok(new JsonArray([.. (await report.RunAsync(request.TargetAccount.Id, ct)).Select(row => (JsonNode)Render(row))]))
            : CrossbarResults.Forbidden();

    private static JsonObject Render(CostRow row) => new()
    {
        ["account_id"] = row.Account.ToString(),
        ["carrier"] = row.Carrier.ToString(),
        ["numbers"] = row.Numbers,
        ["unpriced"] = row.Unpriced,
        ["costs"] = new JsonArray([.. row.Costs.Select(cost => (JsonNode)new JsonObject
        {
            ["currency"] = cost.Currency, ["setup"] = Money.Node(cost.Setup), ["monthly"] = Money.Node(cost.Monthly),
        })]),
        ["price"] = Money.Node(row.Price),
    };

    private static JsonObject Render(ChargeRow row)
    {
        var json = row.Shown();
        json.Insert(1, "cause", row.Cause);
        json["bookkeeper"] = row.Line.Bookkeeper;
        json["period"] = row.Period.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        json["created"] = row.Created.ToGregorianSeconds();
        if (row.Account is { } account) json["account_id"] = account.ToString();
        if (row.Number is { } number) json["number"] = number.ToString();
        if (row.Reverses is { } reversed) json["reverses"] = reversed;
        return json;
    }
}
