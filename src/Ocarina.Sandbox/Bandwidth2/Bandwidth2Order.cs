namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>An order for numbers. What it will deliver is settled when it is booked; the rest of its life is what it shows when.</summary>
internal sealed record Bandwidth2Order
{
    public required string Id { get; init; }
    public string? CustomerOrderId { get; init; }
    public string? Name { get; init; }
    public required string User { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string SiteId { get; init; }
    public string? PeerId { get; init; }
    public bool PartialAllowed { get; init; }
    public bool BackOrderRequested { get; init; }

    /// <summary>The element that says what was wanted, as sent; echoed in every reply, refusals included.</summary>
    public required string Wish { get; init; }

    /// <summary>How many numbers were wanted.</summary>
    public int Wanted { get; init; }

    /// <summary>Ten digits each: what this order bought.</summary>
    public IReadOnlyList<string> Completed { get; init; } = [];

    /// <summary>What it could not buy, and other errors.</summary>
    public IReadOnlyList<Bandwidth2Error> Errors { get; init; } = [];

    /// <summary>COMPLETE, PARTIAL, BACKORDERED or FAILED.</summary>
    public required string FinalStatus { get; init; }

    /// <summary>From when it shows PROCESSING; null = never.</summary>
    public DateTimeOffset? ProcessingAt { get; init; }

    /// <summary>From when it shows its final status; null = never.</summary>
    public DateTimeOffset? FinalAt { get; init; }

    /// <summary>From when the list of orders shows it.</summary>
    public DateTimeOffset ListedAt { get; init; }

    /// <summary>True: the reply shows no list of completed numbers, only the wish.</summary>
    public bool HidesNumbers { get; init; }

    /// <summary>True: every second look shows PROCESSING again.</summary>
    public bool Flaps { get; init; }

    /// <summary>Status at a moment.</summary>
    public string StatusAt(DateTimeOffset now) =>
        FinalAt <= now ? FinalStatus : ProcessingAt <= now ? "PROCESSING" : "RECEIVED";
}

/// <summary>An order to give numbers back.</summary>
internal sealed record Bandwidth2Disconnect
{
    public required string Id { get; init; }
    public string? CustomerOrderId { get; init; }
    public string? Name { get; init; }
    public required string User { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Mode { get; init; }
    public IReadOnlyList<string> Wanted { get; init; } = [];
    public IReadOnlyList<string> Released { get; init; } = [];
    public IReadOnlyList<Bandwidth2Error> Errors { get; init; } = [];
    public required string FinalStatus { get; init; }
    public DateTimeOffset? ProcessingAt { get; init; }
    public DateTimeOffset? FinalAt { get; init; }

    /// <summary>Status at a moment.</summary>
    public string StatusAt(DateTimeOffset now) =>
        FinalAt <= now ? FinalStatus : ProcessingAt <= now ? "PROCESSING" : "RECEIVED";
}
