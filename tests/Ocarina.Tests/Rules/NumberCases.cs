namespace Ocarina.Tests.Rules;

/// <summary>One row of the first table of numbers.md 3.8. An equals sign means "unchanged"; routable is asked of B with the seed expression and of K with the newest.</summary>
public sealed record NumberCase(
    int Row, string Input, string A, string B, string K, bool SeedRoutable, bool KazooRoutable, string SeedClass, string KazooClass)
{
    public string Expected(string set) => set switch { "A" => A, "B" => B, _ => K } is var result && result == "=" ? Input : result;

    public override string ToString() => $"{Row}: {Input}";
}

/// <summary>The first table of numbers.md 3.8, all rows.</summary>
public static class NumberCases
{
    public static readonly NumberCase[] All =
    [
        new(1, "4158867900", "+14158867900", "+14158867900", "+14158867900", true, true, "did_us", "did_us"),
        new(2, "14158867900", "+14158867900", "+14158867900", "+14158867900", true, true, "did_us", "did_us"),
        new(3, "+14158867900", "=", "=", "=", true, true, "did_us", "did_us"),
        new(4, "+4158867900", "=", "=", "=", true, true, "did_us", "international"),
        new(5, "1158867900", "=", "=", "=", true, true, "unknown", "unknown"),
        new(6, "011442079460000", "+442079460000", "+442079460000", "+442079460000", true, true, "unknown", "international"),
        new(7, "00442079460000", "+442079460000", "+442079460000", "+442079460000", true, true, "unknown", "international"),
        new(8, "0014158867900", "+14158867900", "+14158867900", "+14158867900", true, true, "did_us", "did_us"),
        new(9, "01114158867900", "+14158867900", "+14158867900", "+14158867900", true, true, "did_us", "did_us"),
        new(10, "0011442079460000", "+11442079460000", "+11442079460000", "+11442079460000", false, false, "unknown", "unknown"),
        new(11, "0011", "+11", "+11", "=", false, true, "unknown", "unknown"),
        new(12, "00", "+", "+", "=", false, true, "unknown", "unknown"),
        new(13, "011", "+", "+", "=", false, true, "unknown", "unknown"),
        new(14, "0111234", "+1234", "+1234", "=", false, true, "unknown", "unknown"),
        new(15, "01112345", "+12345", "+12345", "+12345", false, false, "unknown", "unknown"),
        new(16, "011123456", "+123456", "+123456", "+123456", false, false, "unknown", "unknown"),
        new(17, "01144", "+44", "+44", "=", false, true, "unknown", "unknown"),
        new(18, "0044", "+44", "+44", "=", false, true, "unknown", "unknown"),
        new(19, "001", "+1", "+1", "=", false, true, "unknown", "unknown"),
        new(20, "442079460000", "=", "+442079460000", "+442079460000", true, true, "unknown", "international"),
        new(21, "20794600", "=", "+20794600", "+20794600", true, true, "unknown", "international"),
        new(22, "2079460", "=", "=", "=", false, false, "unknown", "unknown"),
        new(23, "990011223", "=", "+990011223", "+990011223", true, true, "unknown", "international"),
        new(24, "100", "=", "=", "=", false, false, "unknown", "unknown"),
        new(25, "1000", "=", "=", "=", false, false, "unknown", "unknown"),
        new(26, "0", "=", "=", "=", false, false, "unknown", "unknown"),
        new(27, "*97", "=", "=", "=", false, false, "unknown", "unknown"),
        new(28, "411", "=", "=", "=", false, false, "unknown", "unknown"),
        new(29, "911", "=", "=", "=", false, false, "emergency", "emergency"),
        new(30, "933", "=", "=", "=", false, false, "unknown", "emergency"),
        new(31, "999", "=", "=", "=", false, false, "unknown", "emergency"),
        new(32, "5551212", "=", "=", "=", false, false, "unknown", "unknown"),
        new(33, "8005551212", "+18005551212", "+18005551212", "+18005551212", true, true, "tollfree_us", "tollfree_us"),
        new(34, "+18005551212", "=", "=", "=", true, true, "tollfree_us", "tollfree_us"),
        new(35, "8665550100", "+18665550100", "+18665550100", "+18665550100", true, true, "tollfree_us", "tollfree_us"),
        new(36, "8445551212", "+18445551212", "+18445551212", "+18445551212", true, true, "did_us", "tollfree_us"),
        new(37, "8225550100", "+18225550100", "+18225550100", "+18225550100", true, true, "did_us", "tollfree_us"),
        new(38, "8815550100", "+18815550100", "+18815550100", "+18815550100", true, true, "did_us", "tollfree_us"),
        new(39, "9005551212", "+19005551212", "+19005551212", "+19005551212", true, true, "toll_us", "toll_us"),
        new(40, "7005551212", "+17005551212", "+17005551212", "+17005551212", true, true, "did_us", "did_us"),
        new(41, "8095551212", "+18095551212", "+18095551212", "+18095551212", true, true, "caribbean", "caribbean"),
        new(42, "12425551212", "+12425551212", "+12425551212", "+12425551212", true, true, "caribbean", "caribbean"),
        new(43, "+33123456789", "=", "=", "=", true, true, "unknown", "international"),
        new(44, "0123456789", "=", "=", "=", true, true, "unknown", "unknown"),
        new(45, "1234567890", "=", "=", "=", true, true, "unknown", "unknown"),
        new(46, "1112223333", "=", "=", "=", true, true, "unknown", "unknown"),
        new(47, "4150867900", "=", "+4150867900", "+4150867900", true, true, "unknown", "international"),
        new(48, "(415)886-7900", "=", "=", "=", false, false, "unknown", "unknown"),
        new(49, "415-886-7900", "=", "=", "=", false, false, "unknown", "unknown"),
        new(50, "+1-415-886-7900", "=", "=", "=", false, false, "unknown", "unknown"),
        new(51, "+1415886790", "=", "=", "=", true, false, "unknown", "unknown"),
        new(52, "+141588679000", "=", "=", "=", false, false, "unknown", "unknown"),
        new(53, "+1415", "=", "=", "=", false, false, "unknown", "unknown"),
        new(54, "+0123456789", "=", "=", "=", true, false, "unknown", "unknown"),
        new(55, "+1011442079", "=", "=", "=", true, false, "unknown", "unknown"),
        new(56, "883510001234567", "=", "+883510001234567", "+883510001234567", true, true, "unknown", "international"),
        new(57, "+883510001234567", "=", "=", "=", true, true, "unknown", "international"),
        new(58, "14158867900123", "=", "=", "=", false, false, "unknown", "unknown"),
        new(59, "41588679001", "=", "+41588679001", "+41588679001", true, true, "unknown", "international"),
        new(60, "6129374400", "+16129374400", "+16129374400", "+16129374400", true, true, "did_us", "did_us"),
        new(61, "2002000000", "+12002000000", "+12002000000", "+12002000000", true, true, "did_us", "did_us"),
        new(62, "12002000000", "+12002000000", "+12002000000", "+12002000000", true, true, "did_us", "did_us"),
        new(63, "19999999999", "+19999999999", "+19999999999", "+19999999999", true, true, "did_us", "did_us"),
        new(64, "+", "=", "=", "=", false, false, "unknown", "unknown"),
        new(65, "+12", "=", "=", "=", false, false, "unknown", "unknown"),
        new(66, "NOTanumber", "=", "=", "=", false, false, "unknown", "unknown"),
        new(67, "sip:4158867900", "=", "=", "=", false, false, "unknown", "unknown"),
    ];

    public static IEnumerable<object[]> Rows => All.Select(row => new object[] { row.Row });

    public static NumberCase Of(int row) => All.Single(candidate => candidate.Row == row);
}
