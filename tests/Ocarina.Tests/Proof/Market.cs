using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>A running server with a master account and 64 buyers below it that are strangers to each other, each with its own token.</summary>
internal sealed class Market : IAsyncDisposable
{
    /// <summary>How many buyers there are.</summary>
    public const int BuyersCount = 64;

    private Market(ServerProcess server, Api master, Api[] buyers) => (Server, Master, Buyers) = (server, master, buyers);

    public ServerProcess Server { get; }

    public Api Master { get; }

    public IReadOnlyList<Api> Buyers { get; }

    public static async Task<Market> OpenAsync(DatabaseKind kind, CancellationToken ct, int buyers = BuyersCount)
    {
        var server = await ServerProcess.StartAsync(kind);
        try
        {
            var master = await Api.LoginAsync(server.Client, ServerProcess.ApiKey, ct);
            return new Market(server, master, await master.MakeChildrenAsync(buyers, "buyer", ct));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Numbers with these leading characters, as many as wanted, all eleven digits long.</summary>
    public static IReadOnlyList<string> NumbersOf(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(i => prefix + i.ToString(CultureInfo.InvariantCulture).PadLeft(12 - prefix.Length, '0'))];

    /// <summary>A file of stock for sale to all.</summary>
    public static string StockCsv(IEnumerable<string> numbers) =>
        "e164,state,carrier_module\n" + string.Concat(numbers.Select(number => $"{number},available,inventory\n"));

    /// <summary>Puts numbers on sale.</summary>
    public async Task<IReadOnlyList<string>> StockAsync(string prefix, int count, CancellationToken ct)
    {
        var numbers = NumbersOf(prefix, count);
        var answers = await Master.ImportAsync(Server.Address, StockCsv(numbers), ct);
        Assert.Equal(count, answers.Count(answer => answer.Value == "created"));
        return numbers;
    }

    /// <summary>Lets all buyers act at the same moment.</summary>
    public async Task<Reply[]> AllAtOnceAsync(Func<Api, int, Task<Reply>> act)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acts = Buyers.Select(async (buyer, i) =>
        {
            await gate.Task;
            return await act(buyer, i);
        }).ToArray();
        gate.SetResult();
        return await Task.WhenAll(acts);
    }

    /// <summary>What holds after whatever happened: chains whole, rows as their events say, one event for each revision.</summary>
    public async Task MustBeSoundAsync(CancellationToken ct)
    {
        var report = await Master.VerifyAsync(ct);
        Assert.True(report["broken"]!.AsArray().Count == 0 && report["different"]!.AsArray().Count == 0, report.ToJsonString());
        Assert.Empty(await RawDatabase.MiscountedAsync(Server));
    }

    /// <summary>The state and the owner of every number with these leading characters, as the master account sees them.</summary>
    public async Task<Dictionary<string, (string State, string Owner)>> HoldingsAsync(string prefix, CancellationToken ct) =>
        (await Master.ExportAsync("", ct)).Where(row => row["e164"].StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(row => row["e164"], row => (row["state"], row["account_id"]), StringComparer.Ordinal);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>The 409 that losers are told.</summary>
    public static void MustBeNotAvailable(JsonNode? error) => Assert.True(
        error?["code"]?.GetValue<int>() == 409 && error["error"]?.GetValue<string>() == "not_available", error?.ToJsonString());
}

/// <summary>One market for each database, opened by the first test that asks.</summary>
public sealed class Markets : IAsyncLifetime
{
    private readonly Dictionary<DatabaseKind, Task<Market>> _open = [];

    internal Task<Market> GetAsync(DatabaseKind kind)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(kind, out var market)) _open[kind] = market = Market.OpenAsync(kind, TestContext.Current.CancellationToken);
            return market;
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var market in _open.Values)
            if (market.IsCompletedSuccessfully) await (await market).DisposeAsync();
    }
}
