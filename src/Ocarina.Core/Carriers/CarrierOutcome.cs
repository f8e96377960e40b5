namespace Ocarina.Core.Carriers;

/// <summary>What a carrier said to an order (carriers.md 1.1, 1.9). Closed. An answer that is not understood is never <see cref="Refused"/>.</summary>
public abstract record CarrierOutcome
{
    private CarrierOutcome() { }

    /// <summary>What was seen, for the order's evidence: short sentences without secrets.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Carried out: bought, or given back.</summary>
    /// <param name="CarrierData">The whole carrier data of the number from now on; for a release, facts to keep with the order.</param>
    public sealed record Done(DocumentText CarrierData) : CarrierOutcome
    {
        /// <summary>The carrier's id of the order.</summary>
        public string? CarrierOrderId { get; init; }

        /// <summary>The number that was delivered, when the order named none.</summary>
        public PhoneNumber? Delivered { get; init; }

        /// <summary>What the carrier charges for it, when it is known better than from the search.</summary>
        public CarrierPrice? Price { get; init; }

        /// <summary>Warnings such as <c>not_routed</c>.</summary>
        public IReadOnlyList<string> Warnings { get; init; } = [];

        /// <summary>True when the carrier is to be asked again later, though the number is ours: its status, or what is not set up yet. <see cref="Refused"/> then takes the purchase back.</summary>
        public bool NeedsFollowUp { get; init; }

        /// <summary>True when more was delivered than asked for and the surplus could not be given back: kept for a person. <c>{"numbers":["+1..."]}</c>, or <c>dids</c>: objects with <c>e164</c> and what a release needs.</summary>
        public DocumentText? Surplus { get; init; }
    }

    /// <summary>Taken, and not finished.</summary>
    /// <param name="CarrierOrderId">The carrier's id of the order.</param>
    /// <param name="Status">The carrier's word for the state.</param>
    public sealed record Pending(string? CarrierOrderId, string? Status = null) : CarrierOutcome
    {
        /// <summary>Facts to keep with the order; none keeps those that are there.</summary>
        public DocumentText? Facts { get; init; }

        /// <summary>When to ask again at the earliest, if the carrier said so.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>True while a surplus is given back.</summary>
        public bool IsCompensating { get; init; }
    }

    /// <summary>Proven not to be carried out. <see cref="CarrierErrorKind.RateLimited"/> means: not taken, may be sent later under the same key.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Refused(CarrierError Error) : CarrierOutcome;

    /// <summary>Not known: the reply was lost, late or nonsense.</summary>
    /// <param name="Error">What was seen instead.</param>
    public sealed record Unknown(CarrierError Error) : CarrierOutcome
    {
        /// <summary>The carrier's id of the order, when at least that was seen.</summary>
        public string? CarrierOrderId { get; init; }
    }

    /// <summary>Recover only: the carrier does not know the order, and the number is not ours. Lists lag, so the engine asks twice before it believes it.</summary>
    public sealed record Absent : CarrierOutcome;

    /// <summary>The carrier cannot do it before a date (a release within the minimum term).</summary>
    /// <param name="At">When it may be tried again.</param>
    /// <param name="Error">Why not now.</param>
    public sealed record Scheduled(DateTimeOffset At, CarrierError Error) : CarrierOutcome;

    /// <summary>Only a person can say: for example the number is in our account by another order.</summary>
    /// <param name="Error">What was found.</param>
    public sealed record NeedsOperator(CarrierError Error) : CarrierOutcome;

    /// <summary>Pretended (carriers.md 1.8): the same checks, and nothing sent that could cost money.</summary>
    /// <param name="CarrierData">Carrier data with <c>sandbox: true</c>.</param>
    public sealed record Pretended(DocumentText CarrierData) : CarrierOutcome;

    /// <summary>A dry run: the carrier data are what they were, nothing was sent.</summary>
    /// <param name="CarrierData">As given.</param>
    public sealed record Unchanged(DocumentText CarrierData) : CarrierOutcome;

    /// <summary>Nothing was asked of the carrier, and the number is still billed there (released with provisioning off, or where no release exists): kept as stranded.</summary>
    /// <param name="Why">For the person who clears it.</param>
    public sealed record Stranded(string Why) : CarrierOutcome;
}
