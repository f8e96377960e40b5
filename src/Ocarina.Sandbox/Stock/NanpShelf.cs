namespace Ocarina.Sandbox.Stock;

/// <summary>Where a number is.</summary>
internal enum ShelfState
{
    /// <summary>For sale.</summary>
    Available,

    /// <summary>The customer has it.</summary>
    Held,

    /// <summary>The customer gave it back less than 30 days ago.</summary>
    Aging,

    /// <summary>Another customer has it.</summary>
    Taken,
}

/// <summary>A carrier's numbers and where each of them is. Guarded by the carrier's lock.</summary>
internal sealed class NanpShelf
{
    /// <summary>How long a number rests before it is for sale again.</summary>
    public static readonly TimeSpan AgingTime = TimeSpan.FromDays(30);

    private readonly Dictionary<string, NanpNumber> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NanpNumber>> _byNpa = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ShelfState State, DateTimeOffset Since)> _away = new(StringComparer.Ordinal);

    /// <summary>Puts a stock on the shelf.</summary>
    public NanpShelf(IEnumerable<NanpNumber> stock)
    {
        foreach (var number in stock)
        {
            _all.Add(number.TenDigit, number);
            if (!_byNpa.TryGetValue(number.Npa, out var neighbours)) _byNpa[number.Npa] = neighbours = [];
            neighbours.Add(number);
        }
    }

    /// <summary>Every number, wherever it is, sorted.</summary>
    public IEnumerable<NanpNumber> All => _all.Values;

    /// <summary>A number by its ten digits, <c>1</c> and ten, or <c>+1</c> and ten; null when it never was stock here.</summary>
    public NanpNumber? Find(string? number) => number is null ? null : _all.GetValueOrDefault(TenDigits(number));

    /// <summary>Where a number is now.</summary>
    public ShelfState StateOf(NanpNumber number, DateTimeOffset now) =>
        !_away.TryGetValue(number.TenDigit, out var away) ? ShelfState.Available
        : away.State == ShelfState.Aging && now - away.Since >= AgingTime ? ShelfState.Available
        : away.State;

    /// <summary>Numbers for sale that begin with these digits (three or more), sorted.</summary>
    public IEnumerable<NanpNumber> Available(string digits, DateTimeOffset now) =>
        (_byNpa.GetValueOrDefault(digits[..3]) ?? [])
            .Where(number => number.TenDigit.StartsWith(digits, StringComparison.Ordinal) && StateOf(number, now) == ShelfState.Available);

    /// <summary>Numbers for sale of all area codes that a test lets through, sorted.</summary>
    public IEnumerable<NanpNumber> Available(Func<NanpNumber, bool> test, DateTimeOffset now) =>
        _all.Values.Where(number => test(number) && StateOf(number, now) == ShelfState.Available);

    /// <summary>Moves a number.</summary>
    public void Put(NanpNumber number, ShelfState state, DateTimeOffset now)
    {
        if (state == ShelfState.Available) _away.Remove(number.TenDigit);
        else _away[number.TenDigit] = (state, now);
    }

    /// <summary>Another customer takes a number that is for sale, or gives it back. False: it is not theirs to take or give.</summary>
    public bool PutByOthers(NanpNumber number, bool taken, DateTimeOffset now)
    {
        if (StateOf(number, now) != (taken ? ShelfState.Available : ShelfState.Taken)) return false;
        Put(number, taken ? ShelfState.Taken : ShelfState.Available, now);
        return true;
    }

    private static string TenDigits(string number) => number switch
    {
        ['+', '1', .. { Length: 10 } rest] => rest,
        ['1', .. { Length: 10 } rest] => rest,
        _ => number,
    };
}
