using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What the carrier said to giving back one number.</summary>
internal enum CancelReply
{
    /// <summary>Given back, now or before.</summary>
    Done,

    /// <summary>Not before the minimum term is over.</summary>
    TooEarly,

    /// <summary>Never: a number for tests.</summary>
    Never,

    /// <summary>Refused, or not sent: nothing changed.</summary>
    NotTaken,

    /// <summary>Nobody knows: the number has to be looked at.</summary>
    Unclear,
}

/// <summary>Gives back exactly one number (carriers.md 5.11).</summary>
internal sealed class VoxboneCancellation(VoxboneClient client)
{
    private static readonly CarrierError StillThere = new(CarrierErrorKind.CarrierFault, "The carrier cancelled nothing, and the number is still there.");

    /// <summary>Cancels by id. The caller has seen that this id is the number he means.</summary>
    public async Task<(CancelReply Reply, CarrierError? Error)> RunAsync(string did, CancellationToken ct)
    {
        try
        {
            var root = await client.WriteAsync(client.Requests.Cancel(did), ct);
            if (root.Long("numberCancelled") == 1) return (CancelReply.Done, null);
            return await client.DidByIdAsync(did, ct) is null ? (CancelReply.Done, null) : (CancelReply.Unclear, StillThere);
        }
        catch (CarrierException fault)
        {
            var code = VoxboneErrors.CodeOf(fault.Error);
            return (code switch
            {
                VoxboneErrors.NotOurs => CancelReply.Done,
                VoxboneErrors.TestNumber => CancelReply.Never,
                _ when VoxboneErrors.IsTooEarly(code) => CancelReply.TooEarly,
                _ when fault.Error.Kind == CarrierErrorKind.OutcomeUnknown => CancelReply.Unclear,
                _ => CancelReply.NotTaken,
            }, fault.Error);
        }
    }
}
