using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>A request without a reply, and whether a byte of it had left. Does not leave the channel.</summary>
internal sealed class WireException(CarrierException failure, bool wasSent) : Exception(failure.Message, failure)
{
    public CarrierException Failure { get; } = failure;

    public bool WasSent { get; } = wasSent;
}

/// <summary>What the framework's faults mean in the vocabulary of carriers.</summary>
internal static class WireFaults
{
    public static CarrierException Of(Exception lost) => lost switch
    {
        CarrierException known => known,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Make(CarrierErrorKind.Unreachable, "name_resolution", lost),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Make(CarrierErrorKind.Unreachable, "tls", lost),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Make(CarrierErrorKind.Unreachable, "connection_refused", lost),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => Make(CarrierErrorKind.Unreachable, "proxy", lost),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => Make(CarrierErrorKind.BadReply, "no_http", lost),
        // Broken off inside the body, or a body that is not as it was announced.
        HttpIOException or InvalidDataException => Make(CarrierErrorKind.BadReply, "reply_cut_off", lost),
        _ => Make(CarrierErrorKind.Unreachable, "connection_reset", lost),
    };

    private static CarrierException Make(CarrierErrorKind kind, string detail, Exception lost) => new(new CarrierError(kind, detail), lost);
}
