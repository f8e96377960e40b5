using Ocarina.Core.Carriers;

namespace Ocarina.Core.Configuration;

/// <summary>Keys of carriers' documents.</summary>
internal static class CarrierKeys
{
    /// <summary>The keys of a plug-in as configuration knows them.</summary>
    public static ConfigKey[] Of(IEnumerable<CarrierKey> keys)
    {
        var own = keys.Select(Of).ToList();
        return [.. own, .. ConfigDocuments.CommonKeysOfPlugIns.Where(common => !own.Exists(key => key.Name == common.Name))];
    }

    private static ConfigKey Of(CarrierKey key) => new(key.Name, KindOf(key.Kind))
    {
        Default = key.Default is { } text ? () => System.Text.Json.Nodes.JsonNode.Parse(text)! : null, // a default is never null
        Minimum = key.Minimum,
        Maximum = key.Maximum,
        Names = key.Names.IsDefaultOrEmpty ? null : [.. key.Names],
    };

    private static ConfigKind KindOf(CarrierKeyKind kind) => kind switch
    {
        CarrierKeyKind.Flag => ConfigKind.Flag,
        CarrierKeyKind.WholeNumber => ConfigKind.Integer,
        CarrierKeyKind.Number => ConfigKind.Number,
        CarrierKeyKind.Texts => ConfigKind.TextOrTexts,
        CarrierKeyKind.Members => ConfigKind.Object,
        _ => ConfigKind.Text,
    };
}
