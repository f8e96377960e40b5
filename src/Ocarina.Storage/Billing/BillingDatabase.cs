using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>Money at rest: plans, what accounts are billed by, what was charged (docs/decisions/0013-money.md).</summary>
/// <remarks>Stateless and safe to share.</remarks>
public sealed partial class BillingDatabase(IDatabase database, TimeProvider clock)
{
    private const string UpsertPlan =
        "INSERT INTO service_plans (id, account, document, created, modified, version) VALUES ($1, $2, $3, $4, $4, $5) "
        + "ON CONFLICT (id) DO UPDATE SET document = excluded.document, modified = excluded.modified, version = excluded.version WHERE service_plans.account = excluded.account";

    private const string NewServices =
        "INSERT INTO account_services (account, document, charged_until, created, modified) VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING";

    // What an account was billed by is kept when it is deleted, and binds nobody any more.
    private const string LivingServices =
        "SELECT s.account, s.document FROM account_services s JOIN accounts a ON a.id = s.account WHERE a.deleted = 0 ORDER BY s.account";

    private const string UpdateServices = "UPDATE account_services SET document = $2, modified = $3, version = $4 WHERE account = $1";

    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The plans of a vendor, by name.</summary>
    public async Task<IReadOnlyList<PlanDocument>> PlansOfAsync(AccountId vendor, CancellationToken ct)
    {
        List<PlanDocument> plans = [];
        await database.ReadAsync(async (session, token) =>
        {
            await using var reader = await session.Hot("SELECT id, document FROM service_plans WHERE account = $1 ORDER BY id", vendor.ToString()).ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token)) plans.Add(new PlanDocument(reader.GetString(0), vendor, DocumentText.FromStorage(reader.GetString(1)).ToObject()));
            return plans.Count;
        }, ct);
        return [.. plans.OrderBy(plan => plan.Name, StringComparer.Ordinal)];
    }

    /// <summary>Plans by their ids; those that are gone are left out.</summary>
    public Task<Dictionary<string, PlanDocument>> PlansAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        database.ReadAsync((session, token) => BillingReads.PlansAsync(session, ids, token), ct);

    /// <summary>Stores a plan, new or known. Accounts that are billed by it are billed by the new prices from now on.</summary>
    /// <returns>False when another vendor has a plan of this id.</returns>
    public Task<bool> SavePlanAsync(PlanDocument plan, AuditContext by, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        var before = await LockedPlanAsync(session, plan.Id, token);
        var (now, version) = (Now, await Versions.BumpAsync(session, VersionKinds.Services, token));
        object[] values = [plan.Id, plan.Vendor.ToString(), DocumentText.From(plan.Document).ToString(), now.ToUnixTimeMilliseconds(), version];
        if (await session.Hot(UpsertPlan, values).ExecuteNonQueryAsync(token) == 0) return false;
        if (AuditEntry.OfPlan(before, plan) is { } entry) await ServicesAuditTable.WriteAsync(session, plan.Vendor, by, [entry], now, token);
        return true;
    }, WriteLane.Foreground, ct);

    /// <summary>Erases a plan that nobody is billed by.</summary>
    /// <returns>The accounts that are billed by it, when there are any: then it stays.</returns>
    public Task<IReadOnlyList<AccountId>> DeletePlanAsync(PlanDocument plan, AuditContext by, CancellationToken ct) => database.WriteAsync<IReadOnlyList<AccountId>>(async (session, token) =>
    {
        List<AccountId> users = [];
        await using (var reader = await session.Hot(LivingServices).ExecuteReaderAsync(token))
            while (await reader.ReadAsync(token))
                if (new AccountServices(DocumentText.FromStorage(reader.GetString(1)).ToObject()).Plans.Contains(plan.Id)) users.Add(AccountId.FromStorage(reader.GetString(0)));
        if (users.Count > 0) return users;
        var before = await LockedPlanAsync(session, plan.Id, token);
        if (await session.Hot("DELETE FROM service_plans WHERE id = $1 AND account = $2", plan.Id, plan.Vendor.ToString()).ExecuteNonQueryAsync(token) > 0
            && AuditEntry.OfPlan(before, null) is { } entry) await ServicesAuditTable.WriteAsync(session, plan.Vendor, by, [entry], Now, token);
        return users;
    }, WriteLane.Foreground, ct);

    /// <summary>What was written of plans, and of what accounts are billed by, after a version.</summary>
    public static async Task<(IReadOnlyList<PlanDocument> Plans, IReadOnlyList<(AccountId Account, AccountServices Services)> Accounts)> ChangedSinceAsync(
        DbSession session, long version, CancellationToken ct)
    {
        List<PlanDocument> plans = [];
        await using (var reader = await session.Hot("SELECT id, account, document FROM service_plans WHERE version > $1", version).ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                plans.Add(new PlanDocument(reader.GetString(0), AccountId.FromStorage(reader.GetString(1)), DocumentText.FromStorage(reader.GetString(2)).ToObject()));
        List<(AccountId, AccountServices)> accounts = [];
        await using (var reader = await session.Hot("SELECT account, document FROM account_services WHERE version > $1", version).ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                accounts.Add((AccountId.FromStorage(reader.GetString(0)), new AccountServices(DocumentText.FromStorage(reader.GetString(1)).ToObject())));
        return (plans, accounts);
    }

    /// <summary>What an account is billed by; nothing when nobody has said.</summary>
    public Task<AccountServices> ServicesOfAsync(AccountId account, CancellationToken ct) => database.ReadAsync((session, token) => ServicesAsync(session, account, token), ct);

    /// <summary>Changes what an account is billed by. What it holds already is written down with amount 0, and costs from the next month on.</summary>
    /// <param name="account">The account.</param>
    /// <param name="change">Changes the document it is given. May run more than once.</param>
    /// <param name="scope">What numbers count as.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<AccountServices> ChangeServicesAsync(AccountId account, Action<JsonObject> change, IBillingScope scope, AuditContext by, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        // A row to lock, also where there was none: two changes at once come one after the other.
        var month = ChargeRow.MonthOf(Now).ToUnixTimeMilliseconds();
        await session.Hot(NewServices, account.ToString(), "{}", month, Now.ToUnixTimeMilliseconds()).ExecuteNonQueryAsync(token);
        var (before, until) = await BillingReads.ServicesAsync(session, [account], true, token) is [var found] ? (found.Services, found.ChargedUntil) : (AccountServices.None, Now);
        await BillingMonths.ChargeAsync(session, account, before, await MergedAsync(session, before, token), until, Now, scope, token);
        var document = (JsonObject)before.Document.DeepClone();
        change(document);
        var after = new AccountServices(document);
        var was = await LinesAsync(session, account, before, scope, token);
        var will = await LinesAsync(session, account, after, scope, token);
        var opened = will.Keys.Union(was.Keys)
            .Select(key => (will.GetValueOrDefault(key) ?? was[key]) with { Amount = 0, Quantity = (will.GetValueOrDefault(key)?.Quantity ?? 0) - (was.GetValueOrDefault(key)?.Quantity ?? 0) })
            .Where(line => line.Quantity != 0);
        await BillingBook.ChargeAsync(session, $"services {BillingBook.NewId()}", opened, account, default, Now, token);

        // Last: until the commit nobody else counts on.
        var version = await Versions.BumpAsync(session, VersionKinds.Services, token);
        await session.Hot(UpdateServices, account.ToString(), DocumentText.From(document).ToString(), Now.ToUnixTimeMilliseconds(), version).ExecuteNonQueryAsync(token);
        await ServicesAuditTable.WriteAsync(session, account, by, AuditEntry.OfServices(before.Document, document), Now, token);
        return after;
    }, WriteLane.Foreground, ct);

    /// <summary>What changes would cost, and nothing else: no lock, no write.</summary>
    /// <param name="changes">Numbers before and after, in the order of the request.</param>
    /// <param name="scope">Who pays.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>The changed invoices; none when nobody is billed by a plan.</returns>
    public Task<IReadOnlyList<Invoice>> QuoteAsync(IReadOnlyList<(NumberRecord? Before, NumberRecord? After)> changes, IBillingScope scope, CancellationToken ct)
    {
        var owners = changes.SelectMany(change => (AccountId?[])[change.Before?.Account, change.After?.Account]).OfType<AccountId>().ToList();
        return database.ReadAsync<IReadOnlyList<Invoice>>(async (session, token) =>
        {
            if (await BillingBook.OpenAsync(session, scope, owners, Now, charges: false, except: null, token) is not { } run) return [];
            foreach (var (before, after) in changes) run.Add(before, after, isEnforced: false);
            return run.Invoices();
        }, ct);
    }

    /// <summary>True when somebody who pays for the accounts' numbers is billed by a plan with a bookkeeper of this type. Counts nothing.</summary>
    public Task<bool> IsKeptByAsync(string bookkeeper, IReadOnlyList<AccountId> owners, IBillingScope scope, CancellationToken ct) => database.ReadAsync(async (session, token) =>
    {
        var services = await BillingReads.ServicesAsync(session, [.. owners.SelectMany(scope.PayersOf).Distinct()], false, token);
        var plans = await BillingReads.PlansAsync(session, [.. services.SelectMany(entry => entry.Services.Plans)], token);
        return plans.Values.Any(plan => plan.Bookkeeper["type"]?.ToString() == bookkeeper);
    }, ct);

    /// <summary>An account as its bill has it now: plans, quantities, credit; none when no plan bills it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="services">What it is, or would be, billed by; none reads what is stored.</param>
    /// <param name="scope">What numbers count as.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<PayerBooks> BooksAsync(AccountId account, AccountServices? services, IBillingScope scope, CancellationToken ct) => database.ReadAsync(async (session, token) =>
        await BooksAsync(session, account, services ?? await ServicesAsync(session, account, token), scope, token), ct);

    /// <summary>The balance of an account, and what of it is held for open orders.</summary>
    public Task<(decimal Balance, decimal Held)> BalanceAsync(AccountId account, CancellationToken ct) =>
        database.ReadAsync((session, token) => BillingReads.BalanceAsync(session, account, token), ct);

    /// <summary>Writes down money that was paid in.</summary>
    /// <param name="account">Whose balance rises.</param>
    /// <param name="vendor">Who took the money.</param>
    /// <param name="amount">More than 0.</param>
    /// <param name="by">Who writes it down.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<ChargeRow> TopUpAsync(AccountId account, AccountId vendor, decimal amount, AuditContext by, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        var id = BillingBook.NewId();
        var line = new ChargeLine(account, vendor, BillingRun.Ledger, new ChargeItem("topup", "topup"), ChargeKind.TopUp, 0, 0, -amount);
        var row = new ChargeRow(id, id, line, ChargeRow.MonthOf(Now), account, null, null, Now);
        return database.WriteAsync(async (session, token) =>
        {
            await BillingBook.InsertAsync(session, row, token);
            await ServicesAuditTable.WriteAsync(session, account, by, [AuditEntry.OfTopUp(amount, row.Id)], row.Created, token);
            return row;
        }, WriteLane.Foreground, ct);
    }

    // Two who change one plan at once come one after the other: the log says from what each began.
    private static async Task<PlanDocument?> LockedPlanAsync(DbSession session, string id, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql) await session.Hot("SELECT id FROM service_plans WHERE id = $1 FOR UPDATE", id).ExecuteScalarAsync(ct);
        return (await BillingReads.PlansAsync(session, [id], ct)).GetValueOrDefault(id);
    }

    private async Task<Dictionary<(AccountId, string, ChargeItem), ChargeLine>> LinesAsync(
        DbSession session, AccountId account, AccountServices services, IBillingScope scope, CancellationToken ct) =>
        new BillingRun([await BooksAsync(session, account, services, scope, ct)], scope).AllInvoices().SelectMany(ChargeLine.OfMonth)
            .GroupBy(line => (line.Vendor, line.Bookkeeper, line.Item)).ToDictionary(group => group.Key, group => group.First() with { Quantity = group.Sum(line => line.Quantity) });

    // What is there, without what is being bought.
    private async Task<PayerBooks> BooksAsync(DbSession session, AccountId account, AccountServices services, IBillingScope scope, CancellationToken ct) =>
        await BillingReads.BooksAsync(session, account, services, await MergedAsync(session, services, ct), scope, buying: false, except: null, ChargeRow.MonthOf(Now), ct);

    private static async Task<IReadOnlyList<AccountPlan>> MergedAsync(DbSession session, AccountServices services, CancellationToken ct)
    {
        var plans = await BillingReads.PlansAsync(session, services.Plans, ct);
        return services.Merge(id => plans.GetValueOrDefault(id));
    }

    private static async Task<AccountServices> ServicesAsync(DbSession session, AccountId account, CancellationToken ct) =>
        await BillingReads.ServicesAsync(session, [account], false, ct) is [var found] ? found.Services : AccountServices.None;
}
