using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Carriers;

/// <summary>A question to a carrier (seed 003: prefix, quantity, options).</summary>
/// <param name="Prefix">
/// What is looked for, cleaned: <c>+</c> with country code and leading digits (<c>+1415</c>, <c>+3227</c>), or a tollfree pattern with country code (<c>+18**</c>, <c>+185*</c>).
/// At least the country code.
/// </param>
/// <param name="Quantity">Most results wanted, 1 or more; the module caps it by its own limit.</param>
/// <param name="Offset">Results to skip, for direct callers; the engine asks with 0.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record CarrierSearch(string Prefix, int Quantity, int Offset, string Country)
{
    /// <summary>For whom.</summary>
    public AccountId? Account { get; init; }

    /// <summary>His reseller.</summary>
    public AccountId? Reseller { get; init; }

    /// <summary>True when tollfree numbers are wanted: by the pattern, or because the caller said so.</summary>
    public bool IsTollfree { get; init; }

    /// <summary>Size of runs of consecutive numbers; none for single numbers.</summary>
    public int? Blocks { get; init; }

    /// <summary>Other options as the caller gave them: <c>state</c>, <c>rate_center</c>, <c>city</c>, <c>zip</c>, <c>lata</c>, <c>number_type</c>, <c>pattern</c>. Texts.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a carrier found.</summary>
/// <param name="Numbers">Numbers in the carrier's order, unique, within the prefix, at most as many as asked for.</param>
public sealed record FindReply(IReadOnlyList<CarrierHit> Numbers)
{
    /// <summary>Groups that sell some number, not a chosen one (carriers.md 5.6).</summary>
    public IReadOnlyList<GroupOffer> Offers { get; init; } = [];

    /// <summary>True when the deadline ended it before it had all.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>What went wrong; the numbers that came before stay.</summary>
    public CarrierError? Error { get; init; }

    /// <summary>True when nothing was asked, because such numbers are not this carrier's.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Items that were dropped because they are no numbers of the form or prefix asked for.</summary>
    public int Dropped { get; init; }

    /// <summary>Nothing found.</summary>
    public static FindReply Empty { get; } = new([]);

    /// <summary>Not asked.</summary>
    public static FindReply Skipped { get; } = new([]) { IsSkipped = true };

    /// <summary>Failed.</summary>
    public static FindReply Failed(CarrierError error) => new([]) { Error = error };
}

/// <summary>One number for sale (carriers.md 1.7).</summary>
/// <param name="Number">The number, in stored form.</param>
public sealed record CarrierHit(PhoneNumber Number)
{
    /// <summary>ISO 3166-1 alpha-2; none when it has no country.</summary>
    public string? Country { get; init; }

    /// <summary><c>geographic</c>, <c>tollfree</c>, <c>national</c>, <c>mobile</c>, <c>shared_cost</c>, <c>special</c> or <c>inum</c>.</summary>
    public string? NumberType { get; init; }

    /// <summary>Rate centre, when known.</summary>
    public RateCenter? RateCenter { get; init; }

    /// <summary>City.</summary>
    public string? Locality { get; init; }

    /// <summary>Of <c>voice</c>, <c>sms</c>, <c>mms</c>, <c>fax</c>, <c>t38</c>, <c>emergency</c>, <c>inbound_cnam</c>, <c>outbound_cnam</c>; empty is unknown.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>What the carrier asks; none when it does not say.</summary>
    public CarrierPrice? Price { get; init; }

    /// <summary>What has to be provided first, such as <c>{"address":"LOCAL","proof":true}</c>.</summary>
    public DocumentText? Restrictions { get; init; }

    /// <summary>Until when the carrier holds the number for us.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Size of the block whose first number this is; none for a single number.</summary>
    public int? BlockSize { get; init; }

    /// <summary>What the module needs to buy it. Opaque to the engine.</summary>
    public DocumentText CarrierData { get; init; } = DocumentText.Empty;
}

/// <summary>Rate centre of a number.</summary>
/// <param name="Name">Name, trimmed.</param>
/// <param name="State">State or province.</param>
/// <param name="Lata">LATA.</param>
public sealed record RateCenter(string? Name, string? State, string? Lata)
{
    /// <summary>As JSON, members that are not known left out.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Name is not null) json["name"] = Name;
        if (State is not null) json["state"] = State;
        if (Lata is not null) json["lata"] = Lata;
        return json;
    }
}

