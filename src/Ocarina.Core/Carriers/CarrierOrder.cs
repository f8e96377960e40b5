namespace Ocarina.Core.Carriers;

/// <summary>What an order wants.</summary>
public enum OrderKind
{
    /// <summary>A number is to be bought.</summary>
    Acquire,

    /// <summary>A number is to be given back.</summary>
    Disconnect,

    /// <summary>A feature of a number is to be set up at its provider, or taken away there. The order's carrier is the provider.</summary>
    Feature,
}

/// <summary>How far an order is (carriers.md 1.9). Stored by its name in lower case.</summary>
public enum OrderPhase
{
    /// <summary>On disk here; nothing that costs money was sent.</summary>
    Prepared,

    /// <summary>The request that spends money is being written, or was: from here on only the carrier knows.</summary>
    Sending,

    /// <summary>The carrier's order id is known.</summary>
    Accepted,

    /// <summary>The carrier works on it.</summary>
    Waiting,

    /// <summary>The reply was lost or not understood: the carrier is asked.</summary>
    Unclear,

    /// <summary>Something else or more was delivered; the surplus is being given back.</summary>
    Compensating,

    /// <summary>A person has to decide; the carrier is still asked from time to time.</summary>
    NeedsOperator,

    /// <summary>Ended: carried out.</summary>
    Done,

    /// <summary>Ended: not carried out.</summary>
    Failed,

    /// <summary>Ended: only pretended (<c>sandbox_provisioning</c>).</summary>
    Pretended,
}

/// <summary>Our own key of an order: 26 characters <c>0-9A-Z</c>, in order of time, unique. It is the reference by which the carrier is asked afterwards.</summary>
public readonly record struct OrderKey
{
    private readonly string? _text;

    private OrderKey(string text) => _text = text;

    /// <summary>Makes a key of this moment.</summary>
    public static OrderKey New(TimeProvider clock) => new(TimeOrderedId.New(clock.GetUtcNow()));

    /// <summary>Reads a key; only its own form is taken.</summary>
    public static bool TryParse(string? text, out OrderKey key)
    {
        var isKey = TimeOrderedId.IsOne(text);
        key = isKey ? new OrderKey(text!) : default; // one of them is a text
        return isKey;
    }

    /// <summary>The key; empty for the default value.</summary>
    public override string ToString() => _text ?? "";
}

/// <summary>An order as a carrier module sees it.</summary>
/// <param name="Key">Our reference.</param>
/// <param name="Kind">What is wanted.</param>
/// <param name="Number">The number. For an offer of a group it is empty until the carrier names one.</param>
public sealed record CarrierOrder(OrderKey Key, OrderKind Kind, PhoneNumber Number)
{
    /// <summary>The account that will own the number, or owned it.</summary>
    public AccountId? Account { get; init; }

    /// <summary>What the search left for the number, or what the purchase left. Empty when it was typed in; Kazoo's member names occur.</summary>
    public DocumentText CarrierData { get; init; } = DocumentText.Empty;

    /// <summary>How far it is.</summary>
    public OrderPhase Phase { get; init; } = OrderPhase.Prepared;

    /// <summary>The carrier's id of the order, once known.</summary>
    public string? CarrierOrderId { get; init; }

    /// <summary>What the module noted on the way (<see cref="IOrderNotes"/>). Empty at first.</summary>
    public DocumentText Facts { get; init; } = DocumentText.Empty;

    /// <summary>When <see cref="OrderPhase.Sending"/> was first noted.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>True when the number is on its way in from another carrier and is to be set up, not bought: asked only of modules with <see cref="CarrierCapabilities.ProvisionsPortIn"/>.</summary>
    public bool IsPortIn { get; init; }

    /// <summary>True when everything but the order itself is wanted (seed 003: <c>dry_run</c>): the module answers <see cref="CarrierOutcome.Unchanged"/> without any request.</summary>
    public bool IsDryRun { get; init; }
}
