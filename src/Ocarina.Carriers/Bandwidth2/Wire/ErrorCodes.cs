using System.Collections.Frozen;
using Ocarina.Core.Carriers;
using static Ocarina.Carriers.Bandwidth2.Wire.WireContext;
using static Ocarina.Core.Carriers.CarrierErrorKind;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>What the carrier's codes mean, each in the context of its resource (carriers.md 4.9). Codes are not unique: 5070 alone has three meanings.</summary>
internal static class ErrorCodes
{
    /// <summary>The number asked for is being bought by the order that says so: keep waiting.</summary>
    internal const string StillWaiting = "5019";

    /// <summary>Released before, or never in service: the release is done.</summary>
    internal const string NotInService = "5074";

    private static readonly FrozenDictionary<(WireContext, string), CarrierErrorKind> Table = Build()
        .SelectMany(row => row.Codes.Split(' ').Select(code => (Key: (row.Context, Code: code), row.Kind)))
        .ToFrozenDictionary(row => row.Key, row => row.Kind);

    /// <summary>All rows, for the test that compares them with the written table.</summary>
    internal static IEnumerable<(WireContext Context, string Code, CarrierErrorKind Kind)> All => Table.Select(row => (row.Key.Item1, row.Key.Item2, row.Value));

    /// <summary>The kind of a code in its context; none when it is not known there.</summary>
    internal static CarrierErrorKind? KindOf(WireContext context, string? code) =>
        code is null ? null
        : Table.TryGetValue((context, code), out var kind) || Table.TryGetValue((Other, code), out kind) ? kind
        : null;

    /// <summary>True for codes of a search that mean: nothing for sale there for us (area not offered, tier not enabled).</summary>
    internal static bool IsEmptySearch(string? code) => code is "4023" or "4024";

    /// <summary>True for the family that says: parked until stock appears.</summary>
    internal static bool IsBackorder(string? code) => code is { Length: 4 } && string.CompareOrdinal(code, "5520") >= 0 && string.CompareOrdinal(code, "5527") <= 0;

    private static IEnumerable<(WireContext Context, CarrierErrorKind Kind, string Codes)> Build() =>
    [
        (Search, InvalidRequest,
            "4000 4001 4002 4003 4004 4005 4006 4007 4008 4010 4011 4015 4016 4017 4018 4019 4020 4021 4022 4025 4026"),
        (Search, CarrierFault, "4009"),
        (Search, Unauthorized, "4014"),
        (Order, NumberUnavailable, "5005 5018 5071 5213 5218"),
        (Order, Partial, "5017"),
        (Order, InvalidRequest, "5072 5093 5002 5008 5052 5070 5073 5077 5212 5214 5217 5224"),
        (Order, Quantity, "5007 5009 5095 5211 5215"),
        (Order, InvalidConfig, "5000 5016 5020 5021 5022 5023 5062 5162 5210"),
        (Order, Unauthorized, "5011 5012 5051 5078 5094 5183 5222 5257"),
        (Order, CarrierFault, "5001 5003 5013 5086"),
        (Order, NotFound, "5060 5061 5035"),
        (Reservation, NumberUnavailable, "5040 5041"),
        (Reservation, NotFound, "5042 5043"),
        (Reservation, Unauthorized, "5046"),
        (Reservation, InvalidRequest, "5044 5045 5047"),
        (Disconnect, NotOwned, "5006 5076"),
        (Disconnect, InvalidConfig, "5084 5085 5164 5174 5175"),
        (Site, NotFound, "12016 13563 13536"),
        (Site, InvalidConfig, "12103"),
        (Number, InvalidRequest, "12512 15511"),
        (Number, NotFound, "4017"),
        (Port, InvalidRequest, "7201 7304 7398 7717"),
        (Port, NumberUnavailable, "7205 7206"),
        (Port, InvalidConfig, "7309 7312"),
        (Emergency, InvalidRequest, "5070 8009"),
        (Emergency, NotOwned, "8003"),
        (Other, CarrierFault, "1000 1010 7000 7999"),
        (Other, Unauthorized, "1001 7003"),
        (Other, RateLimited, "32002"),
    ];
}
