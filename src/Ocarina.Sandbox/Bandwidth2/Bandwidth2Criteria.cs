namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>What a search asks for, after it passed every check.</summary>
internal sealed record Bandwidth2Criteria
{
    /// <summary>What the server takes when nobody says how many, and the most it gives.</summary>
    public const int QuantityMax = 5000;

    public string? AreaCode { get; init; }
    public string? NpaNxx { get; init; }
    public string? NpaNxxx { get; init; }
    public string? RateCenter { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? Zip { get; init; }
    public string? Lata { get; init; }

    /// <summary>The keypad digits of the letters.</summary>
    public string? LocalVanity { get; init; }

    /// <summary>The keypad digits of the letters.</summary>
    public string? TollFreeVanity { get; init; }

    /// <summary>What a toll-free number must begin with: one or two digits.</summary>
    public string? TollFreePrefix { get; init; }
    public bool EndsIn { get; init; }

    /// <summary>1 to 5000. <b>The server's default is the maximum.</b></summary>
    public int Quantity { get; init; } = QuantityMax;
    public bool Detail { get; init; }

    /// <summary>True: numbers of neighbouring rate centres too, whatever their area code. <b>The server's default.</b></summary>
    public bool LocalCallingArea { get; init; } = true;

    /// <summary>One of fullNumber, npaNxxx, npaNxx, areaCode, or null.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Countries of v2, alpha-3.</summary>
    public IReadOnlyList<string> Countries { get; init; } = ["USA", "CAN"];

    /// <summary>ONLY finds nothing: the account has no protected numbers.</summary>
    public bool OnlyProtected { get; init; }

    /// <summary>True when toll-free numbers are meant.</summary>
    public bool IsTollFree => TollFreeVanity is not null || TollFreePrefix is not null;

    /// <summary>Digits every number must begin with, or null.</summary>
    public string? Digits => NpaNxxx ?? NpaNxx ?? AreaCode ?? TollFreePrefix;
}
