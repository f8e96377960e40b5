using System.Globalization;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>A country with numbers.</summary>
internal sealed record VoxboneCountry(string A3, string Name, int PhoneCode, bool HasStates, bool HasRegulation);

/// <summary>A state of a country that has states.</summary>
internal sealed record VoxboneStateName(int Id, string CountryA3, string Code, string Name);

/// <summary>One line of the table of groups.</summary>
internal sealed record VoxbonePlace(
    int GroupId, string CountryA3, string? State, string DidType, string? City, string AreaCode, int SubscriberDigits,
    int Setup100, int Monthly100, int Stock, string Flags);

/// <summary>Geography and prices of the stock: real countries, cities and codes, invented prices.</summary>
internal static class VoxbonePlaces
{
    private const string CountryTable = """
        AUS|Australia|61
        AUT|Austria|43
        BEL|Belgium|32
        BRA|Brazil|55
        CAN|Canada|1
        CHE|Switzerland|41
        CZE|Czech Republic|420
        DEU|Germany|49
        DNK|Denmark|45
        ESP|Spain|34
        FIN|Finland|358
        FRA|France|33
        GBR|United Kingdom|44
        IRL|Ireland|353
        ISR|Israel|972
        ITA|Italy|39
        JPN|Japan|81
        LUX|Luxembourg|352
        MEX|Mexico|52
        NLD|Netherlands|31
        NOR|Norway|47
        NZL|New Zealand|64
        POL|Poland|48
        PRT|Portugal|351
        SWE|Sweden|46
        USA|United States|1
        WLD|iNum|883
        ZAF|South Africa|27
        """;

    private const string StateTable = """
        1|USA|AL|ALABAMA
        5|USA|CA|CALIFORNIA
        6|USA|CO|COLORADO
        32|USA|NY|NEW YORK
        33|USA|NC|NORTH CAROLINA
        43|USA|TX|TEXAS
        61|CAN|ON|ONTARIO
        62|CAN|BC|BRITISH COLUMBIA
        63|CAN|QC|QUEBEC
        """;

