using System.Text;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary><c>sites</c> and <c>peers</c>, with the text that scripts of the peer match (http-api.md 10.2, seed 001).</summary>
internal sealed class Maintenance(Bandwidth2Client client)
{
    private const string Sites = "sites";
    private const string Peers = "peers";

    /// <summary>The commands.</summary>
    internal static IReadOnlyList<CarrierCommand> Commands { get; } =
    [
        new(Sites, [], "Lists the sites of the account at Bandwidth: values for site_id."),
        new(Peers, ["SITE_ID"], "Lists the peers of a site: values for sip_peer."),
    ];

    /// <summary>Runs one.</summary>
    internal async Task<CarrierCommandReply> RunAsync(string function, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        if (Commands.FirstOrDefault(command => command.Function == function) is not { } known || known.Arguments.Count != arguments.Count)
            return new CarrierCommandReply.Usage(Usage());
        if (client.Settings.MissingKey(null) is { } key) return new CarrierCommandReply.Failed(new CarrierError(CarrierErrorKind.NotConfigured, $"{key} is not set"));
        try
        {
            return new CarrierCommandReply.Printed(function == Sites ? await SitesAsync(ct) : await PeersAsync(arguments[0], ct));
        }
        catch (CarrierException failed)
        {
            return new CarrierCommandReply.Failed(Guard.Masked(failed.Error, TrafficMask.For(client.Context.Settings))!); // an error in, an error out
        }
    }

    /// <summary>The text for a list.</summary>
    internal static string Text(string headline, IEnumerable<Place> places)
    {
        var text = new StringBuilder(headline).Append('\n');
        foreach (var place in places) text.Append("Id: ").Append(Binary(place.Id)).Append(" Name: ").Append(Binary(place.Name ?? "")).Append('\n');
        return text.Append("done.\nok\n").ToString();
    }

    private async Task<string> SitesAsync(CancellationToken ct)
    {
        var reply = await client.ReadAsync("sites", "sites", LimitGroups.Account, ct);
        return Text($"listing all sites for account \"{client.Settings.AccountId}\"", Place.Sites(Faults.Xml(reply, WireContext.Site, "SitesResponse")));
    }

    // The peer's newest form asks for the whole account and ignores the site; here the site is asked.
    private async Task<string> PeersAsync(string site, CancellationToken ct)
    {
        if (!CarrierNumbers.IsDigits(site) || !PathPart.IsSafe(site)) throw new CarrierException(new CarrierError(CarrierErrorKind.InvalidRequest, "SITE_ID is digits"));
        var reply = await client.ReadAsync("peers", $"sites/{site}/sippeers", LimitGroups.Account, ct);
        var root = Faults.Xml(reply, WireContext.Site, "TNSipPeersResponse", "SipPeerResponse");
        return Text($"listing all peers for account \"{client.Settings.AccountId}\", site {Binary(site)}", Place.Peers(root));
    }

    private static string Usage() =>
        string.Concat(Commands.Select(command => $"Usage: sup knm_bandwidth2 {command.Function}{string.Concat(command.Arguments.Select(argument => $" {{{argument}}}"))}\n"));

    // As Erlang prints a binary: scripts look for it.
    private static string Binary(string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"<<\"{quoted}\"{(quoted.All(char.IsAscii) ? "" : "/utf8")}>>";
    }
}
