using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox;

/// <summary>The list of carriers: a new one is a line here.</summary>
internal static class SandboxCarriers
{
    /// <summary>All carriers of a world.</summary>
    public static IReadOnlyList<ISandboxCarrier> In(SandboxWorld world)
    {
        return [new Bandwidth2.Bandwidth2Carrier(world)];
    }

    /// <summary>Whose path it is, for requests that no door takes.</summary>
    public static string OwnerOf(string path) => path.Split('/') switch
    {
        ["", "bw1", ..] => "bandwidth",
        ["", "bw1tf", ..] => "tollfree",
        ["", "bw2", ..] => "bandwidth2",
        ["", "vox", ..] => "voxbone",
        _ => "unknown",
    };
}
