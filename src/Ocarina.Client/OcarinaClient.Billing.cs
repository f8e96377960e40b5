using System.Runtime.CompilerServices;
using System.Text.Json;
using Ocarina.Client.Internal;
using Ocarina.Client.Wire;

namespace Ocarina.Client;

public sealed partial class OcarinaClient
{
    private const int PlansPageSize = 500;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PlanRow>> PlansAsync(string account, bool available, CancellationToken ct)
    {
        List<PlanRow> plans = [];
        await foreach (var page in PagesAsync(available ? $"{ApiPath.Account(account)}/services/available" : Plans(account), PlansPageSize, ct))
            plans.AddRange(Items(page).Select(item => Read(item, WireJson.Default.PlanRow)));
        return plans;
    }

    /// <inheritdoc/>
    public async Task<JsonElement> GetPlanAsync(string account, string plan, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Get, Plan(account, plan), null, ct)).Data;

    /// <inheritdoc/>
    public async Task<JsonElement> CreatePlanAsync(string account, JsonElement document, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Put, Plans(account), RequestBody.Write(document.WriteTo), ct)).Data;

    /// <inheritdoc/>
    public async Task<JsonElement> PutPlanAsync(string account, string plan, JsonElement document, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Post, Plan(account, plan), RequestBody.Write(document.WriteTo), ct)).Data;

    /// <inheritdoc/>
    public async Task<JsonElement> DeletePlanAsync(string account, string plan, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Delete, Plan(account, plan), null, ct)).Data;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> AssignPlanAsync(string account, string plan, CancellationToken ct) => AssignmentAsync(HttpMethod.Post, account, plan, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> UnassignPlanAsync(string account, string plan, CancellationToken ct) => AssignmentAsync(HttpMethod.Delete, account, plan, ct);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServicesChange> ServicesAuditAsync(
        string account, AuditFilter filter, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ApiPath.Query($"{ApiPath.Account(account)}/services/audit", filter.Parameters()), pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.ServicesChange);
        }
    }

    /// <inheritdoc/>
    public Task<QuoteOutcome> QuoteAsync(string account, IReadOnlyList<string> numbers, CancellationToken ct) =>
        AskPriceAsync($"{ApiPath.Numbers(account)}/collection/activate", RequestBody.Numbers(numbers, acceptCharges: false), null, ct);

    /// <inheritdoc/>
    public async Task<QuoteOutcome> QuoteReservationAsync(string account, IReadOnlyList<string> numbers, CancellationToken ct)
    {
        List<Quote> invoices = [];
        List<NumberFailure> failed = [];
        foreach (var (number, path) in numbers.Select(number => (number, $"{ApiPath.Number(account, number)}/reserve")).ToList())
        {
            var one = await AskPriceAsync(path, RequestBody.Members(false), number, ct);
            invoices.AddRange(one.Invoices);
            failed.AddRange(one.Failed);
        }

        return new QuoteOutcome(invoices, failed);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChargeDocument> ChargesAsync(
        string account, ChargeFilter filter, int pageSize, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ApiPath.Query($"{ApiPath.Account(account)}/charges", filter.Parameters()), pageSize, ct))
        {
            foreach (var item in Items(page)) yield return Read(item, WireJson.Default.ChargeDocument);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ChargeDifference>> CheckChargesAsync(string account, CancellationToken ct) =>
        [.. Items((await SendAsync(HttpMethod.Get, $"{ApiPath.Account(account)}/charges/check", null, ct)).Data).Select(item => Read(item, WireJson.Default.ChargeDifference))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierCostRow>> CarrierCostsAsync(string account, CancellationToken ct) =>
        [.. Items((await SendAsync(HttpMethod.Get, $"{ApiPath.Account(account)}/services/costs", null, ct)).Data).Select(item => Read(item, WireJson.Default.CarrierCostRow))];

    /// <inheritdoc/>
    public async Task<AccountBalance> BalanceAsync(string account, CancellationToken ct) =>
        Read((await SendAsync(HttpMethod.Get, $"{ApiPath.Account(account)}/ledgers/total", null, ct)).Data, WireJson.Default.AccountBalance);

    /// <inheritdoc/>
    public async Task<AccountBalance> TopUpAsync(string account, decimal amount, CancellationToken ct)
    {
        var body = RequestBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("amount", amount);
            json.WriteEndObject();
        });
        return Read((await SendAsync(HttpMethod.Post, $"{ApiPath.Account(account)}/services/topup", body, ct)).Data, WireJson.Default.TopUpReply).Ledger;
    }

    private async Task<QuoteOutcome> AskPriceAsync(string path, byte[] body, string? number, CancellationToken ct)
    {
        try
        {
            var reply = await SendAsync(HttpMethod.Put, ApiPath.Query(path, ("dry_run", "true")), body, ct);
            return new QuoteOutcome(
                [.. Items(reply.Data).Select(item => Read(item, WireJson.Default.Quote))],
                reply.Beside("errors") is { ValueKind: JsonValueKind.Object } errors ? ErrorDetail.ReadNumbers(errors) ?? [] : []);
        }
        catch (OcarinaApiException e) when (ErrorDetail.ReadNumbers(e.Detail) is { } failures)
        {
            return new QuoteOutcome([], failures);
        }
        catch (OcarinaApiException e) when (number is not null && AboutOneNumber(e) is { } problem)
        {
            return new QuoteOutcome([], [new NumberFailure(number, problem)]);
        }
    }

    private async Task<IReadOnlyList<string>> AssignmentAsync(HttpMethod verb, string account, string plan, CancellationToken ct)
    {
        var data = (await SendAsync(verb, $"{ApiPath.Account(account)}/services/{ApiPath.Segment(plan, "a plan")}", null, ct)).Data;
        return data.ValueKind == JsonValueKind.Object ? [.. data.EnumerateObject().Select(one => one.Name)] : throw new OcarinaProtocolException("The reply holds no plans.");
    }

    private static string Plans(string account) => $"{ApiPath.Account(account)}/service_plans";

    private static string Plan(string account, string plan) => $"{Plans(account)}/{ApiPath.Segment(plan, "a plan")}";
}
