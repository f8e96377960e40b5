using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Orders;

/// <summary>How an order ended, or where it lies.</summary>
public enum OrderOutcome
{
    /// <summary>The number was bought, or the feature set up.</summary>
    Acquired,

    /// <summary>The number was given back, or the feature taken away.</summary>
    Released,

    /// <summary>Not carried out: refused by the carrier, not known to it, or withdrawn by us before it was sent.</summary>
    Refused,

    /// <summary>Only pretended.</summary>
    Pretended,

    /// <summary>Billed by the carrier and waiting for a person: bought and nobody has it, or released here and not there.</summary>
    Stranded,
}

/// <summary>One order at a carrier: one row of storage.</summary>
public sealed record OrderRow
{
    /// <summary>Our key; orders sort by their making.</summary>
    public required OrderKey Id { get; init; }

    /// <summary>What is wanted.</summary>
    public required OrderKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public required OrderPhase Phase { get; init; }

    /// <summary>How it ended, or that it lies stranded; none while it is open.</summary>
    public OrderOutcome? Outcome { get; init; }

    /// <summary>The number. Empty until the carrier names one, when some number of a group is bought.</summary>
    public required PhoneNumber Number { get; init; }

    /// <summary>Who is asked.</summary>
    public required CarrierName Carrier { get; init; }

    /// <summary>Who will own the number, or owned it.</summary>
    public AccountId? Account { get; init; }

    /// <summary>Who asked for it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>How often the carrier was called for it.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is looked at again; none when nothing is left to do.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>The turn that holds it. Written by claims only.</summary>
    public string? LeaseOwner { get; init; }

    /// <summary>Until when, unless renewed. Written by claims only.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The carrier's id of the order.</summary>
    public string? CarrierOrderId { get; init; }

    /// <summary>The carrier's last word for its state.</summary>
    public string? CarrierStatus { get; init; }

    /// <summary>What is held of the account's credit until it ends.</summary>
    public string? CreditHeld { get; init; }

    /// <summary>Why it failed or waits: a stable name such as <c>number_unavailable</c> or <c>withdrawn</c>. Its words stand in <see cref="OrderData.Detail"/>.</summary>
    public string? Error { get; init; }

    /// <summary>Everything else.</summary>
    public OrderData Data { get; init; } = new();

    /// <summary>What was seen, oldest first; bounded. For admins.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last written.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>When the request that spends was last noted; none before.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>True until it is done, failed or pretended. Holds its number.</summary>
    public bool IsOpen => Phase is not (OrderPhase.Done or OrderPhase.Failed or OrderPhase.Pretended);

    /// <summary>True when a number was bought by it, or seemed to be.</summary>
    public bool IsBought => !IsOpen && Outcome is OrderOutcome.Acquired or OrderOutcome.Pretended && Kind == OrderKind.Acquire;

    /// <summary>The order as its carrier's module sees it.</summary>
    public CarrierOrder ToCarrierOrder() => new(Id, Kind, Number)
    {
        Account = Account,
        CarrierData = Data.CarrierData,
        Phase = Phase,
        CarrierOrderId = CarrierOrderId,
        Facts = Data.Facts,
        SentAt = SentAt,
    };

    /// <summary>The number as it looks to the account that is buying it, as long as it has no row: a discovery.</summary>
    public NumberRecord ToDiscovery() => new()
    {
        Number = Number,
        State = NumberState.Discovery,
        StateSince = Created,
        Carrier = Carrier,
        CarrierData = Data.CarrierData,
        Created = Created,
        Modified = Created,
    };

    /// <summary>The number as it will belong to its buyer: what it counts for while it is being bought.</summary>
    public NumberRecord ToBought() => ToDiscovery() with
    {
        Number = Number.IsEmpty ? Data.Like ?? default : Number,
        Features = Data.Features,
        State = NumberState.InService,
        Account = Account,
        PublicFields = Data.Request.ToObject()["fields"] is JsonObject fields ? DocumentText.From(fields) : default,
    };

    /// <summary>The order with one more thing seen. The first few and the last many are kept.</summary>
    public OrderRow Seen(params IEnumerable<string> sentences)
    {
        List<string> all = [.. Evidence, .. sentences.Select(text => text.Length <= EvidenceTextMax ? text : text[..EvidenceTextMax])];
        while (all.Count > EvidenceMax) all.RemoveAt(EvidenceFirst);
        return this with { Evidence = all };
    }

    private const int EvidenceMax = 40;
    private const int EvidenceFirst = 8;
    private const int EvidenceTextMax = 400;
}
