using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;

namespace Ocarina.Tests.Proof;

/// <summary>Money in the torture: every buyer is billed by a plan through a ledger, and afterwards the books must balance.</summary>
internal static class TortureMoney
{
    private const decimal Credit = 100_000;
    private const decimal Activation = 2.5m;
    private const decimal Monthly = 1.25m;

    /// <summary>Gives every buyer a plan and more credit than he can spend.</summary>
    public static async Task SwitchOnAsync(Market market, CancellationToken ct)
    {
        var price = new JsonObject { ["as"] = "number", ["rate"] = Monthly, ["activation_charge"] = Activation };
        var plan = new JsonObject
        {
            ["name"] = "Torture",
            ["plan"] = new JsonObject { ["phone_numbers"] = new JsonObject { ["_all"] = price } },
            ["bookkeeper"] = new JsonObject { ["type"] = "ledger" },
        };
        var made = await market.Master.MustAsync(201, "PUT", $"/v2/accounts/{market.Master.Account}/service_plans", plan, ct);
        foreach (var buyer in market.Buyers)
        {
            var services = $"/v2/accounts/{buyer.Account}/services";
            await market.Master.MustAsync(200, "POST", $"{services}/{made.Data!["id"]}", null, ct);
            await market.Master.MustAsync(200, "POST", $"{services}/topup", new JsonObject { ["amount"] = Credit }, ct);
        }
    }

    /// <summary>What is wrong with the books: charged and not bought, bought and not charged, charged twice, held for nothing.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(Market market, OurBooks ours, CancellationToken ct)
    {
        await using var connection = await RawDatabase.OpenAsync(market.Server);
        var rows = (await connection.QueryAsync<(string Cause, string Payer, string Kind, long Amount)>("SELECT cause, payer, kind, amount FROM charges WHERE kind <> 'top_up'")).ToList();
        var held = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM credit_holds");
        var byCause = rows.ToLookup(row => row.Cause);
        List<string> faults = [];
        if (held > 0) faults.Add($"{held} holds are left and no order is open");
        foreach (var order in ours.Orders.Where(order => order.Kind == "acquire"))
        {
            var charged = byCause[order.Id].ToList();
            if (!order.IsBought && charged.Count > 0) faults.Add($"order {order.Id} bought nothing and is charged");
            if (order.IsBought && charged.Sum(row => row.Amount) != Millionths(Activation + Monthly)) faults.Add($"order {order.Id} is charged {charged.Sum(row => row.Amount)}");
            if (charged.Any(row => row.Payer != order.Account)) faults.Add($"order {order.Id} is charged to somebody else");
        }

        foreach (var buyer in market.Buyers)
        {
            var differences = (await buyer.MustAsync(200, "GET", $"/v2/accounts/{buyer.Account}/charges/check", null, ct)).Data!.AsArray();
            if (differences.Count > 0) faults.Add($"{buyer.Account} holds other than it is charged for: {differences.ToJsonString()}");
            var total = (decimal)(await buyer.MustAsync(200, "GET", $"/v2/accounts/{buyer.Account}/ledgers/total", null, ct)).Data!["amount"]!; // always there
            var spent = rows.Where(row => row.Payer == buyer.Account).Sum(row => row.Amount);
            if (Millionths(Credit - total) != spent) faults.Add($"{buyer.Account} has {Text(total)} left and spent {spent} millionths");
        }

        return faults;
    }

    private static long Millionths(decimal amount) => (long)(amount * 1_000_000m);

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
