using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Sandbox;

namespace Ocarina.Tests.Proof;

/// <summary>The carriers to practise on as a process of their own, our server as another, and 32 clients that buy.</summary>
internal sealed class TortureStage : IAsyncDisposable
{
    /// <summary>Carriers by our names.</summary>
    public static readonly string[] Carriers = ["bandwidth", "bandwidth2", "voxbone"];

    private const int BuyersCount = 32;
    private const int SearchersCount = 2;
    private const int JournalPage = 1000;
    private const int ShownByEachCount = 4;
    private static readonly TimeSpan BetweenKillsMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(3);

    private readonly SandboxProcess _sandbox;
    private readonly HttpClient _control;
    private readonly Market _market;
    private readonly int _seed;

    private TortureStage(SandboxProcess sandbox, HttpClient control, Market market, int seed) => (_sandbox, _control, _market, _seed) = (sandbox, control, market, seed);

    /// <summary>Starts all of it, calm.</summary>
    public static async Task<TortureStage> OpenAsync(DatabaseKind kind, int seed, CancellationToken ct)
    {
        var sandbox = await SandboxProcess.StartAsync("--seed", seed.ToString(CultureInfo.InvariantCulture));
        try
        {
            var control = SandboxLab.NewClient(sandbox.ControlAddress);
            await SandboxLab.TellAsync(control, "/reset", $$"""{"seed":{{seed}},"scale":10}""");
            await SandboxLab.TellAsync(control, "/carriers/voxbone/rate", """{"per_second":200}""");
            var stage = new TortureStage(sandbox, control, await Market.OpenAsync(kind, ct, BuyersCount), seed);
            await stage.ConfigureAsync(ct);
            await TortureMoney.SwitchOnAsync(stage._market, ct);
            return stage;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets everybody buy in the storm while the server is killed and started again, then lets the storm end and looks at the books.</summary>
    /// <param name="kills">How often it is killed.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<TortureResult> RunAsync(int kills, CancellationToken ct)
    {
        var hall = new TortureHall();
        // Searches of the master account are offers to all below it: numbers that everybody is after.
        var searchers = Enumerable.Range(0, SearchersCount).Select(i => new TortureBuyer(hall, _market.Master, new Random(_seed - 1 - i))).ToList();
        await SetAsync("number_manager.voxbone", new JsonObject { ["search_mode"] = "offers" }, ct);
        foreach (var search in TortureBuyer.Searches) await searchers[0].SearchAsync(ct, 60, search);
        await SetAsync("number_manager.voxbone", new JsonObject { ["search_mode"] = "both" }, ct);
        foreach (var search in TortureBuyer.Searches) await searchers[0].SearchAsync(ct, 60, search);
        // Each by itself as well: who answers last would have nothing to sell otherwise.
        foreach (var carrier in Carriers)
        {
            await AskAsync([carrier], ct);
            foreach (var search in TortureBuyer.Searches.Take(ShownByEachCount)) await searchers[0].SearchAsync(ct, 60, search);
        }

        await AskAsync(Carriers, ct);
        var buyers = _market.Buyers.Select((buyer, i) => new TortureBuyer(hall, buyer, new Random(_seed + i))).ToList();

        await SandboxLab.TellAsync(_control, "/profile", $$"""{"name":"storm","seed":{{_seed}}}""");
        using var stop = new CancellationTokenSource();
        hall.Open();
        var acting = buyers.Select(buyer => Task.Run(() => buyer.RunAsync(stop.Token, ct), ct))
            .Concat(searchers.Select(searcher => Task.Run(() => SearchOnAsync(hall, searcher, stop.Token, ct), ct))).ToList();
        var watch = Stopwatch.StartNew();
        await KillAsync(hall, kills, ct);
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        await stop.CancelAsync();
        await Task.WhenAll(acting).WaitAsync(AnswerMax, ct);

        await SandboxLab.TellAsync(_control, "/profile", """{"name":"calm"}""");
        var stormed = watch.Elapsed;
        watch.Restart();
        var ours = await OurBooks.ReadAsync(_market.Server);
        while (!ours.Orders.All(order => order.IsEnded) && watch.Elapsed < SettleMax)
        {
            await Task.Delay(500, ct);
            ours = await OurBooks.ReadAsync(_market.Server);
        }

        var settled = watch.Elapsed;
        var theirs = CarrierBooks.Read(await SandboxLab.AskAsync(_control, "/ledger"));
        List<string> faults = [.. TortureCheck.Faults(theirs, ours, [.. buyers.Select(buyer => buyer.Told)], Carriers, keepers: "bandwidth"), .. await TortureMoney.FaultsAsync(_market, ours, ct), .. hall.Odd.Take(20)];
        await _market.MustBeSoundAsync(ct);
        return new TortureResult(ours, theirs, [.. buyers.Select(buyer => buyer.Told)], hall, await StruckAsync(ct), stormed, settled, faults);
    }

    /// <summary>What the server complained about last.</summary>
    public string Complaints => string.Join('\n', _market.Server.Output.Split('\n').Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _market.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    private async Task KillAsync(TortureHall hall, int kills, CancellationToken ct)
    {
        var random = new Random(_seed);
        for (var kill = 0; kill < kills; kill++)
        {
            // Mostly in the middle of buying, now and then before the work left behind was looked at.
            await hall.AnsweredAsync(random.Next(6) == 0 ? 0 : random.Next(1, 40), BetweenKillsMax, ct);
            Kills.Linger(random);
            hall.Close();
            await _market.Server.KillAsync();
            await _market.Server.StartAsync();
            hall.Open();
        }
    }

    private static async Task SearchOnAsync(TortureHall hall, TortureBuyer searcher, CancellationToken stop, CancellationToken ct)
    {
        while (!stop.IsCancellationRequested)
        {
            await hall.UpAsync(ct);
            await searcher.SearchAsync(ct, quantity: 60);
            await Task.Delay(700, ct);
        }
    }

    private async Task ConfigureAsync(CancellationToken ct)
    {
        await BuyAtAsync("bandwidth", new JsonObject
        {
            ["numbers_api_url"] = $"{_sandbox.Address}bw1/numbers.api", ["developer_key"] = "sandbox-developer-key",
            ["tollfree_api_url"] = $"{_sandbox.Address}bw1tf/NumberManagementService.asmx", ["tollfree_login"] = "sandbox@example.com", ["tollfree_password"] = "s&ndbox<1>",
        });
        await BuyAtAsync("bandwidth2", new JsonObject
        {
            ["base_url"] = $"{_sandbox.Address}bw2/api", ["account_id"] = "9500001", ["api_username"] = "sandbox", ["api_password"] = "sandbox-password",
            ["site_id"] = "1337", ["sip_peer"] = "13337",
        });
        await BuyAtAsync("voxbone", new JsonObject
        {
            ["base_url"] = $"{_sandbox.Address}vox/ws-voxbone/services/rest/", ["environment"] = "production", ["username"] = "sandbox", ["password"] = "sandbox-password",
            ["page_size"] = 100,
        });
        await AskAsync(Carriers, ct);

        Task BuyAtAsync(string carrier, JsonObject section)
        {
            section["enable_provisioning"] = true;
            section["sandbox_provisioning"] = false; // the orders really go to the sandbox
            section["request_timeout_ms"] = 1500;
            section["acquire_wait_ms"] = 500;
            section["recover_lag_s"] = 5;
            section["settle_max_interval_s"] = 5;
            section["rate_limit_per_s"] = 1000;
            section["max_in_flight"] = 64;
            return SetAsync($"number_manager.{carrier}", section, ct);
        }
    }

    private Task AskAsync(IEnumerable<string> carriers, CancellationToken ct) => SetAsync("number_manager", new JsonObject
    {
        ["carrier_modules"] = new JsonArray(["knm_local", "knm_inventory", .. carriers.Select(carrier => (JsonNode)$"knm_{carrier}")]),
        ["number_search_timeout_ms"] = 3000,
    }, ct);

    private Task SetAsync(string document, JsonObject section, CancellationToken ct) =>
        _market.Master.MustAsync(200, "PATCH", $"/v2/system_configs/{document}/default", section, ct);

    // How often each kind of fault struck.
    private async Task<IReadOnlyDictionary<string, int>> StruckAsync(CancellationToken ct)
    {
        var struck = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (long from = 1; ;)
        {
            ct.ThrowIfCancellationRequested();
            var entries = (await SandboxLab.AskAsync(_control, string.Create(CultureInfo.InvariantCulture, $"/journal?from_seq={from}")))["entries"]!.AsArray(); // always there
            foreach (var entry in entries)
            {
                from = (long)entry!["seq"]! + 1; // as above
                if ((string?)entry["fault"] is not { } fault) continue;
                var name = fault.Split(' ')[0];
                if (name == "status") name = $"status {(int?)entry["status"]}";
                struck[name] = struck.GetValueOrDefault(name) + 1;
            }

            if (entries.Count < JournalPage) return struck;
        }
    }
}

/// <summary>What came of a run.</summary>
internal sealed record TortureResult(
    OurBooks Ours, CarrierBooks Theirs, IReadOnlyList<Told> Told, TortureHall Hall, IReadOnlyDictionary<string, int> Struck, TimeSpan Stormed, TimeSpan Settled, IReadOnlyList<string> Faults)
{
    /// <summary>The figures for people.</summary>
    public string Figures(int kills) => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{kills} kills in {Stormed.TotalSeconds:0} s, all settled {Settled.TotalSeconds:0.0} s after the storm; {Faults.Count} faults"),
        $"orders: {Counted(Ours.Orders.Select(order => $"{order.Carrier} {order.Kind} {order.State} {order.Outcome} {order.Error}".TrimEnd()))}",
        $"sold: {Counted(Theirs.Sold.Select(sale => sale.Carrier))}; held: {Counted(Theirs.Held.Select(sale => sale.Carrier))}",
        $"told: {Told.Sum(one => one.Won.Count)} numbers won, {Told.Sum(one => one.Promised.Count)} orders promised, {Told.Sum(one => one.GivenBack.Count)} given back",
        $"answers: {string.Join(", ", Hall.Answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}"))}",
        $"carriers' faults: {string.Join(", ", Struck.Select(one => $"{one.Key}: {one.Value}"))}",
    ]);

    private static string Counted(IEnumerable<string> names) =>
        string.Join(", ", names.CountBy(name => name).OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));
}
