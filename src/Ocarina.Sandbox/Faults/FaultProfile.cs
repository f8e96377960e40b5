namespace Ocarina.Sandbox.Faults;

/// <summary>How the carriers behave when no rule says otherwise.</summary>
/// <param name="Name">Its name on the command line and in the control interface.</param>
/// <param name="LatencyMs">Every reply takes a draw of this range, in milliseconds.</param>
/// <param name="TollfreeLatencyMs">The same for the toll-free service, which is slower than the rest.</param>
/// <param name="Rules">Asked after the rules of the control interface.</param>
internal sealed record FaultProfile(
    string Name, (int From, int To) LatencyMs, (int From, int To) TollfreeLatencyMs, IReadOnlyList<FaultRule> Rules)
{
    /// <summary>Every profile there is.</summary>
    public static IReadOnlyList<FaultProfile> All { get; } =
    [
        new("calm", (0, 0), (0, 0), []),
        new("realistic", (80, 600), (2000, 15_000),
        [
            Some(0.003, FaultActions.Status, "*", status: 503),
            Some(0.002, FaultActions.Html502, "*"),
            Some(0.004, FaultActions.Status, "*", status: 429, retryAfterS: 1),
            Some(0.01, FaultActions.DropAfterBooking, "writes"),
            Some(0.05, "order_slow", "*", delayMs: 3000),
        ]),
        new("storm", (5, 80), (5, 80),
        [
            Some(0.06, FaultActions.DropAfterBooking, "writes"),
            Some(0.06, FaultActions.BookThen500, "writes"),
            Some(0.04, FaultActions.BookThenDelay, "writes"),
            Some(0.04, FaultActions.BookThenNonsense, "writes"),
            Some(0.03, FaultActions.DropAfterHeaders, "writes"),
            Some(0.02, FaultActions.Status, "writes", status: 429, retryAfterS: 1),
            Some(0.02, FaultActions.Status, "writes", status: 509),
            Some(0.03, FaultActions.Status, "reads", status: 500),
            Some(0.02, FaultActions.Status, "reads", status: 429, retryAfterS: 1),
            Some(0.02, FaultActions.DropAfterHeaders, "reads"),
            Some(0.01, FaultActions.Malformed, "reads"),
            Some(0.10, "order_slow", "*", delayMs: 1500),
            Some(0.10, "order_lag", "*", delayMs: 2000),
            Some(0.05, "order_flap", "*"),
            Some(0.05, "no_completed_numbers", "*"),
            Some(0.05, "missing_status", "*"),
            Some(0.05, "deliver_late", "*", delayMs: 2000),
        ]),
        new("outage", (0, 20), (0, 20),
        [
            Some(0.5, FaultActions.Status, "*", status: 503),
            Some(null, FaultActions.DropAfterHeaders, "*"),
        ]),
    ];

    /// <summary>The profile of a name, or null.</summary>
    public static FaultProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    private static FaultRule Some(
        double? probability, string action, string operation, int? status = null, int? retryAfterS = null, int? delayMs = null) => new()
        {
            Probability = probability,
            Action = action,
            Operation = operation,
            Status = status,
            RetryAfterS = retryAfterS,
            DelayMs = delayMs,
        };
}
