using Ocarina.Sandbox.Bandwidth;
using Ocarina.Sandbox.Bandwidth2;
using Ocarina.Sandbox.Dash;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Telnyx;
using Ocarina.Sandbox.Tollfree;
using Ocarina.Sandbox.Voxbone;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox;

/// <summary>The list of carriers: a new one is a line here.</summary>
internal static class SandboxCarriers
{
    /// <summary>All carriers of a world.</summary>
    public static IReadOnlyList<ISandboxCarrier> In(SandboxWorld world)
    {
        var bandwidth = new BandwidthStore(world);
        return
        [
            new BandwidthCarrier(world, bandwidth),
            new TollfreeCarrier(world, bandwidth),
            new Bandwidth2Carrier(world),
            new VoxboneCarrier(world),
            new DashCarrier(world),
            new TelnyxCarrier(world),
        ];
    }

    /// <summary>Whose path it is, for requests that no door takes.</summary>
    public static string OwnerOf(string path) => path.Split('/') switch
    {
        ["", "bw1", ..] => "bandwidth",
        ["", "bw1tf", ..] => "tollfree",
        ["", "bw2", ..] => "bandwidth2",
        ["", "vox", ..] => "voxbone",
        ["", "dash", ..] => "dash",
        ["", "telnyx", ..] => "telnyx",
        _ => "unknown",
    };
}
