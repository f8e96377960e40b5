namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A peer of a site.</summary>
internal sealed record Bandwidth2Peer(string Id, string Name, bool IsDefault, bool TakesTollFree = true);

/// <summary>A site of the account.</summary>
internal sealed record Bandwidth2Site(string Id, string Name, string? Description, IReadOnlyList<Bandwidth2Peer> Peers)
{
    /// <summary>The peer an order without one goes to.</summary>
    public Bandwidth2Peer? DefaultPeer => Peers.FirstOrDefault(peer => peer.IsDefault);
}

/// <summary>The sites of the sandbox account: one that works, one whose second peer takes no toll-free numbers, one without a default peer.</summary>
internal sealed class Bandwidth2Sites(SandboxCredentials credentials)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Bandwidth2Site> All { get; } =
    [
        new(credentials.SiteId, "Main site", "Where the sandbox puts numbers", [new(credentials.PeerId, "Main peer", true), new("13338", "Second peer", false)]),
        new("2297", "Branch site", null, [new("500014", "Branch peer", true), new("500015", "No toll-free", false, TakesTollFree: false)]),
        new("4410", "Site without default", "Every order must name its peer", [new("700001", "Only by name", false)]),
    ];

    /// <summary>The site of an id, or null.</summary>
    public Bandwidth2Site? Find(string id) => All.FirstOrDefault(site => site.Id == id);
}
