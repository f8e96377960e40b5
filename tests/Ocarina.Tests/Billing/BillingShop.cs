using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ocarina.Core;
using Ocarina.Manager.Billing;
using Ocarina.Storage;
using Ocarina.Storage.Billing;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Support;
using Xunit;
using static Ocarina.Tests.PhoneNumbers.NumberLab;

namespace Ocarina.Tests.Billing;

/// <summary>A family of accounts of which Alice is billed by her reseller's plan.</summary>
internal sealed class BillingShop : IAsyncDisposable
{
    private BillingShop(NumberLab lab) => Lab = lab;

    internal NumberLab Lab { get; }

    internal string PlanId { get; private set; } = "";

    private IDatabase Database => Lab.Server.Services.GetRequiredService<IDatabase>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="kind">Which database.</param>
    /// <param name="plan">The reseller's plan.</param>
    /// <param name="credit">What Alice has paid in.</param>
    /// <param name="assigns">False when the plan is assigned later.</param>
    internal static async Task<BillingShop> OpenAsync(DatabaseKind kind, string plan, decimal credit, bool assigns = true)
    {
        var shop = new BillingShop(await NumberLab.StartAsync(kind));
        var (lab, services) = (shop.Lab, $"/v2/accounts/{shop.Lab.Alice}/services");
        var made = await lab.CallAsync(lab.Reseller, "PUT", $"/v2/accounts/{lab.Reseller}/service_plans", plan);
        Assert.True(made.Status == 201, made.Text);
        shop.PlanId = (string)made.Data!["id"]!;
        if (credit > 0) Assert.Equal(200, (await lab.CallAsync(lab.Reseller, "POST", $"{services}/topup", $$"""{"amount":{{credit.ToString(CultureInfo.InvariantCulture)}}}""")).Status);
        if (assigns) await shop.AssignAsync();
        return shop;
    }

    internal async Task AssignAsync()
    {
        var assigned = await Lab.CallAsync(Lab.Reseller, "POST", $"/v2/accounts/{Lab.Alice}/services/{PlanId}");
        Assert.True(assigned.Status == 200, assigned.Text);
    }

    /// <summary>Alice buys, whatever it costs.</summary>
    internal Task<Reply> BuyAsync(string number) => Lab.CallAsync(Lab.Alice, "PUT", At(Lab.Alice, number, "activate") + "?accept_charges=true");

    // Past the API: tokens do not live for months.
    internal async Task<decimal> BalanceAsync() =>
        (await Lab.Server.Services.GetRequiredService<BillingDatabase>().BalanceAsync(AccountId.Parse(Lab.Alice), Ct)).Balance;

    /// <summary>Kind and amount of Alice's charges that cost something, newest first; without what she paid in.</summary>
    internal async Task<IReadOnlyList<(string Kind, decimal Amount)>> ChargesAsync() =>
        [.. (await Lab.CallAsync(Lab.Alice, "GET", $"/v2/accounts/{Lab.Alice}/charges?page_size=500")).Data!.AsArray()
            .Select(row => ((string)row!["kind"]!, (decimal)row["amount"]!)).Where(row => row.Item2 > 0)];

    internal async Task<JsonArray> DifferencesAsync() => (await Lab.CallAsync(Lab.Alice, "GET", $"/v2/accounts/{Lab.Alice}/charges/check")).Data!.AsArray();

    /// <summary>What she holds and what she is charged for agree.</summary>
    internal async Task MustBalanceAsync()
    {
        var differences = await Lab.Server.Services.GetRequiredService<ChargeCheck>().OfAllAsync(Ct);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    internal Task<int> ChargeMonthsAsync() =>
        Lab.Server.Services.GetServices<IHostedService>().OfType<BillingJob>().Single().RunPassAsync(Ct);

    /// <summary>Everything that a purchase could have changed: the number, its history, orders, holds, charges, messages.</summary>
    /// <remarks>Messages of before are addressed first: those that nobody wants go away then, whenever that is.</remarks>
    internal async Task<string> StateAsync(string number)
    {
        for (var i = 0; await CountAsync("outbox WHERE addressed = 0") > 0; i++)
        {
            Assert.True(i < 600, "messages wait to be addressed");
            await Task.Delay(50, Ct);
        }

        var counts = new List<long>();
        foreach (var table in (string[])["number_events", "orders", "credit_holds", "charges", "outbox"]) counts.Add(await CountAsync(table));
        return $"{await Lab.RecordAsync(number)} {string.Join(' ', counts)}";

        Task<long> CountAsync(string what) => Database.ReadAsync(
            (session, _) => session.Connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {what}", transaction: session.Transaction), Ct);
    }

    /// <summary>Loses what was charged, as a fault would.</summary>
    internal Task ForgetChargesAsync() => Database.WriteAsync(
        (session, _) => session.Connection.ExecuteAsync("DELETE FROM charges WHERE kind <> 'top_up'", transaction: session.Transaction), WriteLane.Foreground, Ct);

    public ValueTask DisposeAsync() => Lab.Server.DisposeAsync();
}
