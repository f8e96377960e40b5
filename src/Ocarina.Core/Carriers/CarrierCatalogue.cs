using System.Collections.Frozen;

namespace Ocarina.Core.Carriers;

/// <summary>What the engine must know of a carrier without asking it (numbers.md 11.4).</summary>
/// <param name="Name">The carrier.</param>
/// <param name="InstallsNothing">True for the local family: acquire and disconnect change nothing outside, the numbers are always held.</param>
/// <param name="IsTrusted">False for numbers whose ownership nobody proved (<c>local</c>, <c>mdn</c>): external features are refused to them.</param>
/// <param name="ErasedAtRelease">True when a released number leaves nothing behind.</param>
/// <param name="IsSearchSource">True for names that only stand for a search, never for a stored number.</param>
/// <param name="PrefixLengthMax">Longest useful search prefix, in digits.</param>
/// <param name="IsBillable">False when its numbers cost nobody anything as numbers, under the older profile of billing.</param>
public sealed record CarrierTraits(
    CarrierName Name, bool InstallsNothing, bool IsTrusted, bool ErasedAtRelease = false, bool IsSearchSource = false, int PrefixLengthMax = 10, bool IsBillable = true);

/// <summary>The carriers this product knows by name. Other names are kept on numbers, but nothing can be asked of them (numbers.md 11.3).</summary>
public static class CarrierCatalogue
{
    private static readonly FrozenDictionary<CarrierName, CarrierTraits> Known = Build().ToFrozenDictionary(traits => traits.Name);

    /// <summary>All known carriers.</summary>
    public static IReadOnlyCollection<CarrierTraits> All => Known.Values;

    /// <summary>The traits of a known carrier, else <see langword="null"/>.</summary>
    public static CarrierTraits? Find(CarrierName name) => Known.GetValueOrDefault(name);

    /// <summary>True for <c>local</c> and <c>mdn</c>, whose numbers carry the feature <c>local</c> (numbers.md 4.7 step 13).</summary>
    public static bool IsLocalFamilyMarker(CarrierName name) => name == CarrierName.Local || name == CarrierName.Mdn;

    /// <summary>True when the carrier is of the local family, which needs no network: buying and releasing ask nobody.</summary>
    public static bool AsksNobody(CarrierName name) => Find(name) is { InstallsNothing: true };

    private static IEnumerable<CarrierTraits> Build()
    {
        yield return new(CarrierName.Local, InstallsNothing: true, IsTrusted: false, ErasedAtRelease: true, IsBillable: false);
        yield return new(CarrierName.Mdn, InstallsNothing: true, IsTrusted: false, ErasedAtRelease: true, PrefixLengthMax: 0, IsBillable: false);
        yield return new(CarrierName.Inventory, InstallsNothing: true, IsTrusted: true, IsBillable: false);
        yield return new(CarrierName.Managed, InstallsNothing: true, IsTrusted: true, PrefixLengthMax: 15);
        yield return new(CarrierName.Inum, InstallsNothing: true, IsTrusted: true, PrefixLengthMax: 15, IsBillable: false);
        yield return new(CarrierName.Other, InstallsNothing: true, IsTrusted: true);
        yield return new(CarrierName.Reserved, InstallsNothing: true, IsTrusted: true, IsSearchSource: true, IsBillable: false);
        yield return new(CarrierName.ReservedReseller, InstallsNothing: true, IsTrusted: true, IsSearchSource: true, IsBillable: false);

        // Names of carriers whose modules talk over HTTP, and of those managed by hand: legal on numbers from the start.
        string[] remote = ["bandwidth", "bandwidth2", "voxbone", "telnyx", "vitelity", "simwood", "voip_innovations"];
        string[] manual = ["didww", "flowroute", "inteliquent", "it_vocal", "level3", "o1", "peerless", "thinq", "verizon", "windstream", "ziron"];
        foreach (var name in remote.Concat(manual))
            yield return new(CarrierName.Parse(name), InstallsNothing: false, IsTrusted: true, PrefixLengthMax: 3);
    }
}
