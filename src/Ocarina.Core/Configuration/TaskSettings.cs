using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Periods and defaults of background work: the documents <c>tasks</c> and <c>tasks.numbers</c> (numbers.md 2.3).</summary>
public sealed record TaskSettings
{
    private const int DaysMax = 36_500;

    /// <summary>Days a released number ages. 0 or more; default 90.</summary>
    public int AgingExpiryD { get; init; } = 90;

    /// <summary>Days a number seen in a search is kept. 0 or more; default 1.</summary>
    public int DiscoveryExpiryD { get; init; } = 1;

    /// <summary>Kazoo's crawl period; kept for its readers, timers here look every few seconds. Default a day.</summary>
    public long CrawlerTimerMs { get; init; } = 86_400_000;

    /// <summary>Carrier of imported rows that name none. Default: local.</summary>
    public CarrierName ImportDefaultsToCarrier { get; init; }

    /// <summary>True when the operator chose <see cref="ImportDefaultsToCarrier"/>; otherwise available rows become stock of <c>inventory</c> (design.md 11, stock).</summary>
    public bool IsImportCarrierChosen { get; init; }

    /// <summary>Rows written at a time by an export. 1 or more; default 1000.</summary>
    public int DbPageSize { get; init; } = 1000;

    /// <summary>Reads the three effective sections. Never fails.</summary>
    /// <remarks>
    /// Older generations kept two of the periods in <c>number_manager</c> (numbers.md 2.4). Those count only while <c>tasks</c> says nothing,
    /// and a value equal to the default says nothing, for only differences are stored.
    /// </remarks>
    public static TaskSettings From(JsonObject tasks, JsonObject numberManager, JsonObject tasksNumbers)
    {
        var standard = new TaskSettings();
        var carrier = new SectionReader(tasksNumbers).Text("import_defaults_to_carrier");
        return new TaskSettings
        {
            AgingExpiryD = (int)Read(tasks, "aging_expiry_d", standard.AgingExpiryD, DaysMax),
            DiscoveryExpiryD = (int)Older(tasks, numberManager, "discovery_expiry_d", standard.DiscoveryExpiryD, DaysMax),
            CrawlerTimerMs = Older(tasks, numberManager, "crawler_timer_ms", standard.CrawlerTimerMs, long.MaxValue),
            ImportDefaultsToCarrier = CarrierName.Parse(carrier),
            IsImportCarrierChosen = CarrierName.Parse(carrier) != CarrierName.Local,
            DbPageSize = Math.Max(1, (int)Read(tasksNumbers, "db_page_size", standard.DbPageSize, 1_000_000)),
        };
    }

    private static long Older(JsonObject tasks, JsonObject numberManager, string key, long otherwise, long maximum)
    {
        var said = Read(tasks, key, otherwise, maximum);
        return said != otherwise ? said : Read(numberManager, key, otherwise, maximum);
    }

    private static long Read(JsonObject section, string key, long otherwise, long maximum) =>
        ConfigValues.TryInteger(section[key], out var number) && number >= 0 && number <= maximum ? number : otherwise;
}
