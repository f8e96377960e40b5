using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Search;

namespace Ocarina.Manager.Search;

/// <summary>Searches the stock and all enabled carriers at once, under one deadline (numbers.md 10; design.md 2, promise 8). It writes nothing to the numbers.</summary>
/// <remarks>docs/decisions/0011-search-pages.md tells how pages are cut.</remarks>
public sealed class SearchOperation(
    NumberDesk desk, CarrierDesk carriers, SearchDatabase pages, LateAnswers late, TimeProvider clock, ILogger<SearchOperation> logger, ILoggerFactory loggers)
{
    /// <summary>Longest time that late carriers get after the deadline; as long as the deadline itself, when that is shorter. Default 30 s.</summary>
    public static readonly TimeSpan LateTimeMax = TimeSpan.FromSeconds(30);

    // A carrier that is told to stop answers a moment later.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly FanOut _fanOut = new(clock, loggers.CreateLogger<FanOut>());
    private readonly StockSearch _stock = new(desk);

    /// <summary>Answers one page, when all have answered or the deadline has come.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="search">What.</param>
    /// <param name="ct">Cancels the search, the questions to carriers among it.</param>
    public async Task<SearchPage> RunAsync(SearchCaller caller, NumberSearch search, CancellationToken ct)
    {
        var (plan, asked, rowsMax) = Plan(caller, search);
        if (plan.Carriers.IsEmpty) return await StockPageAsync(plan, asked, rowsMax, ct);
        await foreach (var news in StreamAsync(caller, search, ct))
            if (news is SearchNews.Ended ended) return ended.Page;
        throw new InvalidOperationException("A search ended without its end.");
    }

    /// <summary>The same, telling what comes as it comes.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="search">What.</param>
    /// <param name="ct">Cancels the search, the questions to carriers among it.</param>
    public async IAsyncEnumerable<SearchNews> StreamAsync(SearchCaller caller, NumberSearch search, [EnumeratorCancellation] CancellationToken ct)
    {
        (var plan, search, var rowsMax) = Plan(caller, search);
        if (plan.Carriers.IsEmpty)
        {
            yield return new SearchNews.Ended(await StockPageAsync(plan, search, rowsMax, ct));
            yield break;
        }

        var id = caller.IdOf(search);
        if (search.Offset > 0 && await pages.ReadAsync(id, search.Offset, search.Quantity, ct) is { } stored)
        {
            yield return new SearchNews.Ended(FromStored(stored));
            yield break;
        }

        var settings = desk.Config.SettingsFor(null);
        var deadline = TimeSpan.FromMilliseconds(settings.SearchTimeoutMs);
        var lateTime = deadline < LateTimeMax ? deadline : LateTimeMax;
        var intake = new SearchIntake(desk, pages, caller, plan, rowsMax);
        foreach (var (name, why) in plan.Skipped) intake.Note(new CarrierReport(name, CarrierSearchState.Skipped, 0, 0) { Error = new CarrierError(why) });
        var run = _fanOut.Start(SourcesOf(plan, caller, search, rowsMax, deadline + lateTime));
        var isKept = false;
        try
        {
            await foreach (var answer in run.ReadAsync(deadline, ct))
            {
                var (report, _, fresh) = await intake.TakeAsync(answer, isLate: false, ct);
                if (report.State is CarrierSearchState.Error or CarrierSearchState.Late) Log(report);
                yield return new SearchNews.Arrived(report, [.. fresh.Take(search.Quantity)]);
            }

            foreach (var silent in run.Silent)
            {
                var report = new CarrierReport(silent.Name, CarrierSearchState.Late, 0, (long)run.Elapsed.TotalMilliseconds);
                intake.Note(report);
                Log(report);
            }

            var (rows, entries) = intake.Settle();
            var kept = new StoredSearch(id, caller.Owner, RandomNumberGenerator.GetHexString(32, lowercase: true), Write(intake.Reports), desk.Now.AddSeconds(settings.SearchCacheTtlS));
            await pages.StoreAsync(kept, entries, ct);
            var reports = intake.Reports;
            isKept = run.Silent.Count > 0 && late.TryKeep(stop => AddLateAsync(run, intake, kept, lateTime, stop));
            yield return new SearchNews.Ended(new SearchPage(
                [.. rows.Skip(search.Offset).Take(search.Quantity)], [.. entries.Offers.Skip(search.Offset).Take(search.Quantity)], reports));
        }
        finally
        {
            if (!isKept) run.Dispose();
        }
    }

    private (SearchPlan Plan, NumberSearch Search, int RowsMax) Plan(SearchCaller caller, NumberSearch search)
    {
        var rowsMax = desk.SearchQuantityMax;
        search = search with { Quantity = Math.Min(search.Quantity, rowsMax) };
        return (SearchPlan.Of(desk, carriers, caller, search), search, rowsMax);
    }

    // Behind what the pages had, each arrival sorted within itself: no page that was shown changes.
    private async Task AddLateAsync(FanOutRun run, SearchIntake intake, StoredSearch kept, TimeSpan time, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ending = run.EndAfterAsync(time, over.Token);
        try
        {
            await foreach (var answer in run.ReadAsync(time + LastWords, ct))
            {
                var (report, fresh, _) = await intake.TakeAsync(answer, isLate: true, ct);
                if (report.State == CarrierSearchState.Error) Log(report);
                // Somebody asks the same again meanwhile: then his answers count, not these.
                if (!await pages.AppendAsync(kept.Id, kept.Run, fresh, Write(intake.Reports), ct)) break;
            }
        }
        finally
        {
            await over.CancelAsync();
            await ending;
        }
    }

    private ImmutableArray<SearchSource> SourcesOf(SearchPlan plan, SearchCaller caller, NumberSearch search, int rowsMax, TimeSpan budget)
    {
        var question = new CarrierSearch(SearchPrefix.ForCarriers(search.Prefix, search.Country), rowsMax, 0, search.Country)
        {
            Account = caller.IsStranger ? null : caller.Account,
            Reseller = caller.IsStranger ? caller.Account : desk.Tree.ResellerOf(caller.Account),
            IsTollfree = search.IsTollfree || SearchPrefix.IsTollfree(search.Prefix, search.Country),
            Blocks = search.BlockSize,
            Options = search.Options,
        };
        var sources = ImmutableArray.CreateBuilder<SearchSource>();
        foreach (var (name, stock) in plan.Stock)
        {
            if (plan.Carriers.Any(carrier => carrier.Name == name)) continue;
            sources.Add(new SearchSource(name, plan.PlaceOf(name), IsRemote: false, ct => AskStockAsync(stock, search, rowsMax, ct)));
        }

        foreach (var carrier in plan.Carriers)
        {
            var stock = plan.Stock.FirstOrDefault(known => known.Name == carrier.Name).Sources;
            sources.Add(new SearchSource(carrier.Name, plan.PlaceOf(carrier.Name), IsRemote: true, async ct =>
            {
                var context = await carriers.ContextForAsync(carrier, budget, null, ct);
                var found = SourceReply.Of(carrier.Name, await carrier.FindAsync(question, context, ct));
                return stock.IsDefault ? found : (await AskStockAsync(stock, search, rowsMax, ct)).And(found);
            }));
        }

        return sources.ToImmutable();
    }

    private async Task<SourceReply> AskStockAsync(ImmutableArray<Core.Stock.StockSource> stock, NumberSearch search, int rowsMax, CancellationToken ct) =>
        new([.. (await _stock.FindAsync(stock, search, 0, rowsMax, rowsMax, ct)).Select(found => found.Row)]);

    // Stock alone is read page by page, as it stands: nothing is copied, and a page costs what its rows cost.
    private async Task<SearchPage> StockPageAsync(SearchPlan plan, NumberSearch search, int rowsMax, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        ImmutableArray<Core.Stock.StockSource> sources = [.. plan.Stock.SelectMany(named => named.Sources)];
        var found = await _stock.FindAsync(sources, search, search.Offset, search.Quantity, rowsMax, ct);
        var elapsedMs = (long)clock.GetElapsedTime(started).TotalMilliseconds;
        var counts = new int[sources.Length];
        foreach (var (_, source) in found) counts[source]++;

        var reports = new List<CarrierReport>();
        var next = 0;
        foreach (var (name, own) in plan.Stock)
        {
            var count = counts.AsSpan(next, own.Length).ToArray().Sum();
            next += own.Length;
            reports.Add(new CarrierReport(name, count > 0 ? CarrierSearchState.Ok : CarrierSearchState.Empty, count, elapsedMs));
        }

        reports.AddRange(plan.Skipped.Select(left => new CarrierReport(left.Name, CarrierSearchState.Skipped, 0, 0) { Error = new CarrierError(left.Why) }));
        return new SearchPage([.. found.Select(hit => hit.Row)], [], [.. reports.OrderBy(report => plan.PlaceOf(report.Name))]);
    }

    private static SearchPage FromStored(StoredPage page) => new(
        [.. page.Entries.Numbers.Select(SearchRow.FromStored)], page.Entries.Offers,
        [.. JsonNode.Parse(page.Carriers)!.AsArray().Select(report => CarrierReport.FromStored(report!.AsObject()))]); // written by Write below

    private static string Write(IReadOnlyList<CarrierReport> reports) => new JsonArray([.. reports.Select(report => (JsonNode)report.ToJson(forAdmins: true))]).ToJsonString();

    private void Log(CarrierReport report) => logger.CarrierGaveNothing(report.Name.ToString(), report.State, report.Error?.Name, report.ElapsedMs);
}
