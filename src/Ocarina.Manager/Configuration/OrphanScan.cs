using Ocarina.Core;

namespace Ocarina.Manager.Configuration;

/// <summary>What a change of rules would do to the numbers that are stored.</summary>
/// <param name="Count">Numbers that could no longer be reached.</param>
/// <param name="Collisions">Those of them whose new name another stored number has, or another one before them would get.</param>
/// <param name="Samples">The first of them.</param>
public sealed record OrphanReport(long Count, long Collisions, IReadOnlyList<OrphanedNumber> Samples)
{
    /// <summary>Most samples a report holds.</summary>
    public const int SamplesMax = 10;

    internal static readonly OrphanReport None = new(0, 0, []);
}

/// <summary>Looks at every stored number in the scope of changes of rules.</summary>
internal sealed class OrphanScan(INumberScan numbers)
{
    /// <summary>Names that orphans would get. Held in memory for the length of one scan: some 100 bytes for each orphan.</summary>
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private readonly List<string> _unasked = [];
    private readonly List<OrphanedNumber> _samples = [];
    private long _count;
    private long _collisions;

    public async Task<OrphanReport> RunAsync(IReadOnlyList<RuleChange> changes, CancellationToken ct)
    {
        foreach (var scope in changes.GroupBy(change => change.Scope))
        {
            var rules = scope.ToList();
            await foreach (var number in numbers.NumbersAsync(scope.Key, ct))
            {
                if (FirstOf(rules, number) is not { } orphan) continue;
                _count++;
                if (_samples.Count < OrphanReport.SamplesMax) _samples.Add(orphan);
                if (orphan.Becomes is { } name) await TakeAsync(name, ct);
            }
        }

        await AskAsync(ct);
        return new OrphanReport(_count, _collisions, _samples);
    }

    /// <summary>The first change that orphans a number.</summary>
    public static OrphanedNumber? FirstOf(IReadOnlyList<RuleChange> changes, PhoneNumber number)
    {
        foreach (var change in changes)
            if (change.Check(number) is { } orphan) return orphan;
        return null;
    }

    private async Task TakeAsync(string name, CancellationToken ct)
    {
        if (!_taken.Add(name))
        {
            _collisions++;
            return;
        }

        _unasked.Add(name);
        if (_unasked.Count == StoredNumberScan.PageRows) await AskAsync(ct);
    }

    private async Task AskAsync(CancellationToken ct)
    {
        if (_unasked.Count == 0) return;
        _collisions += (await numbers.ExistingAsync(_unasked, ct)).Count;
        _unasked.Clear();
    }
}