    // country | state | type | city | area code | digits after it | setup | month | stock | flags
    // Flags: N stock unknown, X not available; an address is needed: l local, n national, w worldwide, p with proof; s also SMS, v voice only.
    private const string GroupTable = """
        USA|AL|GEOGRAPHIC|ALABASTER|205|7|0|100|17|
        USA|AL|GEOGRAPHIC|BIRMINGHAM|205|7|0|100|60|s
        USA|AL|GEOGRAPHIC|TUSCALOOSA|205|7|0|110|25|
        USA|AL|GEOGRAPHIC|BESSEMER|205|7|0|100|0|
        USA|AL|GEOGRAPHIC|JASPER|205|7|0|100|0|X
        USA|AL|GEOGRAPHIC|CULLMAN|205|7|50|120|12|N
        USA|AL|GEOGRAPHIC|HUNTSVILLE|256|7|0|100|40|s
        USA|AL|GEOGRAPHIC|MOBILE|251|7|0|100|30|
        USA|CA|GEOGRAPHIC|SAN FRANCISCO|415|7|0|120|80|s
        USA|CA|GEOGRAPHIC|LOS ANGELES|213|7|0|120|80|s
        USA|CO|GEOGRAPHIC|DENVER|303|7|0|100|50|
        USA|NY|GEOGRAPHIC|NEW YORK|212|7|500|250|20|
        USA|NC|GEOGRAPHIC|RALEIGH|919|7|0|100|50|
        USA|TX|GEOGRAPHIC|DALLAS|214|7|0|100|50|
        USA||TOLL_FREE||800|7|0|150|40|
        USA||TOLL_FREE||888|7|0|150|40|
        CAN|ON|GEOGRAPHIC|TORONTO|416|7|0|130|60|
        CAN|BC|GEOGRAPHIC|VANCOUVER|604|7|0|130|60|
        CAN|QC|GEOGRAPHIC|MONTREAL|514|7|0|130|40|
        BEL||GEOGRAPHIC|BRUSSELS|2|7|0|125|60|l
        BEL||GEOGRAPHIC|ANTWERP|3|7|0|125|50|l
        BEL||GEOGRAPHIC|GHENT|9|7|0|125|40|
        BEL||GEOGRAPHIC|LIEGE|4|7|0|125|30|
        BEL||GEOGRAPHIC|LEUVEN|16|6|0|125|20|l
        BEL||GEOGRAPHIC|BRUGES|50|6|0|125|0|l
        BEL||NATIONAL||78|6|0|200|40|
        BEL||TOLL_FREE||800|5|1000|900|20|
        BEL||MOBILE||460|6|0|300|40|sp
        NLD||GEOGRAPHIC|AMSTERDAM|20|7|0|110|90|l
        NLD||GEOGRAPHIC|ROTTERDAM|10|7|0|110|60|l
        NLD||GEOGRAPHIC|THE HAGUE|70|7|0|110|40|lp
        NLD||NATIONAL||85|7|0|140|50|
        GBR||GEOGRAPHIC|LONDON|20|8|0|95|120|
        GBR||GEOGRAPHIC|MANCHESTER|161|7|0|95|60|
        GBR||GEOGRAPHIC|EDINBURGH|131|7|0|95|40|
        GBR||NATIONAL||330|7|0|140|50|
        GBR||SHARED_COST||845|7|0|120|30|
        FRA||GEOGRAPHIC|PARIS|1|8|0|150|60|np
        FRA||GEOGRAPHIC|LYON|4|8|0|150|40|np
        FRA||TOLL_FREE||805|6|2000|1500|10|wp
        DEU||GEOGRAPHIC|BERLIN|30|8|0|140|60|lp
        DEU||GEOGRAPHIC|MUNICH|89|8|0|140|50|lp
        DEU||GEOGRAPHIC|FRANKFURT|69|8|0|140|40|lp
        ESP||GEOGRAPHIC|MADRID|91|7|0|160|50|l
        ESP||GEOGRAPHIC|BARCELONA|93|7|0|160|50|l
        ITA||GEOGRAPHIC|ROME|06|8|0|170|40|np
        ITA||GEOGRAPHIC|MILAN|02|8|0|170|40|np
        CHE||GEOGRAPHIC|ZURICH|44|7|0|210|40|w
        CHE||GEOGRAPHIC|GENEVA|22|7|0|210|30|w
        AUT||GEOGRAPHIC|VIENNA|1|8|0|220|30|l
        DNK||NATIONAL||70|6|0|180|40|w
        SWE||GEOGRAPHIC|STOCKHOLM|8|7|0|160|40|
        NOR||NATIONAL||21|6|0|190|30|w
        POL||GEOGRAPHIC|WARSAW|22|7|0|130|40|
        PRT||GEOGRAPHIC|LISBON|21|7|0|150|30|w
        IRL||GEOGRAPHIC|DUBLIN|1|7|0|150|40|l
        LUX||NATIONAL||27|6|0|260|20|w
        FIN||GEOGRAPHIC|HELSINKI|9|7|0|180|30|
        CZE||GEOGRAPHIC|PRAGUE|2|8|0|160|30|
        AUS||GEOGRAPHIC|SYDNEY|2|8|0|240|40|w
        AUS||GEOGRAPHIC|MELBOURNE|3|8|0|240|40|w
        NZL||GEOGRAPHIC|AUCKLAND|9|7|0|260|30|
        JPN||GEOGRAPHIC|TOKYO|3|8|0|900|20|wp
        BRA||GEOGRAPHIC|SAO PAULO|11|8|0|600|20|N
        MEX||GEOGRAPHIC|MEXICO CITY|55|8|0|420|30|
        ISR||GEOGRAPHIC|TEL AVIV|3|7|0|300|20|
        ZAF||GEOGRAPHIC|JOHANNESBURG|11|7|0|310|20|
        WLD||INUM||510|9|0|0|50|v
        """;

    /// <summary>Number of the group of Alabaster, as recorded replies have it.</summary>
    private const int Alabaster = 1196;

    /// <summary>States with their ids.</summary>
    public static IReadOnlyList<VoxboneStateName> States { get; } =
        [.. Rows(StateTable).Select(cells => new VoxboneStateName(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], cells[2], cells[3]))];

    /// <summary>Groups as the table has them.</summary>
    public static IReadOnlyList<VoxbonePlace> Groups { get; } = [.. Rows(GroupTable).Select((cells, at) => new VoxbonePlace(
        cells[3] == "ALABASTER" ? Alabaster : 1001 + at,
        cells[0],
        cells[1].Length == 0 ? null : cells[1],
        cells[2],
        cells[3].Length == 0 ? null : cells[3],
        cells[4],
        int.Parse(cells[5], CultureInfo.InvariantCulture),
        int.Parse(cells[6], CultureInfo.InvariantCulture),
        int.Parse(cells[7], CultureInfo.InvariantCulture),
        int.Parse(cells[8], CultureInfo.InvariantCulture),
        cells[9]))];

    /// <summary>Countries by name of their code.</summary>
    public static IReadOnlyList<VoxboneCountry> Countries { get; } = [.. Rows(CountryTable).Select(cells => new VoxboneCountry(
        cells[0],
        cells[1],
        int.Parse(cells[2], CultureInfo.InvariantCulture),
        States.Any(state => state.CountryA3 == cells[0]),
        Groups.Any(group => group.CountryA3 == cells[0] && group.Flags.AsSpan().ContainsAny('l', 'n', 'w'))))];

    private static IEnumerable<string[]> Rows(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split('|'));
}
