using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Links a new number to an address and maps it to the voice URI (carriers.md 5.9, 5.10). What fails is a warning: the number is bought, and it is tried again.</summary>
internal sealed class VoxboneRouting(VoxboneCall call)
{
    /// <summary>Calls to the number do not arrive yet.</summary>
    public const string NotRouted = "not_routed";

    /// <summary>The number is blocked until its address is verified.</summary>
    public const string PendingRegulation = "pending_regulation";

    private const string NotLinked = "not_linked";

    /// <summary>Sets up one number. Asks for nothing that is so already.</summary>
    /// <returns>The number as it is now, and what is not done.</returns>
    public async Task<(VoxboneDid Did, IReadOnlyList<string> Warnings)> ApplyAsync(VoxboneDid did, string? address, bool needsAddress, CancellationToken ct)
    {
        var warnings = new List<string>();
        if (needsAddress && address is not null)
        {
            var (isLinked, isPending) = await LinkAsync(did, address, ct);
            if (isLinked) did = did with { AddressId = address };
            else warnings.Add(NotLinked);
            if (isPending) warnings.Add(PendingRegulation);
        }

        var (mapped, isRouted) = await MapAsync(did, ct);
        if (!isRouted) warnings.Add(NotRouted);
        return (mapped, warnings);
    }

    private async Task<(bool IsLinked, bool IsPending)> LinkAsync(VoxboneDid did, string address, CancellationToken ct)
    {
        if (did.AddressId == address && !WasPending) return (true, false);
        try
        {
            var root = await call.Client.WriteAsync(call.Client.Requests.Link(address, did.Id), ct);
            return root.Text("status") switch
            {
                "NUMBERS_LINKED_PENDING_ADDRESS_VALIDATION" => (true, true),
                "NUMBERS_LINKED_AND_UNBLOCKED" or "SUCCESS" => (true, false),
                _ => (false, false),
            };
        }
        catch (CarrierException fault)
        {
            return (VoxboneErrors.IsLinked(VoxboneErrors.CodeOf(fault.Error)), false);
        }
    }

    private bool WasPending => call.Order.CarrierData.ToObject()[PendingRegulation] is not null;

    private async Task<(VoxboneDid Did, bool IsRouted)> MapAsync(VoxboneDid did, CancellationToken ct)
    {
        var options = call.Settings.Options.ToList();
        try
        {
            string? uri = null;
            if (call.Settings.VoiceUri is { } text)
            {
                uri = await call.Facts.VoiceUriAsync(text, () => UriIdAsync(text, ct));
                if (long.TryParse(uri, out var id)) options.Insert(0, ("voiceUriId", id));
            }

            // Mapped already, by a request whose reply was lost or by hand: other options were sent with it.
            if (options.Count == 0 || uri is not null && did.VoiceUriId == uri) return (did, true);
            if (!await ConfigureAsync(did.Id, options, uri is not null, ct))
            {
                if (call.Settings.VoiceUri is { } wrong) call.Facts.ForgetVoiceUri(wrong);
                return (did, false);
            }

            var trunk = options.FirstOrDefault(option => option.Name == "trunkId");
            return (did with { VoiceUriId = uri ?? did.VoiceUriId, TrunkId = trunk.Name is null ? did.TrunkId : trunk.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) }, true);
        }
        catch (CarrierException)
        {
            return (did, false);
        }
    }

    private async Task<bool> ConfigureAsync(string did, List<(string Name, long Value)> options, bool wantsVoiceUri, CancellationToken ct)
    {
        try
        {
            return IsConfigured(await call.Client.WriteAsync(call.Client.Requests.Configure(did, options), ct), wantsVoiceUri);
        }
        catch (CarrierException fault) when (fault.Error.Code is null && fault.Error.Kind is CarrierErrorKind.NotFound or CarrierErrorKind.BadReply)
        {
            // The older service knows the older request only.
            return IsConfigured(await call.Client.WriteAsync(call.Client.Requests.ConfigureOld(did, options), ct), wantsVoiceUri);
        }
    }

    /// <summary>Reads any of the three replies that the carrier has for this.</summary>
    internal static bool IsConfigured(System.Text.Json.JsonElement root, bool wantsVoiceUri)
    {
        if (root.Members("results").ToList() is { Count: > 0 } results)
            return results.All(result => result.Text("status") == "SUCCESS"
                || result.Members("updatedConfigurations").Any(option => !wantsVoiceUri || CarrierJson.AsText(option) == "VOICE_URI"));
        if (root.Members("messages").ToList() is { Count: > 0 } messages)
            return messages.All(message => message.Long("numberUpdated") == 1);
        return root.Text("status") == "SUCCESS" && !root.Members("failedDidConfigurations").Any();
    }

    private async Task<string> UriIdAsync(string text, CancellationToken ct)
    {
        if (await call.Client.VoiceUriAsync(text, ct) is { } known) return known;
        try
        {
            var root = await call.Client.WriteAsync(call.Client.Requests.CreateVoiceUri(text, call.Context.Settings.OrderNamePrefix), ct);
            if (root.Member("voiceUri") is { } made && made.Text("voiceUriId") is { } id) return id;
        }
        catch (CarrierException fault) when (VoxboneErrors.CodeOf(fault.Error) == VoxboneErrors.VoiceUriExists || fault.Error.Kind == CarrierErrorKind.OutcomeUnknown)
        {
            // Made by somebody else a moment ago, or by us: it is looked up again.
        }

        return await call.Client.VoiceUriAsync(text, ct) ?? throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The voice URI was made, and is not listed."));
    }
}
