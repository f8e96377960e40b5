using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Features;
using Ocarina.Storage.Orders;

namespace Ocarina.Storage.Billing;

/// <summary>What pricing has to read, inside a transaction or outside of one.</summary>
internal static class BillingReads
{
    private const string Balance =
        """
        SELECT (SELECT COALESCE(SUM(amount), 0) FROM charges WHERE payer = $1),
               (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE payer = $1 AND bookkeeper = 'ledger')
        """;

    // Read while a buyer waits, and for large accounts many: no more than what counts. The field that is billed by hand is rare.
    private static readonly string Counted =
        $"SELECT number, carrier, features, CASE WHEN public_fields LIKE '%\"{PublicFields.Billing}\"%' THEN public_fields END FROM numbers WHERE state IN ("
        + string.Join(", ", Enum.GetValues<NumberState>().Where(NumberUnits.IsCounted).Select(state => $"'{state.Name()}'")) + ") AND ";

    private const string OfAccount = "account = $1";
    private const string Begun = "SELECT category, item FROM charges WHERE payer = $1 AND period = $2 AND kind = 'recurring' GROUP BY category, item HAVING SUM(quantity) > 0";

    internal const string Below =
        "account IN (SELECT below.id FROM accounts top JOIN accounts below ON below.path > top.path AND below.path < top.path || '~' WHERE top.id = $1 AND below.id <> top.id)";

    private static readonly string OpenOrders = $"SELECT {OrderColumns.Names} FROM orders WHERE kind = 'acquire' AND {OrdersDatabase.IsOpenSql} AND ";

