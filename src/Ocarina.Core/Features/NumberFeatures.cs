using System.Collections.Frozen;
using System.Collections.Immutable;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Features;

/// <summary>Names of what can be set on a number, and the old spellings that still mean them (numbers.md 2.2, 2.4, 9.1).</summary>
public static class NumberFeatures
{
    /// <summary>Marker of numbers whose ownership nobody proved.</summary>
    public const string Local = "local";

    /// <summary>Family name of both caller-name features in allow and deny lists.</summary>
    public const string Cnam = "cnam";

    /// <summary>Look up the name of inbound callers.</summary>
    public const string InboundCnam = "inbound_cnam";

    /// <summary>The name shown when this number calls.</summary>
    public const string OutboundCnam = "outbound_cnam";

    /// <summary>Emergency address.</summary>
    public const string E911 = "e911";

    /// <summary>A port that is under way by hand.</summary>
    public const string Port = "port";

    /// <summary>Text messages.</summary>
    public const string Sms = "sms";

    /// <summary>Picture messages.</summary>
    public const string Mms = "mms";

    /// <summary>Where calls go when the customer's equipment is away.</summary>
    public const string Failover = "failover";

    /// <summary>Text in front of the caller's name.</summary>
    public const string Prepend = "prepend";

    /// <summary>Calls to the number always leave through a carrier.</summary>
    public const string ForceOutbound = "force_outbound";

    /// <summary>Media played while ringing and transferring.</summary>
    public const string Ringback = "ringback";

    /// <summary>Change of the carrier by an admin.</summary>
    public const string CarrierName = "carrier_name";

    /// <summary>All known features, in the order in which the peer prints them (`http-api.md` 10.3).</summary>
    public static ImmutableArray<string> All { get; } = [.. ConfigAliases.KnownFeatures];

    /// <summary>Features that need somebody outside, and therefore a trusted number.</summary>
    public static ImmutableArray<string> External { get; } = [Cnam, InboundCnam, OutboundCnam, E911, Port, Sms, Mms];

    /// <summary>Other names under which a feature may be priced: those of its providers, and of its family.</summary>
    public static ImmutableArray<string> BillingNamesOf(string feature) => feature switch
    {
        E911 => ["dash_e911", "telnyx_e911", "vitelity_e911"],
        InboundCnam or OutboundCnam => [Cnam, "telnyx_cnam", "vitelity_cnam"],
        _ => [],
    };

    /// <summary>Reads names as written in configuration: prefixes stripped, old spellings replaced, the family spelt out, unknown names dropped.</summary>
    public static FrozenSet<string> Canonical(IEnumerable<string> names)
    {
        var result = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in ConfigAliases.FeaturesOf(names))
        {
            if (!All.Contains(name)) continue;
            result.Add(name);
            if (name != Cnam) continue;
            result.Add(InboundCnam);
            result.Add(OutboundCnam);
        }

        return result.ToFrozenSet(StringComparer.Ordinal);
    }
}
