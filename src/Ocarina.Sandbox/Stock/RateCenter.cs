namespace Ocarina.Sandbox.Stock;

/// <summary>A place where numbers of one area code are at home.</summary>
/// <param name="AreaCode">Three digits.</param>
/// <param name="Name">Abbreviation the carriers use.</param>
/// <param name="State">State or province, two letters.</param>
/// <param name="Lata">Local access and transport area; 888 stands for Canada.</param>
/// <param name="City">City.</param>
/// <param name="Zip">A postal code of the city; empty for Canada.</param>
internal sealed record RateCenter(string AreaCode, string Name, string State, string Lata, string City, string Zip)
{
    private const string CanadianLata = "888";

    /// <summary>Alpha-3 country.</summary>
    public string Country => Lata == CanadianLata ? "CAN" : "USA";

    /// <summary>All places with stock.</summary>
    public static IReadOnlyList<RateCenter> All { get; } =
    [
        new("201", "JERSEYCITY", "NJ", "224", "Jersey City", "07302"),
        new("202", "WSHNGTNZN1", "DC", "236", "Washington", "20001"),
        new("205", "BIRMINGHAM", "AL", "476", "Birmingham", "35203"),
        new("205", "TUSCALOOSA", "AL", "476", "Tuscaloosa", "35401"),
        new("206", "SEATTLE", "WA", "674", "Seattle", "98101"),
        new("212", "NWYRCYZN01", "NY", "132", "New York", "10001"),
        new("213", "LSAN DA 01", "CA", "730", "Los Angeles", "90012"),
        new("214", "DALLAS", "TX", "552", "Dallas", "75201"),
        new("215", "PHILA", "PA", "228", "Philadelphia", "19103"),
        new("216", "CLEVELAND", "OH", "320", "Cleveland", "44113"),
        new("303", "DENVER", "CO", "656", "Denver", "80202"),
        new("303", "BOULDER", "CO", "656", "Boulder", "80302"),
        new("305", "MIAMI", "FL", "460", "Miami", "33130"),
        new("312", "CHICAGO", "IL", "358", "Chicago", "60601"),
        new("313", "DETROIT", "MI", "340", "Detroit", "48226"),
        new("314", "STLOUIS", "MO", "520", "St. Louis", "63101"),
        new("317", "INDIANAPLS", "IN", "336", "Indianapolis", "46204"),
        new("336", "GREENSBORO", "NC", "424", "Greensboro", "27401"),
        new("402", "OMAHA", "NE", "644", "Omaha", "68102"),
        new("404", "ATLANTA", "GA", "438", "Atlanta", "30303"),
        new("405", "OKLA CITY", "OK", "536", "Oklahoma City", "73102"),
        new("407", "ORLANDO", "FL", "458", "Orlando", "32801"),
        new("412", "PITTSBURGH", "PA", "234", "Pittsburgh", "15222"),
        new("415", "SNFC CNTRL", "CA", "722", "San Francisco", "94103"),
        new("415", "CORTEMADRA", "CA", "722", "Corte Madera", "94925"),
        new("415", "SAN RAFAEL", "CA", "722", "San Rafael", "94901"),
        new("502", "LOUISVILLE", "KY", "462", "Louisville", "40202"),
        new("503", "PORTLAND", "OR", "672", "Portland", "97204"),
        new("504", "NEWORLEANS", "LA", "490", "New Orleans", "70112"),
        new("505", "ALBUQUERQU", "NM", "664", "Albuquerque", "87102"),
        new("512", "AUSTIN", "TX", "558", "Austin", "78701"),
        new("602", "PHOENIX", "AZ", "666", "Phoenix", "85003"),
        new("612", "TWINCITIES", "MN", "628", "Minneapolis", "55401"),
        new("615", "NASHVILLE", "TN", "470", "Nashville", "37203"),
        new("617", "BOSTON", "MA", "128", "Boston", "02108"),
        new("619", "SNDG SNDG", "CA", "732", "San Diego", "92101"),
        new("702", "LAS VEGAS", "NV", "721", "Las Vegas", "89101"),
        new("704", "CHARLOTTE", "NC", "422", "Charlotte", "28202"),
        new("713", "HOUSTON", "TX", "560", "Houston", "77002"),
        new("801", "SALT LAKE", "UT", "660", "Salt Lake City", "84101"),
        new("804", "RICHMOND", "VA", "248", "Richmond", "23219"),
        new("808", "HONOLULU", "HI", "834", "Honolulu", "96813"),
        new("816", "KANSASCITY", "MO", "524", "Kansas City", "64106"),
        new("901", "MEMPHIS", "TN", "468", "Memphis", "38103"),
        new("919", "RALEIGH", "NC", "426", "Raleigh", "27601"),
        new("919", "CARY", "NC", "426", "Cary", "27511"),
        new("919", "DURHAM", "NC", "426", "Durham", "27701"),
        new("204", "WINNIPEG", "MB", "888", "Winnipeg", ""),
        new("403", "CALGARY", "AB", "888", "Calgary", ""),
        new("416", "TORONTO", "ON", "888", "Toronto", ""),
        new("418", "QUEBEC", "QC", "888", "Quebec", ""),
        new("514", "MONTREAL", "QC", "888", "Montreal", ""),
        new("604", "VANCOUVER", "BC", "888", "Vancouver", ""),
        new("604", "SURREY", "BC", "888", "Surrey", ""),
        new("613", "OTTAWA", "ON", "888", "Ottawa", ""),
        new("902", "HALIFAX", "NS", "888", "Halifax", ""),
    ];
}
