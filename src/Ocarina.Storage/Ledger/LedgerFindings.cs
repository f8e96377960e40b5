namespace Ocarina.Storage.Ledger;

/// <summary>Collects what a verification finds.</summary>
internal sealed class LedgerFindings
{
    private readonly List<LedgerFault> _broken = [];
    private readonly List<LedgerFault> _different = [];
    private long _brokenCount;
    private long _differentCount;

    internal long Numbers { get; set; }

    internal long Events { get; set; }

    internal void Broken(string number, long? revision, string fault)
    {
        _brokenCount++;
        if (_broken.Count < LedgerReport.ListedMax) _broken.Add(new LedgerFault(number, revision, fault));
    }

    internal void Different(string number, long? revision, string fault)
    {
        _differentCount++;
        if (_different.Count < LedgerReport.ListedMax) _different.Add(new LedgerFault(number, revision, fault));
    }

    internal LedgerReport ToReport() => new(Numbers, Events, _brokenCount, [.. _broken], _differentCount, [.. _different]);
}