/// <summary>Cost at the carrier, in minor units; not the customer's tariff.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="SetupMinor">Once.</param>
/// <param name="MonthlyMinor">Each month.</param>
/// <param name="Exponent">Decimal places: 2 means hundredths.</param>
public sealed record CarrierPrice(string Currency, long SetupMinor, long MonthlyMinor, int Exponent = 2)
{
    private const int ExponentMax = 9;
    private const decimal Most = 1_000_000_000; // times the largest exponent it still is a long

    /// <summary>Once, in the currency's unit.</summary>
    public decimal Setup => Units(SetupMinor);

    /// <summary>Each month, in the currency's unit.</summary>
    public decimal Monthly => Units(MonthlyMinor);

    /// <summary>Of amounts in the currency's unit, exact.</summary>
    /// <returns><see langword="null"/> when they are negative, too large, or have more than nine decimal places.</returns>
    public static CarrierPrice? Of(string currency, decimal setup, decimal monthly)
    {
        if (setup < 0 || monthly < 0 || Math.Max(setup, monthly) > Most) return null;
        var (exponent, unit) = (2, 100m);
        for (; decimal.Truncate(setup * unit) != setup * unit || decimal.Truncate(monthly * unit) != monthly * unit; exponent++, unit *= 10)
            if (exponent == ExponentMax) return null;
        return new CarrierPrice(currency, (long)(setup * unit), (long)(monthly * unit), exponent);
    }

    /// <summary>As it is stored: whole numbers only.</summary>
    public JsonObject ToJson() => new() { ["currency"] = Currency, ["setup_minor"] = SetupMinor, ["monthly_minor"] = MonthlyMinor, ["exponent"] = Exponent };

    /// <summary>What was stored; none when it cannot be read.</summary>
    public static CarrierPrice? Read(JsonNode? node) =>
        node is JsonObject json && Text(json["currency"]) is { } currency && Whole(json["setup_minor"]) is { } setup && Whole(json["monthly_minor"]) is { } monthly
            ? new CarrierPrice(currency, setup, monthly, (int)Math.Clamp(Whole(json["exponent"]) ?? 2, 0, ExponentMax))
            : null;

    // Money never goes through a binary fraction.
    private decimal Units(long minor)
    {
        var unit = 1m;
        for (var i = 0; i < Math.Clamp(Exponent, 0, ExponentMax); i++) unit *= 10;
        return minor / unit;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // A number that was never text keeps the type it was made with.
    private static long? Whole(JsonNode? node) =>
        node is JsonValue value && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
}

/// <summary>A group that sells some number of it.</summary>
/// <param name="Id">Key within all carriers, such as <c>voxbone:1196</c>.</param>
/// <param name="Pattern">What its numbers look like, such as <c>+1205XXXXXXX</c>.</param>
/// <param name="Available">How many it says it has; none when it does not say.</param>
/// <param name="Like">Everything else, as for a number; its number is empty.</param>
public sealed record GroupOffer(string Id, string Pattern, int? Available, CarrierHit Like)
{
    private const int SampleLength = 12;
    private const char AnyDigit = '2'; // also where a plan of numbers wants no 0 or 1

    /// <summary>A number as a pattern says; none when it says nothing that could be one.</summary>
    /// <param name="pattern">Digits, with <c>X</c> for any one and a star at the end for any more.</param>
    public static PhoneNumber? Sample(string? pattern)
    {
        if (pattern is null || !pattern.StartsWith('+')) return null;
        var text = pattern.Replace('X', AnyDigit);
        if (text.EndsWith('*')) text = text[..^1].PadRight(SampleLength, AnyDigit);
        return text[1..].All(char.IsAsciiDigit) && PhoneNumber.TryParse(text, out var number) ? number : null;
    }
}
