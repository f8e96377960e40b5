using System.Globalization;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>What an HTTP status means, where the carrier's section says nothing else (carriers.md 1.11).</summary>
public static class HttpErrors
{
    /// <summary>Shortest wait after a refusal for too many requests.</summary>
    internal static readonly TimeSpan HintMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait that a carrier can ask for.</summary>
    internal static readonly TimeSpan HintMax = TimeSpan.FromSeconds(120);

    /// <summary>More than is shown: it is cut after the secrets in it are masked, or half of one might stay.</summary>
    private const int SaidMax = 8 * CarrierError.DetailMax;

    private static readonly string[] HintHeaders = ["Retry-After", "X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset"];

    /// <summary>The kind of a status; successes are <see cref="CarrierErrorKind.BadReply"/>, because they are asked about only when unreadable.</summary>
    public static CarrierErrorKind KindOf(int status) => status switch
    {
        401 => CarrierErrorKind.Unauthenticated,
        402 => CarrierErrorKind.InsufficientFunds,
        403 => CarrierErrorKind.Unauthorized,
        404 or 410 => CarrierErrorKind.NotFound,
        408 => CarrierErrorKind.Timeout,
        409 => CarrierErrorKind.DuplicateOrder,
        429 or 509 => CarrierErrorKind.RateLimited,
        405 or 406 or 415 => CarrierErrorKind.BadReply,
        >= 500 => CarrierErrorKind.CarrierFault,
        >= 400 => CarrierErrorKind.InvalidRequest,
        _ => CarrierErrorKind.BadReply,
    };

    /// <summary>The failure that a reply stands for.</summary>
    public static CarrierError Of(CarrierReply reply, string? detail = null, string? code = null)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var said = string.IsNullOrWhiteSpace(detail) ? string.Create(CultureInfo.InvariantCulture, $"HTTP {reply.Status}") : detail;
        return new CarrierError(KindOf(reply.Status), said.Length > SaidMax ? said[..SaidMax] : said, code)
        {
            RetryAfter = IsThrottle(reply.Status) ? HintOf(reply) ?? HintMin : null,
        };
    }

    /// <summary>What a reply to a write means: whatever does not prove that nothing was taken is not known.</summary>
    public static CarrierOutcome OfWrite(CarrierReply reply, string? detail = null, string? code = null)
    {
        var error = Of(reply, detail, code);
        // 408 comes from something between us and the carrier as often as from the carrier: it proves nothing.
        return IsThrottle(reply.Status) || reply.Status is >= 400 and <= 499 and not 408
            ? new CarrierOutcome.Refused(error)
            : new CarrierOutcome.Unknown(error);
    }

    /// <summary>True for the two statuses that mean <i>too many requests</i>.</summary>
    internal static bool IsThrottle(int status) => status is 429 or 509;

    /// <summary>How long the carrier asks us to wait: 1 to 120 s; none when it does not say.</summary>
    internal static TimeSpan? HintOf(CarrierReply reply)
    {
        foreach (var name in HintHeaders)
        {
            if (reply.Header(name) is not { } text || Wait(text.Trim(), reply.ReceivedAt) is not { } wait) continue;
            return wait < HintMin ? HintMin : wait > HintMax ? HintMax : wait;
        }

        return null;
    }

    private static TimeSpan? Wait(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
        {
            return number switch
            {
                > 1e11 => Until(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(number, 2.5e14)), now), // milliseconds of the Unix epoch
                > 1e9 => Until(DateTimeOffset.FromUnixTimeSeconds((long)number), now), // seconds of it
                _ => TimeSpan.FromSeconds(number),
            };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Until(date, now) : null;
    }

    private static TimeSpan Until(DateTimeOffset date, DateTimeOffset now) => date > now ? date - now : TimeSpan.Zero;
}