    /// <summary>The services of accounts that are billed at all, in order of the account, and until when their months are charged.</summary>
    internal static async Task<List<(AccountId Account, AccountServices Services, DateTimeOffset ChargedUntil)>> ServicesAsync(
        DbSession session, IReadOnlyCollection<AccountId> accounts, bool locks, CancellationToken ct)
    {
        List<(AccountId, AccountServices, DateTimeOffset)> found = [];
        if (accounts.Count == 0) return found;
        var (list, values) = In(session, accounts.Select(account => account.ToString()).Distinct());
        var sql = $"SELECT account, document, charged_until FROM account_services WHERE account {list} ORDER BY account{(locks && session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE" : "")}";
        await using var reader = await session.Hot(sql, values).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add((AccountId.FromStorage(reader.GetString(0)), new AccountServices(DocumentText.FromStorage(reader.GetString(1)).ToObject()), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2))));
        return found;
    }

    /// <summary>Plans by their ids; those that are gone are left out.</summary>
    internal static async Task<Dictionary<string, PlanDocument>> PlansAsync(DbSession session, IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        Dictionary<string, PlanDocument> plans = new(StringComparer.Ordinal);
        if (ids.Count == 0) return plans;
        var (list, values) = In(session, ids.Distinct(StringComparer.Ordinal));
        await using var reader = await session.Hot($"SELECT id, account, document FROM service_plans WHERE id {list}", values).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var plan = new PlanDocument(reader.GetString(0), AccountId.FromStorage(reader.GetString(1)), DocumentText.FromStorage(reader.GetString(2)).ToObject());
            plans[plan.Id] = plan;
        }

        return plans;
    }

    /// <summary>What a payer has, and his balance.</summary>
    /// <param name="session">The transaction, or a read.</param>
    /// <param name="payer">The account.</param>
    /// <param name="services">What it is billed by.</param>
    /// <param name="plans">The same, merged.</param>
    /// <param name="scope">What numbers count as.</param>
    /// <param name="buying">True when what is being bought counts as there: for prices that depend on how many there will be. Months charge only what is there.</param>
    /// <param name="except">Key of an order that does not count.</param>
    /// <param name="month">The month that has been charged for; none where one begins.</param>
    /// <param name="ct">Ends the waiting.</param>
    internal static async Task<PayerBooks> BooksAsync(
        DbSession session, AccountId payer, AccountServices services, IReadOnlyList<AccountPlan> plans, IBillingScope scope, bool buying, string? except,
        DateTimeOffset? month, CancellationToken ct)
    {
        var own = await UnitsAsync(session, payer, OfAccount, scope, buying, except, ct);
        var cascade = plans.Any(plan => plan.Plan.Cascades) ? await UnitsAsync(session, payer, Below, scope, buying, except, ct) : Quantities.None;
        var (balance, held) = await BalanceAsync(session, payer, ct);
        var begun = month is { } current && plans.Any(plan => plan.Plan.OwesOnceBegun) ? await BegunAsync(session, payer, current, ct) : [];
        return new PayerBooks(payer, plans, new AccountUsage(own, cascade) { Begun = begun }, services.Manual, balance - held + services.MayOwe);
    }

    private static async Task<ImmutableHashSet<ChargeItem>> BegunAsync(DbSession session, AccountId payer, DateTimeOffset month, CancellationToken ct)
    {
        var begun = ImmutableHashSet.CreateBuilder<ChargeItem>();
        await using var reader = await session.Hot(Begun, payer.ToString(), month.ToUnixTimeMilliseconds()).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) begun.Add(new ChargeItem(reader.GetString(0), reader.GetString(1)));
        return begun.ToImmutable();
    }

    /// <summary>The balance of an account: minus the sum of its charges; and what is held for open orders.</summary>
    internal static async Task<(decimal Balance, decimal Held)> BalanceAsync(DbSession session, AccountId payer, CancellationToken ct)
    {
        await using var reader = await session.Hot(Balance, payer.ToString()).ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (-Millionths(reader.GetValue(0)), Millionths(reader.GetValue(1)));
    }

    /// <summary><c>= ANY($1)</c> with its list, or the same for an engine without arrays.</summary>
    internal static (string List, object?[] Values) In(DbSession session, IEnumerable<string> texts) => session.Kind == DatabaseKind.PostgreSql
        ? ("= ANY($1)", [texts.ToArray()])
        : ("IN (SELECT value FROM json_each($1))", [new JsonArray([.. texts.Select(text => (JsonNode)text)]).ToJsonString()]);

    // Sums of whole numbers are decimals on PostgreSQL.
    internal static decimal Millionths(object value) => Money.FromMillionths(Convert.ToInt64(value, CultureInfo.InvariantCulture));

    /// <summary>What an account's own numbers count for, by their carrier.</summary>
    internal static async Task<Dictionary<CarrierName, Quantities>> UnitsByCarrierAsync(DbSession session, AccountId account, IBillingScope scope, CancellationToken ct)
    {
        Dictionary<CarrierName, UnitCount> units = [];
        await CountAsync(session, account, OfAccount, carrier => units.TryGetValue(carrier, out var its) ? its : units[carrier] = new UnitCount(scope), ct);
        return units.ToDictionary(pair => pair.Key, pair => pair.Value.ToQuantities());
    }

    private static async Task CountAsync(DbSession session, AccountId account, string which, Func<CarrierName, UnitCount> countOf, CancellationToken ct)
    {
        Dictionary<string, CarrierName> carriers = new(StringComparer.Ordinal);
        await using var reader = await session.Hot(Counted + which, account.ToString()).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var text = reader.GetString(1);
            if (!carriers.TryGetValue(text, out var carrier)) carriers[text] = carrier = CarrierName.Parse(text);
            countOf(carrier).Add(
                PhoneNumber.FromStorage(reader.GetString(0)), carrier, DocumentText.FromStorage(reader.GetString(2)), reader.IsDBNull(3) ? default : DocumentText.FromStorage(reader.GetString(3)));
        }
    }

    private static async Task<Quantities> UnitsAsync(DbSession session, AccountId account, string which, IBillingScope scope, bool buying, string? except, CancellationToken ct)
    {
        var units = new UnitCount(scope);
        await CountAsync(session, account, which, _ => units, ct);
        if (!buying) return units.ToQuantities();
        foreach (var order in (await OrderColumns.ReadAllAsync(session.Hot(OpenOrders + which, account.ToString()), ct)).Where(order => order.Id.ToString() != except))
            units.Add(order.ToBought());
        return units.ToQuantities();
    }
}
