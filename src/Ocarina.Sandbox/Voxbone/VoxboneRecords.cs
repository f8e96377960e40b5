namespace Ocarina.Sandbox.Voxbone;

/// <summary>What lies in a cart.</summary>
internal sealed record VoxboneProduct
{
    public required int Id { get; init; }
    public int GroupId { get; init; }
    public int Quantity { get; init; }

    /// <summary>The numbers picked; empty for a quantity of whatever the group has.</summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>Until when picked numbers are held; after that they vanish from the cart.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>DID, CAPACITY or CREDIT_PACKAGE.</summary>
    public string Type { get; init; } = "DID";

    /// <summary>Zone of capacity, or name of a package.</summary>
    public string? Detail { get; init; }
}

/// <summary>A cart. It is gone after its checkout.</summary>
internal sealed record VoxboneCart
{
    public required int Id { get; init; }
    public string? Reference { get; init; }
    public string? Description { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public IReadOnlyList<VoxboneProduct> Products { get; init; } = [];
}

/// <summary>A number somebody paid for.</summary>
internal sealed record VoxboneDid
{
    public required int Id { get; init; }
    public required string E164 { get; init; }
    public required int GroupId { get; init; }
    public required string OrderReference { get; init; }

    /// <summary>From when the inventory shows it; null = never.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Before that it cannot be cancelled.</summary>
    public DateTimeOffset? CancellationAvailable { get; init; }
    public int? VoiceUriId { get; init; }
    public int? TrunkId { get; init; }
    public int? CapacityGroupId { get; init; }
    public int? DeliveryId { get; init; }
    public int? AddressId { get; init; }
}

/// <summary>An order: the result of a checkout.</summary>
internal sealed record VoxboneOrder
{
    public required int Id { get; init; }
    public required string Reference { get; init; }
    public string? CustomerReference { get; init; }
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>From when the list of orders shows it.</summary>
    public required DateTimeOffset ListedAt { get; init; }

    /// <summary>From when it is confirmed; null = never.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>CANCELED or CANCELED_PAYMENT, or null while it lives.</summary>
    public string? Ending { get; init; }

    /// <summary>Pieces by group that are paid for and not there yet.</summary>
    public IReadOnlyDictionary<int, int> Owed { get; init; } = new Dictionary<int, int>();

    /// <summary>Hundredths taken from the balance.</summary>
    public long Paid100 { get; init; }
}

/// <summary>Where calls go.</summary>
internal sealed record VoxboneVoiceUri(int Id, string Protocol, string Uri, string? Description);

/// <summary>An address for regulation.</summary>
internal sealed record VoxboneAddress
{
    public required int Id { get; init; }

    /// <summary>NOT_VERIFIED, VERIFICATION_REQUESTED, VERIFIED, REJECTED or VERIFICATION_NOT_REQUIRED.</summary>
    public required string Status { get; init; }
    public required string CountryA3 { get; init; }
    public required string DestinationA3 { get; init; }
    public required string DidType { get; init; }

    /// <summary>The rest, as sent.</summary>
    public required string Fields { get; init; }
}
