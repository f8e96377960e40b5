using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Manager.Search;

/// <summary>Somebody who is asked for numbers.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Place">Its place in the configured order, which settles who sells a number that two of them offer.</param>
/// <param name="IsRemote">True when code is asked that may hang; it then gets a thread of its own to begin on.</param>
/// <param name="AskAsync">Asks. May throw, block, or never end.</param>
internal sealed record SearchSource(CarrierName Name, int Place, bool IsRemote, Func<CancellationToken, Task<SourceReply>> AskAsync);

/// <summary>What a source said.</summary>
/// <param name="Rows">Numbers.</param>
internal sealed record SourceReply(IReadOnlyList<SearchRow> Rows)
{
    internal IReadOnlyList<GroupOffer> Offers { get; init; } = [];

    internal CarrierError? Error { get; init; }

    internal bool IsIncomplete { get; init; }

    internal bool IsSkipped { get; init; }

    /// <summary>True when it had to be given up: nothing was said.</summary>
    internal bool IsSilent { get; init; }

    internal static SourceReply Silent { get; } = new([]) { IsSilent = true };

    internal static SourceReply Failed(CarrierError error) => new([]) { Error = error };

    internal static SourceReply Skipped(CarrierErrorKind kind) => new([]) { IsSkipped = true, Error = new CarrierError(kind) };

    internal static SourceReply Of(CarrierName carrier, FindReply reply) => new([.. reply.Numbers.Where(hit => !hit.Number.IsEmpty).Select(hit => SearchRow.Of(carrier, hit))])
    {
        Offers = reply.Offers, Error = reply.Error, IsIncomplete = reply.IsIncomplete, IsSkipped = reply.IsSkipped || reply.Error is { Kind: CarrierErrorKind.NotConfigured },
    };

    /// <summary>Both, as one: stock under a carrier's name and what the carrier itself has.</summary>
    internal SourceReply And(SourceReply other) => other with { Rows = [.. Rows, .. other.Rows], IsSkipped = other.IsSkipped && Rows.Count == 0 };
}

/// <summary>A reply and the time it took.</summary>
internal sealed record SourceAnswer(SearchSource Source, SourceReply Reply, TimeSpan Elapsed)
{
    /// <summary>The report of an answer that came in time.</summary>
    internal CarrierReport Report(int count) => new(Source.Name, StateOf(count), count, (long)Elapsed.TotalMilliseconds) { Error = Reply.Error, IsIncomplete = Reply.IsIncomplete };

    /// <summary>The report of an answer that came after the deadline.</summary>
    internal CarrierReport LateReport(int count) => count > 0 || Reply.IsSilent ? Report(count) with { State = CarrierSearchState.Late } : Report(count);

    private CarrierSearchState StateOf(int count) => Reply switch
    {
        { IsSkipped: true } => CarrierSearchState.Skipped,
        { IsSilent: true } => CarrierSearchState.Late,
        { Error: not null } => CarrierSearchState.Error,
        _ when count > 0 || Reply.Offers.Count > 0 => CarrierSearchState.Ok,
        { IsIncomplete: true } => CarrierSearchState.Late,
        _ => CarrierSearchState.Empty,
    };
}
