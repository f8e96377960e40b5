namespace Ocarina.Tests.Proof;

/// <summary>What one account asked for and what it was told, over all its calls.</summary>
/// <remarks>Filled by one buyer at a time, read when all are done.</remarks>
internal sealed class Told(string account)
{
    public string Account => account;

    /// <summary>Numbers it named in some purchase.</summary>
    public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>How many numbers of groups it asked for; a call that was repeated with its key counts once.</summary>
    public int AskedOfGroups { get; set; }

    /// <summary>Numbers that it was told it has.</summary>
    public HashSet<string> Won { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders that it was told are under way.</summary>
    public HashSet<string> Promised { get; } = new(StringComparer.Ordinal);

    /// <summary>Numbers that it asked to be released, whatever came of it.</summary>
    public HashSet<string> GivenBack { get; } = new(StringComparer.Ordinal);
}
