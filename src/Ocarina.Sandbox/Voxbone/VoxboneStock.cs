using System.Globalization;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>One number of a group and what happened to it. Only touched under the carrier's lock.</summary>
internal sealed class VoxboneNumber(string e164, VoxboneGroup group)
{
    /// <summary>How long a cancelled number rests before anybody may have it.</summary>
    public static readonly TimeSpan AgingTime = TimeSpan.FromDays(30);

    /// <summary>With plus.</summary>
    public string E164 { get; } = e164;

    /// <summary>Its group.</summary>
    public VoxboneGroup Group { get; } = group;

    /// <summary>The DID it is sold as, or null.</summary>
    public int? DidId { get; set; }

    /// <summary>True while another customer has it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>When its last owner cancelled it.</summary>
    public DateTimeOffset? CancelledAt { get; set; }

    /// <summary>The cart that holds it, and until when.</summary>
    public (int Cart, DateTimeOffset Until)? Hold { get; set; }

    /// <summary>True when an order may have it; one cart's own hold does not stand in its way.</summary>
    public bool IsFree(DateTimeOffset now, int cart = 0) =>
        DidId is null && !IsTaken && !(now - CancelledAt < AgingTime) && !(Hold is { } hold && hold.Until > now && hold.Cart != cart);
}

/// <summary>A group: this carrier sells stock of a city or a type, and the number is known afterwards, or picked while it lasts.</summary>
internal sealed class VoxboneGroup(VoxbonePlace place)
{
    /// <summary>Identity, geography and flags.</summary>
    public VoxbonePlace Place { get; } = place;

    /// <summary>Its numbers, ascending.</summary>
    public List<VoxboneNumber> Numbers { get; } = [];

    /// <summary>Setup fee in hundredths.</summary>
    public int Setup100 { get; set; } = place.Setup100;

    /// <summary>Monthly fee in hundredths.</summary>
    public int Monthly100 { get; set; } = place.Monthly100;

    /// <summary>True when the service does not say how much there is.</summary>
    public bool IsStockUnknown => Place.Flags.Contains('N', StringComparison.Ordinal);

    /// <summary>True when it can be ordered although nothing is left: such orders are delivered later.</summary>
    public bool IsAvailable => !Place.Flags.Contains('X', StringComparison.Ordinal);

    /// <summary>LOCAL, NATIONAL, WORLDWIDE or null.</summary>
    public string? AddressType =>
        Place.Flags.Contains('l', StringComparison.Ordinal) ? "LOCAL"
        : Place.Flags.Contains('n', StringComparison.Ordinal) ? "NATIONAL"
        : Place.Flags.Contains('w', StringComparison.Ordinal) ? "WORLDWIDE" : null;

    /// <summary>True when the address needs a document.</summary>
    public bool NeedsProof => Place.Flags.Contains('p', StringComparison.Ordinal);

    /// <summary>What numbers of this group can do.</summary>
    public IReadOnlyList<int> Features => Place.Flags switch
    {
        var flags when flags.Contains('v', StringComparison.Ordinal) => [50],
        var flags when flags.Contains('s', StringComparison.Ordinal) => [6, 25, 50, 5, 51, 29],
        _ => [6, 50, 51, 5, 29, 52],
    };

    /// <summary>How many can be ordered now.</summary>
    public int Stock(DateTimeOffset now) => Numbers.Count(number => number.IsFree(now));
}

/// <summary>Every group and number, drawn from the seed.</summary>
/// <remarks>Numbers of +1 lie in exchanges 960 to 998, which the other carriers of the sandbox do not sell.</remarks>
internal sealed class VoxboneStock
{
    private readonly Dictionary<int, VoxboneGroup> _groups = [];
    private readonly Dictionary<string, VoxboneNumber> _numbers = new(StringComparer.Ordinal);

    /// <summary>Draws the stock; <paramref name="scale"/> multiplies how many numbers each group has, 1 to 100.</summary>
    public VoxboneStock(Draws draws, int scale)
    {
        foreach (var place in VoxbonePlaces.Groups)
        {
            var group = new VoxboneGroup(place);
            _groups.Add(place.GroupId, group);
            Fill(draws, group, place.Stock * scale);
        }
    }

    /// <summary>All groups by id.</summary>
    public IEnumerable<VoxboneGroup> Groups => _groups.Values.OrderBy(group => group.Place.GroupId);

    /// <summary>A group, or null.</summary>
    public VoxboneGroup? Group(int id) => _groups.GetValueOrDefault(id);

    /// <summary>A number, or null when the carrier does not have it.</summary>
    public VoxboneNumber? Find(string e164) => _numbers.GetValueOrDefault(e164);

    /// <summary>Adds numbers to a group: stock that arrived.</summary>
    public void Restock(VoxboneGroup group, int count)
    {
        if (count < 1) return;
        var place = group.Place;
        var prefix = Prefix(place);
        var next = group.Numbers.Count == 0 ? FirstOf(place, 0) : long.Parse(group.Numbers[^1].E164[prefix.Length..], CultureInfo.InvariantCulture) + 1;
        for (var left = count; left > 0; next++)
        {
            if (Add(group, prefix + next.ToString("D" + place.SubscriberDigits, CultureInfo.InvariantCulture))) left--;
        }
    }

    private void Fill(Draws draws, VoxboneGroup group, int count)
    {
        // Runs of consecutive numbers with gaps: whoever wants consecutive ones finds some.
        var place = group.Place;
        var stream = draws.Stream(FormattableString.Invariant($"vox/group/{place.GroupId}"));
        var prefix = Prefix(place);
        for (var (left, next) = (count, FirstOf(place, stream.Between(0, 1000))); left > 0; next += stream.Between(0, 8) == 0 ? 3 : 1)
        {
            if (Add(group, prefix + next.ToString("D" + place.SubscriberDigits, CultureInfo.InvariantCulture))) left--;
        }
    }

    private bool Add(VoxboneGroup group, string e164)
    {
        var number = new VoxboneNumber(e164, group);
        if (!_numbers.TryAdd(e164, number)) return false;
        group.Numbers.Add(number);
        return true;
    }

    private static string Prefix(VoxbonePlace place) => FormattableString.Invariant($"+{VoxbonePlaces.Countries.First(country => country.A3 == place.CountryA3).PhoneCode}{place.AreaCode}");

    // Where the numbers of a group begin: in the middle of the code's range; groups of one code lie apart.
    private static long FirstOf(VoxbonePlace place, int shift)
    {
        if (place.CountryA3 is "USA" or "CAN")
        {
            // 960 to 998 without 976, which is premium and taken by the group beside it.
            var exchange = 960 + (place.GroupId % 39);
            return ((exchange == 976 ? 961 : exchange) * 10_000L) + shift;
        }
        var room = (long)Math.Pow(10, place.SubscriberDigits);
        return (room / 10 * 4) + shift;
    }
}
