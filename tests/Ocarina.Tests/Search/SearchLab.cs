using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Search;
using Ocarina.Storage;
using Ocarina.Tests.Identity;
using Ocarina.Tests.Support;
using Xunit;
using Some = Ocarina.Tests.Storage.Some;

namespace Ocarina.Tests.Search;

/// <summary>A running server whose carriers a test writes itself: master > alice > junior. The clock is moved by hand.</summary>
internal sealed class SearchLab : IAsyncDisposable
{
    private readonly ScriptedCarriers _carriers = new();

    internal HandClock Clock { get; } = new();

    internal TestServer Server { get; private set; } = null!; // set before anybody can have the laboratory

    internal string Alice { get; private set; } = "";

    internal string Junior { get; private set; } = "";

    internal NumbersDatabase Numbers => Server.Services.GetRequiredService<NumbersDatabase>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static async Task<SearchLab> StartAsync(DatabaseKind kind)
    {
        var lab = new SearchLab();
        lab.Server = await TestServer.StartAsync(kind, lab.Clock, services => services.AddSingleton<ICarriers>(lab._carriers));
        lab.Alice = await lab.Server.CreateAccountAsync("Alice");
        lab.Junior = await lab.Server.CreateAccountAsync("Junior", lab.Alice);
        return lab;
    }

    /// <summary>Enables the stock of the first start and these carriers, in this order.</summary>
    internal async Task UseAsync(int timeoutMs, params ScriptedCarrier[] carriers)
    {
        _carriers.Carriers = carriers;
        var modules = new JsonArray(["knm_inventory", .. carriers.Select(carrier => (JsonNode)carrier.Name.KazooName)]).ToJsonString();
        await SetAsync($$"""{"carrier_modules":{{modules}},"number_search_timeout_ms":{{timeoutMs}}}""");
    }

    internal async Task SetAsync(string settings)
    {
        var reply = await Server.SendAsync("PATCH", "/v2/system_configs/number_manager/default", $$"""{"data":{{settings}}}""");
        Assert.True(reply.Status == 200, reply.Text);
    }

    internal async Task<Reply> SearchAsync(string query, string? account = null, string? token = null)
    {
        account ??= Alice;
        return await Server.SendAsync("GET", $"/v2/accounts/{account}/phone_numbers?prefix={query}", token: token ?? await Server.TokenAsync(account));
    }

    internal async Task<Reply> CallAsync(string account, string verb, string path, string? data = null) =>
        await Server.SendAsync(verb, $"/v2/accounts/{account}/phone_numbers{path}", data is null ? null : $$"""{"data":{{data}}}""", await Server.TokenAsync(account));

    /// <summary>Puts a number in a state, as the master account may.</summary>
    internal async Task HaveAsync(string state, string number, string carrier = "inventory", string? owner = null)
    {
        var reply = await Server.SendAsync(
            "PUT", $"/v2/accounts/{owner ?? Server.Master}/phone_numbers/{Uri.EscapeDataString(number)}", $$$"""{"data":{"create_with_state":"{{{state}}}","carrier_name":"{{{carrier}}}"}}""");
        Assert.True(reply.Status == 201, reply.Text);
    }

    /// <summary>A number as the old system kept what its searches had found.</summary>
    internal async Task ImportDiscoveryAsync(string number, string carrier)
    {
        var record = Some.Record(PhoneNumber.Parse(number), NumberState.Discovery, carrier: CarrierName.Parse(carrier));
        Assert.IsType<ChangeOutcome.Written>(Assert.Single(await Numbers.ApplyAsync([Some.Creation(record)], null, WriteLane.Foreground, Ct)));
    }

    /// <summary>The offer of a number that an account could buy.</summary>
    internal async Task<Offer?> OfferAsync(string account, string number)
    {
        var wanted = PhoneNumber.Parse(number);
        return (await Numbers.FindOffersAsync([AccountId.Parse(account)], [wanted], Clock.GetUtcNow(), Ct)).GetValueOrDefault(wanted);
    }

    /// <summary>Changes rows as no request can.</summary>
    internal Task<int> ExecuteAsync(string sql) => Server.Services.GetRequiredService<IDatabase>().WriteAsync(
        (session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, transaction: session.Transaction, cancellationToken: ct)), WriteLane.Foreground, Ct);

    /// <summary>Ends when no carrier is waited for in the background any more.</summary>
    internal Task LateAsync() => Server.Services.GetRequiredService<LateAnswers>().IdleAsync().WaitAsync(Patience.Max, Ct);

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>One laboratory for each database, shared by the tests of a class.</summary>
public sealed class SearchLabs : IAsyncLifetime
{
    private readonly Dictionary<DatabaseKind, SearchLab> _running = [];

    internal async Task<SearchLab> OverAsync(DatabaseKind kind)
    {
        if (!_running.TryGetValue(kind, out var lab)) _running[kind] = lab = await SearchLab.StartAsync(kind);
        return lab;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in _running.Values) await lab.DisposeAsync();
    }
}

/// <summary>What search replies are compared with.</summary>
internal static class SearchReplies
{
    internal static string[] Found(this Reply reply)
    {
        Assert.True(reply.Status == 200, reply.Text);
        return [.. reply.Data!.AsArray().Select(row => (string)row!["number"]!)];
    }

    /// <summary>Name, state and error of each carrier: <c>telnyx late</c>, <c>simwood error timeout</c>.</summary>
    internal static string[] Carriers(this JsonNode envelope) =>
        [.. envelope["carriers"]!.AsArray().Select(carrier => $"{(string?)carrier!["name"]} {(string?)carrier["state"]} {(int?)carrier["count"]} {(string?)carrier["error"]}".TrimEnd())];
}
